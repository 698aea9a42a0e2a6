"""What earlier papers of a park said: the figures and rows a new one is compared with or prefilled from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import facts
from db.models import Submission, SubmissionReading
from policy.facts import AcceptedReport
from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.reports.swings import FLOWS, LEVELS
from policy.terms import REPORTED, FigureKind, HalfYear, SubmissionKind, SubmissionState
from policy.version_no import VersionNo

Accepted = Mapping[HalfYear, int]
"""The submission that counts, by half-year."""


def accepted(session: Session, park_id: int) -> Accepted:
    """What counts for a park by now: looked up once for everything that a paper is compared with."""
    return facts.accepted_versions(session, park_id, date.max)


def accepted_figures(session: Session, of: Accepted, period: HalfYear) -> dict[str, Decimal]:
    """Figures of 表一 (current column) of the newest accepted report of that half-year; empty without one."""
    if period not in of:
        return {}
    rows = session.execute(
        select(SubmissionReading.key, SubmissionReading.effective_value).where(
            SubmissionReading.submission_id == of[period],
            SubmissionReading.table == "figures",
            SubmissionReading.column == "current",
            SubmissionReading.key.in_(INDICATORS),
            SubmissionReading.effective_status.in_(facts.READ_AS_FACT),
            SubmissionReading.effective_value.is_not(None),
        )
    )
    return {key: Decimal(value) for key, value in rows if value is not None}


def earlier_figures(session: Session, of: Accepted, period: HalfYear) -> dict[HalfYear, dict[str, Decimal]]:
    """Accepted figures of what a report of this half-year is compared with: the half-year before, and the same
    half of last year; what has none accepted is left out."""
    periods = (period.previous(), period.year_before())
    figures = {earlier: accepted_figures(session, of, earlier) for earlier in periods}
    return {earlier: found for earlier, found in figures.items() if found}


def accepted_numbers(session: Session, of: Accepted) -> dict[HalfYear, VersionNo]:
    """The number of the version that counts, by half-year."""
    if not of:
        return {}
    rows = session.execute(select(Submission.id, Submission.number).where(Submission.id.in_(of.values())))
    numbers = {row.id: VersionNo(row.number) for row in rows}
    return {period: numbers[submission_id] for period, submission_id in of.items()}


def accepted_report(session: Session, of: Accepted, period: HalfYear) -> AcceptedReport | None:
    """The version that counts for this half-year, as a later one would correct it; None without one."""
    if period not in of:
        return None
    row = session.execute(select(Submission.number, Submission.figure_kind).where(Submission.id == of[period])).one()
    figures = facts.version_figures(session, of[period], period)
    return AcceptedReport(VersionNo(row.number), FigureKind(row.figure_kind), figures)


def peer_growth(session: Session, park_id: int, period: HalfYear) -> dict[str, tuple[Decimal, ...]]:
    """By indicator key how the other parks' accepted figures of this half-year have grown, one number a park:
    running totals since the same months of last year, levels since the half-year before."""
    bases = dict.fromkeys(FLOWS, period.year_before()) | dict.fromkeys(LEVELS, period.previous())
    figures = _accepted_elsewhere(session, park_id, {period, *bases.values()}, bases)
    growth: dict[str, tuple[Decimal, ...]] = {}
    for park, of, key in figures:
        before = figures.get((park, bases[key], key))
        if of == period and before:
            growth[key] = (*growth.get(key, ()), figures[park, of, key] / before - 1)
    return growth


def _accepted_elsewhere(
    session: Session, park_id: int, periods: Collection[HalfYear], keys: Collection[str]
) -> dict[tuple[int, HalfYear, str], Decimal]:
    """Figures of the newest accepted report of every other park by park, half-year and key."""
    newest = (
        select(func.max(Submission.id))
        .where(
            Submission.park_id.is_not(None), Submission.park_id != park_id,
            Submission.kind == SubmissionKind.HALF_YEAR_REPORT, Submission.state == SubmissionState.ACCEPTED,
            Submission.period.in_([str(period) for period in periods]),
        )
        .group_by(Submission.park_id, Submission.period)
    )  # fmt: skip
    rows = session.execute(
        select(Submission.park_id, Submission.period, SubmissionReading.key, SubmissionReading.effective_value)
        .join(SubmissionReading, SubmissionReading.submission_id == Submission.id)
        .where(
            Submission.id.in_(newest),
            SubmissionReading.table == "figures",
            SubmissionReading.column == "current",
            SubmissionReading.key.in_(list(keys)),
            SubmissionReading.effective_status.in_(facts.READ_AS_FACT),
            SubmissionReading.effective_value.is_not(None),
        )
        .order_by(Submission.park_id)
    )
    return {(park, HalfYear.parse(of), key): Decimal(value) for park, of, key, value in rows if park and of and value}


@dataclass(frozen=True, slots=True)
class Listed:
    """The firms a park listed last: `period` of that report, None for its application form.

    Each row maps the column's key to its text, 无 included; what waits for confirmation or correction is blank.
    """

    period: HalfYear | None = None
    rows: tuple[dict[str, str], ...] = ()

    @property
    def told(self) -> str:
        return self.period.label if self.period else "申报表"


def last_roster(session: Session, park_id: int, before: HalfYear) -> Listed:
    """The newest accepted roster before that half-year, else that of the park's application form."""
    counting = accepted(session, park_id)
    period = max((period for period in counting if period < before), default=None)
    submission_id = counting[period] if period else _application_form(session, park_id)
    rows: dict[int, dict[str, str]] = {}
    cells = select(
        SubmissionReading.row, SubmissionReading.key, SubmissionReading.effective_value.label("value"),
        SubmissionReading.raw, SubmissionReading.effective_status.label("status"),
    ).where(SubmissionReading.submission_id == submission_id, SubmissionReading.table == "roster")  # fmt: skip
    for cell in session.execute(cells.order_by(SubmissionReading.row, SubmissionReading.id)):
        declared_none = "无" if (cell.raw or "").strip() == "无" else ""
        certain = cell.status in facts.READ_AS_FACT
        rows.setdefault(cell.row, {})[cell.key] = (cell.value or declared_none) if certain else ""
    return Listed(period, tuple(rows.values()))


