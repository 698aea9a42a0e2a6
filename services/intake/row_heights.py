"""How high a row of a workbook must be: programs do not find it out by themselves when a file is opened."""

from __future__ import annotations

from collections.abc import Iterable

LINE = 15
"""Points."""
HIGHEST = 409
"""Points; no row of a workbook is higher."""


def height(cells: Iterable[tuple[str, int]], least: int = 20) -> int:
    """In points, for a row's texts to be seen whole: (text, width of its column)."""
    return min(HIGHEST, max([least, *(LINE * _lines(text, width) + 5 for text, width in cells)]))


def _lines(text: str, width: int) -> int:
    """A Chinese character is as wide as two digits, by which columns are measured."""
    return sum(max(1, -(-sum(2 if ord(c) > 255 else 1 for c in line) // (width - 1))) for line in text.split("\n"))
