"""What a place in a file speaks of, in words that are the same in every version: an indicator, or a firm's row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from db.models import SubmissionReading
from services.intake.places import row_of

Cell = tuple[str, int, str, str, str | None, str | None]
"""Table, row, key, column, where, value."""


def of_cells(cells: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Place → subject, for cells about to be stored."""
    names = ("table", "row", "key", "column", "where", "value")
    return _subjects([tuple(cell[name] for name in names) for cell in cells])


def of_readings(cells: Iterable[SubmissionReading]) -> dict[str, str]:
    """Place → subject, for stored cells as they count now."""
    return _subjects([(c.table, c.row, c.key, c.column, c.where, c.effective_value) for c in cells])


def _subjects(cells: list[Any]) -> dict[str, str]:
    named = {(table, row): value or "" for table, row, key, _, _, value in cells if key == "name"}
    found: dict[str, str] = {}
    for table, row, key, column, where, _ in cells:
        if where is None:
            continue
        if table == "figures":
            found.setdefault(where, f"{key}/{column}")
        else:
            found.setdefault(where, f"{table}/{named.get((table, row), '')}/{key}")
            found.setdefault(row_of(where), f"{table}/{named.get((table, row), '')}")
    return found


def cell_key(cell: SubmissionReading, names: Mapping[tuple[str, int], str]) -> tuple[str, ...]:
    """What makes a cell the same cell in another version: its indicator and column, or its row's name and column."""
    if cell.table == "figures":
        return cell.table, cell.key, cell.column
    own = cell.raw or "" if cell.key == "name" else names.get((cell.table, cell.row), "")
    return cell.table, own, cell.key
