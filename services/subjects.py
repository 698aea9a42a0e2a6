"""What a place in a file speaks of, in words that are the same in every version: an indicator, or a firm's row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from db.models import SubmissionReading
from services.intake.places import row_of
from services.intake.reading import FileReading

Cell = tuple[str, int, str, str, str | None, str | None]
"""Table, row, key, column, where, value."""


def of_file(reading: FileReading) -> dict[str, str]:
    """Place → subject, for a file about to be stored."""
    cells: list[Cell] = [("figures", 0, c.key, c.column, c.where, c.value) for c in reading.fields]
    for table, rows in reading.rows.items():
        for number, row in enumerate(rows):
            cells += [(table, number, key, c.column, c.where, c.value) for key, c in row.cells.items()]
    return _subjects(cells)


def of_readings(cells: Iterable[SubmissionReading]) -> dict[str, str]:
    """Place → subject, for stored cells as they count now."""
    return _subjects([(c.table, c.row, c.key, c.column, c.where, c.effective_value) for c in cells])


def _subjects(cells: Sequence[Cell]) -> dict[str, str]:
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
