"""园区发展情况表: the prefilled half-year template, laid out as the districts know it.

Labels, units and definitions come from the catalogue and the tables, the same the reader and the checks use.
Locked are the labels only, without a password; figures, rows and remarks are open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from policy.figures import plain
from policy.indicators.catalogue import REQUIRED
from policy.indicators.indicator import Indicator
from policy.tables import EVENTS, PLATFORMS, ROSTER, TASKS, TRAINING, Column, Kind, Table
from policy.terms import HalfYear, Measure

TEMPLATE, VERSION = "half_year_report", "1"
TITLE = "国家网络安全产业园区市级重点园区半年发展情况表"
HEADINGS = ("指标名称", "计量单位", "本期累计", "上年同期", "备注")
REFERENCE = "参考：上期已审核数"
FIRST_ROW = 5
ROSTER_FIRST_ROW = 3
ROSTER_ROWS = 2000
SERVICE_ROWS = 15
# The roster's money and staff columns share one heading, the period, as in 附件表二.
GROUPED = ("revenue", "cyber", "rnd", "staff")
KEPT = ("name", "legal", "founded", "address", "scope", "products", "quals", "contact")

MEANING = {
    Measure.STOCK: "期末数：填报告期末的实有数。",
    Measure.FLOW_YTD: "累计数：填当年1月至报告期末的累计数，不填当期数。",
    Measure.ANNUAL_COUNT: "按企业当年1月至报告期末累计的网络安全业务收入归档，下限不含、上限含。",
    Measure.RATIO: "按原数计算，不取整。",
}


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What is prefilled: `reporter` is 填报单位; `year_before` and `last` are accepted figures (catalogue's units)
    of the same half a year ago and of the half-year before; `roster` the last rows, text by column key.
    """

    code: str
    title: str
    reporter: str
    period: HalfYear
    year_before: Mapping[str, Decimal] = field(default_factory=dict)
    last: Mapping[str, Decimal] = field(default_factory=dict)
    roster: Sequence[Mapping[str, str]] = ()


def write_template(facts: TemplateFacts) -> bytes:
    """The workbook (.xlsx) with its four sheets."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        look = _Look(book)
        _identify(book, facts)
        _figures_sheet(_sheet(book, "半年报"), look, facts)
        _roster_sheet(_sheet(book, "企业名录"), look, facts)
        _services_sheet(_sheet(book, "公共服务"), look)
        _tasks_sheet(_sheet(book, "任务进展"), look)
    return output.getvalue()


def _sheet(book: Workbook, name: str) -> Worksheet:
    """A sheet that prints on A4, one page wide: it is printed for the seal."""
    sheet: Worksheet = book.add_worksheet(name)
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    return sheet


class _Look:
    """The formats of one workbook: `open` cells may be filled in, all others are locked."""

    def __init__(self, book: Workbook) -> None:
        frame = {"font_name": "宋体", "font_size": 11, "border": 1, "text_wrap": True, "valign": "vcenter"}
        self.title: Format = book.add_format({"font_name": "黑体", "font_size": 16, "align": "center"})
        self.plain: Format = book.add_format({"font_name": "宋体", "font_size": 11})
        self.plain_open: Format = book.add_format({"font_name": "宋体", "font_size": 11, "locked": False})
        self.label: Format = book.add_format(frame)
        self.heading: Format = book.add_format(frame | {"bold": True, "align": "center", "bg_color": "#DDE7F0"})
        self.open: Format = book.add_format(frame | {"locked": False})
        self.text: Format = book.add_format(frame | {"locked": False, "num_format": "@"})
        self.day: Format = book.add_format(frame | {"locked": False, "num_format": "yyyy-mm-dd"})
        self.grey: Format = book.add_format(frame | {"font_color": "#7F7F7F", "bg_color": "#F2F2F2"})


def _identify(book: Workbook, facts: TemplateFacts) -> None:
    """Which template this is, for whom: kept in the file's own properties."""
    properties = {
        "parkwatch_template": TEMPLATE,
        "parkwatch_template_version": VERSION,
        "parkwatch_park": facts.code,
        "parkwatch_period": str(facts.period),
    }
    for name, value in properties.items():
        book.set_custom_property(name, value, "text")
    book.set_properties({"title": f"{facts.title}{facts.period.label}发展情况表"})


