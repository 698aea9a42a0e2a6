"""报送通知: a round is drafted, confirmed by number and date, and gives the 应报事项 of its scope their dates."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Obligation, Park, ReportingRound, Unit
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.moves import Dates, redated
from policy.obligations import round_clause
from policy.periods import Period, parse_period
from policy.refusal import Missing, Refused, Unknown
from policy.rule_keys import ROUND_KINDS
from policy.situation import Situation
from policy.terms import ObligationKind
from services import audit, clock, units
from services.lengths import require_storable
from services.rescheduling import Effects, Move, alerts_that_differ, as_owed, joined, redate, rewrite_parks
from services.round_paper import supplemented
from services.storage import Storage, keep_file


@dataclass(frozen=True, slots=True)
class Confirmed:
    """`covered`: how many 应报事项 the round now dates; `moved`: how many of them got another date."""

    round_id: int
    covered: int
    moved: int


@dataclass(frozen=True, slots=True)
class _Owed:
    """One 应报事项 in the scope of a round."""

    row: Obligation
    park: Park
    unit: str


def draft(
    session: Session,
    actor: Actor,
    kind: ObligationKind,
    period: Period,
    *,
    due_on: date,
    grace_on: date | None = None,
    lock_on: date | None = None,
    unit_names: Sequence[str] = (),
) -> int:
    """A round as it is to be issued, its dates without effect until it is confirmed; its id.

    `unit_names`: the districts it is addressed to, none for all. One draft stands for a scope: drafted again it gets
    the new dates. Where a 报送通知 was confirmed before, the days of grace and the 封账日 not given are those of it.
    Raises Refused for dates out of order, a kind no 报送通知 opens, or when nobody in scope owes the period; Unknown
    for a unit that is not known.
    """
    actor.require(Permission.MANAGE_OBLIGATIONS)
    if kind not in ROUND_KINDS:
        raise Refused(f"{kind.label}不由报送通知开启，报送通知只用于{'、'.join(one.label for one in ROUND_KINDS)}")
    audit.take_turn(session)
    named = [units.require_unit(session, name) for name in unit_names]
    row = ReportingRound(
        kind=kind, period=str(period), unit_ids=sorted({unit.id for unit in named}), due_on=due_on, grace_on=grace_on,
        lock_on=lock_on, drafted_at=clock.now(), drafted_by=actor.account,
    )  # fmt: skip
    if not _scope(session, row):
        among = f"{'、'.join(unit.name for unit in named)}的园区中" if named else ""
        raise Refused(f"{among}没有园区应报{as_owed(kind, str(period)).label}，请核对报告期和范围")
    _inherit(session, row)
    require_order(period, _dates(row))
    return _keep_draft(session, actor, row)


def _inherit(session: Session, row: ReportingRound) -> None:
    """A 补充通知 leaves what it does not speak of: as many days of grace, and the 封账日, where it still fits."""
    before = next(iter(supplemented(session, row)), None)
    if before is None:
        return
    if row.grace_on is None and before.grace_on is not None:
        row.grace_on = row.due_on + (before.grace_on - before.due_on)
    if row.lock_on is None and before.lock_on is not None:
        if before.lock_on < max(row.due_on, row.grace_on or row.due_on):
            raise Refused(
                f"原报送通知（{before.number}）的封账日{chinese_date(before.lock_on)}早于新的报送截止日或宽限截止日，"
                "请同时写明新的封账日"
            )
        row.lock_on = before.lock_on


def _keep_draft(session: Session, actor: Actor, new: ReportingRound) -> int:
    """The new draft, or the one that stands for this scope with the new dates."""
    drafts = select(ReportingRound).where(
        ReportingRound.kind == new.kind, ReportingRound.period == new.period, ReportingRound.confirmed_on.is_(None)
    )
    same = (row for row in session.scalars(drafts.order_by(ReportingRound.id.desc())) if row.unit_ids == new.unit_ids)
    row, old = next(same, None), None
    if row is None:
        row = new
        session.add(row)
    else:
        old = _told(row)
        row.due_on, row.grace_on, row.lock_on = _dates(new)
    session.flush()
    if old != _told(row):
        audit.record(session, actor, Act.ROUND_DRAFT, _subject(row), old=old, new=_told(row))
    return row.id


def require_order(period: Period, dates: Dates) -> None:
    """报告期末 ≤ 报送截止日 ≤ 宽限截止日 ≤ 封账日; raises Refused."""
    if dates.due_on < period.end:
        raise Refused(
            f"报送截止日{chinese_date(dates.due_on)}早于{period.label}期末{chinese_date(period.end)}，请核对日期"
        )
    latest, called = dates.due_on, "报送截止日"
    for day, word in ((dates.grace_on, "宽限截止日"), (dates.lock_on, "封账日")):
        if day is None:
            continue
        if day < latest:
            raise Refused(f"{word}{chinese_date(day)}早于{called}{chinese_date(latest)}，三个日期应依次不早于前一个")
        latest, called = day, word


def discard(session: Session, actor: Actor, round_id: int) -> None:
    """Take back a draft; a confirmed round stays for ever."""
    actor.require(Permission.MANAGE_OBLIGATIONS)
    audit.take_turn(session)
    row = find(session, round_id)
    if row.confirmed_on is not None:
        raise Refused(f"报送通知（{row.number}）已确认，不能撤销；需要改变日期的，请以补充通知另行确认")
    audit.record(session, actor, Act.ROUND_DISCARD, _subject(row), old=_told(row))
    session.delete(row)
    session.flush()


def find(session: Session, round_id: int) -> ReportingRound:
    """Raises Unknown."""
    row = session.get(ReportingRound, round_id)
    if row is None:
        raise Unknown(f"没有第{round_id}号报送通知拟稿，可能已撤销，请重新打开页面核对")
    return row


def foresee(session: Session, actor: Actor, round_id: int) -> Effects:
    """What confirming the round would move and tell of today; nothing is written."""
    actor.require(Permission.MANAGE_OBLIGATIONS)
    row, rules, today = find(session, round_id), rulebook(session), clock.today()
    dates, found = _dates(row), []
    for entry in _scope(session, row):
        before = facts.situation(session, entry.park.id, today, rules)
        key = as_owed(entry.row.kind, entry.row.period).key
        after = _dated_by(before, key, dates, round_clause(row.number))
        old = Dates(entry.row.due_on, entry.row.grace_on, entry.row.lock_on)
        label = as_owed(entry.row.kind, entry.row.period).label
        move = Move(entry.row.id, entry.park.code, entry.park.short_name, label, old, dates)
        found.append(Effects((move,) if old != dates else (), (), (), *alerts_that_differ(before, after)))
    return joined(found)


def _dated_by(situation: Situation, key: str, dates: Dates, clause: str) -> Situation:
    owed = tuple(
        replace(redated(one, dates, clause), confirmed=True) if one.key == key else one
        for one in situation.obligations()
    )
    return replace(situation, owed=owed)


def confirm(
    session: Session,
    storage: Storage,
    actor: Actor,
    round_id: int,
    *,
    number: str,
    dated: date,
    file: tuple[str, bytes] | None = None,
    supplementary: bool = False,
) -> Confirmed:
    """The notice has gone out: number, date and perhaps its scan (looked at by `screening`); its dates now stand.

    An 延期报送 stays above them. Raises Refused without a number, for a date to come or not before the due date, for
    a round confirmed already, and when another round stands for a unit in scope, unless this is a 补充通知.
    """
    actor.require(Permission.MANAGE_OBLIGATIONS)
    audit.take_turn(session)
    row, number = find(session, round_id), number.strip()
    _check_confirmation(row, number, dated)
    scope = _scope(session, row)
    if not scope:
        raise Refused(f"范围内已没有园区应报{as_owed(row.kind, row.period).label}（如区划已调整），请撤销后重新拟制")
    _require_first(session, scope, supplementary=supplementary)
    row.number, row.dated = number, dated
    row.file_id = keep_file(session, storage, *file).id if file else None
    row.confirmed_on, row.confirmed_at, row.confirmed_by = clock.today(), clock.now(), actor.account
    require_storable(row)
    session.flush()
    audit.record(session, actor, Act.ROUND_CONFIRM, _subject(row), new={**_told(row), "file": file[0] if file else ""})
    moved = sum(
        redate(session, actor, entry.row.id, _dates(row), round_clause(row.number), number, by=row) for entry in scope
    )  # fmt: skip
    rewrite_parks(session, (entry.row.id for entry in scope))
    return Confirmed(row.id, len(scope), moved)


def _check_confirmation(row: ReportingRound, number: str, dated: date) -> None:
    if row.confirmed_on is not None:
        raise Refused(f"该报送通知已于{chinese_date(row.confirmed_on)}确认（{row.number}），不再重复确认")
    if not number:
        raise Missing("确认报送通知须写明发文字号，如“渝经信软件〔2026〕12号”")
    clock.require_past(dated, "报送通知成文日期")
    if row.due_on <= dated:
        due = chinese_date(row.due_on)
        raise Refused(f"报送截止日{due}应晚于报送通知成文日期{chinese_date(dated)}，请核对两个日期")
    require_order(_period(row), _dates(row))


def _require_first(session: Session, scope: Iterable[_Owed], *, supplementary: bool) -> None:
    standing = {entry.unit: entry.row.round_id for entry in scope if entry.row.round_id is not None}
    if supplementary and not standing:
        raise Refused("范围内尚无已确认的报送通知，无须以补充通知确认")
    if standing and not supplementary:
        first = session.get_one(ReportingRound, next(iter(standing.values())))
        raise Refused(
            f"{'、'.join(standing)}的该报告期已有报送通知（{first.number}），日期以其为准；"
            "确需改变的，请选择以补充通知确认，原通知予以保留"
        )


def _scope(session: Session, row: ReportingRound) -> list[_Owed]:
    """The 应报事项 it dates, in 行政区划序."""
    query = (
        select(Obligation, Park, Unit.name)
        .join(Park, Park.id == Obligation.park_id)
        .join(Unit, Unit.id == Park.district_id)
        .where(Obligation.kind == row.kind, Obligation.period == row.period)
        .order_by(Unit.position, Unit.id, Park.approved_on, Park.code)
    )
    wanted: Collection[int] = row.unit_ids or ()
    if wanted:
        query = query.where(Park.district_id.in_(wanted))
    return [_Owed(*found) for found in session.execute(query)]


def _dates(row: ReportingRound) -> Dates:
    return Dates(row.due_on, row.grace_on, row.lock_on)


def _period(row: ReportingRound) -> Period:
    period = parse_period(row.period)
    assert period is not None
    return period


def _subject(row: ReportingRound) -> str:
    return f"{as_owed(row.kind, row.period).label}报送通知"


def _told(row: ReportingRound) -> dict[str, object]:
    """A round as the log keeps it."""
    return {
        "kind": row.kind, "period": row.period, "number": row.number, "dated": str(row.dated or ""),
        "units": list(row.unit_ids or ()), "due_on": str(row.due_on), "grace_on": str(row.grace_on or ""),
        "lock_on": str(row.lock_on or ""),
    }  # fmt: skip
