"""Everything one park's page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import (
    Letter,
    LetterPark,
    Park,
    ParkChange,
    Submission,
    SubmissionReading,
    Unit,
)
from db.queries.access import seen_by
from db.queries.accounts import names
from db.queries.chain import StepRow, course, steps_of
from db.queries.contacts import ContactRow, contacts_of, operators_of
from db.queries.owed import Owed, owed_on
from db.queries.parks import visible
from db.rulebook_facts import rulebook
from policy.access import Actor, Scope
from policy.facts import FigureFact, GoalFact, ParkFact
from policy.indicators.definitions import Definition
from policy.masking import mask_phone
from policy.tables import PERSONAL, ROSTER
from policy.terms import ChangeKind, HalfYear, SubmissionState
from policy.version_no import VersionNo
from policy.workflow import NOT_BEGUN, Course


@dataclass(frozen=True, slots=True)
class ChangeRow:
    kind: ChangeKind
    valid_from: date
    document: str
    old: str
    new: str
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class SourcedFigure:
    """An accepted figure with its 数据来源."""

    fact: FigureFact
    version: VersionNo
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a half-year report, whatever its state."""

    submission_id: int
    period: HalfYear
    version: VersionNo
    state: SubmissionState
    file_name: str
    uploaded_by: str
    uploaded_at: datetime
    received_on: date
    submitted_on: date | None


@dataclass(frozen=True, slots=True)
class LetterRow:
    period: HalfYear
    number: str
    dated: date
    received_on: date
    medium: str
    sender: str


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One firm of the newest accepted 一览表: its row from 1, texts and figures by column key, as stored."""

    number: int
    where: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ParkDetail:
    park: ParkFact
    operator: str
    host_park: str
    address: str
    boundary: str
    changes: tuple[ChangeRow, ...]
    contacts: tuple[ContactRow, ...]
    steps: tuple[StepRow, ...]
    goals: tuple[GoalFact, ...]
    figures: tuple[SourcedFigure, ...]
    owed: tuple[Owed, ...]
    letters: tuple[LetterRow, ...]
    roster_period: HalfYear | None
    roster: tuple[RosterRow, ...]
    definitions: tuple[Definition, ...] = ()
    course: Course = NOT_BEGUN


def detail(session: Session, scope: Scope, code: str, as_of: date, *, unmasked: bool = False) -> ParkDetail | None:
    """One park as known on `as_of`; None when it does not exist or lies outside the scope."""
    park = session.scalars(select(Park).where(Park.code == code, visible(scope, Park.id, Park.district_id))).first()
    if park is None:
        return None
    situation = facts.situation(session, park.id, as_of, rulebook(session))
    people = (*contacts_of(session, park.district_id), *operators_of(session, park.id))
    period, roster = _roster(session, park.id, as_of)
    steps = steps_of(session, park.id)
    return ParkDetail(
        park=situation.park,
        operator=park.operator,
        host_park=park.host_park,
        address=park.address,
        boundary=park.boundary,
        changes=_changes(session, park.id),
        contacts=people if unmasked else tuple(person.masked() for person in people),
        steps=steps,
        goals=situation.goals,
        figures=_sourced(session, situation.figures),
        owed=owed_on(situation),
        letters=_letters(session, park.id),
        roster_period=period,
        roster=roster,
        definitions=situation.definitions,
        course=course(session, steps, park.ends_on, as_of),
    )


def _changes(session: Session, park_id: int) -> tuple[ChangeRow, ...]:
    rows = session.scalars(
        select(ParkChange).where(ParkChange.park_id == park_id).order_by(ParkChange.valid_from, ParkChange.id)
    )
    return tuple(
        ChangeRow(
            ChangeKind(row.kind), row.valid_from, row.document, row.old, row.new, row.recorded_at, row.recorded_by
        )
        for row in rows
    )


def _sourced(session: Session, known: Sequence[FigureFact]) -> tuple[SourcedFigure, ...]:
    """Oldest period first, in the order of the report."""
    wanted = {fact.submission_id for fact in known}
    rows = session.execute(
        select(Submission.id, Submission.number, Submission.uploaded_by, Submission.uploaded_at).where(
            Submission.id.in_(wanted)
        )
    )
    origin = {row.id: row for row in rows}
    return tuple(
        SourcedFigure(
            fact, VersionNo(origin[fact.submission_id].number), origin[fact.submission_id].uploaded_by,
            origin[fact.submission_id].uploaded_at,
        )
        for fact in known
    )  # fmt: skip


def versions(session: Session, actor: Actor, park_id: int) -> tuple[VersionRow, ...]:
    """Every version the actor may know of, newest period first, newest version first."""
    rows = session.scalars(
        select(Submission)
        .where(Submission.park_id == park_id, Submission.period.is_not(None))
        .where(Submission.state != SubmissionState.ATTEMPT, seen_by(actor))
        .order_by(Submission.period.desc(), Submission.version.desc())
    )
    known = names(session)
    return tuple(
        VersionRow(
            row.id, HalfYear.parse(row.period or ""), row.no, SubmissionState(row.state), row.file_name,
            known.get(row.uploaded_by, row.uploaded_by), row.uploaded_at, row.received_on, row.submitted_on,
        )
        for row in rows
    )  # fmt: skip


def _letters(session: Session, park_id: int) -> tuple[LetterRow, ...]:
    rows = session.execute(
        select(LetterPark.period, Letter.number, Letter.dated, Letter.received_on, Letter.medium, Unit.name)
        .join(Letter, LetterPark.letter_id == Letter.id)
        .join(Unit, Letter.sender_id == Unit.id)
        .where(LetterPark.park_id == park_id)
        .order_by(Letter.received_on, Letter.id)
    )
    return tuple(
        LetterRow(HalfYear.parse(row.period), row.number, row.dated, row.received_on, row.medium, row.name)
        for row in rows
    )


def _roster(session: Session, park_id: int, as_of: date) -> tuple[HalfYear | None, tuple[RosterRow, ...]]:
    """The firms of the newest accepted report, cells fit to be shown as fact only; phones masked."""
    accepted = facts.accepted_versions(session, park_id, as_of)
    if not accepted:
        return None, ()
    period = max(accepted)
    reading = SubmissionReading
    cells = session.execute(
        select(reading.row, reading.key, reading.effective_value.label("value"), reading.where)
        .where(reading.submission_id == accepted[period], reading.table == ROSTER.key)
        .where(reading.effective_status.in_(facts.READ_AS_FACT))
        .order_by(reading.row, reading.id)
    )
    rows: dict[int, dict[str, str]] = {}
    places: dict[int, str] = {}
    for cell in cells:
        value = cell.value or ""
        rows.setdefault(cell.row, {})[cell.key] = mask_phone(value) if (ROSTER.key, cell.key) in PERSONAL else value
        places.setdefault(cell.row, cell.where or "")
    return period, tuple(RosterRow(number, places[number], values) for number, values in rows.items())
