"""What was put forward for a park, and what its newest report states that a paper should prove."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import TypeAlias

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from db.facts import READ_AS_FACT
from db.models import AcceptanceStep, Evidence, Letter, LetterPark, Park, Submission, SubmissionReading
from db.queries.accounts import names
from db.queries.dossiers import TableRow
from policy.evidence import Category, ClaimKey, ClaimKind, Registered, Spoken, Statement, letter_key, step_key
from policy.figures import chinese_date
from policy.indicators.catalogue import HEADLINES
from policy.media import BY_KEY, Media
from policy.terms import HalfYear, SubmissionKind, SubmissionState
from policy.version_no import VersionNo
from policy.workflow import StepKind, step

Tables: TypeAlias = Mapping[str, tuple[TableRow, ...]]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One file put forward; `size` in bytes, people by the names officials know."""

    id: int
    category: Category
    title: str
    file_name: str
    media: Media
    size: int
    sha256: str
    uploaded_by: str
    uploaded_at: datetime
    links: tuple[ClaimKey, ...]
    withdrawal: Withdrawal | None


@dataclass(frozen=True, slots=True)
class StatedIn:
    """The version whose statements count."""

    submission_id: int
    period: HalfYear
    version: VersionNo
    state: SubmissionState


def evidence_of(session: Session, park_id: int) -> tuple[EvidenceRow, ...]:
    """Everything put forward for the park, the newest first, withdrawn ones included."""
    known = names(session)
    rows = session.scalars(
        select(Evidence)
        .where(Evidence.park_id == park_id)
        .options(selectinload(Evidence.links), selectinload(Evidence.file))
        .order_by(Evidence.id.desc())
    )
    return tuple(_row(row, known) for row in rows)


def _row(row: Evidence, known: Mapping[str, str]) -> EvidenceRow:
    withdrawal = None
    if row.withdrawn_at is not None:
        by = row.withdrawn_by or ""
        withdrawal = Withdrawal(known.get(by, by), row.withdrawn_at, row.withdrawn_reason)
    return EvidenceRow(
        row.id, Category(row.category), row.title, row.file_name, BY_KEY[row.media_type], row.file.size,
        row.file.sha256, known.get(row.uploaded_by, row.uploaded_by), row.uploaded_at,
        tuple(ClaimKey(ClaimKind(link.claim_kind), link.subject) for link in row.links), withdrawal,
    )  # fmt: skip


def statement_of(session: Session, park_id: int, stated_in: StatedIn | None, tables: Tables, as_of: date) -> Statement:
    """What the register says on `as_of`, and a version with these `tables` (db.queries.dossiers)."""
    park = session.get_one(Park, park_id)
    register = Statement(
        as_of, park.approval_no, park.approved_on, park.boundary, park.operator,
        registered=(*_letters(session, park_id, as_of), *_steps(session, park_id, as_of)),
    )  # fmt: skip
    if stated_in is None:
        return register
    rows = {
        table: [
            {key: Spoken(cell.value, cell.where, row.number) for key, cell in row.cells.items() if cell.value}
            for row in of_table
        ]
        for table, of_table in tables.items()
    }
    return replace(register, period=stated_in.period, rows=rows, figures=_headlines(session, stated_in.submission_id))


def _letters(session: Session, park_id: int, as_of: date) -> Iterator[Registered]:
    """One a half-year, however many letters speak of it."""
    found = session.execute(
        select(LetterPark.period, Letter.number, Letter.dated, Letter.file_id)
        .join(LetterPark.letter)
        .where(LetterPark.park_id == park_id, Letter.received_on <= as_of)
        .order_by(LetterPark.period, Letter.received_on)
    )
    for key, rows in groupby(found, key=lambda row: row.period):
        letters, period = list(rows), HalfYear.parse(key)
        told = "；".join(f"{row.number}，{chinese_date(row.dated)}" for row in letters)
        filed = any(row.file_id is not None for row in letters)
        yield Registered(letter_key(period), f"{period.label}园区发展情况函", told, filed)


def _steps(session: Session, park_id: int, as_of: date) -> Iterator[Registered]:
    """Those in force, which a later return does not change for a day before it; of several rounds the newest."""
    found = session.scalars(
        select(AcceptanceStep)
        .where(AcceptanceStep.park_id == park_id, AcceptanceStep.dated <= as_of)
        .where(or_(AcceptanceStep.returned_on.is_(None), AcceptanceStep.returned_on > as_of))
        .order_by(AcceptanceStep.round, AcceptanceStep.id)
    )
    for kind, row in {StepKind(row.kind): row for row in found}.items():
        told = "，".join(filter(None, (row.document_no, chinese_date(row.dated))))
        filed = row.file_id is not None or row.issued_id is not None or not step(kind).filed
        yield Registered(step_key(kind), step(kind).paper, told, filed)


def newest_stated(session: Session, park_id: int, *states: SubmissionState) -> StatedIn | None:
    """The newest report in the first of `states` in which there is one."""
    return next(filter(None, (_newest(session, park_id, state) for state in states)), None)


def _newest(session: Session, park_id: int, state: SubmissionState) -> StatedIn | None:
    row = session.scalars(
        select(Submission)
        .where(Submission.park_id == park_id, Submission.kind == SubmissionKind.HALF_YEAR_REPORT)
        .where(Submission.state == state)
        .order_by(Submission.period.desc(), Submission.version.desc())
        .limit(1)
    ).first()
    if row is None or row.period is None:
        return None
    return StatedIn(row.id, HalfYear.parse(row.period), row.no, state)


def _headlines(session: Session, submission_id: int) -> dict[str, tuple[Decimal, str]]:
    reading = SubmissionReading
    found = session.execute(
        select(reading.key, reading.effective_value.label("value"), reading.where).where(
            reading.submission_id == submission_id,
            reading.table == "figures",
            reading.column == "current",
            reading.key.in_([indicator.key for indicator in HEADLINES]),
            reading.effective_value.is_not(None),
            reading.effective_status.in_(READ_AS_FACT),
        )
    )
    return {row.key: (Decimal(row.value), row.where or "") for row in found}
