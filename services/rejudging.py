"""A stored version judged again on what counts now: the decided value of a cell, else the value as read.

Nothing is overwritten: a finding that no longer holds is kept with the time it was overtaken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Submission, SubmissionFinding, SubmissionReading
from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.tables import BY_KEY as TABLES
from policy.tables import FORM_LABELS
from policy.terms import FigureKind, HalfYear, Severity, Status, SubmissionKind, SubmissionState
from services import clock, versions
from services.intake.places import row_of
from services.intake.reading import FileReading, Reading, Row

# Findings the reader makes beside a cell it marks itself: they go when the cell has a value.
BESIDE_A_CELL = frozenset({"blank_field", "placeholder_left"})


def cells(session: Session, row: Submission) -> list[SubmissionReading]:
    """Every cell of the version in the order of the file, as the database holds it now."""
    session.flush()
    found = select(SubmissionReading).where(SubmissionReading.submission_id == row.id).order_by(SubmissionReading.id)
    return list(session.scalars(found.execution_options(populate_existing=True)))


def judged(session: Session, row: Submission, of: Iterable[SubmissionReading]) -> FileReading:
    """The version as its cells stand now, with the findings of the checks alone."""
    fields: list[Reading] = []
    rows: dict[str, dict[int, dict[str, Reading]]] = {}
    for cell in of:
        if cell.table == "figures":
            fields.append(_reading(cell))
        else:
            rows.setdefault(cell.table, {}).setdefault(cell.row, {})[cell.key] = _reading(cell)
    reading = FileReading(
        file=row.file_name,
        kind=SubmissionKind(row.kind) if row.kind else None,
        park=row.park.code if row.park else None,
        period=HalfYear.parse(row.period) if row.period else None,
        months=row.months,
        figure_kind=FigureKind(row.figure_kind),
        fields=tuple(fields),
        rows={table: tuple(Row(_row_where(cells), cells) for cells in of.values()) for table, of in rows.items()},
        totals={key: _total(key, stored) for key, stored in row.totals.items()},
    )
    return versions.judged(session, reading, row.park, ())


def _reading(cell: SubmissionReading) -> Reading:
    return Reading(
        cell.key, cell.column, cell.raw, cell.effective_value, cell.unit, Status(cell.effective_status), cell.where,
        figure_kind=FigureKind(cell.figure_kind) if cell.figure_kind else None,
    )  # fmt: skip


def _total(key: str, stored: dict[str, str | None]) -> Reading:
    return Reading(
        key, "current", stored["raw"], stored["value"], stored["unit"] or "", Status(stored["status"] or ""),
        stored["where"],
    )  # fmt: skip


def _row_where(cells: dict[str, Reading]) -> str:
    """`一览表!7` for the row whose first cell is 一览表!B7, as the reader names rows."""
    first = next((cell.where for cell in cells.values() if cell.where), "") or ""
    return row_of(first)


def rejudge(session: Session, row: Submission, before: FileReading) -> None:
    """After a decision: put away the findings that no longer hold, add the new ones, and stand the version anew.

    `before`: the version as it was judged just before.
    """
    now = cells(session, row)
    after = judged(session, row, now)
    found = standing(session, row)
    wanted = {_identity(finding): finding for finding in after.findings}
    known = {(finding.code, finding.where) for finding in before.findings}
    for finding in found:
        checked = (finding.code, finding.where) in known and finding.code not in BESIDE_A_CELL
        gone = _settled(finding, now) if finding.code in BESIDE_A_CELL else _identity(finding) not in wanted
        if gone and (checked or finding.code in BESIDE_A_CELL):
            finding.superseded_at = clock.now()
    session.flush()
    held = {_identity(finding) for finding in standing(session, row)}
    versions.add_findings(session, row, [finding for key, finding in wanted.items() if key not in held], now)
    _stand(session, row, after)


@contextmanager
def later_drafts(session: Session, row: Submission) -> Iterator[None]:
    """What the committee decides inside changes what later drafts of the same report are compared with."""
    drafts = session.scalars(
        select(Submission).where(
            Submission.park_id == row.park_id, Submission.period == row.period,
            Submission.kind == SubmissionKind.HALF_YEAR_REPORT, Submission.kind == row.kind,
            Submission.version > row.version, Submission.state == SubmissionState.DRAFT,
        )
    ).all()  # fmt: skip
    before = [(draft, judged(session, draft, cells(session, draft))) for draft in drafts]
    yield
    for draft, as_it_was in before:
        rejudge(session, draft, as_it_was)


def standing(session: Session, row: Submission) -> list[SubmissionFinding]:
    """The findings that hold by now."""
    found = select(SubmissionFinding).where(
        SubmissionFinding.submission_id == row.id, SubmissionFinding.superseded_at.is_(None)
    )
    return list(session.scalars(found.order_by(SubmissionFinding.id)))


def _identity(finding: Finding | SubmissionFinding) -> tuple[str, str, str, str]:
    return finding.code, str(finding.severity), finding.where, finding.message


def _settled(finding: SubmissionFinding, now: Iterable[SubmissionReading]) -> bool:
    """Whether every empty cell the finding speaks of has a value by now."""
    about = [cell for cell in now if cell.where == finding.where or f"“{label(cell)}”" in finding.message]
    keys = {(cell.table, cell.key) for cell in about if finding.where in ("", cell.where)}
    return bool(keys) and not any(
        (cell.table, cell.key) in keys and cell.effective_status == Status.ERROR for cell in now
    )


def label(cell: SubmissionReading) -> str:
    if cell.table in TABLES:
        return TABLES[cell.table].column(cell.key).label
    return INDICATORS[cell.key].label if cell.key in INDICATORS else FORM_LABELS.get(cell.key, cell.key)


def _stand(session: Session, row: Submission, after: FileReading) -> None:
    severities = {finding.severity for finding in standing(session, row)}
    statuses = {entry.status for entry in after.readings}
    row.has_errors = Status.ERROR in statuses or Severity.ERROR in severities
    row.clean = not row.has_errors and Status.CONFIRM not in statuses and Severity.CONFIRM not in severities
    row.meets_thresholds = after.meets_thresholds
    session.flush()
