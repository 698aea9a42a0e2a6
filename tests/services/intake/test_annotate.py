"""A marked file is for the reader as if nothing had been added; the file may be as hostile as any."""

from __future__ import annotations

import subprocess
import time
from io import BytesIO
from pathlib import Path

import docx
import pytest

from policy.terms import Severity, Status
from services.intake import read
from services.intake.annotate.listing import without_listing
from services.intake.annotate.marking import annotated
from services.intake.annotate.problems import BEGIN, COLOURS, Problem
from services.intake.formats.__main__ import PARSERS
from services.intake.formats.refused import FileRefused
from services.intake.reader import interpret
from services.intake.sandbox import annotated_file, open_document
from tests.hostile_files import FILES, Hostile
from tests.papers import REPORT_SAMPLE, SAMPLES
from tests.services.intake import case_files
from tests.services.intake.makers import CONTEXT, roster, saved, workbook
from tests.services.intake.marked_files import (
    assert_same,
    colour,
    grid,
    in_format,
    mark,
    note_of,
    opened,
    problems_of,
    said_of,
)

EVERY_SAMPLE = [
    path
    for folder in ("half-year-reports", "application-forms", "other-formats")
    for path in sorted((SAMPLES / folder).iterdir())
    if path.suffix != ".json" and path.stem != "locked"
]


@pytest.mark.parametrize("path", EVERY_SAMPLE, ids=lambda path: path.name)
def test_a_marked_sample_reads_as_the_original_however_often_it_is_marked(path: Path) -> None:
    original = read(path.name, path.read_bytes(), CONTEXT)
    once = mark(path.name, path.read_bytes())
    assert_same(read(*once, CONTEXT), original)
    assert_same(read(*mark(*once), CONTEXT), original)


@pytest.mark.parametrize("kind", ["xlsx", "html", "docx", "csv"])
def test_every_worked_case_reads_as_before(kind: str) -> None:
    whole = {"xlsx": case_files.workbook, "html": case_files.page, "docx": case_files.letter}
    files = (
        [whole[kind](case_files.CASES)]
        if kind in whole
        else [case_files.listing(entry, "gb18030") for entry in case_files.CASES]
    )
    for data in files:
        document = PARSERS[kind](data)
        original = interpret(document, "报告", CONTEXT)
        target, marked = annotated(data, document, problems_of(original))
        assert_same(interpret(without_listing(PARSERS[target](marked)), "报告", CONTEXT), original)


def mend(name: str, data: bytes, where: str, value: object) -> bytes:
    """As the officer does: the right value typed over the wrong one, everything else left alone."""
    sheet, _, address = where.rpartition("!")
    if name.endswith(".docx"):
        document = docx.Document(BytesIO(data))
        row, column = (int(part) for part in address.removeprefix("R").split("C"))
        cell = document.tables[int(sheet.removeprefix("表")) - 1].cell(row - 1, column - 1)
        cell.paragraphs[0].runs[0].text = str(value)
        return saved(document)
    book = opened(data)
    book[sheet][address] = value
    return saved(book)


@pytest.mark.parametrize("kind", ["xlsx", "docx", "html", "csv"])
def test_after_mending_a_cell_that_problem_alone_is_gone(kind: str) -> None:
    name, data = f"报告.{kind}", in_format(kind, staff_cyber="约0.45", firms_cyber="４８")
    original = read(name, data, CONTEXT)
    wrong = original.field("staff_cyber")
    assert wrong is not None
    assert wrong.where
    assert (wrong.status, wrong.value) == (Status.CONFIRM, "0.45")
    again, marked = mark(name, data)
    mended = read(again, mend(again, marked, wrong.where, 0.45), CONTEXT)
    right = mended.field("staff_cyber")
    assert right is not None
    assert (right.status, right.value, right.where) == (Status.OK, "0.45", wrong.where)
    assert [entry for entry in mended.readings if entry.key != "staff_cyber"] == [
        entry for entry in original.readings if entry.key != "staff_cyber"
    ]
    assert said_of(mended) == [said for said in said_of(original) if said[1] != wrong.where]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_saved_by_an_office_program_it_still_reads_as_the_original(kind: str, libreoffice: str, tmp_path: Path) -> None:
    name, data = f"报告.{kind}", in_format(kind, staff_cyber="约0.45", area_operating=None)
    again, marked = mark(name, data)
    (tmp_path / again).write_bytes(marked)
    command = [libreoffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx",
               "--outdir", f"{tmp_path}/saved", f"{tmp_path}/{again}"]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    kept = (tmp_path / "saved" / again).read_bytes()
    original = read(name, data, CONTEXT)
    assert_same(read(again, kept, CONTEXT), original)
    sheet, _, address = str(next(cell.where for cell in original.fields if cell.raw == "约0.45")).partition("!")
    cell = opened(kept)[sheet][address]
    assert (colour(cell), BEGIN in note_of(cell)) == (COLOURS[Severity.CONFIRM], True)
    assert_same(read(*mark(again, kept), CONTEXT), original)


# --- hostile files ---------------------------------------------------------------------------------------------------


OPENED = [hostile for hostile in FILES if hostile.code in ("", "not_a_report")]
REFUSED = [hostile for hostile in FILES if hostile not in OPENED][::4]  # the same door as on the way in


@pytest.mark.parametrize("hostile", [*OPENED, *REFUSED], ids=lambda hostile: hostile.name)
def test_a_hostile_file_is_refused_or_marked_within_bounds(hostile: Hostile) -> None:
    data, begun = hostile.make(), time.process_time()
    problem = Problem("半年报!C8", Severity.ERROR, "须更正", "", "", "有误")
    try:
        open_document(hostile.name, data)
    except FileRefused:
        with pytest.raises(FileRefused):
            annotated_file(hostile.name, data, [problem])
    else:
        kind, marked = annotated_file(hostile.name, data, [problem])
        assert PARSERS[kind](marked).sheets
    assert time.process_time() - begun < 8


def test_the_worker_is_alive_after_them_and_odd_characters_do_no_harm() -> None:
    assert open_document("半年报.xlsx", REPORT_SAMPLE.read_bytes()).format == "xlsx"
    odd = Problem("半年报!C8", Severity.ERROR, "须更正", "\x00\x0b\ud800", "\ufffe", "控制字符\x01")
    _, marked = annotated_file("\ud800.xlsx", REPORT_SAMPLE.read_bytes(), [odd])
    assert "控制字符" in note_of(opened(marked)["半年报"]["C8"])


def test_a_thousand_marked_firms_take_a_moment() -> None:
    data = workbook({"半年报": grid(), "企业名录": roster(1000)})
    many = [Problem(f"企业名录!{letter}{row}", Severity.NOTE, "已规整", "栏", "原文", "已规整的内容")
            for row in range(2, 1002) for letter in "DHIJ"]  # fmt: skip
    begun = time.process_time()
    _, marked = annotated_file("报告.xlsx", data, many)
    assert time.process_time() - begun < 8
    assert len([row for row in opened(marked)["企业名录"]["D"] if row.comment]) == 1000
