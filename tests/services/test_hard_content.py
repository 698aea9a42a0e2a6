"""What is hard on a document: a thousand firms, sections with nothing in them, another machine's clock and language."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR
from policy.refusal import Refused
from policy.tables import ROSTER
from services.assessments import dossier
from services.documents import self_assessment
from services.documents.catalogue import FORMATS, KINDS, compose, render
from services.documents.content import Document, Table
from services.documents.to_pdf import render_pdf
from tests.factories import make_park
from tests.measured_pages import missing_glyphs, pages
from tests.services.reported_park import make_reported_park

AFTER = date(2026, 11, 1)
ROOT = Path(__file__).resolve().parents[2]
LONG = "云安全、数据安全与工业互联网安全产品的研发、测试、集成和运行维护服务，" * 6
ELSEWHERE = """
import json
from datetime import date
from hashlib import sha256
from policy.access import SYSTEM_ACTOR
from services.documents.catalogue import FORMATS, compose, render
from services.platform import open_platform

with open_platform().database.read() as session:
    document = compose(session, SYSTEM_ACTOR, "self-assessment", "jia", date(2026, 11, 1))
print(json.dumps({name: sha256(render(document, name).data).hexdigest() for name in FORMATS}))
"""


@pytest.fixture(scope="module")
def path(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("hard") / "parkwatch.db"
    found.write_bytes(sqlite_template.read_bytes())
    return found


@pytest.fixture(scope="module")
def filled(path: Path) -> Iterator[Database]:
    """One park that reported, and one that did nothing."""
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        make_reported_park(session, firms=3)
        make_park(session, code="bare")
    yield database
    database.engine.dispose()


def test_a_roster_of_a_thousand_firms_is_printed_whole(filled: Database, pdftoppm: str, tmp_path: Path) -> None:
    """Every firm once, the head on every page, nothing over the edge, rare characters and cells of 200 among them."""
    with filled.read() as session:
        known = dossier(session, FULL_SCOPE, "jia", AFTER)
    assert known.newest is not None
    first = known.newest.tables[ROSTER.key][0]
    assert len(LONG) > 200
    firms = tuple(
        replace(
            first, cells={**first.cells, "name": f"示例㛃堃{n:04}号", "products": LONG if n % 100 == 0 else "安全网关"}
        )
        for n in range(1, 1001)
    )
    tables = {**known.newest.tables, ROSTER.key: firms}
    report = self_assessment.build(replace(known, newest=replace(known.newest, tables=tables)))
    annex = next(annex for annex in report.annexes if annex.title == ROSTER.label)
    file = tmp_path / "roster.pdf"
    file.write_bytes(render_pdf(replace(report, blocks=(), annexes=(annex, report.annexes[-1]))))
    # Poppler reads a hundred pages in a moment; a few of them are measured.
    text_of = Path(pdftoppm).with_name("pdftotext")
    said = subprocess.run((text_of, "-layout", file, "-"), capture_output=True, text=True, check=True).stdout
    sheets = [sheet for sheet in said.split("\f") if "示例㛃堃" in sheet]
    assert len(sheets) > 40
    assert all("企业名称" in sheet for sheet in sheets)
    assert sum(f"{n:04}" in said for n in range(1, 1001)) == 1000
    assert said.count("㛃") == 1000
    assert said.count("维") == 6 * 10, "long cells to their end"
    for page in pages(file.read_bytes(), at=(1, len(sheets) // 2, len(sheets) - 1)):
        assert page.width > page.height
        assert all(28 < line.y < 210 - 10 for line in page.within(28, 210))
        assert all(34.5 < run.x < 297 - 37 for run in page.runs)
        assert page.missing_glyphs == 0


@pytest.mark.parametrize("kind", KINDS)
def test_where_nothing_is_there_the_document_says_so_and_draws_no_empty_table(filled: Database, kind: str) -> None:
    wanted = None if not KINDS[kind].of_park else "bare"
    try:
        with filled.read() as session:
            document = compose(session, SYSTEM_ACTOR, kind, wanted, date(2025, 3, 1))
    except Refused:
        return  # a paper about what is not there yet is refused with the reason
    for annexed in (document.blocks, *(annex.blocks for annex in document.annexes)):
        assert annexed or document.cover
        assert all(block.rows for block in annexed if isinstance(block, Table)), [type(block) for block in annexed]
        for block in annexed:
            if isinstance(block, Table):
                assert all(any(cell) for cell in block.rows), block.caption
    assert missing_glyphs(render_pdf(document)) == 0


def test_another_machine_makes_the_very_same_files(filled: Database, path: Path) -> None:
    """In a process of its own, in another time zone, another language and with other hash seeds."""
    strange = {
        "PARKWATCH_DATABASE_URL": f"sqlite:///{path}", "TZ": "America/New_York", "LC_ALL": "C", "LANG": "de_DE.UTF-8",
        "PYTHONHASHSEED": "4711", "HOME": os.environ.get("HOME", "/"), "PATH": os.environ["PATH"],
        "PARKWATCH_STORAGE_URL": f"file:{path.parent}/files",
    }  # fmt: skip
    done = subprocess.run(
        (sys.executable, "-c", ELSEWHERE), cwd=ROOT, env=strange, capture_output=True, text=True, check=True
    )
    with filled.read() as session:
        here: Document = compose(session, SYSTEM_ACTOR, "self-assessment", "jia", AFTER)
    assert json.loads(done.stdout) == {name: sha256(render(here, name).data).hexdigest() for name in FORMATS}
