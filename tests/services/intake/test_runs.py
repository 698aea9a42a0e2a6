"""Raised and struck-out text in every format that has it: 5.2 with a raised 1 is never 5.21."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from docx import Document as WordDocument
from docx.oxml import OxmlElement
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from services.intake.formats.__main__ import PARSERS
from services.intake.reader import interpret
from services.intake.reading import FileReading
from tests.services.intake.layouts import TITLE, figures
from tests.services.intake.makers import CONTEXT, saved

PLACE = next(number for number, row in enumerate(figures()) if row[0] == "网络安全产业收入")
RAISED, STRUCK, UNIT = "raised", "struck", "unit"
# What stands in the cell: (text, how it is set) in order.
TEXTS: dict[str, list[tuple[str, str]]] = {
    RAISED: [("5.2", ""), ("1", RAISED)],
    STRUCK: [("3", STRUCK), ("5.2", "")],
}
READ = {RAISED: ("confirm", "5.2"), STRUCK: ("note", "5.2")}


def shared_strings(case: str) -> bytes:
    output = BytesIO()
    with xlsxwriter.Workbook(output) as book:
        looks = {RAISED: {"font_script": 1}, STRUCK: {"font_strikeout": True}, "": {}}
        sheet = book.add_worksheet("半年报")
        for number, row in enumerate(figures()):
            sheet.write_row(number, 0, row)
        parts = [part for text, look in TEXTS[case] for part in (book.add_format(looks[look]), text)]
        sheet.write_rich_string(PLACE, 2, *parts)
    return output.getvalue()


def inline_strings(case: str) -> bytes:
    book = Workbook()
    for row in figures():
        book.active.append(row)
    looks = {RAISED: InlineFont(vertAlign="superscript"), STRUCK: InlineFont(strike=True), "": InlineFont()}
    book.active.cell(PLACE + 1, 3).value = CellRichText(*(TextBlock(looks[look], text) for text, look in TEXTS[case]))
    return saved(book)


def letter(case: str) -> bytes:
    document = WordDocument()
    grid = figures()
    table = document.add_table(rows=len(grid), cols=4)
    for row, values in zip(table.rows, grid, strict=True):
        for cell, value in zip(row.cells, values, strict=False):
            cell.text = str(value)
    cell = table.rows[PLACE].cells[2]
    cell.text = ""
    for text, look in TEXTS[case]:
        run = cell.paragraphs[0].add_run(text)
        run.font.superscript, run.font.strike = look == RAISED or None, look == STRUCK or None
    return saved(document)


def page(case: str) -> bytes:
    tags = {RAISED: "sup", STRUCK: "del", "": "span"}
    rows = figures()
    rows[PLACE][2] = "".join(f"<{tags[look]}>{text}</{tags[look]}>" for text, look in TEXTS[case])
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<html><meta charset='utf-8'><table>{lines}</table></html>".encode()


def read(kind: str, data: bytes) -> FileReading:
    return interpret(PARSERS[kind](data), f"报告.{kind}", CONTEXT)


def found(reading: FileReading) -> tuple[str, str | None]:
    entry = reading.field("revenue_cyber")
    assert entry is not None
    return str(entry.status), entry.value


MAKERS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "shared strings": ("xlsx", shared_strings), "inline strings": ("xlsx", inline_strings),
    "docx": ("docx", letter), "html": ("html", page),
}  # fmt: skip


@pytest.mark.parametrize("case", TEXTS)
@pytest.mark.parametrize("maker", MAKERS)
def test_raised_and_struck_out(maker: str, case: str) -> None:
    kind, make = MAKERS[maker]
    status, value = found(read(kind, make(case)))
    expected, number = READ[case]
    assert value == number
    assert status == expected or (kind != "xlsx" and (status, expected) == ("ok", "note"))


@pytest.mark.parametrize("maker", MAKERS)
def test_what_was_struck_out_is_told(maker: str) -> None:
    kind, make = MAKERS[maker]
    told = [finding.message for finding in read(kind, make(STRUCK)).findings if finding.code == "parser_remark"]
    assert told == ["有划去（删除线）或隐藏的文字，没有读入"]


@cache
def converted(libreoffice: str, folder: Path, suffix: str, case: str) -> bytes:
    source = folder / f"{case}.xlsx"
    source.write_bytes(shared_strings(case))
    command = [libreoffice, "--headless", "--convert-to", suffix, "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True)
    return source.with_suffix(f".{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", ["xls", "ods"])
@pytest.mark.parametrize("case", TEXTS)
def test_saved_by_an_office_program(suffix: str, case: str, libreoffice: str, tmp_path: Path) -> None:
    assert found(read(suffix, converted(libreoffice, tmp_path, suffix, case))) == READ[case]


def test_a_reference_to_a_footnote_is_a_remark() -> None:
    document = WordDocument()
    document.add_paragraph(TITLE)
    grid = figures()[1:]
    table = document.add_table(rows=len(grid), cols=4)
    for row, values in zip(table.rows, grid, strict=True):
        for cell, value in zip(row.cells, values, strict=False):
            cell.text = str(value)
    for cell in (table.rows[PLACE - 1].cells[2], table.rows[PLACE].cells[0]):
        cell.paragraphs[0].add_run()._r.append(OxmlElement("w:footnoteReference"))
    reading = read("docx", saved(document))
    assert found(reading) == ("confirm", "5.2")
    entry = reading.field("firms_total")
    assert entry is not None
    assert (entry.status, entry.value) == ("ok", "230")
