"""Names of places in a file: 一览表!B7 is a cell, 一览表!7 its row; in Word 表1!R9C2 and 表1!R9."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(?:[A-Z]+(\d+)|(R\d+)C\d+)")


def row_of(where: str) -> str:
    """The row a cell stands in; a place that is no cell is its own row."""
    sheet, _, address = where.rpartition("!")
    found = _ADDRESS.fullmatch(address)
    return f"{sheet}!{found[1] or found[2]}" if found else where


_CELL = re.compile(r"([A-Z]{1,3})?(\d{1,7})")


def cell_at(where: str) -> tuple[str, int, int]:
    """Sheet, row and column of a place in a workbook; column 0 for a whole row, row 0 for what is no place in one."""
    sheet, _, address = where.rpartition("!")
    found = _CELL.fullmatch(address)
    return (sheet, int(found[2]), column_number(found[1] or "")) if found else (sheet, 0, 0)


def column_number(text: str) -> int:
    """A -> 1, AA -> 27."""
    number = 0
    for letter in text:
        number = number * 26 + ord(letter) - 64
    return number
