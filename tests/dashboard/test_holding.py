"""Who holds each report and for how long; a version that waits is marked, and its figures are shown nowhere."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from db.models import Park
from services import snapshots
from services.platform import Platform
from tests import factories
from tests.dashboard.conftest import Programme
from tests.dashboard.test_pages import row_of, text_of
from tests.dashboard.test_reports import post

HELD = "市经济信息委 2026年1月20日 41"


@pytest.fixture
def corrected(platform: Platform, programme: Programme) -> int:
    """A second version of 2025H1 of 甲园, whose first is accepted: 6.66 in place of 5.2."""
    with platform.database.write() as session:
        park = session.query(Park).filter(Park.code == programme.own).one()
        newer = factories.make_submission(
            session, park, "2025H1", figures={"revenue_cyber": "6.66", "firms_cyber": "45"},
            received_on=date(2026, 2, 10),
        )  # fmt: skip
        snapshots.rewrite(session, park.id)
        return newer.id


@pytest.mark.parametrize("role", ["committee", "district", "operator"])
def test_the_home_page_says_in_whose_hands_each_report_is(sign_in: Any, programme: Programme, role: str) -> None:
    client = sign_in(role)
    assert HELD in row_of(client, "/", f'/reports/{programme.submitted}">示例甲园')
    assert ("示例乙园" in client.get("/").text.split('id="holdings"')[1].split("</table>")[0]) is (role == "committee")


def test_the_longest_held_stands_first(sign_in: Any) -> None:
    rows = sign_in("committee").get("/").text.split('id="holdings"')[1].split("</tbody>")[0].split("<tr>")[2:]
    assert ["示例乙园" in row for row in rows] == [True, True, False]
    assert "区县经信部门" in rows[1]
    assert "2025年12月31日" in rows[1]


def test_the_report_and_the_park_page_say_it_too(sign_in: Any, programme: Programme) -> None:
    district = sign_in("district")
    assert "当前办理单位： 市经济信息委，2026年1月20日起，已41天" in text_of(
        sign_in("committee"), f"/reports/{programme.submitted}"
    )
    assert "当前办理单位： 区县经信部门，2026年3月1日起，已1天" in text_of(district, f"/reports/{programme.draft}")
    assert "当前办理单位： 已办结（2025年7月20日审核通过）" in text_of(district, f"/reports/{programme.accepted}")
    row = row_of(district, f"/parks/{programme.own}", "2026年1月31日")
    assert "市经济信息委 2026年1月20日起，已41天" in row


def test_a_return_hands_it_back(sign_in: Any, programme: Programme) -> None:
    client, address = sign_in("committee"), f"/reports/{programme.submitted}"
    post(client, f"{address}/return", address, reason="C10 单位应为亿元")
    assert "当前办理单位： 区县经信部门，今日起" in text_of(client, address)
    assert "区县经信部门 2026年3月2日 0" in row_of(client, "/", f'/parks/{programme.own}#obligations">示例甲园')


@pytest.mark.parametrize("page", ["/", "/parks"])
@pytest.mark.parametrize("role", ["committee", "district", "operator"])
def test_the_overview_keeps_the_accepted_figures_and_marks_what_waits(
    sign_in: Any, corrected: int, page: str, role: str
) -> None:
    client = sign_in(role)
    row = row_of(client, page, "国家网络安全产业园区（示例甲园）")
    assert "5.2" in row
    assert "有待审版本" in row
    assert f'href="/reports/{corrected}"' in client.get(page).text
    assert "6.66" not in client.get(page).text


@pytest.mark.parametrize("role", ["committee", "district", "operator", "expert"])
def test_the_park_page_keeps_the_accepted_figures_and_marks_what_waits(
    sign_in: Any, programme: Programme, corrected: int, role: str
) -> None:
    client = sign_in(role)
    page = client.get(f"/parks/{programme.own}").text
    assert "6.66" not in page
    assert "5.2" in page
    told = text_of(client, f"/parks/{programme.own}")
    assert "有待审版本：" in told
    assert "2025年上半年第2版" in told
    assert (f'href="/reports/{corrected}"' in page) is (role != "expert")


def test_once_accepted_the_new_figure_stands_and_the_mark_goes(
    sign_in: Any, programme: Programme, corrected: int
) -> None:
    client, address = sign_in("committee"), f"/reports/{corrected}"
    post(client, f"{address}/accept", address)
    assert "6.66" in row_of(client, "/parks", "国家网络安全产业园区（示例甲园）")
    assert "2025年上半年第2版" not in text_of(client, f"/parks/{programme.own}")
