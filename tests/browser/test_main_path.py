"""The main job in a real browser: upload, problems, submit, accept, and the number on the overview."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from policy.access import Role
from policy.terms import HalfYear
from tests import papers
from tests.browser.conftest import TITLE, Desk

ROLES = [role.value for role in Role if role is not Role.SYSTEM]


@pytest.fixture
def workbook(tmp_path: Path, period: HalfYear) -> Callable[..., Path]:
    """A filled-in template on disk."""

    def write(name: str, **figures: object) -> Path:
        path = tmp_path / name
        path.write_bytes(papers.report(TITLE, str(period), figures=figures))
        return path

    return write


def test_from_the_upload_to_the_number_on_the_overview(
    sit_down: Callable[..., Desk], workbook: Callable[..., Path]
) -> None:
    district = sit_down("district")
    page = district.open("/reports/new")
    page.set_input_files("#upload input[type=file]", workbook("有问题.xlsx", firms_cyber=None, area_built="约35"))
    problems = page.locator("#problems")
    expect(problems).to_contain_text("网络安全企业数量")
    expect(problems).to_contain_text("须更正")
    expect(problems).to_contain_text("约35")
    page.click("#submit")
    expect(page.locator(".notice-refused")).to_contain_text("处须更正")

    district.open("/reports/new")
    page.set_input_files("#upload input[type=file]", workbook("已更正.xlsx", revenue_cyber=1.53))
    page.click("#submit")
    expect(page.get_by_text("已报送，待市经济信息委审核").first).to_be_visible()
    report = page.url.removeprefix(district.site)

    committee = sit_down("committee")
    expect(committee.open("/parks").locator("#park-table")).not_to_contain_text("1.53")
    review = committee.open(report)
    review.click("#accept")
    expect(review.get_by_text("审核通过").first).to_be_visible()
    for path in ("/", "/parks"):
        expect(committee.open(path).locator("#park-table tr", has_text="示例甲园")).to_contain_text("1.53")


def test_a_return_with_its_reason_reaches_the_district(
    sit_down: Callable[..., Desk], workbook: Callable[..., Path]
) -> None:
    district, committee = sit_down("district"), sit_down("committee")
    page = district.open("/reports/new")
    page.set_input_files("#upload input[type=file]", workbook("半年报.xlsx"))
    page.click("#submit")
    report = page.url.removeprefix(district.site)
    review = committee.open(report)
    review.fill("#return-reason", "半年报!C10 单位应为亿元，请核对")
    review.click("#return")
    expect(review.get_by_text("已退回修改")).to_be_visible()
    expect(district.open(report).get_by_text("退回修改，原因：半年报!C10 单位应为亿元，请核对")).to_be_visible()


def test_the_search_narrows_the_table_as_one_types(sit_down: Callable[..., Desk]) -> None:
    page = sit_down("committee").open("/parks")
    expect(page.locator("#park-rows tr")).to_have_count(2)
    page.fill("#park-search", "示例乙区")
    expect(page.locator("#park-rows tr")).to_have_count(1)
    expect(page.locator("#park-rows")).to_contain_text("示例乙园")
    page.fill("#park-search", "")
    expect(page.locator("#park-rows tr")).to_have_count(2)


def test_the_charts_draw_and_a_long_report_comes_with_its_progress(sit_down: Callable[..., Desk]) -> None:
    desk = sit_down("committee")
    page = desk.open("/parks/JIA")
    expect(page.locator("#charts .js-plotly-plot .main-svg").first).to_be_visible()
    assert page.locator("#first-content").count() == 0
    page = desk.open("/parks/JIA/self-assessment")
    with page.expect_download(timeout=60_000) as caught:
        page.get_by_role("link", name="PDF", exact=True).click()
        expect(page.get_by_role("progressbar")).to_be_visible()
    assert caught.value.suggested_filename.endswith(".pdf")
    expect(page.get_by_text("已生成：")).to_be_visible()
    expect(page.get_by_role("link", name="下载", exact=True)).to_be_visible()


def test_without_scripts_everything_can_be_read_sent_and_submitted(
    sit_down: Callable[..., Desk], workbook: Callable[..., Path]
) -> None:
    desk = sit_down("district", java_script_enabled=False)
    expect(desk.open("/parks").locator("#park-table")).to_contain_text("示例甲园")
    page = desk.open("/reports/new")
    page.set_input_files("#upload input[type=file]", workbook("半年报.xlsx"))
    page.get_by_role("button", name="上传并检查").click()
    page.click("#submit")
    expect(page.get_by_text("已报送，待市经济信息委审核").first).to_be_visible()


def test_every_page_of_every_role_fits_a_phone_and_complains_of_nothing(sit_down: Callable[..., Desk]) -> None:
    for role in ROLES:
        desk = sit_down(role, viewport={"width": 360, "height": 740})
        menu = desk.page.locator("nav.menu a")
        paths = [str(menu.nth(place).get_attribute("href")) for place in range(menu.count())]
        own = [] if role == "admin" else ["/parks/JIA", "/parks/JIA/self-assessment", "/parks/JIA/acceptance"]
        for path in paths + own:
            page = desk.open(path)
            expect(page.locator("h1")).to_have_count(1)
            assert _overflow(page) <= 0, (role, path)


def _overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_words_stand_out_from_their_ground(sit_down: Callable[..., Desk]) -> None:
    """WCAG AA: 4.5 to 1 (3 to 1 for large words) for every visible text of the busiest pages, light and dark."""
    for scheme in ("light", "dark"):
        desk = sit_down("committee", color_scheme=scheme)
        for path in ("/", "/parks", "/parks/JIA", "/parks/JIA/acceptance", "/reports/new", "/alerts", "/obligations"):
            assert desk.open(path).evaluate(TOO_FAINT) == [], (scheme, path)


TOO_FAINT = """() => {
  const channel = c => { c /= 255; return c <= .03928 ? c / 12.92 : Math.pow((c + .055) / 1.055, 2.4); };
  const luminance = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
  const parts = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const ground = node => {
    for (let at = node; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      const colour = parts(style.backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
      if (colour[3] > 0) return null;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const node of document.querySelectorAll("body *")) {
    const words = [...node.childNodes].some(child => child.nodeType === 3 && child.textContent.trim());
    const style = getComputedStyle(node);
    if (!words || !node.offsetParent || node.closest("svg, .unseen, .skip, [disabled]")) continue;
    const behind = ground(node);
    if (!behind) continue;
    const [one, two] = [luminance(parts(style.color)), luminance(behind)].sort((a, b) => b - a);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const ratio = (one + .05) / (two + .05);
    if (ratio < (large ? 3 : 4.5)) faint.push(`${node.textContent.trim().slice(0, 20)} ${ratio.toFixed(2)}`);
  }
  return [...new Set(faint)];
}"""
