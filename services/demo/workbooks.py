"""Workbooks as districts send them: the filled template, the sheets of a copy, a table of the district's own, goals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from io import BytesIO

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet as FilledSheet
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from policy.indicators.catalogue import BY_KEY, REQUIRED
from policy.indicators.indicator import Indicator
from policy.tables import EVENTS, PLATFORMS, ROSTER, TASKS, TRAINING, Column, Kind, Table
from services.demo.events import Task
from services.demo.figures import Cells, Course, Report

NUMBERS = (Kind.AMOUNT, Kind.COUNT)
SERVICES = (PLATFORMS, TRAINING, EVENTS)
MONEY_FIRST, MONEY_LAST = "revenue", "staff"
# The district's own table: other words, other units.
OWN_UNITS = {"亿元": ("万元", 10000), "万人": ("人", 10000), "万平方米": ("万㎡", 1), "家": ("家", 1)}


@contextmanager
def _book(made_on: date) -> Iterator[tuple[Workbook, BytesIO]]:
    """A workbook in memory, dated so that the same content gives the same bytes."""
    output = BytesIO()
    book = Workbook(output, {"in_memory": True})
    book.set_properties({"created": datetime.combine(made_on, time(9), UTC)})
    yield book, output
    book.close()


def as_sheets(report: Report) -> bytes:
    """The copy districts pass round: figures, firms, services and tasks each on a sheet."""
    with _book(report.filled_on) as (book, output):
        _figures(book, report)
        _firms(book, report)
        sheet, row = book.add_worksheet("公共服务"), 0
        for table in SERVICES:
            sheet.write_string(row, 0, table.label)
            row = _table(sheet, table, report.rows[table.key], row + 1)
        _table(book.add_worksheet("任务进展"), TASKS, report.rows[TASKS.key], 0)
    return output.getvalue()


def _figures(book: Workbook, report: Report) -> None:
    sheet = book.add_worksheet("半年报")
    heading = book.add_format({"bold": True, "align": "center"})
    sheet.set_column(0, 0, 52)
    sheet.merge_range("A1:E1", "国家网络安全产业园区市级重点园区半年发展情况表", heading)
    for place, text in {
        "A2": "园区名称：", "B2": report.park.title, "D2": "统计期：", "E2": report.period.months_label,
        "A3": "填报单位：", "B3": report.department, "D3": "填报日期：",
    }.items():  # fmt: skip
        sheet.write_string(place, text)
    sheet.write_datetime(
        "E3", datetime.combine(report.filled_on, time()), book.add_format({"num_format": "yyyy-mm-dd"})
    )
    for column, text in enumerate(("指标名称", "计量单位", "本期累计", "上年同期", "备注")):
        sheet.write_string(4, column, text, heading)
    for row, indicator in enumerate(REQUIRED, start=5):
        sheet.write_string(row, 0, printed_label(indicator))
        sheet.write_string(row, 1, indicator.unit)
        _figure(sheet, row, report, indicator)
        sheet.write_number(row, 3, float(report.previous[indicator.key]))


def _figure(sheet: Worksheet, row: int, report: Report, indicator: Indicator) -> None:
    if indicator.key in report.written:
        sheet.write_string(row, 2, report.written[indicator.key])
    else:
        sheet.write_number(row, 2, float(report.current[indicator.key]))


def printed_label(indicator: Indicator) -> str:
    """As 表一 prints it."""
    return f"其中：{indicator.label}" if indicator.key.endswith("_cyber") else indicator.label


def _firms(book: Workbook, report: Report) -> None:
    """The roster with its heading of two rows and its 合计."""
    sheet, heading = book.add_worksheet("企业名录"), book.add_format({"bold": True, "align": "center"})
    keys = [column.key for column in ROSTER.columns]
    first, last = 1 + keys.index(MONEY_FIRST), 1 + keys.index(MONEY_LAST)
    sheet.set_column(1, 1, 34)
    sheet.merge_range(0, 0, 0, len(keys), "园区网络安全企业一览表", heading)
    sheet.merge_range(1, 0, 2, 0, "序号", heading)
    sheet.merge_range(1, first, 1, last, report.period.months_label, heading)
    for place, column in enumerate(ROSTER.columns, start=1):
        if first <= place <= last:
            sheet.write_string(2, place, label_with_unit(column), heading)
        else:
            sheet.merge_range(1, place, 2, place, column.label, heading)
    _roster_rows(sheet, report, 3, 0)


def label_with_unit(column: Column) -> str:
    return f"{column.label}（{column.unit}）" if column.unit and column.unit != "%" else column.label


def _roster_rows(sheet: Worksheet, report: Report, row: int, left: int) -> int:
    """The firms, then the 合计; the row below."""
    firms = report.rows[ROSTER.key]
    for number, firm in enumerate(firms, start=1):
        sheet.write_number(row, left, number)
        _row(sheet, ROSTER, firm, row, left + 1)
        row += 1
    sheet.write_string(row, left, "合计")
    for place, column in enumerate(ROSTER.columns, start=left + 1):
        if column.key in report.totals:
            sheet.write_number(row, place, float(report.totals[column.key]))
    return row + 1


def _row(sheet: Worksheet, table: Table, cells: Cells, row: int, left: int) -> None:
    for place, column in enumerate(table.columns, start=left):
        text = cells[column.key]
        if text and column.kind in NUMBERS:
            sheet.write_number(row, place, float(text))
        elif text:
            sheet.write_string(row, place, text)


def _table(sheet: Worksheet, table: Table, rows: Sequence[Cells], row: int, left: int = 0) -> int:
    """Heading and rows of a repeated table; the row below."""
    for place, column in enumerate(table.columns, start=left):
        sheet.write_string(row, place, label_with_unit(column))
    for offset, cells in enumerate(rows, start=1):
        _row(sheet, table, cells, row + offset, left)
    return row + 1 + len(rows)


def as_own_table(report: Report) -> bytes:
    """A district's own layout: one wide line of figures in 万元 and 人, the firms below on the same sheet."""
    with _book(report.filled_on) as (book, output):
        sheet = book.add_worksheet("Sheet1")
        heading = book.add_format({"bold": True, "text_wrap": True, "align": "center"})
        _own_heading(sheet, heading, report)
        for place, indicator in enumerate(REQUIRED, start=2):
            unit, factor = OWN_UNITS[indicator.unit]
            sheet.write_string(4, place, f"{_own_label(indicator)}（{unit}）", heading)
            sheet.write_number(5, place, float(report.current[indicator.key] * factor))
        sheet.write_string(8, 2, "附：网络安全企业名单")
        for place, text in enumerate(("序号", *(label_with_unit(column) for column in ROSTER.columns)), start=2):
            sheet.write_string(9, place, text, heading)
        row = _roster_rows(sheet, report, 10, 2) + 2
        for table in (*SERVICES, TASKS):
            sheet.write_string(row, 2, table.label)
            row = _table(sheet, table, report.rows[table.key], row + 1, 2) + 1
        book.add_worksheet("Sheet2")
    return output.getvalue()


