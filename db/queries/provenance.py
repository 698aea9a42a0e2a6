"""What 数据来源 pages tell: of one version its file, dates and people, of its cells what was read and decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from db import facts
from db.facts import Decided as Decided
from db.models import (
    AuditEntry,
    CellDecision,
    Goal,
    Letter,
    LetterPark,
    Submission,
    SubmissionReading,
    Unit,
)
from db.queries.access import is_known
from db.queries.accounts import names
from policy.access import Actor, Permission
from policy.acts import Act
from policy.masking import mask_phone
from policy.tables import BY_KEY as TABLES
from policy.tables import PERSONAL, Kind
from policy.terms import FigureKind, GoalPath, HalfYear, Status, SubmissionKind, SubmissionState
from policy.version_no import VersionNo


@dataclass(frozen=True, slots=True)
class SealedBy:
    """The district's letter for the period."""

    number: str
    sender: str
    dated: date
    received_on: date


@dataclass(frozen=True, slots=True)
class VersionOrigin:
    """Whose file a version was, when it came, and what became of it; people by the name officials know.

    `told`: 国家网络安全产业园区（示例甲园）2025年上半年园区发展情况表第2版.
    """

    id: int
    told: str
    number: VersionNo
    state: SubmissionState
    kind: FigureKind
    file_name: str
    file_size: int
    uploaded_by: str
    uploaded_at: datetime
    received_on: date
    submitted_on: date | None
    submitted_by: str
    decided_on: date | None
    decided_by: str
    letters: tuple[SealedBy, ...]


@dataclass(frozen=True, slots=True)
class CellOrigin:
    """One cell: `read` is the value as the reader took it, `value` what counts; None for neither or a declared 无.

    `carried_from`: the version whose decision was taken over, None when the decision was made on this one;
    `overruled`: the decisions replaced by it, oldest first.
    """

    id: int
    table: str
    row: int
    key: str
    column: str
    raw: str
    read: str | None
    value: str | None
    unit: str
    read_as: Status
    status: Status
    where: str
    message: str
    remark: str
    kind: FigureKind | None
    decided: Decided | None = None
    carried_from: VersionNo | None = None
    overruled: tuple[Decided, ...] = ()


@dataclass(frozen=True, slots=True)
class GoalOrigin:
    """A goal as it was set; `source` is file, sheet and cell in one."""

    baseline: Decimal
    baseline_on: date
    target: Decimal
    decision: str
    source: str
    valid_from: date
    recorded_at: datetime
    recorded_by: str
    path: GoalPath = GoalPath.STRAIGHT
    milestones: Mapping[int, Decimal] = field(default_factory=dict, hash=False)


def find_version(session: Session, actor: Actor, park_id: int, period: HalfYear, number: VersionNo) -> int | None:
    """The id of a version the actor may know of; without a look at reports, only one that was accepted.

    A paper printed from a draft names the version it becomes: until it is sent, its newest draft stands in.
    """
    newest_first = _reports(park_id, period).order_by(Submission.version.desc())
    known = [row for row in session.scalars(newest_first) if row.number == number.number and _known(actor, row)]
    if number.draft and actor.may(Permission.VIEW_DRAFTS):
        known = [row for row in known if row.drafts == number.draft]
    elif number.draft:
        known = [row for row in known if row.no == number]
    exact = [row for row in known if row.no == number]
    return next((row.id for row in exact or known), None)


def _reports(park_id: int, period: HalfYear) -> Select[Submission]:
    return (
        select(Submission)
        .where(Submission.park_id == park_id, Submission.kind == SubmissionKind.HALF_YEAR_REPORT)
        .where(Submission.period == str(period), Submission.state != SubmissionState.ATTEMPT)
        .options(selectinload(Submission.reviews))
    )


def _known(actor: Actor, row: Submission) -> bool:
    if actor.may(Permission.VIEW_REPORT):
        return is_known(actor, row)
    return any(review.accepted for review in row.reviews)


def versions_of(session: Session, actor: Actor, park_id: int, period: HalfYear) -> tuple[VersionOrigin, ...]:
    """Every version of one half-year the actor may know of, newest first."""
    rows = session.scalars(_reports(park_id, period).order_by(Submission.version.desc()))
    return tuple(version(session, row.id) for row in rows if _known(actor, row))


def version(session: Session, submission_id: int) -> VersionOrigin:
    row = session.get_one(Submission, submission_id)
    known = names(session)
    review = row.reviews[-1] if row.reviews else None
    sent_by = (_submitter(session, row) or row.uploaded_by) if row.submitted_on else ""
    return VersionOrigin(
        id=row.id,
        told=f"{row.park.title if row.park else row.park_title or ''}{_paper(row)}",
        number=row.no,
        state=SubmissionState(row.state),
        kind=FigureKind(row.figure_kind),
        file_name=row.file_name,
        file_size=row.file.size,
        uploaded_by=known.get(row.uploaded_by, row.uploaded_by),
        uploaded_at=row.uploaded_at,
        received_on=row.received_on,
        submitted_on=row.submitted_on,
        submitted_by=known.get(sent_by, sent_by),
        decided_on=review.decided_on if review else None,
        decided_by=known.get(review.decided_by, review.decided_by) if review else "",
        letters=_letters(session, row),
    )


