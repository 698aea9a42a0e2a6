"""Cells that ask the same: a whole column in another unit is one question, however many firms it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar

_FIGURES = re.compile(r"\d[\d.,]*")


class Asking(Protocol):
    """A cell as stored or as shown."""

    @property
    def id(self) -> int: ...
    @property
    def table(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def status(self) -> Any: ...
    @property
    def value(self) -> str | None: ...
    @property
    def decided(self) -> Any: ...


Some = TypeVar("Some", bound=Asking)


def question(cell: Asking) -> tuple[str, str, str, str]:
    """What a cell asks, its own figures apart."""
    return cell.table, cell.key, cell.column, _FIGURES.sub("#", cell.message)


def is_open(cell: Asking) -> bool:
    return cell.status == "confirm" and cell.decided is None and cell.value is not None


def alike(cells: Iterable[Some], to: Some) -> list[Some]:
    """The cell itself and every other open one of its column that asks the same."""
    asked = question(to)
    return [to, *(cell for cell in cells if cell.id != to.id and is_open(cell) and question(cell) == asked)]


def first_of_each(cells: Sequence[Asking]) -> dict[int, int]:
    """Where several cells ask the same: the first one's id, and how many they are."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for cell in cells:
        if is_open(cell):
            groups.setdefault(question(cell), []).append(cell.id)
    return {ids[0]: len(ids) for ids in groups.values() if len(ids) > 1}
