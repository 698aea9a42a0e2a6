"""What every park of a scope has reported of a few indicators, beside its goals: what pictures of all parks show.

A handful of queries however many parks there are. The figures are those db.facts makes of one park; whoever wants to
know who decided on a cell asks for its source.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from db.definition_facts import fact
from db.facts import READ_AS_FACT, ReadCell, stated, summed_up
from db.models import Goal, IndicatorDefinition, Submission, SubmissionReading
from db.queries.parks import OverviewRow, Verdict, overview
from policy.access import Scope
from policy.facts import FigureFact, GoalFact
from policy.indicators.catalogue import BY_KEY
from policy.indicators.definitions import Definition
from policy.provenance import DERIVED
from policy.terms import FigureKind, GoalPath, HalfYear, SubmissionKind, SubmissionState


@dataclass(frozen=True, slots=True)
class ParkSeries:
    """One park: its stored row with the verdicts, and by indicator its accepted figures (oldest first) and goal."""

    park: OverviewRow
    figures: Mapping[str, tuple[FigureFact, ...]]
    goals: Mapping[str, GoalFact]
    definitions: tuple[Definition, ...]

    def newest(self, key: str) -> FigureFact | None:
        known = self.figures.get(key, ())
        return known[-1] if known else None

    def verdict(self, key: str) -> Verdict | None:
        return next((one for one in self.park.verdicts if one.key == key), None)


def all_series(
    session: Session, scope: Scope, as_of: date, keys: Collection[str] | None = None
) -> tuple[ParkSeries, ...]:
    """Every park of the scope in 行政区划序. Without `keys` the indicators any of them has a goal for."""
    parks = overview(session, scope)
    ids = [park.park_id for park in parks]
    goals = _goals(session, ids, as_of)
    wanted = set(keys) if keys is not None else {key for held in goals.values() for key in held}
    figures, definitions = _figures(session, ids, wanted), _definitions(session)
    return tuple(
        ParkSeries(
            park, figures.get(park.park_id, {}), goals.get(park.park_id, {}),
            tuple(one for of, one in definitions if of in (None, park.park_id)),
        )
        for park in parks
    )  # fmt: skip


def _goals(session: Session, park_ids: Collection[int], as_of: date) -> dict[int, dict[str, GoalFact]]:
    """Those in force on the day, in the order of the catalogue."""
    rows = session.execute(
        select(
            Goal.park_id, Goal.key, Goal.baseline, Goal.baseline_on, Goal.target, Goal.decision, Goal.source, Goal.path,
            Goal.milestones,
        )
        .where(Goal.park_id.in_(park_ids), Goal.valid_from <= as_of)
        .order_by(Goal.valid_from, Goal.id)
    )  # fmt: skip
    found: dict[int, dict[str, GoalFact]] = {}
    for row in rows:
        if row.key in BY_KEY:
            found.setdefault(row.park_id, {})[row.key] = GoalFact(
                row.key, row.baseline, row.baseline_on, row.target, row.decision, row.source, GoalPath(row.path),
                {int(month): Decimal(value) for month, value in row.milestones.items()},
            )  # fmt: skip
    return {park_id: {key: held[key] for key in BY_KEY if key in held} for park_id, held in found.items()}


def _definitions(session: Session) -> list[tuple[int | None, Definition]]:
    rows = session.scalars(select(IndicatorDefinition).order_by(IndicatorDefinition.id))
    return [(row.park_id, fact(row)) for row in rows]


def _figures(
    session: Session, park_ids: Collection[int], keys: Collection[str]
) -> dict[int, dict[str, tuple[FigureFact, ...]]]:
    papers = _counting(session, park_ids)
    cells = _cells(session, papers, keys)
    found: dict[int, dict[str, tuple[FigureFact, ...]]] = {}
    for (park_id, period), paper in sorted(papers.items()):
        known, kind = cells.get(paper.id, []), FigureKind(paper.figure_kind)
        of_park = found.setdefault(park_id, {})
        for figure in (
            *stated(known, period, paper.file_name, paper.id),
            *summed_up(known, period, paper.file_name, paper.id, kind),
        ):
            of_park[figure.key] = (*of_park.get(figure.key, ()), figure)
    return found


def _counting(session: Session, park_ids: Collection[int]) -> dict[tuple[int, HalfYear], _Paper]:
    """The version that counts by park and half-year: the newest accepted one."""
    rows = session.execute(
        select(Submission.id, Submission.park_id, Submission.period, Submission.file_name, Submission.figure_kind)
        .where(
            Submission.park_id.in_(park_ids),
            Submission.kind == SubmissionKind.HALF_YEAR_REPORT,
            Submission.state == SubmissionState.ACCEPTED,
        )
        .order_by(Submission.version)
    )
    return {
        (row.park_id, HalfYear.parse(row.period or "")): _Paper(row.id, row.file_name, row.figure_kind) for row in rows
    }


@dataclass(frozen=True, slots=True)
class _Paper:
    id: int
    file_name: str
    figure_kind: str


def _cells(
    session: Session, papers: Mapping[tuple[int, HalfYear], _Paper], keys: Collection[str]
) -> dict[int, list[ReadCell]]:
    reading = SubmissionReading
    summed = [DERIVED[key][:2] for key in keys if key in DERIVED]
    of_tables = [and_(reading.table == table, reading.key == column) for table, column in summed]
    kinds = {paper.id: paper.figure_kind for paper in papers.values()}
    rows = session.execute(
        select(
            reading.submission_id, reading.table, reading.row, reading.key, reading.effective_value.label("value"),
            reading.raw, reading.where, reading.figure_kind,
        )
        .where(
            reading.submission_id.in_(kinds),
            reading.column == "current",
            reading.effective_status.in_(READ_AS_FACT),
            or_(and_(reading.table == "figures", reading.row == 0, reading.key.in_(keys)), *of_tables),
        )
        .order_by(reading.id)
    )  # fmt: skip
    found: dict[int, list[ReadCell]] = {}
    for row in rows:
        found.setdefault(row.submission_id, []).append(ReadCell(
            row.table, row.row, row.key, row.value, row.raw or "", row.where or "", "",
            FigureKind(row.figure_kind or kinds[row.submission_id]),
        ))  # fmt: skip
    return found
