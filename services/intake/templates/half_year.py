"""园区发展情况表: the prefilled half-year template, laid out as the districts know it.

Labels, units and definitions come from the catalogue and the tables, the same the reader and the checks use.
Locked are the labels only, without a password; figures, rows and remarks are open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from policy.figures import plain
from policy.indicators.catalogue import REQUIRED
from policy.indicators.indicator import Indicator
from policy.tables import EVENTS, PLATFORMS, ROSTER, TASKS, TRAINING, Column, Kind, Table
from policy.terms import FigureKind, HalfYear
from services.intake.row_heights import height
from services.intake.templates import guidance, stamp
from services.intake.templates.help_sheet import write_help
from services.intake.templates.look import OPEN, ROWS_OPEN, Look, a4_sheet, as_number, put
from services.intake.templates.stamp import Stamp
from services.intake.templates.versions import HALF_YEAR

TITLE = "国家网络安全产业园区市级重点园区半年发展情况表"
FIGURES, FIRMS, SERVICES, PROGRESS = "半年报", "企业名录", "公共服务", "任务进展"
HEADINGS = ("指标名称", "计量单位", "本期累计", "上年同期", "备注")
REFERENCE = "参考：上期已审核数"
PROPOSED = "参考：一企一表汇总数（供审核填报）"
FIRST_ROW = 5
ROSTER_FIRST_ROW = 3
ROSTER_ROWS = 2000
SERVICE_ROWS = 15
SERVICE_WIDTHS = (32, 24, 26, 18, 14)
TASK_WIDTHS = (36, 20, 48, 13, 13)
# The roster's money and staff columns share one heading, the period, as in 附件表二.
GROUPED = ("revenue", "cyber", "rnd", "staff")
ROSTER_WIDTHS = {
    "name": 20, "legal": 8, "founded": 11, "address": 17, "scope": 26, "products": 22, "quals": 20, "contact": 14,
}  # fmt: skip
KEPT = tuple(column.key for column in ROSTER.columns if column.key not in GROUPED)


@dataclass(frozen=True, slots=True)
class RosterLine:
    """One firm: `cells` stand in its columns; noted beside: what it reported `last`, and the cells' `source`."""

    cells: Mapping[str, str]
    last: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """What is prefilled, text by key.

    `reporter` is 填报单位; `year_before` and `last` are accepted figures (catalogue's units) of the same half a year
    ago and of the half-year before; `roster_of` names the paper the firms' last figures are of; `typed` figures and
    `rows` of the other tables that were filled in before; `proposed` what the firms' pages add up to, shown beside.
    """

    code: str
    title: str
    reporter: str
    period: HalfYear
    year_before: Mapping[str, Decimal] = field(default_factory=dict)
    last: Mapping[str, Decimal] = field(default_factory=dict)
    roster: Sequence[RosterLine] = ()
    roster_of: str = ""
    typed: Mapping[tuple[str, str], str] = field(default_factory=dict)
    proposed: Mapping[str, Decimal] = field(default_factory=dict)
    rows: Mapping[str, Sequence[Mapping[str, str]]] = field(default_factory=dict)
    figure_kind: FigureKind = FigureKind.PRELIMINARY
    made_on: date | None = None

    @property
    def stamp(self) -> Stamp:
        return Stamp(HALF_YEAR, HALF_YEAR.newest.number, self.code, self.period)


def write_template(facts: TemplateFacts) -> bytes:
    """The workbook (.xlsx): four sheets to fill in and one that says how."""
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        look = Look(book)
        facts.stamp.put(book, f"'{FIGURES}'!$B$4")
        _describe(book, facts)
        _figures_sheet(book, look, facts)
        _roster_sheet(book, look, facts)
        _services_sheet(book, look, facts)
        _tasks_sheet(book, look, facts)
        write_help(book, look, HALF_YEAR, facts.period)
    return output.getvalue()


def _describe(book: Workbook, facts: TemplateFacts) -> None:
    """Dated by its content's day, so that the same content gives the same bytes."""
    properties: dict[str, object] = {"title": f"{facts.title}{facts.period.label}发展情况表"}
    if facts.made_on is not None:
        properties["created"] = datetime.combine(facts.made_on, time(9), UTC)
    book.set_properties(properties)


def _figures_sheet(book: Workbook, look: Look, facts: TemplateFacts) -> None:
    sheet = a4_sheet(book, FIGURES)
    sheet.protect("", OPEN)
    for place, width in enumerate((52, 13, 16, 16, 26, 20, 22)):
        sheet.set_column(place, place, width)
    sheet.merge_range("A1:E1", TITLE, look.title)
    sheet.set_row(0, 28)
    _head(sheet, look, facts)
    for place, heading in enumerate((*HEADINGS, REFERENCE)):
        sheet.write_string(FIRST_ROW - 1, place, heading, look.heading if place < len(HEADINGS) else look.grey_heading)
    if facts.proposed:
        sheet.write_string(FIRST_ROW - 1, len(HEADINGS) + 1, PROPOSED, look.grey_heading)
    for row, indicator in enumerate(REQUIRED, start=FIRST_ROW):
        sheet.set_row(row, 20)
        _figure_row(sheet, look, facts, row, indicator)
    sheet.print_area(0, 0, FIRST_ROW + len(REQUIRED) - 1, len(HEADINGS) - 1)
    sheet.repeat_rows(FIRST_ROW - 1)
    sheet.freeze_panes(FIRST_ROW, 1)


