"""The whole report page in a real browser: problems, decide, explain, marked file, mend, compare, submit, accept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from policy.terms import HalfYear, Severity
from services.intake.annotate.problems import COLOURS
from tests import papers
from tests.browser.conftest import TITLE, Desk

WHY = "二期厂房按实测面积填报，规划面积尚未调整"
FIGURES = {"staff_cyber": "约0.46", "area_operating": None, "area_built": 51, "revenue_cyber": 1.53}


def marked_and_mended(page: Page, folder: Path) -> Path:
    """The downloaded workbook, looked at and then corrected in one cell."""
    with page.expect_download() as caught:
        page.get_by_role("link", name="下载标注问题的原表").click()
    assert caught.value.suggested_filename == "半年报-标注问题.xlsx"
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    book = load_workbook(path)
    cell = book["半年报"]["C7"]
    assert str(cell.fill.fgColor.rgb).endswith(COLOURS[Severity.CONFIRM])
    assert cell.comment is not None
    assert WHY in cell.comment.text
    cell.value = 45
    book.save(path)
    return path


def test_from_problems_to_acceptance(sit_down: Callable[..., Desk], tmp_path: Path, period: HalfYear) -> None:
    sent = tmp_path / "半年报.xlsx"
    sent.write_bytes(papers.report(TITLE, str(period), figures=FIGURES))
    district = sit_down("district")
    page = district.open("/reports/new")
    page.set_input_files("#upload input[type=file]", sent)

    problems = page.locator("#problems")
    for words in ("半年报!C7", "大于园区规划建设产业楼宇面积", "半年报!C8", "如无内容应填“无”", "约0.46", "待确认"):
        expect(problems).to_contain_text(words)
    page.click("#submit")
    refusal = page.locator(".notice-refused")
    expect(refusal).to_contain_text("1处须更正（半年报!C8）")
    expect(refusal).to_contain_text("1条核实性审核没有情况说明（半年报!C7）")
    page.get_by_role("link", name="到第一处").click()
    expect(page.locator("#problems tr:target")).to_contain_text("半年报!C8")

    page.get_by_role("button", name="确认0.46万人").click()
    expect(problems).to_contain_text("已确认")
    empty = problems.locator("tr", has_text="半年报!C8").filter(has=page.locator("input[name=value]"))
    empty.locator("input[name=value]").fill("22")
    empty.locator("input[name=reason]").fill("原表漏填")
    empty.get_by_role("button", name="改为").click()
    expect(problems).to_contain_text("已更正（原因：原表漏填）")
    problems.locator("textarea").first.fill(WHY)
    page.get_by_role("button", name="保存情况说明").click()
    expect(problems).to_contain_text(WHY)

    marked = marked_and_mended(page, tmp_path)
    district.open("/reports/new")
    page.set_input_files("#upload input[type=file]", marked)
    expect(page.get_by_text("第1版草稿2 ·")).to_be_visible()
    expect(problems).not_to_contain_text("半年报!C7")
    expect(problems).to_contain_text("已确认（沿用前一版）")
    page.get_by_role("link", name="与本版比较").click()
    changed = page.locator("#figures tbody tr")
    expect(changed).to_have_count(1)
    for words in ("园区已建成用于产业发展的楼宇面积", "51", "45", "减少6万平方米（-11.8%）", "半年报!C7"):
        expect(changed).to_contain_text(words)
    expect(page.locator("#findings")).to_contain_text("已消除")
    expect(page.locator("#t-roster")).to_have_count(0)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.go_back()
    page.click("#submit")
    expect(page.get_by_text("已报送，待市经济信息委审核").first).to_be_visible()

    committee = sit_down("committee")
    review = committee.open(page.url.removeprefix(district.site).partition("#")[0])
    expect(review.locator("#versions tbody tr")).to_have_count(1)
    expect(review.locator("#versions")).to_contain_text("第1版（当前查看）")
    review.click("#accept")
    expect(review.get_by_text("审核通过").first).to_be_visible()
    expect(committee.open("/parks").locator("#park-table tr", has_text="示例甲园")).to_contain_text("1.53")
