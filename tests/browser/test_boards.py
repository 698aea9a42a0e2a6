"""指标看板 and 各园区走势 in a real browser: drawn without complaint, narrow and wide, and leading on to the source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from policy.access import SYSTEM_ACTOR
from policy.terms import HalfYear
from services import snapshots
from services.parks import find_park
from services.platform import Platform
from tests import factories
from tests.browser.conftest import Desk


@pytest.fixture
def reported(platform: Platform, programme: None, period: HalfYear) -> None:
    """Both parks with an accepted half-year; 甲园 is far behind its goal."""
    with platform.database.write() as session:
        for code, firms in (("JIA", "21"), ("YI", "44")):
            park = find_park(session, SYSTEM_ACTOR.scope, code)
            figures = {"firms_cyber": firms, "revenue_cyber": "3.5"}
            factories.accept(session, factories.make_submission(session, park, str(period), figures=figures))
            snapshots.rewrite(session, park.id)


def drawn(page: Page) -> None:
    expect(page.locator("#picture .js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator("#picture")).to_have_count(1)


PRINTED = """() => {
    const screen = document.querySelector("#picture .main-svg").getBoundingClientRect().width;
    document.body.style.width = "1017px";
    window.dispatchEvent(new Event("beforeprint"));
    const place = document.querySelector("#picture figure").getBoundingClientRect();
    const drawings = [...document.querySelectorAll("#picture .main-svg")];
    const found = drawings.map(drawing => [drawing.getBoundingClientRect(), drawing.getAttribute("viewBox")]);
    window.dispatchEvent(new Event("afterprint"));
    document.body.style.width = "";
    return { screen, place: place.right, reach: found.map(one => one[0].right), high: place.height,
             tall: found.map(one => one[0].height), whole: found.map(one => one[1]),
             after: drawings.map(drawing => drawing.getAttribute("viewBox")) };
}"""
"""In one breath, as a browser prints: nothing is drawn anew for the paper, A4 lying down (1017 pixels)."""


def printed_whole(page: Page) -> None:
    page.emulate_media(media="print")
    drawn(page)
    found = page.evaluate(PRINTED)
    page.emulate_media(media="screen")
    assert found["screen"] > 1017, "wide enough on the screen for something to be cut off"
    assert all(right <= found["place"] for right in found["reach"])
    assert all(0 < tall < found["high"] for tall in found["tall"])
    assert all(whole.startswith(f"0 0 {found['screen']:g} ") for whole in found["whole"]), "all of it, only smaller"
    assert not any(found["after"]), "afterwards it is drawn for the screen again"


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth <= 0"))


def test_from_the_board_over_an_indicator_to_the_source(
    reported: None, sit_down: Callable[..., Desk], tmp_path: Path, period: HalfYear
) -> None:
    desk = sit_down("committee")
    page = desk.open("/board")
    drawn(page)
    printed_whole(page)
    own = page.locator("#board tbody tr", has_text="示例甲园")
    expect(own).to_contain_text("严重滞后")
    page.get_by_role("link", name="网络安全企业数量").first.click()

    drawn(page)
    heads = page.locator("#picture .annotation text")
    expect(heads.filter(has_text="示例甲园")).to_have_count(1)
    with page.expect_download() as caught:
        page.get_by_role("button", name="下载图片").click()
    caught.value.save_as(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 10_000
    page.set_viewport_size({"width": 360, "height": 740})
    assert fits(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    # The second line of the head begins with the number.
    page.wait_for_timeout(500)
    head = heads.filter(has_text="示例甲园")
    head.scroll_into_view_if_needed()
    place = head.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + 6, place["y"] + 24)
    expect(page).to_have_url(f"{desk.site}/parks/JIA/figures/{period}/firms_cyber")
    expect(page.locator("main")).to_contain_text("半年报")
