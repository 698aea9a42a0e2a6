"""The accepted 一览表 of a park, firm by firm, for what is counted over them and compared between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Submission
from db.queries.dossiers import TableRow, report_tables
from policy.tables import ROSTER
from policy.terms import HalfYear
from policy.visits import Rostered


@dataclass(frozen=True, slots=True)
class Roster:
    """The firms of one accepted report, in the order of their rows, and where they stand: 企业名录!B4—企业名录!B43."""

    period: HalfYear
    file: str
    where: str
    firms: tuple[Rostered, ...]

    @property
    def source(self) -> str:
        return f"{self.file} {self.where}"


def rosters(session: Session, park_id: int, as_of: date) -> tuple[Roster, ...]:
    """Of every accepted half-year report that lists firms, oldest first."""
    accepted = facts.accepted_versions(session, park_id, as_of)
    names = select(Submission.id, Submission.file_name).where(Submission.id.in_(accepted.values()))
    files = {row.id: row.file_name for row in session.execute(names)}
    found = ((period, files[number], _rows(session, number)) for period, number in accepted.items())
    return tuple(Roster(period, file, _span(rows), firms) for period, file, rows in found if (firms := _firms(rows)))


def firms_of(session: Session, submission_id: int) -> tuple[Rostered, ...]:
    """The firms of one version's roster, in the order of their rows."""
    return _firms(_rows(session, submission_id))


def _rows(session: Session, submission_id: int) -> tuple[TableRow, ...]:
    return report_tables(session, submission_id, ("name", "cyber")).get(ROSTER.key, ())


def _firms(rows: Iterable[TableRow]) -> tuple[Rostered, ...]:
    named = ((row.number, row.cells["name"].value, row.cells.get("cyber")) for row in rows if "name" in row.cells)
    return tuple(
        Rostered(number, name, Decimal(cyber.value) if cyber and cyber.value else None)
        for number, name, cyber in named
        if name
    )


def _span(rows: Iterable[TableRow]) -> str:
    places = [row.cells["name"].where for row in rows if "name" in row.cells]
    if not places:
        return ""
    return places[0] if len(places) == 1 else f"{places[0]}—{places[-1].rpartition('!')[2]}"
