"""Every worked case and neighbour in every format that can carry it, from the file's bytes to the reading."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from services.intake.document import Document
from services.intake.formats.__main__ import PARSERS
from services.intake.reader import interpret
from services.intake.reading import Reading
from tests.services.intake.case_files import CASES, FOLDER, CaseSheet, letter, listing, page, workbook
from tests.services.intake.makers import CONTEXT
from tests.services.intake.worked_cases import expected_of, is_number_cell, place_of

WHOLE = {"xlsx": lambda: workbook(CASES), "html": lambda: page(CASES), "docx": lambda: letter(CASES)}
# csv, web pages and Word tables hold no numbers, only text.
UNTYPED = ("csv-utf-8", "csv-gb18030", "html", "docx")


@cache
def document(kind: str) -> Document:
    data = WHOLE[kind]() if kind in WHOLE else (FOLDER / f"worked-cases.{kind}").read_bytes()
    return PARSERS[kind](data)


def of_case(kind: str, number: int, entry: CaseSheet) -> Document:
    if kind.startswith("csv"):
        return PARSERS["csv"](listing(entry, kind.removeprefix("csv-")))
    whole = document(kind)
    return replace(whole, sheets=[whole.sheets[number]], paragraphs=[])


def reading_of(kind: str, number: int, entry: CaseSheet) -> Reading:
    result = interpret(of_case(kind, number, entry), "报告", CONTEXT)
    table, key = place_of(entry.case)
    found = result.field(key) if table == "figures" else result.rows[table][0].cells[key]
    assert found is not None
    return found


def expected(kind: str, entry: CaseSheet) -> tuple[set[str], str | None]:
    """Where all is text a plain number is ok, and a number kept as text needs no note."""
    status, value = expected_of(entry.case)
    allowed = {status}
    if kind in UNTYPED and status == "note":
        allowed.add("ok")
    if kind in UNTYPED and is_number_cell(entry.case):
        allowed |= {"ok", "note", "confirm"}
    return allowed, value.partition(" and ")[0] if value else value


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "html", "docx", "csv-utf-8", "csv-gb18030"])
@pytest.mark.parametrize(("number", "entry"), list(enumerate(CASES)), ids=[entry.case["id"] for entry in CASES])
def test_case(kind: str, number: int, entry: CaseSheet) -> None:
    found = reading_of(kind, number, entry)
    allowed, value = expected(kind, entry)
    assert str(found.status) in allowed, found
    assert found.value == value


def test_an_xls_keeps_its_number_formats_and_hidden_rows() -> None:
    sheet = PARSERS["xls"]((FOLDER / "number-formats.xls").read_bytes()).sheets[0]
    assert [(cell.text, cell.format) for cell in sheet.cells] == [("35%", "0.00%"), ("32000", '0.00"亿元"'), ("5", "")]
    assert sheet.hidden_rows == (3,)


def test_an_ods_keeps_its_percentages() -> None:
    sheet = PARSERS["ods"]((FOLDER / "number-formats.ods").read_bytes()).sheets[0]
    assert sheet.cells[0].text == "35%"
    assert sheet.hidden_rows == (3,)
