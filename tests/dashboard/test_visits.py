"""现场核查 and 问题整改台账 on their pages: from the plan to the 销号, by those whose part each step is."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from flask.testing import FlaskClient
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import select

from db.models import Park, Submission
from services.platform import Platform
from tests.dashboard.conftest import Programme, token
from tests.factories import add_roster, make_issue

SignIn = Callable[[str], FlaskClient]
PLAN = {
    "park": "JIA", "planned_on": "2026-03-10", "visitors": "市经济信息委2人", "purpose": "核对一览表", "size": "3",
    "seed": "7",
}  # fmt: skip


@pytest.fixture(autouse=True)
def roster(platform: Platform, programme: Programme) -> None:
    with platform.database.write() as session:
        add_roster(
            session.get_one(Submission, programme.accepted),
            [("示例安全1有限公司", "12000"), ("示例安全2有限公司", "600"), ("示例安全3有限公司", "700"),
             ("示例安全4有限公司", "800")],
        )  # fmt: skip


def send(client: FlaskClient, page: str, address: str, **form: Any) -> Any:
    return client.post(address, data={"csrf_token": token(client.get(page).text)} | form)


def words(text: str) -> str:
    return "".join(html.fromstring(text).find(".//main").text_content().split())


def planned(client: FlaskClient) -> str:
    answer = send(client, "/visits", "/visits", **PLAN)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def recorded(client: FlaskClient, page: str, **more: Any) -> Any:
    """Every firm agrees but the last, which was not found."""
    fields = re.findall(r'name="finding-(\d+)"', client.get(page).text)
    findings = {f"finding-{number}": "agrees" for number in fields}
    findings |= {f"finding-{fields[-1]}": "not_found", f"note-{fields[-1]}": "已迁出"}
    return send(client, page, f"{page}/record", visited_on="2026-03-02", result="属实", **findings, **more)


def test_from_the_plan_to_the_ledger(sign_in: SignIn) -> None:
    committee, operator = sign_in("committee"), sign_in("operator")
    page = planned(committee)
    assert "抽样号7" in words(committee.get(page).text)
    sheet = Document(BytesIO(committee.get(f"{page}/sheet.docx").data))
    cells = [cell.text for table in sheet.tables for row in table.rows for cell in row.cells]
    assert any("示例安全1有限公司（一览表第1行）" in cell for cell in cells)
    assert "24000" in cells
    assert "□相符\n□不符\n□未见" in cells
    assert not any("13900001234" in cell for cell in cells)
    assert "示例安全1有限公司" not in operator.get(page).text
    assert operator.get(f"{page}/sheet.pdf").status_code == 404

    scan = (BytesIO(b"signed"), "核查表.pdf")
    assert recorded(committee, page, file=scan).status_code == 303
    assert committee.get(f"{page}/file", buffered=True).data == b"signed"
    told = words(operator.get(page).text)
    assert "已迁出" in told
    assert "黄灯：未见" in told
    assert 'data-figure="source"' in operator.get(page).text
    form = html.fromstring(committee.get(page).text).xpath("//form[@action='/issues']")[0]
    typed = dict(form.form_values()) | {"measure": "核对后更正一览表"}
    entered = committee.post("/issues", data=typed)
    assert entered.status_code == 303, entered.text
    line = entered.headers["Location"]
    assert "建议列入问题整改台账" not in words(committee.get(page).text)

    assert send(operator, line, f"{line}/progress", text="企业已迁回，租赁合同备查").status_code == 303
    assert send(committee, line, f"{line}/close", closed_on="2026-03-02", note="复核属实").status_code == 303
    told = words(operator.get(line).text)
    assert "企业已迁回，租赁合同备查" in told
    assert "绿灯：已销号" in told
    park = words(operator.get("/parks/JIA").text)
    assert "2026年3月2日现场核查" in park


def test_what_is_refused_keeps_what_was_typed(sign_in: SignIn) -> None:
    committee = sign_in("committee")
    answer = send(committee, "/visits", "/visits", **PLAN | {"size": "1"})
    assert answer.status_code == 200
    assert "每档至少抽1家" in words(answer.text)
    assert 'value="核对一览表"' in answer.text
    page = planned(committee)
    fields = re.findall(r'name="note-(\d+)"', committee.get(page).text)
    answer = send(committee, page, f"{page}/record", visited_on="2026-03-02", **{f"note-{fields[0]}": "账面1万"})
    assert "还有3家企业没有核查结果" in words(answer.text)
    assert 'value="账面1万"' in answer.text
    line = "/parks/JIA/issues/1"
    answer = send(committee, line, f"{line}/close", closed_on="2026-03-09", note="复核属实")
    assert "销号日期2026年3月9日应在" in words(answer.text)
    assert "复核属实" in answer.text


def test_the_ledger_is_filtered_and_downloaded(platform: Platform, sign_in: SignIn, programme: Programme) -> None:
    with platform.database.write() as session:
        park = session.scalars(select(Park).where(Park.code == "YI")).one()
        make_issue(session, park, "=1+1", date(2026, 2, 1))
    committee, district = sign_in("committee"), sign_in("district")
    assert "问题（2项）" in words(committee.get("/issues").text)
    late = committee.get("/issues?state=late").text
    assert "问题（1项）" in words(late)
    assert "黄灯：整改逾期" in words(late)
    sheet = load_workbook(BytesIO(committee.get("/issues.xlsx?state=late").data)).active
    assert [row[2].value for row in sheet.iter_rows(min_row=4)] == ["=1+1"]
    assert sheet["C4"].data_type == "s"
    assert "示例乙园" not in district.get("/issues").text


def test_a_firm_is_added_and_a_visit_called_off(sign_in: SignIn) -> None:
    committee = sign_in("committee")
    page = planned(committee)
    assert send(committee, page, f"{page}/firms", name="未列公司", why="群众反映在园经营").status_code == 303
    assert "增加：群众反映在园经营" in words(committee.get(page).text)
    assert send(committee, page, f"{page}/cancel", reason="与专项检查合并").status_code == 303
    told = committee.get(page).text
    assert "与专项检查合并" in words(told)
    assert "finding-" not in told
