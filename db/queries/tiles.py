"""Where each unit stands on the tile map (equal tiles in rows and columns; no boundaries, no licence)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import Unit


@dataclass(frozen=True, slots=True)
class Tile:
    unit_id: int
    name: str
    short_name: str
    row: int
    column: int


def tiles(session: Session, day: date) -> tuple[Tile, ...]:
    """The units with a place of their own on `day`, in 行政区划序."""
    rows = session.scalars(
        select(Unit)
        .where(Unit.tile_row.is_not(None), Unit.tile_column.is_not(None))
        .where(or_(Unit.valid_to.is_(None), Unit.valid_to >= day))
        .order_by(Unit.position, Unit.id)
    )
    return tuple(Tile(row.id, row.name, row.short_name, row.tile_row or 0, row.tile_column or 0) for row in rows)
