"""Reading a half-year workbook of 1,000 firms, from the file to every cell judged and every check made."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from benchmarks.measure import Benchmark, Contender
from db import migrate
from db.session import Database
from policy.access import SYSTEM_ACTOR
from policy.indicators.catalogue import REQUIRED
from policy.tables import ROSTER, Column, Kind
from policy.terms import HalfYear
from services import intake, submissions
from services.checking import checked
from services.intake import reader
from services.intake.reading import FileReading
from services.intake.sandbox import open_document
from services.parks import register_park
from services.platform import Platform
from services.storage import Storage
from settings import Settings

FIRMS = 1000
FILES = 50
TITLE = "国家网络安全产业园区（示例甲园）"
PERIOD = HalfYear(2025, 1)
FIGURES = {
    "area_planned": 50, "area_built": 30, "area_operating": 20, "revenue_total": 130, "revenue_cyber": 100,
    "firms_total": 1400, "firms_cyber": 1000, "staff_total": 4, "staff_cyber": 2, "listed_total": 6, "listed_cyber": 3,
    "tier_over_100m": 0, "tier_50m_100m": 0, "tier_20m_50m": 0, "tier_5m_20m": 1000,
}  # fmt: skip


def prepare() -> tuple[Contender, ...]:
    """The bare libraries, the whole way of an upload, and its split."""
    data, registered = workbook(), storing()
    result = parkwatch(data)
    read, wrong = len(result.readings), sum(entry.status.blocks for entry in result.readings)
    name = f"Parkwatch: {read} cells read, judged, stored ({wrong} wrong, {len(result.findings)} findings)"
    document = open_document("半年报.xlsx", data)
    return (
        Contender("python-calamine: values only", lambda: calamine(data)),
        Contender("openpyxl: values and styles", lambda: with_openpyxl(data, read_only=False)),
        Contender("openpyxl read_only: values only", lambda: with_openpyxl(data, read_only=True)),
        Contender(name, lambda: stored(registered, data)),
        Contender("  of it: opened in a child process", lambda: open_document("半年报.xlsx", data)),
        Contender("  of it: understood", lambda: reader.interpret(document, "半年报.xlsx", CONTEXT)),
        Contender("  of it: checked", lambda: checked(result)),
    )


def prepare_folder() -> tuple[Contender, ...]:
    files = [workbook(firms=30) for _ in range(FILES)]
    return (
        Contender("python-calamine: values only", lambda: [calamine(data) for data in files]),
        Contender("openpyxl: values and styles", lambda: [with_openpyxl(data, read_only=False) for data in files]),
        Contender("Parkwatch: read and judged", lambda: [parkwatch(data) for data in files]),
    )


def storing() -> Platform:
    """A platform of its own in a temporary folder, with the park registered."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = Settings(_env_file=None, database_url=f"sqlite:///{folder}/bench.db", storage_url=f"file:{folder}/files")
    database = Database(settings.database_url)
    migrate.upgrade(database.engine)
    with database.write() as session:
        register_park(
            session, SYSTEM_ACTOR, title=TITLE, district="示例区", approved_on=date(2024, 10, 10),
            approval_no="示例〔2024〕1号", create_unit=True, fictional=True,
        )  # fmt: skip
    return Platform(settings, database, Storage(settings.storage_folder))


_NUMBERS = count()


def stored(platform: Platform, data: bytes) -> submissions.Ingested:
    """Each upload a file of its own: the archive's comment differs, so that it is a new version."""
    output = BytesIO(data)
    with zipfile.ZipFile(output, "a") as archive:
        archive.comment = str(next(_NUMBERS)).encode()
    return submissions.ingest(platform, SYSTEM_ACTOR, "半年报.xlsx", output.getvalue(), submit=False)


CONTEXT = intake.Context(parks=(intake.ParkRef("P001", TITLE, "示例甲园"),))


def parkwatch(data: bytes) -> FileReading:
    """As an upload does it, in a child process with limits; the database apart."""
    return checked(intake.read("半年报.xlsx", data, CONTEXT))


def calamine(data: bytes) -> int:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return sum(len(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names)


def with_openpyxl(data: bytes, *, read_only: bool) -> int:
    book = openpyxl.load_workbook(BytesIO(data), read_only=read_only, data_only=True)
    rows = sum(1 for sheet in book for _row in sheet.iter_rows(values_only=True))
    book.close()
    return rows


def workbook(firms: int | None = None) -> bytes:
    """The copy districts pass round: figures on one sheet, the roster on another."""
    output = BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        _figures(book.add_worksheet("半年报"))
        _roster(book.add_worksheet("企业名录"), firms or FIRMS)
    return output.getvalue()


def _figures(sheet: Worksheet) -> None:
    sheet.write_string("A1", "国家网络安全产业园区市级重点园区半年发展情况表")
    sheet.write_row("A2", ("园区名称：", TITLE, None, "统计期：", PERIOD.months_label))
    sheet.write_row("A5", ("指标名称", "计量单位", "本期累计", "上年同期", "备注"))
    for row, indicator in enumerate(REQUIRED, start=5):
        figure = FIGURES[indicator.key]
        sheet.write_row(row, 0, (indicator.label, indicator.unit, figure, figure))


def _roster(sheet: Worksheet, firms: int) -> None:
    sheet.write_row(0, 0, ["序号", *(_heading(column) for column in ROSTER.columns)])
    for number in range(1, firms + 1):
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


BENCHMARK = Benchmark(f"Half-year workbook of {FIRMS} firms, file to stored (times of the first line = 1)", prepare)
FOLDER = Benchmark(f"{FILES} half-year workbooks of 30 firms each (times of the first line = 1)", prepare_folder)
