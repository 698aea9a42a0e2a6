"""The only place that turns rows into policy facts.

Everything is read by columns, not entities: a fact is what the database holds now, even when the
session still carries an older state of the same row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from db import handling_facts, obligation_facts, panel_facts
from db.base import ZONE
from db.definition_facts import definitions
from db.models import (
    AcceptanceStep,
    Account,
    CellDecision,
    Goal,
    Letter,
    LetterPark,
    Park,
    Review,
    Submission,
    SubmissionReading,
    Unit,
)
from db.rulebook_facts import calendar, known_at
from policy.facts import FigureFact, GoalFact, ParkFact, Pending, ReceiptFact
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.provenance import DERIVED
from policy.rulebook import Rulebook
from policy.situation import Situation, resubmit_on
from policy.terms import REPORTED, DecisionKind, FigureKind, GoalPath, HalfYear, Outcome, Status, SubmissionKind
from policy.version_no import VersionNo
from policy.workflow import StepKind, Taken, stage_after

READ_AS_FACT = (Status.OK, Status.NOTE)
# Of an 一览表 of hundreds of rows only the columns that are summed or counted are read.
MEASURED = or_(
    SubmissionReading.table == "figures",
    *(and_(SubmissionReading.table == table, SubmissionReading.key == key) for table, key, _summed in DERIVED.values()),
)


def steps(session: Session, park_id: int, as_of: date) -> tuple[Taken, ...]:
    """The steps in force on `as_of`, in the order of the chain; steps sent back before are left out."""
    in_force = or_(AcceptanceStep.returned_on.is_(None), AcceptanceStep.returned_on > as_of)
    rows = session.execute(
        select(AcceptanceStep.kind, AcceptanceStep.round, AcceptanceStep.outcome).where(
            AcceptanceStep.park_id == park_id, AcceptanceStep.dated <= as_of, in_force
        )
    )
    taken = (Taken(StepKind(row.kind), row.round, Outcome(row.outcome) if row.outcome else None) for row in rows)
    return tuple(sorted(taken, key=lambda one: one.place))


def park_fact(session: Session, park: Park, as_of: date) -> ParkFact:
    """The park with the stage it had reached on `as_of`."""
    district = session.execute(select(Unit.name).where(Unit.id == park.district_id)).scalar_one()
    return ParkFact(
        id=park.id,
        code=park.code,
        title=park.title,
        district_id=park.district_id,
        district=district,
        approved_on=park.approved_on,
        approval_no=park.approval_no,
        ends_on=park.ends_on,
        stage=stage_after(steps(session, park.id, as_of), park.ends_on, as_of),
    )


@dataclass(frozen=True, slots=True)
class _Version:
    id: int
    period: HalfYear
    no: VersionNo
    received_on: date
    has_errors: bool
    accepted_on: date | None
    returned_on: date | None
    decided_at: datetime | None


def _versions(session: Session, park_id: int, as_of: date) -> dict[HalfYear, list[_Version]]:
    """Submitted versions of half-year reports received by `as_of`, oldest first, with the decisions made by then."""
    decided = and_(Review.submission_id == Submission.id, Review.decided_on <= as_of)
    rows = session.execute(
        select(
            Submission.id, Submission.period, Submission.number, Submission.received_on, Submission.has_errors,
            Review.accepted, Review.decided_on, Review.decided_at,
        )
        .outerjoin(Review, decided)
        .where(
            Submission.park_id == park_id,
            Submission.kind == SubmissionKind.HALF_YEAR_REPORT,
            Submission.state.in_(REPORTED),
            Submission.received_on <= as_of,
        )
        .order_by(Submission.period, Submission.version, Review.id)
    )  # fmt: skip
    latest = {row.id: _version(row) for row in rows}
    versions: dict[HalfYear, list[_Version]] = {}
    for version in latest.values():
        versions.setdefault(version.period, []).append(version)
    return versions


def _version(row: Row[int, str | None, int, date, bool, bool, date, datetime]) -> _Version:
    return _Version(
        row.id,
        HalfYear.parse(row.period or ""),
        VersionNo(row.number),
        row.received_on,
        row.has_errors,
        row.decided_on if row.accepted else None,
        row.decided_on if row.accepted is False else None,
        row.decided_at,
    )


def receipts(session: Session, park_id: int, as_of: date) -> dict[HalfYear, ReceiptFact]:
    """What had come in for each period by the end of `as_of`, and what the committee had decided by then."""
    return _receipts(session, _versions(session, park_id, as_of), _letters(session, park_id, as_of))


def _receipts(
    session: Session,
    versions: Mapping[HalfYear, Sequence[_Version]],
    letters: Mapping[HalfYear, tuple[date, date]],
) -> dict[HalfYear, ReceiptFact]:
    return {
        period: _receipt(session, period, versions.get(period, []), letters.get(period))
        for period in sorted(versions.keys() | letters.keys())
    }


def _letters(session: Session, park_id: int, as_of: date) -> dict[HalfYear, tuple[date, date]]:
    """When the first letter of each period was received, and its own date."""
    rows = session.execute(
        select(LetterPark.period, Letter.received_on, Letter.dated)
        .join(Letter, LetterPark.letter_id == Letter.id)
        .where(LetterPark.park_id == park_id, Letter.received_on <= as_of)
        .order_by(Letter.received_on.desc())
    )
    return {HalfYear.parse(row.period): (row.received_on, row.dated) for row in rows}


def _receipt(
    session: Session, period: HalfYear, versions: Sequence[_Version], letter: tuple[date, date] | None
) -> ReceiptFact:
    """A return reopens the period: only versions after the last returned one count as data."""
    returned = [index for index, version in enumerate(versions) if version.returned_on is not None]
    since = returned[-1] + 1 if returned else 0
    accepted = [version.accepted_on for version in versions if version.accepted_on is not None]
    newest_returned = bool(versions) and since == len(versions)
    return ReceiptFact(
        period=period,
        data_on=min((version.received_on for version in versions[since:] if not version.has_errors), default=None),
        letter_on=letter[0] if letter else None,
        letter_dated=letter[1] if letter else None,
        accepted_on=accepted[-1] if accepted else None,
        returned_on=versions[-1].returned_on if newest_returned else None,
        pending=_pending(versions[-1]) if versions else None,
        resubmit_on=_resubmit_on(session, versions[-1]) if newest_returned else None,
    )


def _resubmit_on(session: Session, returned: _Version) -> date | None:
    """By the rule as it was known when the committee returned it: no later change of the rules moves the date."""
    if returned.returned_on is None or returned.decided_at is None:
        return None
    return resubmit_on(returned.returned_on, known_at(session, returned.decided_at))


def _pending(newest: _Version) -> Pending | None:
    decided = newest.accepted_on is not None or newest.returned_on is not None
    return None if decided else Pending(newest.id, newest.no, newest.received_on)


def accepted_versions(session: Session, park_id: int, as_of: date) -> dict[HalfYear, int]:
    """The submission that counts for each period: the newest version accepted by the end of `as_of`."""
    return _accepted(_versions(session, park_id, as_of))


def _accepted(known: Mapping[HalfYear, Sequence[_Version]]) -> dict[HalfYear, int]:
    return {
        period: [version.id for version in versions if version.accepted_on is not None][-1]
        for period, versions in sorted(known.items())
        if any(version.accepted_on is not None for version in versions)
    }


def figures(session: Session, park_id: int, as_of: date) -> tuple[FigureFact, ...]:
    """Accepted figures only: those of 表一, and the sums and counts over the rows of 表二 and 表三."""
    return _figures(session, accepted_versions(session, park_id, as_of))


def version_figures(session: Session, submission_id: int, period: HalfYear) -> tuple[FigureFact, ...]:
    """The figures one version states, and those worked out from its rows, whatever has become of it."""
    return _figures(session, {period: submission_id})


def _figures(session: Session, versions: Mapping[HalfYear, int]) -> tuple[FigureFact, ...]:
    """Those of all the versions in three queries, however many there are."""
    papers = {
        row.id: row
        for row in session.execute(
            select(Submission.id, Submission.file_name, Submission.figure_kind).where(
                Submission.id.in_(versions.values())
            )
        )
    }
    cells = _cells(session, {paper.id: FigureKind(paper.figure_kind) for paper in papers.values()})
    facts: list[FigureFact] = []
    for period, submission_id in versions.items():
        paper, known = papers[submission_id], cells.get(submission_id, [])
        facts += stated(known, period, paper.file_name, submission_id)
        facts += summed_up(known, period, paper.file_name, submission_id, FigureKind(paper.figure_kind))
    return tuple(facts)


@dataclass(frozen=True, slots=True)
class ReadCell:
    """A cell that counts as fact; `kind` is its own or its paper's."""

    table: str
    row: int
    key: str
    value: str | None
    raw: str
    where: str
    decided: str
    kind: FigureKind


