"""What a 报送通知 has to say: its round, or while none is drafted the dates the rulebook gives the period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Obligation, Park, ReportingRound, Unit
from policy.access import Actor, Permission
from policy.moves import Dates
from policy.periods import Period, parse_period
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear, ObligationKind
from services import units
from services.obligations import addressed, confirmed_rounds
from services.rescheduling import as_owed


@dataclass(frozen=True, slots=True)
class Asked:
    """A park that is asked to report, and who passes it on."""

    district: str
    department: str
    title: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A 报送通知 that went out before."""

    number: str
    dated: date


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
    supplements: tuple[Issued, ...] = ()
    """What a 补充通知 supplements; empty for the first of its scope."""

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


def of_name(session: Session, actor: Actor, name: str, as_of: date) -> RoundPaper:
    """The 报送通知 of this name; raises Unknown."""
    actor.require(Permission.MANAGE_OBLIGATIONS)
    return of_round(session, actor, _named(session, name), as_of)


def _named(session: Session, name: str) -> ReportingRound:
    """A 报送通知 by its 发文字号, the newest of that number, or by the number it was drafted under. Raises Unknown."""
    known = session.scalars(select(ReportingRound).order_by(ReportingRound.id.desc())).all()
    found = next((row for row in known if name.strip() in (row.number, str(row.id))), None)
    if found is None:
        listed = "、".join(f"{row.id}（{row.number or '拟稿'}，{row.period}）" for row in known)
        raise Unknown(f"没有报送通知“{name}”，可写编号或文号：{listed or '尚未拟制报送通知'}")
    return found


def supplemented(session: Session, row: ReportingRound) -> tuple[ReportingRound, ...]:
    """The confirmed 报送通知 that stood for units in its scope before it, the newest first: whoever has some is a
    补充通知."""
    until = (row.confirmed_at, row.id) if row.confirmed_at else None
    earlier = [
        one
        for one in confirmed_rounds(session)
        if (one.kind, one.period) == (row.kind, row.period)
        and one.confirmed_at is not None
        and one.id != row.id
        and (until is None or (one.confirmed_at, one.id) < until)
    ]
    units = {unit.id for _row, _park, unit in _owed(session, ObligationKind(row.kind), row.period)}
    stood = {next((one.id for one in earlier if addressed(one, unit)), None) for unit in units if addressed(row, unit)}
    return tuple(one for one in earlier if one.id in stood)


def of_round(session: Session, actor: Actor, row: ReportingRound, as_of: date) -> RoundPaper:
    actor.require(Permission.MANAGE_OBLIGATIONS)
    period = parse_period(row.period)
    if period is None:
        raise Refused("报送通知没有报告期，请重新拟制")
    kind = ObligationKind(row.kind)
    owed = [entry for entry in _owed(session, kind, row.period) if addressed(row, entry[2].id)]
    dates = Dates(row.due_on, row.grace_on, row.lock_on)
    paper = _paper(as_of, kind, period, dates, owed, row.unit_ids or (), drafted=row)
    before = (Issued(one.number, one.dated) for one in supplemented(session, row) if one.dated is not None)
    return replace(paper, supplements=tuple(before))


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
