"""Deciding in place in a real browser, with scripts and without: problems, decide, explain, submit, accept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from policy.terms import HalfYear
from tests import papers
from tests.browser.conftest import TITLE, Desk

WHY = "二期厂房按实测面积填报，规划面积尚未调整"


@pytest.mark.parametrize("scripts", [True, False])
def test_doubts_are_settled_in_the_list_and_the_numbers_arrive(
    sit_down: Callable[..., Desk], tmp_path: Path, period: HalfYear, scripts: bool
) -> None:
    workbook = tmp_path / "半年报.xlsx"
    figures = {"staff_cyber": "约0.46", "revenue_cyber": None, "area_built": 51}
    workbook.write_bytes(papers.report(TITLE, str(period), figures=figures))
    district = sit_down("district", java_script_enabled=scripts)
    page = district.open("/reports/new")
    page.set_input_files("#upload input[type=file]", workbook)
    if not scripts:
        page.get_by_role("button", name="上传并检查").click()
    page.get_by_role("button", name="确认0.46万人").click()
    expect(page.get_by_text("已确认").first).to_be_visible()
    row = page.locator("#problems tr", has_text="网络安全产业收入").filter(has=page.locator("input[name=value]")).first
    row.locator("input[name=value]").fill("1.5亿元")
    row.locator("input[name=reason]").fill("原表漏填")
    row.locator("input[name=reason]").press("Enter")
    expect(page.locator("#problems")).to_contain_text("已更正（原因：原表漏填）")
    expect(page.get_by_text("条核实性审核没有情况说明，不能报送")).to_be_visible()
    page.locator("#problems textarea").first.fill(WHY)
    page.get_by_role("button", name="保存情况说明").first.click()
    expect(page.locator("#problems")).to_contain_text(WHY)
    page.click("#submit")
    expect(page.get_by_text("已报送，待市经济信息委审核").first).to_be_visible()

    review = sit_down("committee").open(page.url.removeprefix(district.site).partition("#")[0])
    expect(review.locator("#problems")).to_contain_text(WHY)
    expect(review.locator("#problems input[name=value]")).to_have_count(0)
    review.click("#accept")
    expect(review.get_by_text("审核通过").first).to_be_visible()
