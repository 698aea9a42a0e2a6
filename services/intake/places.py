"""Names of places in a file: 一览表!B7 is a cell, 一览表!7 its row; in Word 表1!R9C2 and 表1!R9."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(?:[A-Z]+(\d+)|(R\d+)C\d+)")


def row_of(where: str) -> str:
    """The row a cell stands in; a place that is no cell is its own row."""
    sheet, _, address = where.rpartition("!")
    found = _ADDRESS.fullmatch(address)
    return f"{sheet}!{found[1] or found[2]}" if found else where
