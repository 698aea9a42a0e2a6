"""应报事项 in a real browser: counts lead to rows, what is recorded moves them, and a 报送通知 makes dates firm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from db.models import RulebookEntry, RulebookVersion
from policy.access import SYSTEM_ACTOR
from policy.rulebook import NOTICE_DAY
from policy.terms import HalfYear
from services import alerting, clock, obligations, snapshots, units
from services.platform import Platform
from tests import factories
from tests.browser.conftest import Desk


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "盖章扫描件.pdf"
    path.write_bytes(b"%PDF-1.7 scan")
    return path


@pytest.fixture
def late(platform: Platform, programme: None, period: HalfYear) -> HalfYear:
    """The half-year 示例丙园 of 示例甲区 has not reported for a year."""
    found = period.year_before()
    with platform.database.write() as session:
        park = factories.make_park(
            session, "示例丙园", district=units.require_unit(session, "示例甲区"), code="BING", approved_on=found.start,
            obligations=False,
        )  # fmt: skip
        obligations.generate(session, park)
        snapshots.rewrite(session, park.id)
    with platform.database.write() as session:
        alerting.sweep(session, SYSTEM_ACTOR, clock.today())
    return found


@pytest.fixture
def by_notice(platform: Platform) -> None:
    """Half-years without a 报送通知 have provisional dates; set before any park is entered."""
    with platform.database.write() as session:
        entry = RulebookEntry(key="rounds", kind="", value="notice", valid_from=NOTICE_DAY)
        session.add(RulebookVersion(recorded_at=factories.MADE_AT, recorded_by="committee", entries=[entry]))


def tile(page: Page, word: str) -> Locator:
    """The count of that word on top of the ledger."""
    return page.locator(".tile", has=page.get_by_text(word, exact=True))


def count(page: Page, word: str) -> int:
    return int(tile(page, word).locator(".tile-number").inner_text())


def rows(page: Page) -> Locator:
    return page.locator("#obligation-table tbody tr")


def record(page: Page, act: str, number: str, **typed: object) -> None:
    """Fills in the form of that act and sends it."""
    sheet = page.locator(f"#record-{act}")
    sheet.locator("[name=number]").fill(number)
    sheet.locator("[name=dated]").fill(str(clock.today()))
    for name, value in typed.items():
        field = sheet.locator(f"[name={name}]")
        field.set_input_files(value) if name == "file" else field.fill(str(value))
    sheet.locator("button").click()


def test_a_count_leads_to_its_rows_and_every_recorded_act_moves_it(
    late: HalfYear, period: HalfYear, scan: Path, sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down("committee")
    page = desk.open("/obligations")
    overdue, owed = count(page, "逾期未报"), count(page, "应报")
    tile(page, "逾期未报").click()
    expect(rows(page)).to_have_count(overdue)
    page.select_option("select[name=period]", label=late.label)
    page.get_by_role("button", name="筛选").click()
    expect(rows(page)).to_have_count(1)
    page.select_option("select[name=district]", label="示例乙区")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("#obligation-table")).to_contain_text("没有符合条件的应报事项")
    page.get_by_role("link", name="查看全部").click()
    tile(page, "逾期未报").click()

    rows(page).filter(has_text="示例丙园").get_by_role("link", name=f"{late.label}园区发展情况").click()
    ahead = clock.today() + timedelta(days=20)
    reason = "园区整体搬迁，企业数据尚在逐户核对" * 15
    record(page, "extension", "示例经信函〔2026〕9号", due_on=late.start, reason=reason)
    told = page.locator("#record-extension .notice-refused")
    expect(told).to_contain_text("应晚于")
    expect(told).to_be_focused()
    assert page.locator("#record-extension [name=reason]").input_value() == reason[:500]
    record(page, "extension", "示例经信函〔2026〕9号", due_on=ahead, reason="园区整体搬迁")
    expect(page.locator(".notice-done")).to_contain_text("已登记延期报送")
    expect(page.locator("#about")).to_contain_text("原报送截止日")
    assert count(desk.open("/obligations"), "逾期未报") == overdue - 1
    rows(page).filter(has_text="示例丙园").get_by_role("link", name=f"{late.label}园区发展情况").click()
    record(page, "waiver", "示例经信函〔2026〕10号", reason="园区整体搬迁")
    expect(page.locator("#acts")).to_contain_text("免报")
    assert count(desk.open("/obligations"), "应报") == owed - 1

    desk = sit_down("district", viewport={"width": 360, "height": 800})
    page = desk.open(f"/obligations?standing=overdue&period={period.previous()}")
    received = count(page, "已报")
    rows(page).get_by_role("link", name=f"{period.previous().label}园区发展情况").click()
    record(page, "nil-return", "示例府函〔2026〕12号", reason="本期无变化", file=scan)
    expect(page.locator(".lead")).to_contain_text("迟报（零报告）")
    assert count(desk.open(f"/obligations?period={period.previous()}"), "已报") == received + 1

    page.locator(".kinds").get_by_role("link", name="任务分工").click()
    done = count(page, "已办理")
    rows(page).filter(has_text="示例丙园").get_by_role("link", name="成立推进工作小组").click()
    record(page, "discharge", "示例府发〔2026〕3号", file=scan)
    expect(page.locator(".notice-done")).to_contain_text("已登记办理")
    with page.expect_download() as download:
        page.locator("#acts").get_by_role("link", name="示例府发〔2026〕3号").click()
    assert download.value.suggested_filename == scan.name
    assert count(desk.open("/obligations?family=duties"), "已办理") == done + 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_confirmed_notice_takes_the_provisional_mark_away(
    by_notice: None, late: HalfYear, scan: Path, sit_down: Callable[..., Desk]
) -> None:
    desk = sit_down("committee")
    ledger = f"/obligations?period={late}"
    page = desk.open(ledger)
    expect(rows(page)).to_contain_text(["暂定"])
    expect(page.locator("main table")).not_to_contain_text("逾期")

    page.get_by_role("link", name="报送通知").click()
    page.select_option("select[name=round]", label=f"{late.label}半年函报")
    page.fill("input[name=due_on]", str(clock.today() - timedelta(days=3)))
    page.get_by_label("示例甲区").check()
    page.get_by_role("button", name="拟制").click()
    expect(page.locator(".lead")).to_contain_text("拟稿，待确认")
    expect(page.locator("main")).to_contain_text("示例丙园")  # what it would move
    with page.expect_download() as download:
        page.get_by_role("link", name="下载代拟稿（Word）").click()
    assert download.value.suggested_filename.endswith(".docx")
    page.fill("input[name=number]", "示例经信软件〔2026〕12号")
    page.fill("input[name=dated]", str(clock.today() - timedelta(days=20)))
    page.set_input_files("input[name=file]", scan)
    page.get_by_role("button", name="确认", exact=True).click()
    expect(page.locator(".notice-done")).to_contain_text("报送通知已确认")
    expect(page.locator(".lead")).to_contain_text("已确认")

    desk.open(ledger)
    expect(rows(page)).to_contain_text(["逾期未报"])
    expect(rows(page)).to_contain_text(["报送通知 示例经信软件〔2026〕12号"])
    expect(rows(page)).not_to_contain_text(["暂定"])
