"""A `Spot` is one cell that holds one figure of 表一 for one column (current or previous) of the report."""

from __future__ import annotations

from dataclasses import dataclass

from services.intake.document import Cell, Sheet
from services.intake.labels import Role
from services.intake.periods import Span
from services.intake.units import Unit


@dataclass(frozen=True, slots=True)
class Spot:
    """`role` CURRENT or PREVIOUS by its header; `span`: the period the header names; `cumulative`: it says 累计;
    `units`: what the unit column, the label, the header and the table's title state, the nearest first."""

    key: str
    role: Role
    sheet: Sheet
    row: int
    place: int
    units: tuple[Unit, ...]
    span: Span | None = None
    with_share: bool = False
    cumulative: bool = False

    @property
    def cell(self) -> Cell | None:
        return self.sheet.at(self.row, self.place)

    @property
    def where(self) -> str:
        return self.sheet.where(self.row, self.place)
