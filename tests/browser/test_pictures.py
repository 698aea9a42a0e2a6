"""A picture is copied, saved, handed out in numbers; where a browser has no clipboard it is saved, and that is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from policy.access import SYSTEM_ACTOR
from policy.terms import HalfYear
from services.parks import find_park
from services.platform import Platform
from tests import factories
from tests.browser.conftest import Desk

SMALLEST = 4096
"""Bytes: an empty picture of this size is smaller."""


@pytest.fixture
def reported(platform: Platform, programme: None, period: HalfYear) -> None:
    """甲园 with the newest half-year and the one before accepted, each with its roster."""
    with platform.database.write() as session:
        park = find_park(session, SYSTEM_ACTOR.scope, "JIA")
        for one, firms in ((period.previous(), ("甲", "乙", "丙")), (period, ("乙", "丙", "丁", "戊"))):
            report = factories.make_submission(session, park, str(one), figures={"firms_cyber": str(len(firms) + 30)})
            factories.add_roster(report, [(f"示例{name}有限公司", "1200") for name in firms])
            factories.accept(session, report)


def test_a_picture_is_copied_saved_and_handed_out_in_numbers(
    reported: None, sit_down: Callable[..., Desk], tmp_path: Path, period: HalfYear
) -> None:
    desk = sit_down("committee", permissions=["clipboard-read", "clipboard-write"])
    page = desk.open("/parks/JIA")
    drawn = _waterfall(page)
    drawn.get_by_role("button", name="复制图片").click()
    expect(drawn.locator(".picture-told")).to_have_text("已复制，可直接粘贴")
    assert page.evaluate("navigator.clipboard.read().then(held => held[0].types)") == ["image/png"]

    title = f"示例甲园网络安全企业数量变化：{period.end_label}比{period.previous().end_label}"
    _saved(page, drawn, "下载图片", title)
    expect(drawn.locator(".picture-told")).to_have_text("已下载")

    drawn.get_by_text("数据表", exact=True).click()
    shown = [line.split("\n")[0].split("\t")[:2] for line in drawn.locator("tbody tr").all_inner_texts()]
    with page.expect_download() as download:
        drawn.get_by_text("下载数据表").click()
    download.value.save_as(tmp_path / "numbers.xlsx")
    rows = list(load_workbook(tmp_path / "numbers.xlsx").active.iter_rows(values_only=True))
    held = [[row[0], str(row[1])] for row in rows if isinstance(row[1], int | float)]
    assert held == shown
    assert [number for _word, number in held] == ["33", "2", "-1", "34"]

    _without_clipboard(page)
    drawn = _waterfall(desk.open("/parks/JIA"))
    _saved(page, drawn, "复制图片", title)
    expect(drawn.locator(".picture-told")).to_have_text("此浏览器不能复制图片，已改为下载")


def _waterfall(page: Page) -> Locator:
    drawn = page.locator("#live figure", has_text="网络安全企业数量变化")
    expect(drawn.locator(".barlayer .point")).to_have_count(4)
    return drawn


def _without_clipboard(page: Page) -> None:
    """As over plain HTTP."""
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")


def _saved(page: Page, drawn: Locator, button: str, title: str) -> None:
    with page.expect_download() as download:
        drawn.get_by_role("button", name=button).click()
    assert download.value.suggested_filename == f"{title}.png"
    data = Path(download.value.path()).read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) > SMALLEST
