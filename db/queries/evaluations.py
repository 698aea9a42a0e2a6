"""Indicator systems as imported, the one that counts on a day, the marks given by them and the scores kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import EvaluationFreeze, EvaluationMark, EvaluationSystem
from db.queries.accounts import names
from policy.evaluation.reading import read_system
from policy.evaluation.sheet import Sheet
from policy.evaluation.system import System


@dataclass(frozen=True, slots=True)
class SystemRow:
    """`text`: the file it was read from, to the letter."""

    id: int
    system: System
    text: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class MarkRow:
    """`value`: None where the giver took it back."""

    item: str
    giver: str
    value: Decimal | None
    basis: str
    given_on: date
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class FreezeRow:
    id: int
    system_id: int
    system_name: str
    version: str
    purpose: str
    frozen_on: date
    sheet: Sheet
    recorded_at: datetime
    recorded_by: str


def systems(session: Session) -> tuple[SystemRow, ...]:
    """The newest by effective date first."""
    rows = session.scalars(
        select(EvaluationSystem).order_by(EvaluationSystem.effective_from.desc(), EvaluationSystem.id.desc())
    )
    return tuple(_system(row) for row in rows)


def system(session: Session, system_id: int) -> SystemRow | None:
    row = session.get(EvaluationSystem, system_id)
    return _system(row) if row is not None else None


def _system(row: EvaluationSystem) -> SystemRow:
    text = row.content["text"]
    return SystemRow(row.id, read_system(text), text, row.recorded_at, row.recorded_by)


def system_of(session: Session, day: date) -> SystemRow | None:
    """The system that counts on a day: an issued one before one that is not, then the newest in force."""
    found = [row for row in systems(session) if row.system.in_force(day)]
    return max(found, key=lambda row: (not row.system.trial, row.system.effective_from, row.id), default=None)


def mark_history(session: Session, park_id: int, system_id: int) -> tuple[MarkRow, ...]:
    """Every mark ever given, the newest first. The park's scope is the caller's matter."""
    known = names(session)
    rows = session.scalars(
        select(EvaluationMark)
        .where(EvaluationMark.park_id == park_id, EvaluationMark.system_id == system_id)
        .order_by(EvaluationMark.given_on.desc(), EvaluationMark.id.desc())
    )
    return tuple(
        MarkRow(
            row.item,
            row.giver,
            row.value,
            row.basis,
            row.given_on,
            row.recorded_at,
            known.get(row.recorded_by, row.recorded_by),
        )
        for row in rows
    )


def freezes(session: Session, park_id: int) -> tuple[FreezeRow, ...]:
    """The scores kept for reviews, the newest first. The park's scope is the caller's matter."""
    known = names(session)
    rows = session.execute(
        select(EvaluationFreeze, EvaluationSystem.name, EvaluationSystem.version)
        .join(EvaluationSystem, EvaluationSystem.id == EvaluationFreeze.system_id)
        .where(EvaluationFreeze.park_id == park_id)
        .order_by(EvaluationFreeze.id.desc())
    )
    return tuple(
        FreezeRow(
            row.id, row.system_id, name, version, row.purpose, row.frozen_on, Sheet.restored(row.lines),
            row.recorded_at, known.get(row.recorded_by, row.recorded_by),
        )
        for row, name, version in rows
    )  # fmt: skip
