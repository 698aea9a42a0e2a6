"""The cells of one worksheet's XML, to be given another style; a cell that is not there is put in its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from services.intake.annotate.problems import Place
from services.intake.document import letters
from services.intake.places import column_number

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


class Grid:
    def __init__(self, root: Any) -> None:
        self._space = etree.QName(root).namespace
        self._root = root
        self._data = root.find(self._tag("sheetData"))
        self._rows = self._numbered_rows()
        self._cells: dict[int, dict[int, Any]] = {}
        self._merges = [_corners(node.get("ref", "")) for node in root.iter(self._tag("mergeCell"))]

    def _tag(self, name: str) -> str:
        return f"{{{self._space}}}{name}"

    def anchor(self, place: Place) -> Place:
        """The cell that fills the merged range, for a place inside one."""
        for (top, left), (bottom, right) in self._merges:
            if top <= place[0] <= bottom and left <= place[1] <= right:
                return top, left
        return place

    def restyle(self, place: Place, style: Callable[[int], int]) -> None:
        cell = self._cell(place)
        cell.set("s", str(style(int(cell.get("s", "0")))))

    def _numbered_rows(self) -> dict[int, Any]:
        rows: dict[int, Any] = {}
        number = 0
        for node in self._data.findall(self._tag("row")):
            number = int(node.get("r", number + 1))
            rows[number] = node
        return rows

    def _cell(self, place: Place) -> Any:
        row = self._row(place[0])
        if place[0] not in self._cells:
            self._cells[place[0]] = self._numbered_cells(row)
        known = self._cells[place[0]]
        if place[1] not in known:
            known[place[1]] = self._new_cell(row, place, known)
        return known[place[1]]

    def _row(self, number: int) -> Any:
        if number not in self._rows:
            row = etree.Element(self._tag("row"), r=str(number))
            later = min((other for other in self._rows if other > number), default=None)
            if later is None:
                self._data.append(row)
            else:
                self._rows[later].addprevious(row)
            self._rows[number] = row
        return self._rows[number]

    def _numbered_cells(self, row: Any) -> dict[int, Any]:
        cells: dict[int, Any] = {}
        column = 0
        for node in row.findall(self._tag("c")):
            match = _REFERENCE.fullmatch(node.get("r", ""))
            column = column_number(match[1]) if match else column + 1
            cells[column] = node
        return cells

    def _new_cell(self, row: Any, place: Place, known: dict[int, Any]) -> Any:
        """An empty cell that looks as the row's or column's cells do, so that it may be filled in as they may."""
        style = row.get("s") if row.get("customFormat") in ("1", "true") else self._column_style(place[1])
        cell = etree.Element(self._tag("c"), r=f"{letters(place[1])}{place[0]}", s=style or "0")
        later = min((other for other in known if other > place[1]), default=None)
        if later is None:
            row.append(cell)
        else:
            known[later].addprevious(cell)
        return cell

    def _column_style(self, column: int) -> str | None:
        for node in self._root.iter(self._tag("col")):
            if int(node.get("min", "0")) <= column <= int(node.get("max", "0")):
                return str(node.get("style", "0"))
        return None


def place_of(reference: str) -> Place | None:
    """B7 -> (7, 2)."""
    match = _REFERENCE.fullmatch(reference.replace("$", ""))
    return (int(match[2]), column_number(match[1])) if match else None


def _corners(area: str) -> tuple[Place, Place]:
    first, _, last = area.partition(":")
    top = place_of(first) or (0, 0)
    return top, place_of(last) or top