def _paper(row: Submission) -> str:
    """As the log names it behind the park's title."""
    period = HalfYear.parse(row.period).label if row.period else ""
    return f"{period}{SubmissionKind(row.kind or SubmissionKind.HALF_YEAR_REPORT).label}{row.no.label}"


def _submitter(session: Session, row: Submission) -> str | None:
    """Whoever pressed 报送, by the log; a file that was sent in at once was sent by its uploader."""
    told = select(AuditEntry.actor).where(
        AuditEntry.action == Act.SUBMISSION_SUBMIT,
        AuditEntry.park_id == row.park_id,
        AuditEntry.subject.endswith(_paper(row)),
    )
    return session.scalars(told.order_by(AuditEntry.seq.desc()).limit(1)).first()


def _letters(session: Session, row: Submission) -> tuple[SealedBy, ...]:
    found = session.execute(
        select(Letter.number, Unit.name, Letter.dated, Letter.received_on)
        .join(LetterPark, LetterPark.letter_id == Letter.id)
        .join(Unit, Letter.sender_id == Unit.id)
        .where(LetterPark.park_id == row.park_id, LetterPark.period == row.period)
        .order_by(Letter.received_on, Letter.id)
    )
    return tuple(SealedBy(*entry) for entry in found)


def cells(
    session: Session, submission_id: int, table: str, *, key: str | None = None, row: int | None = None
) -> tuple[CellOrigin, ...]:
    """Cells of the current column in the order of the file, personal ones left out."""
    reading = SubmissionReading
    found = select(reading).where(
        reading.submission_id == submission_id, reading.table == table, reading.column == "current"
    )
    if key is not None:
        found = found.where(reading.key == key)
    if row is not None:
        found = found.where(reading.row == row)
    return _origins(session, submission_id, session.scalars(found.order_by(reading.id)).all())


def cell(session: Session, submission_id: int, cell_id: int) -> CellOrigin | None:
    """Any cell of a version, whatever its column; None when it is not one of this version."""
    reading = session.get(SubmissionReading, cell_id)
    if reading is None or reading.submission_id != submission_id:
        return None
    return next(iter(_origins(session, submission_id, [reading])), None)


def _origins(session: Session, submission_id: int, readings: Sequence[SubmissionReading]) -> tuple[CellOrigin, ...]:
    every = facts.all_decisions(session, submission_id)
    made = {cell_id: each[-1] for cell_id, each in every.items()}
    carried = _carried(session, [entry.id for entry in readings if entry.id in made and made[entry.id].carried])
    return tuple(
        CellOrigin(
            entry.id, entry.table, entry.row, entry.key, entry.column, _shown(entry, entry.raw) or "",
            _shown(entry, entry.value), _shown(entry, entry.effective_value), entry.unit, Status(entry.status),
            Status(entry.effective_status), entry.where or "", mask_phone(entry.message),
            mask_phone(entry.remark or ""), FigureKind(entry.figure_kind) if entry.figure_kind else None,
            made.get(entry.id), carried.get(entry.id),
            tuple(replace(each, value=_shown(entry, each.value)) for each in every.get(entry.id, ())[:-1]),
        )
        for entry in readings
        if (entry.table, entry.key) not in PERSONAL
    )  # fmt: skip


def _shown(entry: SubmissionReading, text: str | None) -> str | None:
    """Figures as they are; in a shifted row a phone may stand in any text."""
    is_text = entry.table in TABLES and TABLES[entry.table].column(entry.key).kind is Kind.TEXT
    return mask_phone(text) if text is not None and is_text else text


def _carried(session: Session, cell_ids: Iterable[int]) -> dict[int, VersionNo]:
    """By cell, the number of the version its decision was first made on."""
    return {cell_id: number for cell_id in cell_ids if (number := _first_made(session, cell_id)) is not None}


def _first_made(session: Session, cell_id: int) -> VersionNo | None:
    newest = select(CellDecision).where(CellDecision.reading_id == cell_id).order_by(CellDecision.id.desc()).limit(1)
    made = session.scalars(newest).first()
    while made is not None and made.carried_from is not None:
        made = session.get(CellDecision, made.carried_from)
    if made is None:
        return None
    origin = select(Submission).join(SubmissionReading, SubmissionReading.submission_id == Submission.id)
    return session.scalars(origin.where(SubmissionReading.id == made.reading_id)).one().no


def goals_of(session: Session, park_id: int, key: str) -> tuple[GoalOrigin, ...]:
    """Every goal ever set for one indicator, newest first."""
    rows = session.scalars(
        select(Goal).where(Goal.park_id == park_id, Goal.key == key).order_by(Goal.valid_from.desc(), Goal.id.desc())
    )
    return tuple(
        GoalOrigin(
            row.baseline, row.baseline_on, row.target, row.decision, row.source, row.valid_from, row.recorded_at,
            _importer(session, row), GoalPath(row.path), {int(m): Decimal(v) for m, v in row.milestones.items()},
        )
        for row in rows
    )  # fmt: skip


def _importer(session: Session, row: Goal) -> str:
    """Who imported it, by the log: the first import of the park's goals entered with or after the row itself."""
    told = select(AuditEntry.actor).where(
        AuditEntry.action == Act.GOALS_IMPORT, AuditEntry.park_id == row.park_id, AuditEntry.at >= row.recorded_at
    )
    actor = session.scalars(told.order_by(AuditEntry.seq).limit(1)).first()
    return names(session).get(actor, actor) if actor else ""
