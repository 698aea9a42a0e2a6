"""建设进展报送表: one page an operator fills in each period, what it wrote last beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from policy.progress_report import LIMIT, SECTIONS, ProgressPeriod, Section
from services.intake.row_heights import height
from services.intake.templates import guidance, stamp
from services.intake.templates.look import OPEN, Look, a4_sheet
from services.intake.templates.stamp import Stamp
from services.intake.templates.versions import PROGRESS

SHEET = "建设进展"
TITLE = "国家网络安全产业园区市级重点园区建设进展报送表"
HEADINGS = ("事项", "本期进展", "参考：上期所报", "填报要求")
WIDTHS = (15, 62, 40, 26)
FIRST_ROW = 5
LEAST_HEIGHT = 84
NOTE = (
    f"每项不超过{LIMIT}字；本期没有的填“无”，不得空缺。灰色部分和表头请勿改动。"
    "填好后由园区运营管理机构上传，区县经信部门核对后转报市经济信息委。"
)


@dataclass(frozen=True, slots=True)
class ProgressFacts:
    """One park's page for one period: `texts` already written in it, `last` those of the period `last_of`."""

    code: str
    title: str
    operator: str
    period: ProgressPeriod
    texts: Mapping[str, str] = field(default_factory=dict)
    last: Mapping[str, str] = field(default_factory=dict)
    last_of: str = ""
    made_on: date | None = None

    @property
    def stamp(self) -> Stamp:
        return Stamp(PROGRESS, PROGRESS.newest.number, self.code, self.period)


def write_progress(facts: ProgressFacts) -> bytes:
    """The workbook (.xlsx)."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        facts.stamp.put(book, f"'{SHEET}'!$B$4")
        properties: dict[str, object] = {"title": f"{facts.title}{facts.period.label}建设进展"}
        if facts.made_on is not None:
            properties["created"] = datetime.combine(facts.made_on, time(9), UTC)
        book.set_properties(properties)
        _page(book, Look(book), facts)
    return output.getvalue()


def _page(book: Workbook, look: Look, facts: ProgressFacts) -> None:
    sheet = a4_sheet(book, SHEET)
    sheet.protect("", OPEN)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.merge_range("A1:D1", TITLE, look.title)
    sheet.set_row(0, 34)
    _head(sheet, look, facts)
    for place, heading in enumerate(HEADINGS):
        sheet.write_string(FIRST_ROW - 1, place, heading, look.heading)
    if facts.last_of:
        sheet.write_string(FIRST_ROW - 1, 2, f"参考：{facts.last_of}所报", look.heading)
    sheet.set_row(FIRST_ROW - 1, 24)
    for row, section in enumerate(SECTIONS, start=FIRST_ROW):
        _row(sheet, look, facts, row, section)
    last = FIRST_ROW + len(SECTIONS)
    sheet.merge_range(last, 0, last, len(HEADINGS) - 1, NOTE, look.wrapped)
    sheet.set_row(last, 40)
    sheet.write_string(last + 2, 2, "园区运营管理机构（盖章）：", look.word)
    sheet.freeze_panes(FIRST_ROW, 0)
    sheet.set_selection(FIRST_ROW, 1, FIRST_ROW, 1)


def _head(sheet: Worksheet, look: Look, facts: ProgressFacts) -> None:
    for cell, text in {
        "A2": "园区名称：", "C2": "报告期：", "A3": "填报单位：", "C3": "填报日期：", "A4": stamp.LABEL,
    }.items():  # fmt: skip
        sheet.write_string(cell, text, look.word)
        sheet.set_row(int(cell[1:]) - 1, 20)
    sheet.write_string("B2", facts.title, look.plain)
    sheet.write_string("D2", facts.period.label, look.plain)
    sheet.write_string("B3", facts.operator, look.plain)
    sheet.write_blank("D3", None, look.day)
    sheet.write_string("B4", facts.stamp.line, look.small)
    sheet.data_validation("D3", guidance.day_rule("D3"))


def _row(sheet: Worksheet, look: Look, facts: ProgressFacts, row: int, section: Section) -> None:
    text, last = facts.texts.get(section.key, ""), facts.last.get(section.key, "")
    cells = [(text, WIDTHS[1]), (last, WIDTHS[2]), (section.asks, WIDTHS[3])]
    sheet.set_row(row, height(cells, least=LEAST_HEIGHT))
    sheet.write_string(row, 0, section.label, look.label)
    sheet.write_string(row, 1, text, look.text) if text else sheet.write_blank(row, 1, None, look.text)
    sheet.write_string(row, 2, last, look.grey) if last else sheet.write_blank(row, 2, None, look.grey)
    sheet.write_string(row, 3, section.asks, look.grey)
    sheet.data_validation(row, 1, row, 1, _rule(section))


def _rule(section: Section) -> dict[str, Any]:
    """A text that is too long is warned of while it is typed."""
    words = f"“{section.label}”应不超过{LIMIT}字，请精简"
    return {
        "validate": "length", "criteria": "<=", "value": LIMIT, "input_title": section.label,
        "input_message": section.asks + guidance.SAY_NONE + "。",
        "error_title": "字数超限", "error_message": words, "error_type": "warning",
    }  # fmt: skip
