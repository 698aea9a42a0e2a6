"""Every worked case and neighbour in every format that can carry it, from the file's bytes to the reading."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from io import BytesIO
from zipfile import ZipFile

import pytest

from policy.indicators.catalogue import BY_KEY
from services.intake.cells import read_figure
from services.intake.dates import read_date
from services.intake.document import Document
from services.intake.formats.__main__ import PARSERS
from services.intake.reader import interpret
from services.intake.reading import Reading
from tests.services.intake.case_files import CASES, FOLDER, CaseSheet, formatted, letter, listing, page, workbook
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


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_workbook_keeps_what_its_formats_show(kind: str) -> None:
    """A percentage, a unit, a month that is kept as its first day, a sign beside a number, and a hidden row."""
    data = formatted() if kind == "xlsx" else (FOLDER / f"number-formats.{kind}").read_bytes()
    sheet = PARSERS[kind](data).sheets[0]
    share, revenue, month, day, least, plain = sheet.cells
    assert share.text == "35%"
    figures = [read_figure(BY_KEY["revenue_cyber"], cell, None, typed=True, with_share=False) for cell in
               (revenue, least, plain)]  # fmt: skip
    assert [(parsed.status, parsed.value) for parsed in figures] == [
        ("note", "32000"), ("confirm", "3.2"), ("ok", "5"),
    ]  # fmt: skip
    dates = [read_date(cell, day_required=True) for cell in (month, day)]
    assert [(parsed.status, parsed.value) for parsed in dates] == [("confirm", "2024-06"), ("ok", "2024-06-30")]
    assert sheet.hidden_rows == (6,)


@pytest.mark.parametrize(
    ("stored", "shown", "status", "candidates"),
    [
        ("320000000", "3.20亿", "confirm", {"320000000", "3.2"}),
        ("32000", "3.2万", "confirm", {"32000", "0.00032"}),
        ("3.2", "¥3.20", "ok", set()),
        ("3.2", "3", "ok", set()),
        ("3.2", "约3.2", "confirm", {"3.2"}),
        ("3.2", "3.20亿元", "note", set()),
    ],
)
def test_an_ods_cell_that_shows_another_number_than_it_holds(
    stored: str, shown: str, status: str, candidates: set[str]
) -> None:
    found = PARSERS["ods"](spreadsheet(stored, shown)).sheets[0].cells[0]
    parsed = read_figure(BY_KEY["revenue_cyber"], found, None, typed=True, with_share=False)
    assert str(parsed.status) == status
    assert set(parsed.candidates) == candidates


def spreadsheet(stored: str, shown: str) -> bytes:
    """An .ods of one number cell."""
    names = ("office", "table", "text")
    content = f"<text:p>{shown}</text:p>"
    for tag in ("table:table-cell", "table:table-row", "table:table", "office:spreadsheet", "office:body"):
        value = f' office:value-type="float" office:value="{stored}"' if tag.endswith("cell") else ""
        content = f"<{tag}{value}>{content}</{tag}>"
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    content = f"<office:document-content {spaces}>{content}</office:document-content>"
    output = BytesIO()
    with ZipFile(output, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    return output.getvalue()