def _figures_sheet(sheet: Worksheet, look: _Look, facts: TemplateFacts) -> None:
    sheet.protect("", {"format_columns": True, "format_rows": True})
    for column, width in zip("ABCDEF", (56, 12, 16, 16, 24, 20), strict=True):
        sheet.set_column(f"{column}:{column}", width)
    sheet.merge_range("A1:E1", TITLE, look.title)
    for cell, text in (("A2", "园区名称："), ("D2", "统计期："), ("A3", "填报单位："), ("D3", "填报日期：")):
        sheet.write_string(cell, text, look.plain)
    sheet.write_string("B2", facts.title, look.plain)
    sheet.write_string("E2", facts.period.months_label, look.plain)
    sheet.write_string("B3", facts.reporter, look.plain_open)
    sheet.write_blank("E3", None, look.day)
    for place, heading in enumerate((*HEADINGS, REFERENCE)):
        sheet.write_string(FIRST_ROW - 1, place, heading, look.heading)
    for row, indicator in enumerate(REQUIRED, start=FIRST_ROW):
        sheet.set_row(row, 20)
        _figure_row(sheet, look, facts, row, indicator)
    sheet.freeze_panes(FIRST_ROW, 1)


def _figure_row(sheet: Worksheet, look: _Look, facts: TemplateFacts, row: int, indicator: Indicator) -> None:
    part = indicator.key.endswith("_cyber")
    sheet.write_string(row, 0, f"{'其中：' if part else ''}{indicator.label}", look.label)
    sheet.write_string(row, 1, indicator.unit, look.label)
    sheet.write_blank(row, 2, None, look.open)
    _write_figure(sheet, row, 3, facts.year_before.get(indicator.key), look.open)
    sheet.write_blank(row, 4, None, look.text)
    _write_figure(sheet, row, 5, facts.last.get(indicator.key), look.grey)
    sheet.write_comment(row, 2, _definition(indicator, facts.period), {"x_scale": 2, "y_scale": 1.4})
    sheet.data_validation(row, 2, row, 3, _figure_rule(f"C{row + 1}", whole=indicator.whole_number))


def _write_figure(sheet: Worksheet, row: int, column: int, value: Decimal | None, look: Format) -> None:
    """An exact figure as a number; a workbook cell holds 15 digits, more than any figure here has."""
    if value is None:
        sheet.write_blank(row, column, None, look)
    else:
        sheet.write_number(row, column, float(plain(value)), look)


def _definition(indicator: Indicator, period: HalfYear) -> str:
    """指标口径 of one figure, shown at its cell."""
    whole = "填整数。" if indicator.whole_number else "保留原有小数，不取整。"
    return (
        f"指标口径（{indicator.annex}）\n计量单位：{indicator.unit}。{MEANING[indicator.measure]}{whole}\n"
        f"统计期：{period.months_label}。如无内容填“无”，不得空缺。"
    )


def _figure_rule(cell: str, *, whole: bool) -> dict[str, object]:
    """A number not below 0, or 无: the notice asks for 无 where there is nothing (填报说明2)."""
    number = f"ISNUMBER({cell}),{cell}>=0" + (f",{cell}=INT({cell})" if whole else "")
    return {
        "validate": "custom",
        "value": f'=OR({cell}="无",AND({number}))',
        "error_title": "请核对",
        "error_message": f"应填不小于0的{'整数' if whole else '数'}，不带计量单位；如无内容填“无”",
    }