@dataclass(frozen=True, slots=True)
class Written:
    """What a paper holds, whoever wrote it: `figures` of 表一 by (key, column), `rows` by table; values where they
    are certain, else what was typed."""

    figure_kind: FigureKind = FigureKind.PRELIMINARY
    figures: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rows: Mapping[str, tuple[dict[str, str], ...]] = field(default_factory=dict)


def newest_version(session: Session, park_id: int, period: HalfYear) -> Submission | None:
    """Of that half-year's report, whatever became of it."""
    found = select(Submission).where(
        Submission.park_id == park_id, Submission.kind == SubmissionKind.HALF_YEAR_REPORT,
        Submission.period == str(period), Submission.state != SubmissionState.ATTEMPT,
    )  # fmt: skip
    return session.scalars(found.order_by(Submission.version.desc()).limit(1)).first()


def written_so_far(session: Session, park_id: int, period: HalfYear) -> Written:
    """The newest version of that half-year's report, whatever became of it; empty without one."""
    version = newest_version(session, park_id, period)
    if version is None:
        return Written()
    figures: dict[tuple[str, str], str] = {}
    rows: dict[tuple[str, int], dict[str, str]] = {}
    cells = select(SubmissionReading).where(SubmissionReading.submission_id == version.id)
    for cell in session.scalars(cells.order_by(SubmissionReading.id)):
        certain = cell.effective_status in facts.READ_AS_FACT
        text = (cell.effective_value if certain else cell.raw) or (cell.raw or "")
        if cell.table == "figures":
            figures[cell.key, cell.column] = text
        else:
            rows.setdefault((cell.table, cell.row), {})[cell.key] = text
    tables = {table: tuple(cells for (of, _), cells in rows.items() if of == table) for table, _ in rows}
    return Written(FigureKind(version.figure_kind), figures, tables)


def _application_form(session: Session, park_id: int) -> int | None:
    """The newest one that was reported: a draft is nobody else's business yet."""
    forms = select(func.max(Submission.id)).where(
        Submission.park_id == park_id,
        Submission.kind == SubmissionKind.APPLICATION_FORM,
        Submission.state.in_(REPORTED),
    )
    return session.scalar(forms)


def firms_elsewhere(session: Session, names: Collection[str], park_id: int | None) -> frozenset[str]:
    """Those of the names that stand in the newest paper another park has reported."""
    if not names:
        return frozenset()
    newest = (
        select(func.max(Submission.id))
        .where(Submission.park_id.is_not(None), Submission.park_id != park_id, Submission.state.in_(REPORTED))
        .group_by(Submission.park_id)
    )
    listed = select(SubmissionReading.effective_value).where(
        SubmissionReading.submission_id.in_(newest),
        SubmissionReading.table == "roster",
        SubmissionReading.key == "name",
        SubmissionReading.effective_value.in_(list(names)),
    )
    return frozenset(name for name in session.scalars(listed) if name)