def _own_heading(sheet: Worksheet, heading: Format, report: Report) -> None:
    half = "上半年" if report.period.half == 1 else "全年"
    sheet.merge_range(1, 2, 1, 10, f"{report.park.name}{report.period.year}年{half}发展情况", heading)
    months = report.period.months_label.replace("—", "-")
    sheet.write_string(2, 2, f"报送单位：{report.department}    时间：{months}")


def _own_label(indicator: Indicator) -> str:
    """The short word districts use, where there is one."""
    return indicator.aliases[0] if indicator.aliases else indicator.label


def into_template(template: bytes, report: Report) -> bytes:
    """The prefilled template as a district fills it in."""
    book = openpyxl.load_workbook(BytesIO(template))
    figures: FilledSheet = book["半年报"]
    figures["E3"] = datetime.combine(report.filled_on, time())
    figures["E4"] = report.kind.label
    places = {str(cell.value).removeprefix("其中："): cell.row for cell in figures["A"] if cell.value}
    for indicator in REQUIRED:
        row = places[indicator.label]
        figures.cell(row, 3, report.written.get(indicator.key) or float(report.current[indicator.key]))
        figures.cell(row, 4, float(report.previous[indicator.key]))
    _fill(book["企业名录"], ROSTER, report.rows[ROSTER.key], 4, 2)
    for number in range(1, len(report.rows[ROSTER.key]) + 1):
        book["企业名录"].cell(3 + number, 1, number)
    starts = {cell.value: cell.row for cell in book["公共服务"]["A"]}
    for table in SERVICES:
        _fill(book["公共服务"], table, report.rows[table.key], starts[table.label] + 2, 1)
    _fill(book["任务进展"], TASKS, report.rows[TASKS.key], 2, 1)
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def _fill(sheet: FilledSheet, table: Table, rows: Sequence[Cells], first: int, left: int) -> None:
    for row, cells in enumerate(rows, start=first):
        for place, column in enumerate(table.columns, start=left):
            text = cells[column.key]
            sheet.cell(row, place).value = float(text) if text and column.kind in NUMBERS else text or None


def goals_workbook(course: Course) -> bytes:
    """建设目标: one line an indicator."""
    with _book(course.approved_on) as (book, output):
        sheet = book.add_worksheet("建设目标")
        for column, text in enumerate(("指标", "单位", "基期值", "目标值", "基期日期")):
            sheet.write_string(0, column, text)
        for row, (key, (baseline, target)) in enumerate(course.goals().items(), start=1):
            sheet.write_string(row, 0, BY_KEY[key].label)
            sheet.write_string(row, 1, BY_KEY[key].unit)
            sheet.write_number(row, 2, float(baseline))
            sheet.write_number(row, 3, float(target))
            sheet.write_string(row, 4, str(course.baseline_on))
    return output.getvalue()


def tasks_workbook(made_on: date, tasks: Iterable[Task]) -> bytes:
    """重点任务: one line a task."""
    with _book(made_on) as (book, output):
        sheet = book.add_worksheet("重点任务")
        for column, text in enumerate(("任务", "责任单位", "完成时限", "进展情况", "完成时间")):
            sheet.write_string(0, column, text)
        for row, task in enumerate(tasks, start=1):
            done = str(task.done_on or "")
            for column, text in enumerate((task.name, task.unit, str(task.due_on), task.progress, done)):
                sheet.write_string(row, column, text)
    return output.getvalue()
