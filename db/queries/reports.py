"""One uploaded version with every cell as it was read, its problems, and its fellow versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased, selectinload

from db import facts
from db.facts import Decided
from db.models import FindingExplanation, Park, Review, Submission, SubmissionFinding, SubmissionReading
from db.queries.access import is_known, seen_by
from db.queries.accounts import names
from db.queries.parks import visible
from policy.access import Actor
from policy.facts import ReceiptFact
from policy.holding import Holding, holding
from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.masking import mask_phone
from policy.tables import BY_KEY as TABLES
from policy.tables import FORM_LABELS, PERSONAL
from policy.terms import FigureKind, HalfYear, ReturnReason, Severity, Status, SubmissionKind, SubmissionState
from policy.version_no import VersionNo


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `table` is figures or a repeated table's key; phones are masked, raw text included.

    `value` and `status` are what counts now, `proposed` the value as read; `asked`: the reader could not settle
    it alone, so it is or was for the district to decide; `readable`: there is a proposal to confirm.
    """

    id: int
    table: str
    row: int
    key: str
    column: str
    label: str
    raw: str | None
    value: str | None
    unit: str
    status: Status
    where: str
    message: str
    remark: str | None
    candidates: tuple[str, ...]
    proposed: str | None
    asked: bool
    readable: bool
    decided: Decided | None
    figure_kind: FigureKind | None = None
    """Where it is another than the paper's."""

    @property
    def number(self) -> Decimal | None:
        return None if self.value is None else Decimal(self.value)


@dataclass(frozen=True, slots=True)
class Explanation:
    """情况说明 of a finding; `carried`: taken over from an earlier version."""

    text: str
    by: str
    at: datetime
    carried: bool


@dataclass(frozen=True, slots=True)
class FindingRow:
    id: int
    code: str
    severity: Severity
    where: str
    message: str
    clause: str
    explanation: Explanation | None = None
    subject: str = ""
    """What it speaks of, the same in every version."""

    @property
    def unexplained(self) -> bool:
        return self.severity is Severity.CONFIRM and self.explanation is None


@dataclass(frozen=True, slots=True)
class Decision:
    """市经济信息委's decision on a version."""

    accepted: bool
    reason: str
    decided_on: date
    decided_by: str
    category: ReturnReason | None = None
    """Of a return; None where none was asked for yet."""


@dataclass(frozen=True, slots=True)
class Version:
    """A line in the list of versions of one park's report for one period."""

    id: int
    number: VersionNo
    state: SubmissionState
    file_name: str
    uploaded_by: str
    uploaded_at: datetime
    received_on: date
    submitted_on: date | None
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Report:
    """`park_code` is empty for an attempt that belongs to no registered park; `format` None for a file that could
    not be opened."""

    id: int
    kind: SubmissionKind | None
    period: HalfYear | None
    park_code: str
    park_title: str
    district: str
    version: VersionNo
    state: SubmissionState
    file_name: str
    file_sha256: str
    file_size: int
    format: str | None
    figure_kind: FigureKind
    uploaded_by: str
    uploaded_at: datetime
    received_on: date
    submitted_on: date | None
    clean: bool
    has_errors: bool
    cells: tuple[Cell, ...]
    findings: tuple[FindingRow, ...]
    overtaken: tuple[FindingRow, ...]
    decision: Decision | None
    versions: tuple[Version, ...]
    receipt: ReceiptFact | None = None
    """What has come in for its park and period; None for what is no half-year report."""

    @property
    def newest(self) -> bool:
        """No later version stands beside it."""
        return all(version.id <= self.id for version in self.versions)

    def holding(self, day: date) -> Holding | None:
        """当前办理单位 of a half-year report, told on its newest version alone."""
        if self.period is None or self.state is SubmissionState.ATTEMPT or not self.newest:
            return None
        draft_on = self.received_on if self.state is SubmissionState.DRAFT else None
        return holding(self.period, self.receipt, day, draft_on)

    def count(self, status: Status) -> int:
        return sum(cell.status is status for cell in self.cells)

    def count_findings(self, severity: Severity) -> int:
        return sum(finding.severity is severity for finding in self.findings)


def report(session: Session, actor: Actor, report_id: int) -> Report | None:
    """The version with this id; None when it does not exist or the actor may not know of it."""
    row = session.get(
        Submission, report_id, options=(selectinload(Submission.findings), selectinload(Submission.reviews))
    )
    if row is None or not is_known(actor, row):
        return None
    park, known = row.park, names(session)
    said = _explanations(session, row.id, known)
    return Report(
        id=row.id,
        kind=SubmissionKind(row.kind) if row.kind else None,
        period=HalfYear.parse(row.period) if row.period else None,
        park_code=park.code if park else "",
        park_title=park.title if park else row.park_title or "",
        district=park.district.name if park else "",
        version=row.no,
        state=SubmissionState(row.state),
        file_name=row.file_name,
        file_sha256=row.file.sha256,
        file_size=row.file.size,
        format=row.format,
        figure_kind=FigureKind(row.figure_kind),
        uploaded_by=known.get(row.uploaded_by, row.uploaded_by),
        uploaded_at=row.uploaded_at,
        received_on=row.received_on,
        submitted_on=row.submitted_on,
        clean=row.clean,
        has_errors=row.has_errors,
        cells=_cells(session, row.id),
        findings=tuple(_finding(entry, said) for entry in row.findings if entry.superseded_at is None),
        overtaken=tuple(_finding(entry, said) for entry in row.findings if entry.superseded_at is not None),
        decision=_decision(row.reviews),
        versions=_versions(session, actor, row, known),
        receipt=_receipt(session, row),
    )


