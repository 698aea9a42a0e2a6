"""What a 报送通知 has to say: its round, or while none is drafted the dates the rulebook gives the period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Obligation, Park, ReportingRound, Unit
from policy.access import Actor, Permission
from policy.moves import Dates
from policy.periods import Period, parse_period
from policy.refusal import Refused
from policy.terms import HalfYear, ObligationKind
from services import units
from services.obligations import addressed
from services.rescheduling import as_owed


@dataclass(frozen=True, slots=True)
class Asked:
    """A park that is asked to report, and who passes it on."""

    district: str
    department: str
    title: str


@dataclass(frozen=True, slots=True)
class RoundPaper:
    """One 报送通知 as it is to be written. `drafted`: the committee has set its dates; else they are the rulebook's.

    `number`, `dated`: once it is confirmed. `to_all`: it names no single district.
    """

    as_of: date
    kind: ObligationKind
    period: Period
    dates: Dates
    asked: tuple[Asked, ...]
    to_all: bool
    drafted: bool
    fictional: bool
    number: str = ""
    dated: date | None = None

    @property
    def subject(self) -> str:
        """2026年上半年园区发展情况."""
        return as_owed(self.kind, str(self.period)).label


def of_period(session: Session, actor: Actor, period: HalfYear, as_of: date) -> RoundPaper:
    """The newest round for the half-year reports of a period, drafted or confirmed; else by the rulebook."""
    actor.require(Permission.MANAGE_OBLIGATIONS)
    kind = ObligationKind.HALF_YEAR_REPORT
    drafted = select(ReportingRound).where(ReportingRound.kind == kind, ReportingRound.period == str(period))
    newest = session.scalars(drafted.order_by(ReportingRound.id.desc()).limit(1)).first()
    if newest is not None:
        return of_round(session, actor, newest, as_of)
    owed = _owed(session, kind, str(period))
    dates = {Dates(row.due_on, row.grace_on, row.lock_on) for row, _park, _unit in owed}
    first = min(dates, default=Dates(period.next().start))
    return _paper(as_of, kind, period, first, owed, ())


def of_round(session: Session, actor: Actor, row: ReportingRound, as_of: date) -> RoundPaper:
    actor.require(Permission.MANAGE_OBLIGATIONS)
    period = parse_period(row.period)
    if period is None:
        raise Refused("报送通知没有报告期，请重新拟制")
    kind = ObligationKind(row.kind)
    owed = [entry for entry in _owed(session, kind, row.period) if addressed(row, entry[2].id)]
    dates = Dates(row.due_on, row.grace_on, row.lock_on)
    return _paper(as_of, kind, period, dates, owed, row.unit_ids or (), drafted=row)


def _owed(session: Session, kind: ObligationKind, period: str) -> list[tuple[Obligation, Park, Unit]]:
    rows = session.execute(
        select(Obligation, Park, Unit)
        .join(Park, Park.id == Obligation.park_id)
        .join(Unit, Unit.id == Park.district_id)
        .where(Obligation.kind == kind, Obligation.period == period)
        .order_by(Unit.position, Unit.id, Park.approved_on, Park.code)
    )
    return [(row, park, unit) for row, park, unit in rows]


def _paper(
    as_of: date, kind: ObligationKind, period: Period, dates: Dates, owed: list[tuple[Obligation, Park, Unit]],
    unit_ids: object, drafted: ReportingRound | None = None,
) -> RoundPaper:  # fmt: skip
    return RoundPaper(
        as_of, kind, period, dates,
        tuple(Asked(unit.name, units.department(unit), park.title) for _row, park, unit in owed),
        to_all=not unit_ids,
        drafted=drafted is not None,
        fictional=any(unit.fictional for _row, _park, unit in owed),
        number=drafted.number if drafted and drafted.confirmed_on else "",
        dated=drafted.dated if drafted and drafted.confirmed_on else None,
    )  # fmt: skip