def _cells(session: Session, kinds: Mapping[int, FigureKind]) -> dict[int, list[ReadCell]]:
    """The cells that count as fact by version; `kinds`: the versions' own, for cells that do not say theirs."""
    reading = SubmissionReading
    rows = session.execute(
        select(
            reading.submission_id, reading.id, reading.table, reading.row, reading.key,
            reading.effective_value.label("value"), reading.raw, reading.where, reading.figure_kind,
        )
        .where(
            reading.submission_id.in_(kinds),
            reading.column == "current",
            reading.effective_status.in_(READ_AS_FACT),
            MEASURED,
        )
        .order_by(reading.id)
    )  # fmt: skip
    told = {id: made.told for id, made in decisions(session, *kinds).items()}
    found: dict[int, list[ReadCell]] = {}
    for row in rows:
        found.setdefault(row.submission_id, []).append(ReadCell(
            row.table, row.row, row.key, row.value, row.raw or "", row.where or "", told.get(row.id, ""),
            FigureKind(row.figure_kind or kinds[row.submission_id]),
        ))  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision about one cell: `number` tells it from others, `by` is the name of whoever made it; `value`: what
    counted from then on."""

    number: int
    kind: DecisionKind
    value: str | None
    reason: str
    by: str
    at: datetime
    carried: bool

    @property
    def told(self) -> str:
        """`示例区经办人 2026-03-02 已更正（原因：原表漏填）`."""
        reason = f"（原因：{self.reason}）" if self.reason else ""
        return f"{self.by} {self.at.astimezone(ZONE):%Y-%m-%d} {self.kind.label}{reason}"


def decisions(session: Session, *submission_ids: int) -> dict[int, Decided]:
    """The decision in force by cell (its reading's id) of these versions."""
    return {cell_id: made[-1] for cell_id, made in all_decisions(session, *submission_ids).items()}


def all_decisions(session: Session, *submission_ids: int) -> dict[int, list[Decided]]:
    """Every decision by cell (its reading's id), oldest first; the last is in force."""
    made = CellDecision
    rows = session.execute(
        select(
            made.reading_id, made.id, made.kind, made.value, made.reason, made.decided_by, made.decided_at,
            made.carried_from, Account.display_name,
        )
        .join(SubmissionReading, SubmissionReading.id == made.reading_id)
        .outerjoin(Account, Account.username == made.decided_by)
        .where(SubmissionReading.submission_id.in_(submission_ids))
        .order_by(made.id)
    )  # fmt: skip
    found: dict[int, list[Decided]] = {}
    for row in rows:
        found.setdefault(row.reading_id, []).append(Decided(
            row.id, DecisionKind(row.kind), row.value, row.reason, row.display_name or row.decided_by, row.decided_at,
            row.carried_from is not None,
        ))  # fmt: skip
    return found


def stated(cells: Iterable[ReadCell], period: HalfYear, file: str, submission_id: int) -> Iterable[FigureFact]:
    """The figures of 表一 as they stand in their cells."""
    for cell in cells:
        if cell.table == "figures" and cell.row == 0 and cell.key in BY_KEY and cell.value is not None:
            yield FigureFact(
                cell.key, period, Decimal(cell.value), file, cell.where, cell.raw, submission_id, cell.decided,
                cell.kind,
            )  # fmt: skip


def summed_up(
    cells: Sequence[ReadCell], period: HalfYear, file: str, submission_id: int, kind: FigureKind
) -> Iterable[FigureFact]:
    """A table without rows says nothing; a row “无” says zero. A sum is only as final as its least final part."""
    for key, (table, column, summed) in DERIVED.items():
        column_cells = [cell for cell in cells if cell.table == table and cell.key == column]
        if not column_cells:
            continue
        filled = [cell for cell in column_cells if cell.value is not None]
        value = sum((Decimal(cell.value or 0) for cell in filled), Decimal(0)) if summed else Decimal(len(filled))
        span = "—".join(dict.fromkeys((column_cells[0].where, column_cells[-1].where)))
        raw = f"{len(filled)}行{'合计' if summed else ''}"
        told = "；".join(cell.decided for cell in filled if cell.decided)
        least = min((cell.kind for cell in filled), key=lambda one: one.rank, default=kind)
        yield FigureFact(key, period, Decimal(plain(value)), file, span, raw, submission_id, told, least)


def goals(session: Session, park_id: int, as_of: date) -> tuple[GoalFact, ...]:
    """The goals in force on `as_of`, in the order of the catalogue."""
    rows = session.execute(
        select(
            Goal.key, Goal.baseline, Goal.baseline_on, Goal.target, Goal.decision, Goal.source, Goal.path,
            Goal.milestones,
        )
        .where(Goal.park_id == park_id, Goal.valid_from <= as_of)
        .order_by(Goal.valid_from, Goal.id)
    )  # fmt: skip
    newest = {
        row.key: GoalFact(
            row.key, row.baseline, row.baseline_on, row.target, row.decision, row.source, GoalPath(row.path),
            {int(month): Decimal(value) for month, value in row.milestones.items()},
        )
        for row in rows
    }  # fmt: skip
    return tuple(newest[key] for key in BY_KEY if key in newest)


def situation(session: Session, park_id: int, as_of: date, rulebook: Rulebook) -> Situation:
    """Everything the alert rules may look at for one park, as it was known at the end of `as_of`."""
    park, versions = session.get_one(Park, park_id), _versions(session, park_id, as_of)
    return Situation(
        park=park_fact(session, park, as_of),
        as_of=as_of,
        rulebook=rulebook,
        receipts=_receipts(session, versions, _letters(session, park_id, as_of)),
        goals=goals(session, park_id, as_of),
        definitions=definitions(session, park_id, as_of),
        figures=_figures(session, _accepted(versions)),
        owed=obligation_facts.obligations(session, park_id, rulebook, as_of),
        done=obligation_facts.done(session, park_id, as_of),
        uploaded=obligation_facts.uploaded(session, park_id, as_of),
        tasks=obligation_facts.tasks(session, park_id, as_of),
        issues=handling_facts.issues(session, park_id, as_of),
        scores=panel_facts.scores(session, park_id, as_of),
        promised=handling_facts.promised(session, park_id, as_of),
        standing_lights=handling_facts.standing_lights(session, park_id, as_of),
        calendar=calendar(session),
    )
