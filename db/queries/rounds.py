"""报送通知, drafted and confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Obligation, Park, ReportingRound, Unit
from db.queries.accounts import names
from policy.moves import Dates
from policy.obligations import Obligation as Owed
from policy.periods import Period, parse_period
from policy.terms import ObligationKind


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One 报送通知; `units`: the districts it names, none for all; `covered`: how many 应报事项 it dates now."""

    id: int
    kind: ObligationKind
    period: Period
    number: str
    dated: date | None
    units: tuple[str, ...]
    dates: Dates
    file: bool
    drafted_at: datetime
    drafted_by: str
    confirmed_on: date | None
    confirmed_by: str
    covered: int

    @property
    def label(self) -> str:
        return Owed(self.kind, self.period, self.dates.due_on).label


def rounds(session: Session, round_id: int | None = None) -> tuple[RoundRow, ...]:
    """All of them, the newest first; or the one of this id, if there is one."""
    query = select(ReportingRound).order_by(ReportingRound.id.desc())
    rows = session.scalars(query if round_id is None else query.where(ReportingRound.id == round_id)).all()
    called, accounts = {unit.id: unit.name for unit in session.execute(select(Unit.id, Unit.name))}, names(session)
    counted = select(Obligation.round_id, func.count()).group_by(Obligation.round_id)
    covered = {number: count for number, count in session.execute(counted)}
    return tuple(_row(row, called, accounts, covered.get(row.id, 0)) for row in rows)


def _row(row: ReportingRound, called: dict[int, str], accounts: dict[str, str], covered: int) -> RoundRow:
    period = parse_period(row.period)
    assert period is not None
    return RoundRow(
        row.id, ObligationKind(row.kind), period, row.number, row.dated,
        tuple(called[unit_id] for unit_id in row.unit_ids or () if unit_id in called),
        Dates(row.due_on, row.grace_on, row.lock_on), row.file_id is not None, row.drafted_at,
        accounts.get(row.drafted_by, row.drafted_by), row.confirmed_on,
        accounts.get(row.confirmed_by, row.confirmed_by), covered,
    )  # fmt: skip


def periods_owed(session: Session) -> tuple[tuple[ObligationKind, Period], ...]:
    """What a 报送通知 may be drafted for: every kind and period somebody owes, the newest first."""
    kinds = (ObligationKind.HALF_YEAR_REPORT, ObligationKind.OPERATOR_REPORT)
    rows = session.execute(select(Obligation.kind, Obligation.period).where(Obligation.kind.in_(kinds)).distinct())
    found = [(ObligationKind(kind), period) for kind, text in rows if (period := parse_period(text)) is not None]
    return tuple(sorted(found, key=lambda one: (one[1].end, one[0]), reverse=True))


def districts_with_parks(session: Session) -> tuple[str, ...]:
    """Districts that answer for a park today, in 行政区划序."""
    rows = select(Unit.name).where(Unit.id.in_(select(Park.district_id))).order_by(Unit.position, Unit.id)
    return tuple(session.scalars(rows))
