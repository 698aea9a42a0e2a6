"""办文周期 of a unit: how many working days it needs for each paper of the end, and how that was set over time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import OfficeCycle
from db.queries.accounts import names
from policy.terms import ObligationKind


@dataclass(frozen=True, slots=True)
class CycleRow:
    kind: ObligationKind
    days: int
    at: datetime
    by: str


def office_cycles(session: Session, unit_id: int) -> tuple[CycleRow, ...]:
    """Everything the unit has set, the newest first."""
    known = names(session)
    rows = session.scalars(select(OfficeCycle).where(OfficeCycle.unit_id == unit_id).order_by(OfficeCycle.id.desc()))
    return tuple(
        CycleRow(ObligationKind(row.step), row.days, row.recorded_at, known.get(row.recorded_by, row.recorded_by))
        for row in rows
    )


def in_force(session: Session, unit_ids: Collection[int]) -> dict[int, dict[ObligationKind, int]]:
    """By unit, what holds now: of each paper the newest."""
    rows = session.scalars(select(OfficeCycle).where(OfficeCycle.unit_id.in_(unit_ids)).order_by(OfficeCycle.id))
    found: dict[int, dict[ObligationKind, int]] = {}
    for row in rows:
        found.setdefault(row.unit_id, {})[ObligationKind(row.step)] = row.days
    return found
