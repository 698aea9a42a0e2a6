"""一企一表: one workbook a firm, one page, the roster's columns from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from policy.tables import ROSTER, Column, Kind
from policy.terms import HalfYear
from services.intake.row_heights import height
from services.intake.templates import guidance, stamp
from services.intake.templates.look import OPEN, Look, a4_sheet, put
from services.intake.templates.stamp import Stamp
from services.intake.templates.versions import FIRM_PAGE

SHEET = "一企一表"
TITLE = "园区网络安全企业情况表（一企一表）"
HEADINGS = ("项目", "计量单位", "本期填报", "参考：上期所报", "填报要求")
FIRST_ROW = 5
WIDTHS = (22, 8, 36, 12, 26)
NOTE = (
    "如无内容填“无”，不得空缺；数字只填数，不带计量单位。已列出的内容请核对，有变动的直接修改。"
    "灰色部分和表头请勿改动，填好后把本文件发回园区运营管理机构。"
)


@dataclass(frozen=True, slots=True)
class FirmPageFacts:
    """One firm's page: `cells` are prefilled, text by column; `last` its figures of the paper named by `last_of`.

    `firm` is empty on the page for firms that are not on the roster yet.
    """

    code: str
    title: str
    period: HalfYear
    firm: str = ""
    cells: Mapping[str, str] = field(default_factory=dict)
    last: Mapping[str, str] = field(default_factory=dict)
    last_of: str = ""

    @property
    def stamp(self) -> Stamp:
        return Stamp(FIRM_PAGE, FIRM_PAGE.newest.number, self.code, self.period, self.firm)


def write_firm_page(facts: FirmPageFacts) -> bytes:
    """The workbook (.xlsx)."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        look = Look(book)
        facts.stamp.put(book, f"'{SHEET}'!$B$4")
        book.set_properties({"title": f"{facts.firm}{facts.period.label}一企一表"})
        _page(book, look, facts)
    return output.getvalue()


def _page(book: Workbook, look: Look, facts: FirmPageFacts) -> None:
    sheet = a4_sheet(book, SHEET, landscape=False)
    sheet.fit_to_pages(1, 1)
    sheet.protect("", OPEN)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.merge_range("A1:E1", TITLE, look.title)
    sheet.set_row(0, 30)
    sheet.set_row(FIRST_ROW - 1, 36)
    _head(sheet, look, facts)
    for place, heading in enumerate(HEADINGS):
        sheet.write_string(FIRST_ROW - 1, place, heading, look.heading)
    if facts.last_of:
        sheet.write_string(FIRST_ROW - 1, 3, f"参考：{facts.last_of}所报", look.heading)
    for row, column in enumerate(ROSTER.columns, start=FIRST_ROW):
        _row(sheet, look, facts, row, column)
    last = FIRST_ROW + len(ROSTER.columns)
    sheet.merge_range(last, 0, last, len(HEADINGS) - 1, NOTE, look.wrapped)
    sheet.set_row(last, 40)
    sheet.write_string(last + 2, 3, "企业（盖章）：", look.word)
    sheet.freeze_panes(FIRST_ROW, 0)


def _head(sheet: Worksheet, look: Look, facts: FirmPageFacts) -> None:
    for cell, text in {
        "A2": "园区名称：", "D2": "统计期：", "A3": "填报企业：", "D3": "填报日期：",
        "A4": stamp.LABEL,
    }.items():  # fmt: skip
        sheet.write_string(cell, text, look.word)
        sheet.set_row(int(cell[1:]) - 1, 20)
    sheet.write_string("B2", facts.title, look.plain)
    sheet.write_string("E2", facts.period.months_label, look.plain)
    sheet.write_string("B3", facts.firm or "新增企业", look.plain)
    sheet.write_blank("E3", None, look.day)
    sheet.write_string("B4", facts.stamp.line, look.small)
    sheet.data_validation("E3", guidance.day_rule("E3"))


def _row(sheet: Worksheet, look: Look, facts: FirmPageFacts, row: int, column: Column) -> None:
    text, asked = facts.cells.get(column.key, ""), guidance.of_column(column)
    figure = column.kind in (Kind.AMOUNT, Kind.COUNT)
    lines = max(text.count("\n") + 1, (column.limit or 0) // 16)
    sheet.set_row(row, max(height([(text, WIDTHS[2]), (asked, WIDTHS[4] - 3)], least=26), 15 * lines + 5))
    sheet.write_string(row, 0, column.label, look.part if column.label.startswith("其中") else look.label)
    sheet.write_string(row, 1, column.unit, look.label)
    if figure:
        put(sheet, row, 2, text, look.open)
    elif text:
        sheet.write_string(row, 2, text, look.text)
    else:
        sheet.write_blank(row, 2, None, look.text)
    put(sheet, row, 3, facts.last.get(column.key, "") if figure else "", look.grey)
    sheet.write_string(row, 4, asked, look.grey)
    sheet.data_validation(row, 2, row, 2, guidance.column_rule(column, f"C{row + 1}"))
