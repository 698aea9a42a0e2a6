"""批注 and the kind of a return, through the page's own forms."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests import papers
from tests.dashboard.test_pages import text_of
from tests.dashboard.test_reports import TITLE, explain_all, followed, post, send

REMARK = "与上年同期相比偏大，请核实"


@pytest.fixture
def waiting(sign_in: Any) -> str:
    """The address of a report that waits for the decision: one finding explained, one firm's row."""
    district = sign_in("district")
    address: str = send(district, "半年报.xlsx", papers.report(TITLE, "2025H1", figures={"area_built": 51})).headers[
        "Location"
    ]
    explain_all(district, address)
    post(district, f"{address}/submit", address)
    return address


def target(page: str, kind: str, row: str) -> str:
    """The number of the cell or finding in the row (of any table) that speaks of `row`."""
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    found = next(re.search(rf'name="{kind}" value="(\d+)"', one) for one in rows if row in one and f'"{kind}"' in one)
    assert found is not None
    return found[1]


def remark(client: FlaskClient, address: str, text: str = REMARK, row: str = "网络安全产业收入", **form: Any) -> str:
    reading = target(client.get(address).text, "reading", row)
    return followed(client, post(client, f"{address}/comments", address, reading=reading, text=text, **form))


def problems(page: str) -> str:
    return page.split('id="problems"')[1].split("</table>")[0]


def test_a_comment_on_a_certain_figure_stands_in_the_list_and_goes_out_with_the_return(
    sign_in: Any, waiting: str
) -> None:
    committee, district = sign_in("committee"), sign_in("district")
    page = remark(committee, waiting)
    assert "批注（未发出）" in problems(page)
    assert "有1条批注尚未发出" in page
    assert "1条批注随退回一并发出" in page
    assert REMARK not in district.get(waiting).text
    form = {"reason": "见批注", "category": "magnitude"}
    assert "已退回修改，区县会看到退回原因和1条批注" in followed(
        committee, post(committee, f"{waiting}/return", waiting, **form)
    )
    told = text_of(district, waiting)
    assert "退回修改，原因：见批注" in told
    assert "原因类别：数量级或单位有误" in told
    page = district.get(waiting).text
    assert REMARK in page.split("notice-returned")[1].split("</div>")[0]
    assert REMARK in problems(page)
    assert "批注（未发出）" not in page
    assert 'name="reading"' not in page
    link = re.search(r'href="#(cell-\d+)">半年报!C10', page)
    assert link is not None
    assert f'id="{link[1]}"' in problems(page)


def test_the_next_version_has_it_at_the_same_cell(sign_in: Any, waiting: str) -> None:
    committee, district = sign_in("committee"), sign_in("district")
    remark(committee, waiting)
    post(committee, f"{waiting}/return", waiting, reason="见批注")
    newer = papers.report(TITLE, "2025H1", figures={"area_built": 51, "revenue_cyber": 1.6})
    address = send(district, "半年报.xlsx", newer).headers["Location"]
    page = district.get(address).text
    assert "上一版批注（第2版）" in problems(page)
    assert REMARK in problems(page)
    assert "上一版有1条批注" in page
    assert "有批注" in page
    only = problems(district.get(f"{address}?show=comment").text)
    assert only.count("<tr") == 2


def test_a_comment_is_written_anew_and_taken_back(sign_in: Any, waiting: str) -> None:
    client = sign_in("committee")
    remark(client, waiting)
    assert "修改批注" in client.get(waiting).text
    page = remark(client, waiting, "请按年报口径填报")
    assert "请按年报口径填报" in page
    assert REMARK not in page
    assert "批注已撤回" in remark(client, waiting, remove="1")
    assert "请按年报口径填报" not in client.get(waiting).text


def test_a_finding_and_a_firm_s_cell_are_commented_on(sign_in: Any, waiting: str) -> None:
    client = sign_in("committee")
    finding = target(client.get(waiting).text, "finding", "勾稽核对")
    post(client, f"{waiting}/comments", waiting, finding=finding, text="请附规划批文")
    assert "请附规划批文" in problems(client.get(waiting).text)
    page = client.get(waiting).text
    assert 'href="?comment=roster-3#row-roster-3"' in page
    opened = client.get(f"{waiting}?comment=roster-3").text
    row = opened.split('id="row-roster-3"')[1].split("</tr>")[0]
    option = re.search(r'<option value="(\d+)">员工总数', row)
    assert option is not None, row
    post(client, f"{waiting}/comments", waiting, reading=option[1], text="请核实人数")
    page = client.get(waiting).text
    assert "请核实人数" in page.split('id="row-roster-3"')[1].split("</tr>")[0]
    assert "请核实人数" in problems(page)


def test_an_acceptance_says_what_stays_behind(sign_in: Any, waiting: str) -> None:
    client = sign_in("committee")
    remark(client, waiting)
    assert "1条批注未曾发出，仅留存备查" in followed(client, post(client, f"{waiting}/accept", waiting))
    assert REMARK in client.get(waiting).text
    assert REMARK not in sign_in("district").get(waiting).text


@pytest.mark.parametrize("form", [{}, {"reading": "x"}, {"reading": "999999"}, {"finding": "999999"}])
def test_a_comment_on_nothing_is_refused(sign_in: Any, waiting: str, form: dict[str, str]) -> None:
    client = sign_in("committee")
    page = followed(client, post(client, f"{waiting}/comments", waiting, text=REMARK, **form))
    assert "没有这一处" in page
    assert REMARK not in page


def test_an_unknown_kind_of_reason_counts_as_other(sign_in: Any, waiting: str) -> None:
    client = sign_in("committee")
    post(client, f"{waiting}/return", waiting, reason="见批注", category="x")
    assert "原因类别：其他" in text_of(client, waiting)


def test_nobody_else_finds_a_form_to_comment(sign_in: Any, waiting: str) -> None:
    for role in ("district", "operator"):
        assert "/comments" not in sign_in(role).get(f"{waiting}?comment=roster-3").text
