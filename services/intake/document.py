"""A file as tables of located cells, whatever its format: what the parsers make and the interpreters read."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import product
from operator import itemgetter
from typing import NamedTuple

from policy.masking import mask_phone
from services.intake.text import shorten, squash

STRUCK = "单元格内容已用删除线划去；仍按此填报的请确认，不再填报的请删去或填“无”"
EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
"""Day 0 of serial dates; Excel for the Mac long counted from 1904."""


class CellKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOL = "bool"
    FORMULA = "formula"
    """A formula without a calculated value; `text` is the formula."""
    ERROR = "error"
    """An error value such as #N/A; `text` is what the sheet shows."""


# Looked up once: every cell is asked for its kind, and a member is slow to find in its enumeration.
TEXT, NUMBER = CellKind.TEXT, CellKind.NUMBER
_LONGEST_LABEL = 40
_BLANKS = "\u200b\u200c\u200d\ufeff\u2060 \t\r\n\u00a0\u3000"


class Cell(NamedTuple):
    """One cell that holds something.

    `row` and `column` are grid positions from 1; `rows` and `columns` how many the (merged) cell covers.
    `text`: a number as exact decimal (with % when so formatted), a date as ISO, else the text itself.
    `address` is how people name it: C10, or R9C2 in a Word table.
    """

    row: int
    column: int
    address: str
    kind: CellKind
    text: str
    rows: int = 1
    columns: int = 1
    format: str = ""
    formula: str = ""

    @property
    def blank(self) -> bool:
        return not self.text.strip(_BLANKS)

    @property
    def last_row(self) -> int:
        return self.row + self.rows - 1

    @property
    def last_column(self) -> int:
        return self.column + self.columns - 1


@dataclass
class Sheet:
    """A worksheet, or one table of a Word or web document.

    `typed`: the format tells numbers from text (a workbook does, a Word table does not).
    `before`: the paragraphs between the previous table and this one.
    `left_out`: rows that were taken away because they speak of another park.
    By address: cells `struck` out as a whole, `comments` that speak of another figure, and cells printed in white.
    `turned`: rows are the columns people see, and columns their rows.
    """

    name: str
    cells: list[Cell]
    typed: bool = True
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    word: bool = False
    before: tuple[str, ...] = ()
    date1904: bool = False
    left_out: frozenset[int] = frozenset()
    struck: tuple[str, ...] = ()
    comments: dict[str, str] = field(default_factory=dict)
    pale: tuple[str, ...] = ()
    turned: bool = False

    @cached_property
    def height(self) -> int:
        return max(self._grid, default=(0, 0))[0]

    @cached_property
    def width(self) -> int:
        return max(map(itemgetter(1), self._grid), default=0)

    @cached_property
    def _grid(self) -> dict[tuple[int, int], Cell]:
        """Every place of a merged range leads to the cell that fills it."""
        grid: dict[tuple[int, int], Cell] = {}
        for cell in self.cells:
            if cell.rows == 1 and cell.columns == 1:
                grid.setdefault((cell.row, cell.column), cell)
                continue
            rows, columns = range(cell.row, cell.last_row + 1), range(cell.column, cell.last_column + 1)
            for place in product(rows, columns):
                grid.setdefault(place, cell)
        return grid

    @cached_property
    def _rows(self) -> dict[int, list[Cell]]:
        rows: dict[int, list[Cell]] = {}
        for place in sorted(self._grid):
            cell = self._grid[place]
            if cell.text.strip(_BLANKS):
                found = rows.setdefault(place[0], [])
                if not found or found[-1] is not cell:
                    found.append(cell)
        return rows

    @property
    def epoch(self) -> date:
        return EPOCH_1904 if self.date1904 else EPOCH_1900

    def at(self, row: int, column: int) -> Cell | None:
        """The cell there; inside a merged range, the cell that fills the range."""
        return self._grid.get((row, column))

    def text(self, row: int, column: int) -> str:
        cell = self.at(row, column)
        return "" if cell is None or cell.blank else cell.text

    def row(self, row: int) -> list[Cell]:
        """The cells that hold something in this row, left to right, each merged cell once."""
        return self._rows.get(row, [])

    def filled(self) -> Iterator[Cell]:
        return iter(self._filled)

    @cached_property
    def _filled(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.text.strip(_BLANKS)]

    def labels(self, apart: Collection[int] = ()) -> list[tuple[Cell, str]]:
        """The texts short enough to be a label, each with what it says: squashed, without a closing colon.

        `apart`: rows that hold none.
        """
        texts = (cell for cell in self._filled if cell.kind is TEXT and len(cell.text) < _LONGEST_LABEL)
        return [(cell, squash(cell.text).rstrip(":")) for cell in texts if cell.row not in apart]

    @cached_property
    def doubts(self) -> dict[str, str]:
        """By address, what is asked because a cell's look or comment stands against its text."""
        said = {
            address: f"单元格的批注写着“{mask_phone(shorten(text))}”，可能与所填不符，请核对"
            for address, text in self.comments.items()
        }
        return said | dict.fromkeys(self.struck, STRUCK)

    def where(self, row: int, column: int) -> str:
        """How people name the place, also when it holds nothing."""
        cell = self.at(row, column)
        if cell is not None:
            return f"{self.name}!{cell.address}"
        row, column = (column, row) if self.turned else (row, column)
        address = f"R{row}C{column}" if self.word else f"{letters(column)}{row}"
        return f"{self.name}!{address}"

    def row_where(self, row: int) -> str:
        if self.turned and self.row(row):
            return f"{self.name}!{self.row(row)[0].address}"
        return f"{self.name}!{'R' if self.word else ''}{row}"


@dataclass(slots=True)
class Document:
    """`paragraphs` are (number from 1, text) outside tables; `remarks` what the parser had to decide;
    `margins` the texts of headers, footers and drawings, where figures never stand."""

    format: str
    sheets: list[Sheet]
    paragraphs: list[tuple[int, str]] = field(default_factory=list)
    remarks: tuple[str, ...] = ()
    margins: tuple[str, ...] = ()


@lru_cache(maxsize=1024)
def letters(column: int) -> str:
    """1 -> A, 27 -> AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
