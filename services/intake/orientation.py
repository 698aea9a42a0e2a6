"""Sheets laid out another way: a roster with its firms side by side, and tables that stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from policy.tables import ROSTER
from services.intake.document import Cell, Sheet
from services.intake.labels import column_named, indicator_label, may_begin_table
from services.intake.tables import FoundTable, find_tables
from services.intake.text import squash

_NUMBER_HEAD = re.compile(r"序号|编号|No\.?", re.IGNORECASE)
_ENOUGH_LABELS = 3
_ENOUGH_COLUMNS = 6


def turned_rosters(sheet: Sheet) -> list[FoundTable]:
    """Rosters whose columns are named down the side, one firm a column; their cells keep their addresses."""
    sides = {cell.column for cell in sheet.filled() if may_begin_table(cell.text)}
    if not any(_names_columns(sheet, side) for side in sides):
        return []
    cells = [
        cell._replace(row=cell.column, column=cell.row, rows=cell.columns, columns=cell.rows) for cell in sheet.cells
    ]
    tables = find_tables(replace(sheet, cells=cells, hidden_rows=(), hidden_columns=(), turned=True))
    return [found for found in tables if found.table is ROSTER and len(found.columns) >= _ENOUGH_COLUMNS]


def _names_columns(sheet: Sheet, side: int) -> bool:
    down = (cell.text for cell in sheet.filled() if cell.column == side and len(cell.text) <= 40)
    return len({column.key for text in down if (column := column_named(ROSTER, text))}) >= _ENOUGH_COLUMNS


def rows_of(tables: Iterable[FoundTable]) -> list[int]:
    """The rows of the sheet that its tables take."""
    rows: list[int] = []
    for found in tables:
        if found.sheet.turned:
            rows += range(max(1, min(found.columns.values()) - 1), max(found.columns.values()) + 1)
        else:
            rows += range(found.first_row, found.last_row + 1)
    return rows


def parts(sheet: Sheet) -> list[Sheet]:
    """The sheet, cut in two (or more) where a table stands beside figures or beside another table."""
    for head in [cell for cell in sheet.filled() if may_begin_table(cell.text)]:
        left, right = _reach(sheet, head)
        for cut, outside in ((left, range(1, left)), (right + 1, range(right + 1, sheet.width + 1))):
            if outside and _holds_more(sheet, head.row, outside):
                first = [cell for cell in sheet.cells if cell.column < cut]
                rest = [cell for cell in sheet.cells if cell.column >= cut]
                return [*parts(replace(sheet, cells=first)), *parts(replace(sheet, cells=rest))]
    return [sheet]


def _reach(sheet: Sheet, head: Cell) -> tuple[int, int]:
    """The first and last column of the table that this header begins: up to a blank one, its numbering included."""
    left, right = head.column, head.last_column
    if left > 1 and _NUMBER_HEAD.fullmatch(squash(sheet.text(head.row, left - 1))):
        left -= 1
    while right < sheet.width and (text := sheet.text(head.row, right + 1)):
        if may_begin_table(text) or (indicator_label(text) and not column_named(ROSTER, text)):
            break
        right += 1
    return left, right


def _holds_more(sheet: Sheet, row: int, places: range) -> bool:
    """Labels of figures, or another table's header, in these columns beside the table."""
    beside = [cell for cell in sheet.filled() if cell.column in places and cell.last_row >= row]
    if any(cell.row == row and may_begin_table(cell.text) for cell in beside):
        return True
    labels = {label.key for cell in beside if (label := indicator_label(cell.text))}
    return len(labels) >= _ENOUGH_LABELS