def _head(sheet: Worksheet, look: Look, facts: TemplateFacts) -> None:
    for cell, text in {
        "A2": "园区名称：", "D2": "统计期：", "A3": "填报单位：", "D3": "填报日期：",
        "A4": stamp.LABEL, "D4": "数据性质：",
    }.items():  # fmt: skip
        sheet.write_string(cell, text, look.word)
        sheet.set_row(int(cell[1:]) - 1, 20)
    sheet.write_string("B2", facts.title, look.plain)
    sheet.write_string("E2", facts.period.months_label, look.plain)
    sheet.write_string("B3", facts.reporter, look.plain_open)
    sheet.write_blank("E3", None, look.day)
    sheet.write_string("B4", facts.stamp.line, look.small)
    sheet.write_string("E4", facts.figure_kind.label, look.choice)
    sheet.data_validation("E3", guidance.day_rule("E3"))
    sheet.data_validation("E4", guidance.kind_rule())


def _figure_row(sheet: Worksheet, look: Look, facts: TemplateFacts, row: int, indicator: Indicator) -> None:
    part = indicator.key.endswith("_cyber")
    sheet.write_string(row, 0, f"{'其中：' if part else ''}{indicator.label}", look.part if part else look.label)
    sheet.write_string(row, 1, indicator.unit, look.label)
    before = _text(facts.year_before.get(indicator.key))
    put(sheet, row, 2, facts.typed.get((indicator.key, "current"), ""), look.open)
    put(sheet, row, 3, before or facts.typed.get((indicator.key, "previous"), ""), look.open)
    sheet.write_blank(row, 4, None, look.text)
    put(sheet, row, 5, _text(facts.last.get(indicator.key)), look.grey)
    if facts.proposed:
        put(sheet, row, 6, _text(facts.proposed.get(indicator.key)), look.grey)
    sheet.write_comment(row, 2, guidance.of_indicator(indicator, facts.period), {"x_scale": 2, "y_scale": 1.4})
    sheet.data_validation(row, 2, row, 3, guidance.figure_rule(f"C{row + 1}", whole=indicator.whole_number))


