"""填报说明: the last sheet of a template. The reader leaves it out: nothing on it is reported."""

from __future__ import annotations

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from policy.indicators.catalogue import REQUIRED
from policy.tables import ROSTER
from policy.terms import HalfYear
from services.intake.row_heights import height
from services.intake.templates import guidance
from services.intake.templates.look import Look, a4_sheet
from services.intake.templates.stamp import HELP_SHEET
from services.intake.templates.versions import Template

GENERAL = (
    "有边框的白色单元格可以填写，灰色单元格和表头不必填写。工作表保护没有设密码，只为防止误改表头。",
    f"{guidance.SAY_NONE}。数字只填数，不带计量单位；确需估算的，数据性质选“预计数”。",
    "企业名录可以增行、删行、排序；上期的企业已列出，请核对增减；上期所报的数见各企业“公司营业总收入”格的批注。",
    "表中的园区名称、统计期和模板版本请勿改动：上传时据此核对，用错园区或报告期的表会提示。",
    "用 WPS、Office 或 LibreOffice 填写后保存为 .xlsx 上传；.xls、.ods 也可以。",
)


def write_help(book: Workbook, look: Look, template: Template, period: HalfYear) -> None:
    """How to fill in, what each figure means, and what each version has changed against the one before."""
    sheet = a4_sheet(book, HELP_SHEET, landscape=False)
    sheet.protect()
    sheet.set_column(0, 0, 40)
    sheet.set_column(1, 1, 72)
    row = _section(sheet, look, 0, "怎样填", [("", text) for text in GENERAL])
    figures = [(indicator.label, guidance.of_indicator(indicator, period).replace("\n", " ")) for indicator in REQUIRED]
    row = _section(sheet, look, row, "指标口径", figures)
    row = _section(sheet, look, row, ROSTER.label, [(c.label, guidance.of_column(c)) for c in ROSTER.columns])
    _section(sheet, look, row, "模板各版的变动", [("", version.told) for version in reversed(template.versions)])


def _section(sheet: Worksheet, look: Look, row: int, heading: str, lines: list[tuple[str, str]]) -> int:
    sheet.merge_range(row, 0, row, 1, heading, look.heading)
    sheet.set_row(row, 22)
    for number, (label, text) in enumerate(lines, start=row + 1):
        if label:
            sheet.write_string(number, 0, label, look.label)
            sheet.write_string(number, 1, text, look.label)
        else:
            sheet.merge_range(number, 0, number, 1, text, look.label)
        sheet.set_row(number, height([(text, 72 if label else 112), (label, 40)]))
    return row + len(lines) + 2
