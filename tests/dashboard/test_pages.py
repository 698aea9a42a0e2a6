"""What the pages say: accepted data as fact, what is owed and late, problems by cell, and nothing personal."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest

from services.platform import Platform
from tests import factories
from tests.dashboard.conftest import Programme


def text_of(client: Any, address: str) -> str:
    """The page's words, tags dropped."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def row_of(client: Any, address: str, name: str) -> str:
    """The words of the table row that speaks of `name`."""
    rows = re.findall(r"<tr.*?</tr>", client.get(address).text, re.DOTALL)
    return next(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)) for row in rows if name in row)


@pytest.mark.parametrize("address", ["/", "/parks"])
def test_the_overview_tells_stage_dates_counts_and_accepted_figures_only(sign_in: Any, address: str) -> None:
    client = sign_in("committee")
    assert 'id="park-table"' in client.get(address).text
    own = row_of(client, address, "国家网络安全产业园区（示例甲园）")
    for words in ("示例甲区", "建设期", "2024年10月10日", "70%", "剩222天", "5.2", "44", "2025年1—6月"):
        assert words in own, words
    assert "9.75" not in own  # submitted, not accepted


def test_the_overview_is_narrowed_by_kind_and_words(sign_in: Any) -> None:
    client = sign_in("committee")
    assert "示例乙园" in text_of(client, "/parks?show=overdue")
    assert "示例乙园" not in text_of(client, "/parks?show=acceptance")
    assert "示例甲园" not in text_of(client, "/parks?q=示例乙区")


def test_the_home_page_lists_what_waits_for_each(sign_in: Any, programme: Programme) -> None:
    assert f'href="/reports/{programme.draft}"' in sign_in("district").get("/").text
    assert "请核对后报送" in text_of(sign_in("district"), "/")
    assert "待办：待审核" in text_of(sign_in("committee"), "/")
    assert f"/parks/{programme.own}/acceptance" in sign_in("expert").get("/").text
    assert "任务运行" in text_of(sign_in("admin"), "/")


def test_from_what_is_late_the_committee_comes_to_the_pressing(sign_in: Any) -> None:
    page = sign_in("committee").get("/").text
    link = unquote(re.findall(r'<a href="(/alerts\?[^"]+)"[^>]*>催办</a>', page)[0]).replace("&amp;", "&")
    assert link in ("/alerts?kind=report&q=示例甲园", "/alerts?kind=report&q=示例乙园")
    assert ">催办<" not in sign_in("district").get("/").text


def test_a_district_no_mail_reaches_is_an_item_of_the_committee(sign_in: Any) -> None:
    """示例乙区 has no handler."""
    page = text_of(sign_in("committee"), "/")
    assert page.count("提醒和催报无人可收") == 1
    assert "示例乙区 提醒和催报无人可收，请补录经办人邮箱" in page
    assert "维护联系人" not in text_of(sign_in("district"), "/")


def test_each_figure_of_a_park_leads_to_its_source(sign_in: Any, programme: Programme) -> None:
    page = sign_in("committee").get(f"/parks/{programme.own}").text
    assert f'href="/parks/{programme.own}/figures/2025H1/revenue_cyber"' in page
    assert "半年报-示例甲园-2025H1.xlsx 半年报!C4；原文“5.2”；第1版" in page
    assert "9.75" not in page


def test_the_obligations_of_a_park_show_their_state(sign_in: Any, programme: Programme) -> None:
    client = sign_in("committee")
    first = row_of(client, f"/parks/{programme.own}", "2025年7月31日")
    assert "已报" in first
    assert "审核通过" in first
    second = row_of(client, f"/parks/{programme.own}", "2026年1月31日")
    assert "逾期未报（数据已报、函未到）" in second


def test_contacts_are_masked(sign_in: Any, programme: Programme) -> None:
    page = text_of(sign_in("district"), f"/parks/{programme.own}")
    assert "139****1234" in page
    assert "h***@example.gov.cn" in page
    assert "13900001234" not in page


def test_an_expert_sees_no_contacts_and_no_links_to_reports(sign_in: Any, programme: Programme) -> None:
    page = sign_in("expert").get(f"/parks/{programme.own}").text
    assert "139****" not in page
    assert 'href="/reports/' not in page


def test_the_acceptance_page_says_what_is_missing(sign_in: Any, programme: Programme) -> None:
    page = text_of(sign_in("committee"), f"/parks/{programme.own}/acceptance")
    assert "未具备" in page
    assert "建设期至2026年10月10日届满，剩余222天" in page
    assert (
        f"/parks/{programme.own}/acceptance.docx" in sign_in("committee").get(f"/parks/{programme.own}/acceptance").text
    )


@pytest.mark.parametrize(("kind", "file_format", "magic"), [
    ("documents/department-review", "docx", b"PK"), ("documents/department-review", "pdf", b"%PDF"),
    ("acceptance", "docx", b"PK"), ("acceptance", "pdf", b"%PDF"),
])  # fmt: skip
def test_the_documents_are_handed_out(
    sign_in: Any, programme: Programme, kind: str, file_format: str, magic: bytes
) -> None:
    answer = sign_in("district").get(f"/parks/{programme.own}/{kind}.{file_format}", buffered=True)
    assert answer.data.startswith(magic)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_no_other_format_is_handed_out(sign_in: Any, programme: Programme) -> None:
    assert sign_in("district").get(f"/parks/{programme.own}/acceptance.exe").status_code == 404


def test_the_template_is_prefilled_for_the_park(sign_in: Any, programme: Programme) -> None:
    answer = sign_in("district").get(f"/parks/{programme.own}/template/2026H1.xlsx", buffered=True)
    assert answer.data.startswith(b"PK")
    assert sign_in("district").get(f"/parks/{programme.own}/template/2026.xlsx").status_code == 404


def test_a_rehearsal_tells_what_a_day_would_bring_and_changes_nothing(sign_in: Any) -> None:
    client = sign_in("committee")
    page = text_of(client, "/dry-run?as_of=2026-08-01")
    assert "2026年8月1日的情况" in page
    assert "示例乙园" in page
    assert "没有未销号的预警和催报" in text_of(client, "/alerts")


@pytest.mark.parametrize("day", ["2026-13-01", "昨天", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_told_so(sign_in: Any, day: str) -> None:
    assert f"收到“{day}”" in text_of(sign_in("committee"), f"/dry-run?as_of={day}")


def test_what_the_file_says_is_never_taken_for_markup(platform: Platform, sign_in: Any, programme: Programme) -> None:
    with platform.database.write() as session:
        park = factories.make_park(session, "示例丙园", code="BING")
        nasty = "<script>alert(1)</script>"
        cell = factories.make_reading("revenue_cyber", None, raw=nasty, status="error", message=nasty, where=nasty)
        report = factories.make_submission(session, park, "2025H1", has_errors=True, readings=[cell])
        number = report.id
    page = sign_in("committee").get(f"/reports/{number}").text
    assert nasty not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_log_speaks_chinese(sign_in: Any) -> None:
    page = text_of(sign_in("admin"), "/admin/audit")
    assert "登录" in page
    assert "开通账号" in page
