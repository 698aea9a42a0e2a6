"""The overview in a browser: readable at once, still when it comes alive, narrowed as one types, and up to date."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from policy.access import SYSTEM_ACTOR
from services import clock, snapshots
from services.parks import find_park
from services.platform import Platform
from tests import factories
from tests.browser.conftest import Desk

SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => done(sum), 300);
})"""


def asked(page: Page) -> list[str]:
    """Every address asked for from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    return found


def test_the_overview_lives_without_a_jump_and_takes_in_what_changes(
    sit_down: Callable[..., Desk], platform: Platform
) -> None:
    desk = sit_down("committee")
    addresses = asked(desk.page)
    page = desk.open("/parks")
    expect(page.locator("#overview[data-live=true]")).to_be_visible()
    assert page.evaluate(SHIFT) <= 0.01
    assert not [one for one in addresses if "plotly" in one or "_dash" in one]
    expect(page.locator(".strip .mark").first).to_be_visible()
    page.fill("#park-search", "示例乙区")
    expect(page.locator("#park-rows tr")).to_have_count(1)
    assert page.url.endswith("?q=%E7%A4%BA%E4%BE%8B%E4%B9%99%E5%8C%BA")
    page.fill("#park-search", "")
    expect(page.locator("#park-rows tr")).to_have_count(2)
    with platform.database.write() as session:
        park = find_park(session, SYSTEM_ACTOR.scope, "JIA")
        version = factories.make_submission(session, park, str(_ended()), figures={"revenue_cyber": "77.7"})
        factories.accept(session, version)
        snapshots.rewrite(session, park.id)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#park-table")).to_contain_text("77.7")


def _ended() -> object:
    from policy.terms import HalfYear

    return HalfYear.containing(clock.today()).previous()


def test_the_overview_is_searched_without_scripts(sit_down: Callable[..., Desk]) -> None:
    page = sit_down("committee", java_script_enabled=False).open("/parks")
    page.fill("#park-search", "示例乙区")
    page.get_by_role("button", name="查找").click()
    expect(page.locator("#park-rows tr")).to_have_count(1)


def test_pictures_come_from_our_own_plotly_alone(sit_down: Callable[..., Desk], tmp_path: Path) -> None:
    desk = sit_down("committee")
    addresses = asked(desk.page)
    page = desk.open("/board")
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    page.wait_for_timeout(500)
    assert [one for one in addresses if "package_data" in one] == []
    plotly = [one for one in addresses if "plotly" in one and "plotly-from" not in one]
    assert len(plotly) == 1
    assert "/assets/plotly-cartesian.min." in plotly[0]
