"""Which parks are to be judged anew: whatever changes a fact the alert rules look at marks its park, by itself.

A listener on every flush does the marking, so that no use case can forget it. Rows written past the ORM do not pass
here: who writes a fact that way calls `mark`.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Select, bindparam, event, or_, select, true, update
from sqlalchemy.orm import Session, UOWTransaction

from db.base import Base
from db.models import (
    AcceptanceStep,
    AlertFeedback,
    AlertPause,
    CalendarDay,
    CalendarYear,
    CellDecision,
    Contact,
    Evidence,
    EvidenceLink,
    Goal,
    Letter,
    LetterPark,
    Obligation,
    ObligationAct,
    Park,
    ParkChange,
    ParkWatch,
    PhoneCall,
    PlanTask,
    ProgressReport,
    ReportingRound,
    Review,
    RulebookEntry,
    RulebookVersion,
    Submission,
    SubmissionReading,
    Unit,
    UnitSuccession,
)
from policy.terms import UnitKind

OF_A_PARK = (
    AcceptanceStep, AlertFeedback, AlertPause, Evidence, Goal, LetterPark, Obligation, ParkChange, PhoneCall, PlanTask,
    ProgressReport, Submission,
)  # fmt: skip
OF_ALL = (CalendarDay, CalendarYear, ReportingRound, RulebookEntry, RulebookVersion, Unit, UnitSuccession)
"""What may touch any park."""
THROUGH: dict[type[Base], tuple[str, Select[int | None]]] = {
    Review: ("submission_id", select(Submission.park_id).where(Submission.id == bindparam("key"))),
    CellDecision: (
        "reading_id",
        select(Submission.park_id)
        .join(SubmissionReading, SubmissionReading.submission_id == Submission.id)
        .where(SubmissionReading.id == bindparam("key")),
    ),
    EvidenceLink: ("evidence_id", select(Evidence.park_id).where(Evidence.id == bindparam("key"))),
    ObligationAct: ("obligation_id", select(Obligation.park_id).where(Obligation.id == bindparam("key"))),
    Letter: ("id", select(LetterPark.park_id).where(LetterPark.letter_id == bindparam("key"))),
}
"""Rows that know their park by another row: by which column, and how it is found."""


def mark(connection: Connection, parks: ColumnElement[bool]) -> None:
    """The parks for which `parks` holds are judged by the next sweep, whatever the day."""
    wanted = ParkWatch.park_id.in_(select(Park.id).where(parks))
    connection.execute(update(ParkWatch).where(wanted, ParkWatch.changed.is_(False)).values(changed=True))


def of_unit(unit_id: int) -> ColumnElement[bool]:
    """The parks whose notices people of a unit may get: its own, those of units it may have succeeded, and all when
    it is the committee."""
    committee = select(Unit.id).where(Unit.id == unit_id, Unit.kind == UnitKind.COMMITTEE).exists()
    return or_(Park.district_id == unit_id, Park.district_id.in_(select(UnitSuccession.predecessor_id)), committee)


def _mark_flushed(session: Session, _flush: UOWTransaction) -> None:
    written = (*session.new, *session.dirty, *session.deleted)
    connection = session.connection()
    if any(isinstance(row, OF_ALL) for row in written):
        mark(connection, true())
        return
    for unit_id in {row.unit_id for row in written if isinstance(row, Contact)}:
        mark(connection, of_unit(unit_id))
    park_ids = {row.park_id for row in written if isinstance(row, OF_A_PARK)}
    park_ids |= {row.id for row in written if isinstance(row, Park)}
    for kind, (column, parks) in THROUGH.items():
        for key in {getattr(row, column) for row in written if isinstance(row, kind)}:
            park_ids |= set(connection.execute(parks, {"key": key}).scalars())
    known = park_ids - {None}
    if known:
        mark(connection, Park.id.in_(known))


event.listen(Session, "after_flush", _mark_flushed)
