"""One round of 一企一表 in a real browser: download the pages, send a zip of answers, see who is missing, merge."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect

from policy.access import SYSTEM_ACTOR
from policy.terms import HalfYear
from services import clock, reviews
from services.platform import Platform
from services.submissions import ingest
from tests.browser.conftest import TITLE, Desk
from tests.papers import fill_firm_page, report

FIGURES = {"revenue": 1800, "cyber": 1080, "rnd": 121, "staff": 42}


@pytest.fixture
def listed(platform: Platform, programme: None, period: HalfYear) -> None:
    """An accepted report of the half-year before, with 25 firms."""
    data = report(TITLE, str(period.previous()))
    stored = ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", data, submit=True)
    assert stored.submission_id is not None
    with platform.database.write() as session:
        reviews.accept(session, SYSTEM_ACTOR, stored.submission_id, clock.today())


def answers(archive: Path, folder: Path, count: int, **odd: object) -> Path:
    """A zip of the first pages of the archive, filled in; the last of them with `odd` cells."""
    path = folder / "收回.zip"
    with ZipFile(archive) as issued, ZipFile(path, "w") as sent:
        for place, name in enumerate(sorted(issued.namelist())[1 : count + 1], start=1):
            cells = FIGURES | (odd if place == count else {})
            sent.writestr(f"示例甲园/{name}", fill_firm_page(issued.read(name), **cells))
    return path


def test_a_round_from_the_pages_to_the_draft(
    site: str, listed: None, sit_down: Callable[..., Desk], tmp_path: Path, period: HalfYear
) -> None:
    operator = sit_down("operator")
    page = operator.open(f"/parks/JIA/firms/{period}")
    with page.expect_download() as download:
        page.locator(".actions").get_by_text("下载全部一企一表").click()
    sent = answers(Path(download.value.path()), tmp_path, 20, cyber="约1080")
    page.set_input_files("#collect input[type=file]", sent)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_text("收下20份")).to_be_visible()
    expect(page.locator(".summary")).to_contain_text("未回收5家，已回收19家，有问题1家")
    page.locator(".kinds").get_by_text("有问题").click()
    firms = page.locator("#firms tbody tr")
    expect(firms).to_have_count(1)
    expect(firms).to_contain_text("一企一表!C13 其中：网络安全业务收入填“约1080”")
    expect(page.locator("#merge")).to_have_count(0)

    district = sit_down("district")
    page = district.open(f"/parks/JIA/firms/{period}?show=missing")
    expect(page.locator("#firms tbody tr")).to_have_count(5)
    expect(page.locator("#merge")).to_contain_text("有1家的网络安全业务收入有疑问或空缺，未计入汇总数")
    expect(page.locator("#merge")).to_contain_text("2.052亿元")
    page.check("input[name=answered_only]")
    page.click("#merge-button")
    expect(page.get_by_text("已按收回的一企一表汇总成一版草稿")).to_be_visible()
    expect(page.locator("#problems")).to_contain_text("约1080")
    expect(page.locator("body")).to_contain_text("示例安全1有限公司")


def test_without_scripts_answers_are_sent_all_the_same(
    site: str, listed: None, sit_down: Callable[..., Desk], tmp_path: Path, period: HalfYear
) -> None:
    desk = sit_down("operator", java_script_enabled=False)
    page = desk.open(f"/parks/JIA/firms/{period}")
    answer = page.request.get(f"{site}/parks/JIA/firms/{period}.zip")
    issued = tmp_path / "发放.zip"
    issued.write_bytes(answer.body())
    page.set_input_files("#collect input[type=file]", answers(issued, tmp_path, 2))
    page.get_by_role("button", name="上传并核对").click()
    expect(page.locator(".summary")).to_contain_text("已回收2家")
    with ZipFile(BytesIO(issued.read_bytes())) as archive:
        assert len(archive.namelist()) == 26
