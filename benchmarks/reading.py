"""Reading a half-year workbook of 1,000 firms, from the file to every cell judged and every check made."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import openpyxl
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from benchmarks.measure import Benchmark, Contender
from policy.indicators.catalogue import REQUIRED
from policy.tables import ROSTER, Column, Kind
from policy.terms import HalfYear
from services import intake
from services.checking import checked
from services.intake.reading import FileReading

FIRMS = 1000
TITLE = "国家网络安全产业园区（示例甲园）"
PERIOD = HalfYear(2025, 1)
FIGURES = {
    "area_planned": 50, "area_built": 30, "area_operating": 20, "revenue_total": 130, "revenue_cyber": 100,
    "firms_total": 1400, "firms_cyber": 1000, "staff_total": 4, "staff_cyber": 2, "listed_total": 6, "listed_cyber": 3,
    "tier_over_100m": 0, "tier_50m_100m": 0, "tier_20m_50m": 0, "tier_5m_20m": 1000,
}  # fmt: skip


def prepare() -> tuple[Contender, ...]:
    data = workbook()
    result = parkwatch(data)
    read, wrong = len(result.readings), sum(entry.status.blocks for entry in result.readings)
    name = f"Parkwatch: {read} cells read and judged ({wrong} wrong), {len(result.findings)} findings"
    return (
        Contender("python-calamine: values only", lambda: calamine(data)),
        Contender("openpyxl read_only: values only", lambda: with_openpyxl(data, read_only=True)),
        Contender("openpyxl: values and styles", lambda: with_openpyxl(data, read_only=False)),
        Contender(name, lambda: parkwatch(data)),
    )


def parkwatch(data: bytes) -> FileReading:
    """As an upload does it, in a child process with limits; the database apart."""
    parks = (intake.ParkRef("P001", TITLE, "示例甲园"),)
    context = intake.Context(parks=parks, park=None, period=None, last=lambda _code, _period: {})
    return checked(intake.read("半年报.xlsx", data, context), last={})


def calamine(data: bytes) -> int:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return sum(len(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names)


def with_openpyxl(data: bytes, *, read_only: bool) -> int:
    book = openpyxl.load_workbook(BytesIO(data), read_only=read_only, data_only=True)
    rows = sum(1 for sheet in book for _row in sheet.iter_rows(values_only=True))
    book.close()
    return rows


def workbook() -> bytes:
    """The copy districts pass round: figures on one sheet, the roster on another."""
    output = BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        _figures(book.add_worksheet("半年报"))
        _roster(book.add_worksheet("企业名录"))
    return output.getvalue()


def _figures(sheet: Worksheet) -> None:
    sheet.write_string("A1", "国家网络安全产业园区市级重点园区半年发展情况表")
    sheet.write_row("A2", ("园区名称：", TITLE, None, "统计期：", PERIOD.months_label))
    sheet.write_row("A5", ("指标名称", "计量单位", "本期累计", "上年同期", "备注"))
    for row, indicator in enumerate(REQUIRED, start=5):
        figure = FIGURES[indicator.key]
        sheet.write_row(row, 0, (indicator.label, indicator.unit, figure, figure))


def _roster(sheet: Worksheet) -> None:
    sheet.write_row(0, 0, ["序号", *(_heading(column) for column in ROSTER.columns)])
    for number in range(1, FIRMS + 1):
        sheet.write_row(number, 0, [number, *(_cell(column, number) for column in ROSTER.columns)])


def _heading(column: Column) -> str:
    return f"{column.label}（{column.unit}）" if column.unit else column.label


def _cell(column: Column, number: int) -> str | float:
    texts = {"name": f"示例安全技术{number}号有限公司", "quals": "ISO27001"}
    if column.key in texts:
        return texts[column.key]
    if column.kind is Kind.DATE:
        return (date(2010, 1, 1) + timedelta(days=number)).isoformat()
    if column.kind is Kind.CONTACT:
        return f"示例 1390000{number % 10000:04d}"
    figures = {"revenue": Decimal(1200), "cyber": Decimal(1000), "rnd": Decimal("80.5"), "staff": Decimal(18)}
    return float(figures[column.key]) if column.key in figures else f"示例{column.label}{number}"


BENCHMARK = Benchmark(f"Half-year workbook of {FIRMS} firms, file to judged (times of the first line = 1)", prepare)
