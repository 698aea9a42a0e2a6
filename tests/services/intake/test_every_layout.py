"""Every layout in every format that can carry it: the same figures, the same firms, and not one question."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from html import escape
from io import StringIO

import pytest

from services.intake.formats.__main__ import PARSERS
from services.intake.reader import interpret
from services.intake.reading import FileReading
from tests.services.intake.layouts import BEFORE, FIRMS, LAYOUTS, Sheets
from tests.services.intake.makers import CONTEXT, VALUES, weighty, word, workbook


def page(sheets: Sheets) -> bytes:
    tables = [
        "".join(f"<tr>{''.join(f'<td>{escape(str(cell))}</td>' for cell in row)}</tr>" for row in grid)
        for grid in sheets.values()
    ]
    return f"<html><meta charset='utf-8'>{''.join(f'<table>{rows}</table>' for rows in tables)}</html>".encode()


def listing(sheets: Sheets) -> bytes:
    """One table under the other."""
    text = StringIO()
    for grid in sheets.values():
        csv.writer(text).writerows([*grid, []])
    return text.getvalue().encode("gb18030")


def letter(sheets: Sheets) -> bytes:
    """Word has no rows without cells."""
    return word(*([row or [""] for row in grid] for grid in sheets.values()))


WRITERS: dict[str, Callable[[Sheets], bytes]] = {"xlsx": workbook, "html": page, "csv": listing, "docx": letter}


def read(kind: str, sheets: Sheets) -> FileReading:
    return interpret(PARSERS[kind](WRITERS[kind](sheets)), f"报告.{kind}", CONTEXT)


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("name", LAYOUTS)
def test_layout(name: str, kind: str) -> None:
    reading = read(kind, LAYOUTS[name])
    assert weighty(reading) == []
    assert [entry for entry in reading.readings if entry.status.blocks] == []
    found = {(entry.key, entry.column): entry.number for entry in reading.fields}
    assert {key: found[key, "current"] for key in VALUES} == {key: Decimal(str(VALUES[key])) for key in VALUES}
    last = {key: value for (key, column), value in found.items() if column == "previous"}
    assert last in ({}, {key: Decimal(str(BEFORE[key])) for key in BEFORE})
    assert str(reading.period) == "2025H1"
    rows = reading.rows["roster"]
    assert [row.cells["name"].value for row in rows] == [f"示例安全{number}有限公司" for number in range(1, FIRMS + 1)]
    assert {row.cells["cyber"].value for row in rows} == {"1500"}
    assert {row.cells["rnd"].value for row in rows} == {"60.5"}
    assert {(row.cells["contact"].value or "")[:3] for row in rows} == {"示例乙"}


def test_there_are_many_layouts() -> None:
    assert len(LAYOUTS) > 50