def _text(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _roster_sheet(book: Workbook, look: Look, facts: TemplateFacts) -> None:
    last = len(ROSTER.columns)
    sheet = a4_sheet(book, FIRMS)
    sheet.protect("", ROWS_OPEN)
    _open_columns(sheet, look, ROSTER.columns, first=1)
    sheet.set_column(0, 0, 5, look.open)
    sheet.merge_range(0, 0, 0, last, f"{ROSTER.label}（合计由系统计算，不必填写）", look.title)
    sheet.merge_range(1, 0, 2, 0, "序号", look.heading)
    sheet.set_row(0, 28)
    sheet.set_row(2, 48)
    for place, column in enumerate(ROSTER.columns, start=1):
        _roster_heading(sheet, look, place, column)
        _validate(sheet, column, place, ROSTER_FIRST_ROW, ROSTER_ROWS)
    first = 1 + [column.key for column in ROSTER.columns].index(GROUPED[0])
    sheet.merge_range(1, first, 1, first + len(GROUPED) - 1, facts.period.months_label, look.heading)
    for number, line in enumerate(facts.roster, start=1):
        _firm_row(sheet, look, number, line)
        _firm_notes(sheet, number, line, facts.roster_of)
    sheet.repeat_rows(1, 2)
    sheet.freeze_panes(ROSTER_FIRST_ROW, 2)


def _roster_heading(sheet: Worksheet, look: Look, place: int, column: Column) -> None:
    row = 2 if column.key in GROUPED else 1
    if row == 1:
        sheet.merge_range(1, place, 2, place, column.label, look.heading)
    else:
        sheet.write_string(2, place, f"{column.label}（{column.unit}）", look.heading)
    sheet.write_comment(row, place, f"{column.label}：{guidance.of_column(column)}", {"x_scale": 2})


def _firm_row(sheet: Worksheet, look: Look, number: int, line: RosterLine) -> None:
    row = ROSTER_FIRST_ROW + number - 1
    sheet.set_row(row, height((line.cells.get(column.key, ""), _width(column)) for column in ROSTER.columns))
    sheet.write_number(row, 0, number, look.open)
    for place, column in enumerate(ROSTER.columns, start=1):
        _write(sheet, row, place, column, line.cells.get(column.key, ""), look)


def _firm_notes(sheet: Worksheet, number: int, line: RosterLine, roster_of: str) -> None:
    """At its name where an answer came from, at its first figure what it reported last; neither is printed."""
    row, keys = ROSTER_FIRST_ROW + number - 1, [column.key for column in ROSTER.columns]
    if line.source:
        sheet.write_comment(row, 1 + keys.index("name"), f"来源：{line.source}", {"x_scale": 1.6, "y_scale": 0.8})
    last = [_told(ROSTER.column(key), line.last[key]) for key in GROUPED if line.last.get(key)]
    if last:
        told = "\n".join([f"{roster_of}所报：", *last])
        sheet.write_comment(row, 1 + keys.index(GROUPED[0]), told, {"x_scale": 1.6, "y_scale": 1.2})


def _told(column: Column, text: str) -> str:
    return f"{column.label} {text}{column.unit if as_number(text) is not None else ''}"


def _write(sheet: Worksheet, row: int, place: int, column: Column, text: str, look: Look) -> None:
    """A figure as a number where it is one; a telephone or a date stays the text it is."""
    if column.kind in (Kind.AMOUNT, Kind.COUNT):
        put(sheet, row, place, text, look.open)
    elif column.kind is Kind.SHARE and (share := as_number(text)) is not None:
        sheet.write_number(row, place, float(share / 100), look.percent)
    elif text:
        sheet.write_string(row, place, text, look.text)
    else:
        sheet.write_blank(row, place, None, look.text)


def _format(column: Column, look: Look) -> Format:
    if column.kind is Kind.SHARE:
        return look.percent
    return look.open if column.kind in (Kind.AMOUNT, Kind.COUNT) else look.text


def _open_columns(sheet: Worksheet, look: Look, columns: Sequence[Column], first: int = 0) -> None:
    """Whole columns may be filled in: nothing is written, so that blank rows stay truly blank."""
    for place, column in enumerate(columns, start=first):
        sheet.set_column(place, place, _width(column), _format(column, look))


def _width(column: Column) -> int:
    """Narrow enough for thirteen columns to be read on A4."""
    return ROSTER_WIDTHS.get(column.key, 10)


def _validate(sheet: Worksheet, column: Column, place: int, first: int, rows: int) -> None:
    letter, last = xl_col_to_name(place), first + rows
    rule = guidance.column_rule(column, f"{letter}{first + 1}")
    if column is ROSTER.columns[0]:
        rule |= guidance.unlike_others(str(first + 1), str(last), first + 1, letter)
    sheet.data_validation(first, place, last - 1, place, rule)


def _services_sheet(book: Workbook, look: Look, facts: TemplateFacts) -> None:
    sheet = a4_sheet(book, SERVICES, landscape=False)
    sheet.protect("", ROWS_OPEN)
    for place, width in enumerate(SERVICE_WIDTHS):
        sheet.set_column(place, place, width, look.open)
    row = 0
    for table in (PLATFORMS, TRAINING, EVENTS):
        sheet.write_string(row, 0, table.label, look.heading)
        row = _table(sheet, look, facts, table, row + 1, SERVICE_ROWS, SERVICE_WIDTHS, formatted=True)
    sheet.print_area(0, 0, row - 1, len(SERVICE_WIDTHS) - 1)


def _tasks_sheet(book: Workbook, look: Look, facts: TemplateFacts) -> None:
    sheet = a4_sheet(book, PROGRESS)
    sheet.protect("", ROWS_OPEN)
    for place, width in enumerate(TASK_WIDTHS):
        sheet.set_column(place, place, width, _format(TASKS.columns[place], look))
    _table(sheet, look, facts, TASKS, 0, ROSTER_ROWS, TASK_WIDTHS)
    share = [column.key for column in TASKS.columns].index("done_share")
    sheet.write_comment(0, share, f"{TASKS.columns[share].label}：{guidance.of_column(TASKS.columns[share])}")
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)


def _table(
    sheet: Worksheet, look: Look, facts: TemplateFacts, table: Table, row: int, rows: int, widths: Sequence[int],
    *, formatted: bool = False,
) -> int:  # fmt: skip
    """Heading, rules and what is known already of one table; returns the row after it.

    `formatted`: its empty cells get formats of their own, where other tables share its columns.
    """
    filled = [*facts.rows.get(table.key, ())]
    rows = max(rows, len(filled))
    for number, cells in enumerate(filled, start=1):
        texts = (cells.get(column.key, "") for column in table.columns)
        sheet.set_row(row + number, height(zip(texts, widths, strict=False)))
    filled += [{}] * (rows - len(filled)) if formatted else []
    for place, column in enumerate(table.columns):
        unit = f"（{column.unit}）" if column.unit and column.kind is Kind.COUNT else ""
        sheet.write_string(row, place, f"{column.label}{unit}", look.heading)
        _validate(sheet, column, place, row + 1, rows)
        for number, cells in enumerate(filled, start=1):
            _write(sheet, row + number, place, column, cells.get(column.key, ""), look)
    return row + 1 + rows
