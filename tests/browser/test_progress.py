"""建设进展 in a real browser: the operator fills in its template, the district passes it on, the committee reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from policy.progress_report import SECTIONS
from tests.browser.conftest import Desk

FIRST_ROW = 6


def test_from_the_template_to_the_committee(tmp_path: Path, sit_down: Callable[..., Desk]) -> None:
    operator, district, committee = (sit_down(name) for name in ("operator", "district", "committee"))
    page = operator.open("/parks")
    page.locator("#park-table").get_by_role("link", name="示例甲园").click()
    page.locator(".tabs").get_by_role("link", name="建设进展").click()
    with page.expect_download() as download:
        page.click("#progress-template")
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    book = load_workbook(file)
    for row, section in enumerate(SECTIONS, start=FIRST_ROW):
        book.active.cell(row, 2, f"{section.label}：签约项目2个")
    book.active.cell(FIRST_ROW, 2).value = None
    book.save(file)
    page.set_input_files("#upload input[type=file]", file)
    told = page.locator(".notice-refused")
    expect(told).to_contain_text("须改正1处")
    expect(told).to_be_in_viewport()
    book.active.cell(FIRST_ROW, 2, "新签约项目2个，在谈项目4个")
    book.save(file)
    page.set_input_files("#upload input[type=file]", file)
    expect(page.locator(".notice-done")).to_contain_text("待区县经信部门转报")

    inbox = district.open("/")
    inbox.locator(".notice", has_text="待转报").get_by_role("link").click()
    expect(inbox.locator("#progress-texts")).to_contain_text("新签约项目2个，在谈项目4个")
    address = inbox.url.removeprefix(district.site).partition("?")[0]
    expect(committee.open(address).locator("main")).not_to_contain_text("在谈项目4个")
    inbox.click("#forward")
    expect(inbox.locator(".notice-done")).to_contain_text("转报")
    expect(committee.open(address).locator("#progress-texts")).to_contain_text("新签约项目2个，在谈项目4个")
