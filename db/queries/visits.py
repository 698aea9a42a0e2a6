"""现场核查 as pages and papers show it: the plan, the firms with their row of the roster, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Park, Rectification, SiteVisit, StoredFile, Submission, Unit, VisitedFirm
from db.queries.access import ID
from db.queries.accounts import names
from db.queries.dossiers import Cell, report_tables
from db.queries.parks import visible
from policy.access import Actor, Permission, Scope
from policy.tables import ROSTER
from policy.terms import HalfYear, Labelled, VisitFinding
from policy.version_no import VersionNo
from policy.visits import tier_label

SHOWN = ("name", "revenue", "cyber", "rnd", "staff")
"""What of a firm's row is looked at; nothing about people."""
FIGURES = SHOWN[1:]
NO_FILE = ("", "")


class VisitState(Labelled):
    PLANNED = "planned", "待核查"
    DONE = "done", "已核查"
    CANCELLED = "cancelled", "已取消"


@dataclass(frozen=True, slots=True)
class FirmRow:
    """`row`: of the roster, from 1, None for a firm that does not stand in it; `cells` of that row by column key.

    `reason`: why it was added on purpose; empty for one that was drawn. `issue_id`: the line of the 问题整改台账.
    """

    id: int
    row: int | None
    name: str
    reason: str
    finding: VisitFinding | None
    note: str
    cells: Mapping[str, Cell]
    issue_id: int | None

    @property
    def tier(self) -> str:
        cell = self.cells.get("cyber")
        return tier_label(Decimal(cell.value) if cell and cell.value else None) if self.row else "不在一览表"

    @property
    def asks_for_a_line(self) -> bool:
        """Its finding proposes a line of the ledger that is not there yet."""
        return self.finding in (VisitFinding.DIFFERS, VisitFinding.NOT_FOUND) and self.issue_id is None


@dataclass(frozen=True, slots=True)
class Roster:
    """The accepted roster the firms were drawn from."""

    submission_id: int
    period: HalfYear
    version: VersionNo
    file: str
    firms: int


@dataclass(frozen=True, slots=True)
class VisitRow:
    """`firms` is empty as long as the actor may not know which were drawn."""

    id: int
    park_code: str
    park_title: str
    district: str
    operator: str
    fictional: bool
    planned_on: date
    purpose: str
    visitors: str
    seed: int
    size: int
    visited_on: date | None
    result: str
    file_name: str
    file_sha256: str
    cancelled_on: date | None
    cancel_reason: str
    recorded_by: str
    roster: Roster | None = None
    firms: tuple[FirmRow, ...] = ()

    @property
    def state(self) -> VisitState:
        if self.cancelled_on is not None:
            return VisitState.CANCELLED
        return VisitState.DONE if self.visited_on is not None else VisitState.PLANNED


def visits(session: Session, scope: Scope, park_code: str | None = None) -> tuple[VisitRow, ...]:
    """Every visit within the scope, or of one park, the newest first; without firms."""
    rows = session.execute(
        select(SiteVisit, Park, Unit)
        .join(Park, Park.id == SiteVisit.park_id)
        .join(Unit, Unit.id == Park.district_id)
        .where(visible(scope, Park.id, Park.district_id), *([Park.code == park_code] if park_code else []))
        .order_by(SiteVisit.planned_on.desc(), SiteVisit.id.desc())
    )
    known = names(session)
    return tuple(_row(row, park, unit, known) for row, park, unit in rows)


def visit(session: Session, actor: Actor, visit_id: str | int) -> VisitRow | None:
    """One visit with its firms; None when it is unknown to the actor.

    Which firms were drawn is for those who visit until the visit is over: it would be no sample otherwise.
    """
    row = _in_scope(session, actor, str(visit_id))
    if row is None:
        return None
    park = session.get_one(Park, row.park_id)
    shown = _row(row, park, park.district, names(session), _file(session, row))
    if row.visited_on is None and not actor.may(Permission.MANAGE_VISITS):
        return shown
    return _with_firms(session, row, shown)


def visit_in_scope(session: Session, actor: Actor, visit_id: str) -> int | None:
    """The visit's id, or None when its park is unknown to the actor."""
    row = _in_scope(session, actor, visit_id)
    return row.id if row else None


def _in_scope(session: Session, actor: Actor, visit_id: str) -> SiteVisit | None:
    row = session.get(SiteVisit, int(visit_id) if ID.fullmatch(visit_id) else 0)
    park = session.get_one(Park, row.park_id) if row else None
    return row if park and actor.scope.covers(park_id=park.id, district_id=park.district_id) else None


def _file(session: Session, row: SiteVisit) -> tuple[str, str]:
    """Name and SHA-256 of the signed 核查表; empty when there is none."""
    found = session.execute(select(StoredFile.name, StoredFile.sha256).where(StoredFile.id == row.file_id)).first()
    return (found.name, found.sha256) if found else NO_FILE


def _row(row: SiteVisit, park: Park, unit: Unit, known: Mapping[str, str], file: tuple[str, str] = NO_FILE) -> VisitRow:
    return VisitRow(
        row.id, park.code, park.title, unit.name, park.operator, unit.fictional, row.planned_on, row.purpose,
        row.visitors, row.seed, row.size, row.visited_on, row.result, *file, row.cancelled_on,
        row.cancel_reason, known.get(row.recorded_by, row.recorded_by),
    )  # fmt: skip


def _with_firms(session: Session, row: SiteVisit, shown: VisitRow) -> VisitRow:
    roster, tables = None, {}
    if row.submission_id is not None:
        paper = session.get_one(Submission, row.submission_id)
        rows = report_tables(session, paper.id, SHOWN).get(ROSTER.key, ())
        tables = {entry.number: entry.cells for entry in rows}
        roster = Roster(paper.id, HalfYear.parse(paper.period or ""), paper.no, paper.file_name, len(rows))
    lines = session.execute(
        select(Rectification.firm_id, Rectification.id).where(Rectification.visit_id == row.id)
    ).all()
    listed = {line.firm_id: line.id for line in lines}
    firms = tuple(_firm(firm, tables.get(firm.row or 0, {}), listed.get(firm.id)) for firm in row.firms)
    return replace(shown, roster=roster, firms=firms)


def _firm(firm: VisitedFirm, cells: Mapping[str, Cell], issue_id: int | None) -> FirmRow:
    finding = VisitFinding(firm.finding) if firm.finding else None
    return FirmRow(firm.id, firm.row, firm.name, firm.reason, finding, firm.note, cells, issue_id)
