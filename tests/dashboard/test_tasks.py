"""重点任务 on the page of 建设进展: typed, imported, changed with a document, and the list that goes out comes back."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook

from tests.dashboard.conftest import Programme
from tests.dashboard.test_reports import post

PAGE = "/parks/JIA/progress"
ENTER = "/parks/JIA/tasks"
TYPED = {"name": "建成网络安全靶场", "unit": "示例公司", "due_on": "2025-06-30", "progress": "主体完工", "decision": ""}


@pytest.fixture
def committee(programme: Programme, sign_in: Callable[[str], FlaskClient]) -> FlaskClient:
    return sign_in("committee")


def test_a_task_is_typed_and_its_date_changed_only_with_a_document(committee: FlaskClient) -> None:
    assert post(committee, ENTER, PAGE, **TYPED).status_code == 303
    shown = committee.get(PAGE).text
    assert "已登记：建成网络安全靶场，时限2025年6月30日。" in shown
    assert "主体完工" in shown
    later = TYPED | {"due_on": "2025-12-31"}
    refused = post(committee, ENTER, PAGE, **later).text
    assert "时限由2025年6月30日改为2025年12月31日" in refused
    assert "须注明依据文号" in refused
    assert 'value="2025-12-31"' in refused
    assert post(committee, ENTER, PAGE, **later | {"decision": "示例函〔2025〕9号"}).status_code == 303
    shown = committee.get(PAGE).text
    assert "变更前的任务（1项）" in shown
    assert "示例函〔2025〕9号" in shown


def test_what_cannot_be_is_refused_with_its_reason(committee: FlaskClient) -> None:
    assert "请填写任务名称" in post(committee, ENTER, PAGE, **TYPED | {"name": " "}).text
    assert "请填写完成时限" in post(committee, ENTER, PAGE, **TYPED | {"due_on": ""}).text
    assert "早于批复同意建设之日" in post(committee, ENTER, PAGE, **TYPED | {"due_on": "2020-06-30"}).text
    assert "建成网络安全靶场" not in committee.get(PAGE).text


def test_the_list_goes_out_and_comes_back(committee: FlaskClient) -> None:
    post(committee, ENTER, PAGE, **TYPED)
    data = committee.get(f"{ENTER}.xlsx").data
    assert post(committee, f"{ENTER}/import", PAGE, file=(BytesIO(data), "重点任务.xlsx")).status_code == 303
    assert "与台账一致，未作改动" in committee.get(PAGE).text
    book = load_workbook(BytesIO(data))
    book.active.append(["引进检测机构", "示例公司", "2025年底", "", ""])
    changed = BytesIO()
    book.save(changed)
    changed.seek(0)
    assert post(committee, f"{ENTER}/import", PAGE, file=(changed, "重点任务.xlsx")).status_code == 303
    shown = committee.get(PAGE).text
    assert "已导入1项任务：引进检测机构，时限2025年12月31日" in shown
    assert "建成网络安全靶场" in shown


def test_a_workbook_that_cannot_be_read_names_the_cell(committee: FlaskClient) -> None:
    book = Workbook()
    for line in (("任务", "完成时限"), ("建成靶场", "尽快")):
        book.active.append(line)
    data = BytesIO()
    book.save(data)
    data.seek(0)
    refused = post(committee, f"{ENTER}/import", PAGE, file=(data, "任务.xlsx")).text
    assert "B2" in refused
    assert "尽快" in refused
    assert "没有收到文件" in post(committee, f"{ENTER}/import", PAGE).text


def test_others_read_and_do_not_enter(programme: Programme, sign_in: Callable[[str], FlaskClient]) -> None:
    district = sign_in("district")
    assert "登记重点任务" not in district.get(PAGE).text
    assert district.get(f"{ENTER}.xlsx").status_code == 403
