"""The overview: one stored row a park, nothing else is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from db.models import (
    ParkSnapshot,
)
from db.queries.owed import Owed, owed_on
from db.rulebook_facts import rulebook
from policy.access import Scope
from policy.deadlines import elapsed_share
from policy.facts import ActFact, ParkFact, Pending, ReceiptFact
from policy.obligations import Obligation
from policy.rulebook import Rulebook
from policy.situation import Situation, Tally, tally
from policy.terms import ActKind, FigureKind, HalfYear, Light, ObligationKind, Stage, Standing
from policy.version_no import VersionNo
from policy.workflow import Taken, stage_after


@dataclass(frozen=True, slots=True)
class Figure:
    """A newest accepted figure."""

    value: Decimal
    unit: str
    period: HalfYear
    kind: FigureKind


@dataclass(frozen=True, slots=True)
class Verdict:
    key: str
    light: Light
    sentence: str


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One park as stored; what depends on the day is asked for with that day."""

    park_id: int
    district_id: int
    code: str
    title: str
    district: str
    position: int
    operator: str
    approved_on: date
    ends_on: date
    steps: tuple[Taken, ...]
    obligations: tuple[Obligation, ...]
    """What is owed, oldest first, with the date first told for it."""
    receipts: Mapping[HalfYear, ReceiptFact]
    figures: Mapping[str, Figure]
    verdicts: tuple[Verdict, ...]
    light: Light
    """The worst verdict on an indicator; lateness is counted apart."""
    pending: int
    version: int
    rulebook: Rulebook

    def stage(self, day: date) -> Stage:
        return stage_after(self.steps, self.ends_on, day)

    def elapsed(self, day: date) -> Decimal:
        """序时进度, 0 to 1."""
        return elapsed_share(self.approved_on, self.ends_on, day)

    def days_left(self, day: date) -> int:
        """剩余天数; negative after 建设期满."""
        return (self.ends_on - day).days

    def owed(self, day: date) -> tuple[Owed, ...]:
        return owed_on(self.situation(day))

    def tally(self, day: date) -> Tally:
        return tally(self.situation(day))

    def next_due(self, day: date) -> Owed | None:
        """The oldest report not complete yet whose date has not passed or is 暂定; None when nothing more is owed."""
        done = (Standing.RECEIVED, Standing.LATE, Standing.WAIVED)
        open_entries = [entry for entry in self.owed(day) if entry.standing not in done]
        return next((entry for entry in open_entries if entry.due_on >= day or entry.provisional), None)

    def situation(self, day: date) -> Situation:
        return Situation(self._park(day), day, self.rulebook, dict(self.receipts), owed=self.obligations)

    def _park(self, day: date) -> ParkFact:
        return ParkFact(
            self.park_id, self.code, self.title, self.district_id, self.district,
            self.approved_on, "", self.ends_on, self.stage(day),
        )  # fmt: skip


def overview(session: Session, scope: Scope) -> tuple[OverviewRow, ...]:
    """Every park of the scope in 行政区划序, from the stored rows only."""
    snapshot = ParkSnapshot
    rows = session.scalars(
        select(snapshot)
        .where(visible(scope, snapshot.park_id, snapshot.district_id))
        .order_by(snapshot.position, snapshot.district_id, snapshot.approved_on, snapshot.code)
    )
    found = rulebook(session)
    return tuple(overview_row(row, found) for row in rows)


def visible(scope: Scope, park_id: Any, district_id: Any) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    return or_(park_id.in_(scope.park_ids), district_id.in_(scope.unit_ids))


def overview_row(row: ParkSnapshot, found: Rulebook) -> OverviewRow:
    receipts = [_receipt(entry) for entry in row.receipts]
    return OverviewRow(
        park_id=row.park_id,
        district_id=row.district_id,
        code=row.code,
        title=row.title,
        district=row.district,
        position=row.position,
        operator=row.operator,
        approved_on=row.approved_on,
        ends_on=row.ends_on,
        steps=tuple(Taken.parse(text) for text in row.steps),
        obligations=tuple(_obligation(entry) for entry in row.receipts),
        receipts={receipt.period: receipt for receipt in receipts},
        figures={key: _figure(entry) for key, entry in row.figures.items()},
        verdicts=tuple(Verdict(v["key"], Light(v["light"]), v["sentence"]) for v in row.verdicts),
        light=Light(row.light),
        pending=row.pending,
        version=row.version,
        rulebook=found,
    )


def _obligation(entry: Mapping[str, Any]) -> Obligation:
    return Obligation(
        ObligationKind.HALF_YEAR_REPORT,
        HalfYear.parse(entry["period"]),
        date.fromisoformat(entry["due_on"]),
        entry["clause"],
        _day(entry["grace_on"]),
        _day(entry["lock_on"]),
        entry["confirmed"],
        tuple(_act(act) for act in entry["acts"]),
    )


def _act(act: Mapping[str, Any]) -> ActFact:
    return ActFact(
        ActKind(act["kind"]), date.fromisoformat(act["dated"]), act["number"], act["reason"], _day(act["due_on"]),
        _day(act["lock_on"]),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _receipt(entry: Mapping[str, Any]) -> ReceiptFact:
    names = ("data_on", "letter_on", "letter_dated", "accepted_on", "returned_on", "resubmit_on")
    days = {name: _day(entry.get(name)) for name in names}
    waiting = entry.get("pending")
    pending = (
        Pending(waiting["id"], VersionNo(waiting["version"]), date.fromisoformat(waiting["since"])) if waiting else None
    )
    return ReceiptFact(period=HalfYear.parse(entry["period"]), **days, pending=pending)


def _figure(entry: Mapping[str, str]) -> Figure:
    # A row stored before figures had kinds says none.
    kind = FigureKind(entry.get("kind", FigureKind.PRELIMINARY))
    return Figure(Decimal(entry["value"]), entry["unit"], HalfYear.parse(entry["period"]), kind)
