"""Writing the self-assessment in a real browser: it saves itself, and nothing that was typed is ever lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from policy.access import SYSTEM_ACTOR
from policy.terms import HalfYear
from services.parks import find_park
from services.platform import Platform
from tests import factories
from tests.browser.conftest import Desk

PAGE = "/parks/JIA/self-assessment/text"


@pytest.fixture(autouse=True)
def accepted(platform: Platform, programme: None, period: HalfYear) -> None:
    with platform.database.write() as session:
        park = find_park(session, SYSTEM_ACTOR.scope, "JIA")
        figures = {"firms_cyber": "57", "firms_total": "251", "revenue_cyber": "6.35"}
        submission = factories.make_submission(session, park, str(period), figures=figures, received_on=period.end)
        factories.accept(session, submission)


def section(page: Page) -> Locator:
    return page.locator("#section-practice")


def area(page: Page) -> Locator:
    return section(page).locator("textarea[name=text]")


def saved(page: Page) -> None:
    expect(section(page).locator(".saved")).to_contain_text("已保存")


def test_a_text_saves_itself_and_is_held_against_the_figures_it_may_quote(
    sit_down: Callable[..., Desk], period: HalfYear
) -> None:
    page = sit_down("operator").open(PAGE)
    area(page).press_sequentially("网络安全企业75家。")
    saved(page)  # nobody pressed anything
    expect(section(page).locator(".differences")).to_contain_text("所报数据为57家")
    area(page).fill("网络安全企业")
    page.locator(".offers li", has_text="网络安全企业数量").get_by_role("button").click()
    token = f"【网络安全企业数量｜{period.label}】"
    expect(area(page)).to_have_value(f"网络安全企业{token}")
    area(page).press_sequentially("，")
    area(page).press("Tab")
    saved(page)
    expect(section(page).locator(".differences")).to_have_count(0)
    page.reload()
    expect(area(page)).to_have_value(f"网络安全企业{token}，")
    expect(section(page).locator(".written")).to_have_text("网络安全企业57家，")
    area(page).press("End")
    area(page).press("Backspace")
    area(page).press("Backspace")
    expect(area(page)).to_have_value("网络安全企业")  # a reference goes as a whole
    area(page).press("Control+z")
    expect(area(page)).to_have_value(f"网络安全企业{token}")
    section(page).get_by_text("历次保存").click()
    section(page).locator(".earlier summary").last.click()
    section(page).get_by_role("button", name="恢复此稿").last.click()
    expect(page.get_by_text("已恢复第1稿")).to_be_visible()
    expect(area(page)).to_have_value("网络安全企业75家。")


def test_nothing_typed_is_lost_to_the_network_a_session_that_ended_or_another_writer(
    sit_down: Callable[..., Desk],
) -> None:
    """One server start for all of it."""
    outlives_the_network_the_session_and_a_reload(sit_down("operator"))
    first, second = (sit_down("operator").open(PAGE) for _ in range(2))
    both_see_both_texts(first, second)
    the_same_without_scripts(sit_down("operator", java_script_enabled=False).open(PAGE), second)


def outlives_the_network_the_session_and_a_reload(desk: Desk) -> None:
    page = desk.open(PAGE)
    page.route("**/text", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    area(page).fill("断网时写的。")
    area(page).press("Tab")
    expect(section(page).locator(".saved")).to_contain_text("网络中断")
    page.unroute("**/text")
    page.context.clear_cookies()
    area(page).fill("退出登录后写的。")
    area(page).press("Tab")
    expect(section(page).locator(".saved")).to_contain_text("登录已失效")
    section(page).get_by_role("link", name="重新登录").click()
    page.fill("input[name=username]", "operator")
    page.fill("input[name=password]", "demo-password")
    page.click("button[type=submit]")
    expect(area(page)).to_have_value("退出登录后写的。")
    saved(page)
    assert any("ERR_FAILED" in said for said in desk.complaints)
    assert any("401" in said for said in desk.complaints)
    desk.complaints.clear()
    page.reload()
    expect(area(page)).to_have_value("退出登录后写的。")


def both_see_both_texts(first: Page, second: Page) -> None:
    area(first).fill("甲的稿。")
    area(first).press("Tab")
    saved(first)
    area(second).fill("乙的稿。")
    area(second).press("Tab")
    expect(section(second).locator(".theirs textarea")).to_have_value("甲的稿。")
    expect(area(second)).to_have_value("乙的稿。")
    area(second).fill("乙的稿，含甲的稿。")
    section(second).get_by_role("button", name="保存", exact=True).click()  # merged by hand
    saved(second)
    area(first).fill("甲的第二稿。")
    area(first).press("Tab")
    section(first).get_by_role("button", name="以另一稿为准").click()
    expect(area(first)).to_have_value("乙的稿，含甲的稿。")
    expect(section(first).locator(".theirs textarea")).to_have_value("甲的第二稿。")


def the_same_without_scripts(plain: Page, other: Page) -> None:
    area(other).fill("乙的第二稿。")
    area(other).press("Tab")
    saved(other)
    area(plain).fill("丙的稿。")
    section(plain).get_by_role("button", name="保存", exact=True).click()
    expect(section(plain).locator(".theirs")).to_contain_text("乙的第二稿。")
    expect(area(plain)).to_have_value("丙的稿。")
    section(plain).get_by_role("button", name="保存", exact=True).click()
    expect(plain.get_by_text("已保存。")).to_be_visible()
    expect(area(plain)).to_have_value("丙的稿。")
