"""What people typed is written into a workbook as text: never as a formula, whatever it begins with."""

from __future__ import annotations

import ast
import csv
import re
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from lxml import etree

from db.queries.obligations import Entry
from db.queries.rectifications import IssueRow, NoteRow
from policy.archiving import Group
from policy.facts import IssueFact
from policy.obligations import Obligation
from policy.periods import Quarter
from policy.progress_report import SECTIONS
from policy.rectification import NoteKind
from policy.situation import Due, Tally
from policy.tables import EVENTS, ROSTER, TASKS
from policy.terms import HalfYear, ObligationKind, ReceiptState, Severity, Standing
from services import issue_list, lists, obligation_list
from services.archive.listing import Listing, write_listing
from services.archive.packing import Member
from services.archive.paging import Paged
from services.archive.pieces import Piece
from services.intake.annotate.problems import Problem
from services.intake.sandbox import annotated_file
from services.intake.templates.firm_page import FirmPageFacts, write_firm_page
from services.intake.templates.goals import write_goals
from services.intake.templates.half_year import RosterLine, TemplateFacts, write_template
from services.intake.templates.progress import ProgressFacts, write_progress
from tests.factories import MADE_AT
from tests.services.intake.makers import workbook

ROOT = Path(__file__).resolve().parents[2]
LED = tuple(f'{lead}HYPERLINK("http://x.test")' for lead in ("=", "+", "-", "@", "\t=", "\n=", "＝", "{=", "=-"))
H1 = HalfYear(2025, 1)


def template(text: str) -> bytes:
    texts = {column.key: text for column in ROSTER.columns}
    rows = {table.key: [{column.key: text for column in table.columns}] for table in (EVENTS, TASKS)}
    return write_template(
        TemplateFacts("P1", text, text, H1, roster=[RosterLine(texts, texts, text)], roster_of=text,
                      typed={("revenue_total", "current"): text}, rows=rows)
    )  # fmt: skip


def firm_page(text: str) -> bytes:
    texts = {column.key: text for column in ROSTER.columns}
    return write_firm_page(FirmPageFacts("P1", text, H1, text, texts, texts, text))


def marked(data: bytes, name: str, text: str) -> bytes:
    problems = [Problem(f"{'表' if name.endswith('x') else '表1'}!A1", Severity.ERROR, text, text, text, text)]
    return annotated_file(name, data, problems)[1]


def marked_table(text: str) -> bytes:
    return marked(workbook({"表": [[f"'{text}", "企业名称"]]}), "a.xlsx", text)


def marked_page(text: str) -> bytes:
    return marked(f"<table><tr><td>{text}</td><td>企业名称</td></tr></table>".encode(), "a.html", text)


def marked_list(text: str) -> bytes:
    cell = text.replace('"', '""')
    return marked(f'"{cell}",企业名称,法定代表人\n'.encode(), "a.csv", text)


def progress_page(text: str) -> bytes:
    texts = dict.fromkeys((section.key for section in SECTIONS), text)
    return write_progress(ProgressFacts("P1", text, text, Quarter(2025, 3), texts, texts, text))


def owed_list(text: str) -> bytes:
    obligation = Obligation(ObligationKind.HALF_YEAR_REPORT, H1, date(2025, 7, 31), text)
    park: Any = SimpleNamespace(title=text, district=text)
    entry = Entry(
        1, park, obligation, Due(date(2025, 7, 31)), ReceiptState.NOTHING, Standing.NOT_YET, None, None, text, text, (),
        on_unknown_year=False,
    )  # fmt: skip
    return obligation_list.write_list([entry], Tally(1, 0, 0, 0), text, date(2025, 8, 1))


def issue_ledger(text: str) -> bytes:
    note = NoteRow(NoteKind.PROGRESS, H1.start, text, text, MADE_AT, 1, text)
    row = IssueRow(
        IssueFact(1, text, text, H1.end), "P1", text, 1, text, text, text, H1.start, None, text, (note,)
    )  # fmt: skip
    return issue_list.write_list([row], H1.end)


def archive_list(text: str) -> bytes:
    listing = Listing(text, (text,), H1.end, dict.fromkeys(Group, text))
    piece = Piece(text, text, text, H1.end, about=(text,))
    return write_listing(listing, [piece], [Paged(1)], [Member(text, 1, "0" * 64)])


WRITERS: dict[str, Callable[[str], bytes]] = {
    "half_year": template, "firm_page": firm_page, "annotated workbook": marked_table,
    "copy of a page": marked_page, "copy of a csv": marked_list, "建设进展": progress_page, "应报事项": owed_list,
    "问题整改台账": issue_ledger, "建设目标": lambda text: write_goals(text, []),
    "归档目录": archive_list,
}  # fmt: skip
WRITE_WORKBOOKS = {
    "services/intake/templates/half_year.py", "services/intake/templates/firm_page.py",
    "services/intake/annotate/copies.py", "services/intake/templates/progress.py", "services/listed_sheet.py",
    "services/intake/templates/goals.py", "services/evidence_list.py", "services/lists.py",
    "services/archive/listing.py", "services/intake/templates/experts.py",
}  # fmt: skip
"""Every module that begins a workbook or a list; 佐证资料 is held by its own tests, lists by the last test here."""


@pytest.mark.parametrize("text", LED)
@pytest.mark.parametrize("writer", WRITERS)
def test_a_text_stays_a_text(writer: str, text: str) -> None:
    data = WRITERS[writer](text)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    formulas = ["".join(node.itertext()) for xml in sheets for node in etree.fromstring(xml).iter("{*}f")]
    assert [formula for formula in formulas if "HYPERLINK" in formula] == []
    book = openpyxl.load_workbook(BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_no_other_module_writes_workbooks_or_csv_files_for_people() -> None:
    found = set()
    for package in ("services", "jobs", "dashboard", "db"):
        for path in (ROOT / package).rglob("*.py"):
            calls = [node.func for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
            names = {call.attr for call in calls if isinstance(call, ast.Attribute)}
            names |= {call.id for call in calls if isinstance(call, ast.Name)}
            if names & {"Workbook", "DictWriter"} or (names & {"writer"} and "csv" in path.read_text("utf-8")):
                found.add(str(path.relative_to(ROOT)))
    # The demonstration writes its own papers for the import alone.
    assert {path for path in found if not path.startswith("services/demo/")} == WRITE_WORKBOOKS


@pytest.mark.parametrize("text", [*LED, "+86", "-30、-7、0", "示例"])
def test_a_list_is_text_to_a_spreadsheet_and_read_back_as_it_was(text: str) -> None:
    written = lists.write_list(("key", "value"), [("a", text)])
    (line,) = lists.read_list(written, ("key", "value"), required=())
    assert line.text("value") == text
    cell = next(csv.reader(StringIO(written.partition("\n")[2])))[1]
    assert not re.match(r"[=@\t\n＝]|[+-](?!\d)", cell)