def _roster_sheet(sheet: Worksheet, look: _Look, facts: TemplateFacts) -> None:
    sheet.protect("", _ROWS_OPEN)
    last = len(ROSTER.columns)
    _open_columns(sheet, look, (6, *(_width(column) for column in ROSTER.columns)))
    sheet.merge_range(0, 0, 0, last, f"{ROSTER.label}（合计由系统计算，不必填写）", look.title)
    sheet.merge_range(1, 0, 2, 0, "序号", look.heading)
    sheet.set_row(2, 32)
    for place, column in enumerate(ROSTER.columns, start=1):
        if column.key not in GROUPED:
            sheet.merge_range(1, place, 2, place, column.label, look.heading)
        else:
            sheet.write_string(2, place, f"{column.label}（{column.unit}）", look.heading)
        sheet.write_comment(1 if column.key not in GROUPED else 2, place, _row_definition(column), {"x_scale": 2})
        _validate_rows(sheet, column, place, ROSTER_FIRST_ROW, ROSTER_ROWS)
    first = 1 + [column.key for column in ROSTER.columns].index(GROUPED[0])
    sheet.merge_range(1, first, 1, first + len(GROUPED) - 1, facts.period.months_label, look.heading)
    for number, firm in enumerate(facts.roster, start=1):
        _firm_row(sheet, look, ROSTER_FIRST_ROW + number - 1, number, firm)
    sheet.freeze_panes(ROSTER_FIRST_ROW, 2)


_ROWS_OPEN = {"format_columns": True, "format_rows": True, "insert_rows": True, "delete_rows": True, "sort": True}


def _firm_row(sheet: Worksheet, look: _Look, row: int, number: int, firm: Mapping[str, str]) -> None:
    """Who the firm is, as last reported; its figures are asked for anew."""
    sheet.write_number(row, 0, number, look.open)
    for place, column in enumerate(ROSTER.columns, start=1):
        text = firm.get(column.key, "") if column.key in KEPT else ""
        look_here = look.open if column.key in GROUPED else look.text
        if text:
            sheet.write_string(row, place, text, look_here)
        else:
            sheet.write_blank(row, place, None, look_here)


def _row_definition(column: Column) -> str:
    limit = f"不超过{column.limit}字。" if column.limit else ""
    hints = {
        Kind.DATE: "写到日，如2020-10-20。",
        Kind.AMOUNT: f"计量单位：{column.unit}；累计数；如无填“无”。",
        Kind.COUNT: f"计量单位：{column.unit}；期末数；如无填“无”。",
        Kind.CONTACT: "姓名 手机号码。",
    }
    return f"{column.label}：{hints.get(column.kind, '如无填“无”。')}{limit}"


def _width(column: Column) -> int:
    return {Kind.TEXT: 24, Kind.CONTACT: 20}.get(column.kind, 14)


def _open_columns(sheet: Worksheet, look: _Look, widths: Sequence[int]) -> None:
    """Whole columns may be filled in: nothing is written, so that blank rows stay truly blank."""
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width, look.open)


def _validate_rows(sheet: Worksheet, column: Column, place: int, first: int, rows: int) -> None:
    if column.kind in (Kind.AMOUNT, Kind.COUNT):
        cell = f"{xlsxwriter.utility.xl_col_to_name(place)}{first + 1}"
        rule = _figure_rule(cell, whole=column.kind is Kind.COUNT)
        sheet.data_validation(first, place, first + rows - 1, place, rule)


def _services_sheet(sheet: Worksheet, look: _Look) -> None:
    sheet.protect("", _ROWS_OPEN)
    _open_columns(sheet, look, (36, 28, 28, 18, 14))
    row = 0
    for table in (PLATFORMS, TRAINING, EVENTS):
        sheet.write_string(row, 0, table.label, look.heading)
        _table_heading(sheet, look, table, row + 1)
        for place, column in enumerate(table.columns):
            _validate_rows(sheet, column, place, row + 2, SERVICE_ROWS)
        row += 2 + SERVICE_ROWS


def _table_heading(sheet: Worksheet, look: _Look, table: Table, row: int) -> None:
    for place, column in enumerate(table.columns):
        unit = f"（{column.unit}）" if column.unit and column.kind is Kind.COUNT else ""
        sheet.write_string(row, place, f"{column.label}{unit}", look.heading)


def _tasks_sheet(sheet: Worksheet, look: _Look) -> None:
    sheet.protect("", _ROWS_OPEN)
    _open_columns(sheet, look, (36, 20, 48, 12, 16))
    _table_heading(sheet, look, TASKS, 0)
    share = [column.key for column in TASKS.columns].index("done_share")
    sheet.write_comment(0, share, "完成比例：写百分数，如60%。")
    sheet.freeze_panes(1, 1)