def _receipt(session: Session, row: Submission) -> ReceiptFact | None:
    if row.park_id is None or row.period is None:
        return None
    return facts.receipts(session, row.park_id, date.max).get(HalfYear.parse(row.period))


def _cells(session: Session, report_id: int) -> tuple[Cell, ...]:
    reading = SubmissionReading
    made = facts.decisions(session, report_id)
    rows = session.execute(
        select(
            reading.id, reading.table, reading.row, reading.key, reading.column, reading.raw, reading.value,
            reading.unit, reading.status, reading.where, reading.message, reading.remark, reading.candidates,
            reading.effective_value, reading.effective_status, reading.figure_kind,
        )
        .where(reading.submission_id == report_id)
        .order_by(reading.id)
    )  # fmt: skip
    return tuple(
        Cell(
            entry.id, entry.table, entry.row, entry.key, entry.column, label_of(entry.table, entry.key),
            _shown(entry.table, entry.key, entry.raw), _shown(entry.table, entry.key, entry.effective_value),
            entry.unit, Status(entry.effective_status), entry.where or "", entry.message, entry.remark,
            tuple(entry.candidates or ()), _shown(entry.table, entry.key, entry.value), Status(entry.status).blocks,
            entry.status == Status.CONFIRM and entry.value is not None, made.get(entry.id),
            FigureKind(entry.figure_kind) if entry.figure_kind else None,
        )
        for entry in rows
    )  # fmt: skip


def label_of(table: str, key: str) -> str:
    """What a cell is called: its indicator, the form's own word, or its column."""
    if table == "figures":
        return INDICATORS[key].label if key in INDICATORS else FORM_LABELS.get(key, key)
    known = {column.key: column.label for column in TABLES[table].columns} if table in TABLES else {}
    return known.get(key, key)


def _shown(table: str, key: str, text: str | None) -> str | None:
    return mask_phone(text) if text is not None and (table, key) in PERSONAL else text


def _finding(row: SubmissionFinding, said: Mapping[int, Explanation]) -> FindingRow:
    return FindingRow(
        row.id,
        row.code,
        Severity(row.severity),
        row.where,
        mask_phone(row.message),
        row.clause,
        said.get(row.id),
        row.subject,
    )


def _explanations(session: Session, report_id: int, known: Mapping[str, str]) -> dict[int, Explanation]:
    """The newest 情况说明 by finding."""
    rows = session.scalars(
        select(FindingExplanation)
        .join(SubmissionFinding, SubmissionFinding.id == FindingExplanation.finding_id)
        .where(SubmissionFinding.submission_id == report_id)
        .order_by(FindingExplanation.id)
    )
    return {
        row.finding_id: Explanation(
            mask_phone(row.text), known.get(row.written_by, row.written_by), row.written_at,
            row.carried_from is not None,
        )
        for row in rows
    }  # fmt: skip


def _decision(reviews: Sequence[Review]) -> Decision | None:
    if not reviews:
        return None
    last = reviews[-1]
    category = ReturnReason(last.category) if last.category else None
    return Decision(last.accepted, last.reason, last.decided_on, last.decided_by, category)


def _versions(session: Session, actor: Actor, row: Submission, known: Mapping[str, str]) -> tuple[Version, ...]:
    """Those the actor may know of, newest first; an attempt stands alone."""
    if row.park_id is None or row.state == SubmissionState.ATTEMPT:
        return ()
    fellows = session.scalars(
        select(Submission)
        .where(Submission.park_id == row.park_id, Submission.kind == row.kind)
        .where(Submission.period == row.period if row.period else Submission.period.is_(None))
        .where(Submission.state != SubmissionState.ATTEMPT, seen_by(actor))
        .options(selectinload(Submission.reviews))
        .order_by(Submission.version.desc())
    )
    return tuple(
        Version(
            entry.id, entry.no, SubmissionState(entry.state), entry.file_name,
            known.get(entry.uploaded_by, entry.uploaded_by),
            entry.uploaded_at, entry.received_on, entry.submitted_on, _decision(entry.reviews),
        )
        for entry in fellows
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Waiting:
    """A version that waits for somebody: the committee's decision, or the district's submission or correction."""

    id: int
    park_code: str
    park_title: str
    district: str
    period: HalfYear | None
    version: VersionNo
    state: SubmissionState
    since: date


def waiting(session: Session, actor: Actor, *states: SubmissionState) -> tuple[Waiting, ...]:
    """The newest version known to the actor of each park and period, if it stands in one of `states`; oldest first."""
    later = aliased(Submission)
    superseded = (
        exists()
        .where(later.park_id == Submission.park_id, later.kind == Submission.kind, later.period == Submission.period)
        .where(later.state != SubmissionState.ATTEMPT, later.version > Submission.version, seen_by(actor, later))
    )
    rows = session.scalars(
        select(Submission)
        .join(Submission.park)
        .where(Submission.kind == SubmissionKind.HALF_YEAR_REPORT, Submission.state.in_(states), ~superseded)
        .where(seen_by(actor), visible(actor.scope, Park.id, Park.district_id))
        .options(selectinload(Submission.reviews))
    )
    return tuple(sorted(map(_waiting, rows), key=lambda entry: (entry.since, entry.id)))


def _waiting(row: Submission) -> Waiting:
    assert row.park is not None
    decision = _decision(row.reviews)
    since = decision.decided_on if decision else row.submitted_on or row.received_on
    return Waiting(
        row.id, row.park.code, row.park.title, row.park.district.name,
        HalfYear.parse(row.period) if row.period else None, row.no, SubmissionState(row.state), since,
    )  # fmt: skip
