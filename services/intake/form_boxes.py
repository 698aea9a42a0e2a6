"""The boxes of an application form that hold what its tables do not: sections 四 to 七, and other services."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policy.tables import FORM_LINES, FORM_PASSAGES, TWO_YEARS
from services.intake.cells import as_reading
from services.intake.contents import Contents
from services.intake.document import Cell, Sheet
from services.intake.form_texts import labelled
from services.intake.parsed import is_none, is_placeholder
from services.intake.reading import Reading
from services.intake.text import squash
from services.intake.texts import read_text

_HINT = re.compile(r"[（(](包括|如|若).*[)）]|包括但不限于.*等等?。?")


def read_boxes(contents: Contents) -> Iterator[Reading]:
    """One reading a box that holds something; an empty one, or one with the form's hint in it, is a finding."""
    for key, label in FORM_LINES.items():
        for sheet, cell in _labels(contents, label):
            places = _right_of(sheet, cell, 2 if key in TWO_YEARS else 1)
            yield from _readings(sheet, key, places)
            break
    for key, label in FORM_PASSAGES.items():
        for sheet, cell in _labels(contents, label):
            yield from _readings(sheet, key, [sheet.at(cell.last_row + 1, cell.column)])
            break


def _labels(contents: Contents, label: str) -> Iterator[tuple[Sheet, Cell]]:
    """The cells that say so outside the repeated tables, whose headers know some of the words, too."""
    found = labelled(contents.document, re.compile(f"{re.escape(squash(label))}:?"))
    return ((sheet, cell) for sheet, cell in found if not contents.in_table(sheet, cell.row))


def _right_of(sheet: Sheet, label: Cell, count: int) -> list[Cell | None]:
    places: list[Cell | None] = []
    last: Cell | None = label
    while last is not None and len(places) < count:
        last = sheet.at(label.row, last.last_column + 1)
        places.append(last)
    return places


def _readings(sheet: Sheet, key: str, places: list[Cell | None]) -> Iterator[Reading]:
    for column, box in zip(("current", "previous"), places, strict=False):
        if box is not None and _says(box):
            yield as_reading(key, column, "", read_text(box), box, sheet.where(box.row, box.column))


def _says(box: Cell) -> bool:
    if box.blank:
        return False
    return is_none(box.text) or not (is_placeholder(box.text) or _HINT.fullmatch(squash(box.text)))
