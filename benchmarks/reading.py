"""Reading a half-year workbook of 1,000 firms, from the file to every cell judged and every check made."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import islice
from pathlib import Path

import openpyxl
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from benchmarks.measure import ROUNDS, Benchmark, Contender
from db import migrate
from db.session import Database
from policy.access import SYSTEM_ACTOR
from policy.indicators.catalogue import REQUIRED
from policy.rulebook import DEFAULT
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
NAME = "半年报.xlsx"
TITLE = "国家网络安全产业园区（示例甲园）"
PERIOD = HalfYear(2025, 1)
FIGURES = {
    "area_planned": 50, "area_built": 30, "area_operating": 20, "revenue_total": 130, "revenue_cyber": 100,
    "firms_total": 1400, "firms_cyber": 1000, "staff_total": 4, "staff_cyber": 2, "listed_total": 6, "listed_cyber": 3,
    "tier_over_100m": 0, "tier_50m_100m": 0, "tier_20m_50m": 0, "tier_5m_20m": 1000,
}  # fmt: skip


def prepare() -> tuple[Contender, ...]:
    """The bare libraries, the whole way of an upload, and its split."""
    files, platform = [workbook(start=FIRMS * number) for number in range(ROUNDS + 1)], storing()
    documents = [open_document(NAME, data) for data in files]
    results = [reader.interpret(document, NAME, CONTEXT) for document in documents]
    judged = checked(results[0], rulebook=DEFAULT)
    read, wrong = len(judged.readings), sum(entry.status.blocks for entry in judged.readings)
    name = f"Parkwatch: {read} cells to stored ({wrong} wrong)"
    return (
        Contender("python-calamine: values only", lambda number: calamine(files[number]), yardstick=True),
        Contender("openpyxl: values and styles", lambda number: with_openpyxl(files[number]), yardstick=True),
        Contender(name, lambda number: stored(platform, files[number])),
        Contender("opened in the child process", lambda number: open_document(NAME, files[number]), part=True),
        Contender("understood", lambda number: reader.interpret(documents[number], NAME, CONTEXT), part=True),
        Contender("checked", lambda number: checked(results[number], rulebook=DEFAULT), part=True),
    )


def prepare_folder() -> tuple[Contender, ...]:
    """A report of each of the parks; every round a new version of each."""
    titles = [f"国家网络安全产业园区（示例{number}园）" for number in range(1, FILES + 1)]
    platform = storing(*titles)
    files = (
        [workbook(30, 30 * (number * FILES + place), title) for place, title in enumerate(titles)]
        for number in range(2 * ROUNDS + 2)
    )
    rounds, others = list(islice(files, ROUNDS + 1)), list(files)
    return (
        Contender("python-calamine: values only", lambda n: [calamine(data) for data in rounds[n]], yardstick=True),
        Contender("openpyxl: values and styles", lambda n: [with_openpyxl(data) for data in rounds[n]], yardstick=True),
        Contender("Parkwatch: file to stored, two read at once", lambda n: stored_all(platform, rounds[n])),
        Contender("Parkwatch: one by one, as single uploads", lambda n: [stored(platform, d) for d in others[n]]),
        Contender("opened in the child process", lambda n: [open_document(NAME, d) for d in rounds[n]], part=True),
    )


def storing(*titles: str) -> Platform:
    """A platform of its own in a temporary folder, with these parks registered, or the one."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    settings = Settings(_env_file=None, database_url=f"sqlite:///{folder}/bench.db", storage_url=f"file:{folder}/files")
    database = Database(settings.database_url)
    migrate.upgrade(database.engine)
    with database.write() as session:
        for title in titles or (TITLE,):
            register_park(
                session, SYSTEM_ACTOR, title=title, district="示例区", approved_on=date(2024, 10, 10),
                approval_no="示例〔2024〕1号", create_unit=True, fictional=True,
            )  # fmt: skip
    return Platform(settings, database, Storage(settings.storage_folder))


def stored(platform: Platform, data: bytes) -> submissions.Ingested:
    return submissions.ingest(platform, SYSTEM_ACTOR, NAME, data, submit=False)


def stored_all(platform: Platform, files: list[bytes]) -> list[submissions.Ingested]:
    """As `python -m jobs ingest` does it."""
    return list(submissions.ingest_all(platform, SYSTEM_ACTOR, ((NAME, data) for data in files), submit=False))


CONTEXT = intake.Context(parks=(intake.ParkRef("P001", TITLE, "示例甲园"),))


def parkwatch(data: bytes) -> FileReading:
    """As an upload does it, in a child process with limits; the database apart."""
    return checked(intake.read(NAME, data, CONTEXT), rulebook=DEFAULT)


def calamine(data: bytes) -> int:
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    return sum(len(book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names)


def with_openpyxl(data: bytes) -> int:
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    rows = sum(1 for sheet in book for _row in sheet.iter_rows(values_only=True))
    book.close()
    return rows


def workbook(firms: int | None = None, start: int = 0, title: str = TITLE) -> bytes:
    """The copy districts pass round: figures on one sheet, the roster on another.

    Firms are numbered from `start`, so that no text of theirs is one that was read before.
    """
    output = BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        _figures(book.add_worksheet("半年报"), title)
        _roster(book.add_worksheet("企业名录"), firms or FIRMS, start)
    return output.getvalue()


def _figures(sheet: Worksheet, title: str) -> None:
    sheet.write_string("A1", "国家网络安全产业园区市级重点园区半年发展情况表")
    sheet.write_row("A2", ("园区名称：", title, None, "统计期：", PERIOD.months_label))
    sheet.write_row("A5", ("指标名称", "计量单位", "本期累计", "上年同期", "备注"))
    for row, indicator in enumerate(REQUIRED, start=5):
        figure = FIGURES[indicator.key]
        sheet.write_row(row, 0, (indicator.label, indicator.unit, figure, figure))


def _roster(sheet: Worksheet, firms: int, start: int) -> None:
    sheet.write_row(0, 0, ["序号", *(_heading(column) for column in ROSTER.columns)])
    for number in range(1, firms + 1):
        sheet.write_row(number, 0, [number, *(_cell(column, start + number) for column in ROSTER.columns)])


def _heading(column: Column) -> str:
    return f"{column.label}（{column.unit}）" if column.unit else column.label


def _cell(column: Column, number: int) -> str | float:
    texts = {"name": f"示例安全技术{number}号有限公司", "quals": "ISO27001"}
    if column.key in texts:
        return texts[column.key]
    if column.kind is Kind.DATE:
        return (date(2010, 1, 1) + timedelta(days=number % 5000)).isoformat()
    if column.kind is Kind.CONTACT:
        return f"示例 139{number:08d}"
    figures = {"revenue": Decimal(1200), "cyber": Decimal(1000), "rnd": Decimal("80.5"), "staff": Decimal(18)}
    return float(figures[column.key]) if column.key in figures else f"示例{column.label}{number}"


BENCHMARK = Benchmark(
    f"Half-year workbook of {FIRMS} firms, file to stored (x python-calamine, x openpyxl)", prepare,
    rest="judged beside other papers and stored with provenance",
)  # fmt: skip
FOLDER = Benchmark(
    f"{FILES} half-year workbooks of 30 firms each, file to stored (x python-calamine, x openpyxl)", prepare_folder,
    rest="understood, checked and stored with provenance",
)  # fmt: skip
