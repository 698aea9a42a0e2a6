"""应报事项: what a park owes, written down once from the approval date (五(二), 五(三), reading 1c)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Obligation, Park, ReportingRound
from db.rulebook_facts import calendar, rulebook
from policy.deadlines import WorkCalendar
from policy.obligations import Obligation as Owed
from policy.obligations import owed, round_clause
from policy.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class _Rules:
    """By what is owed: read once, whatever the number of parks."""

    rulebook: Rulebook
    calendar: WorkCalendar
    rounds: Sequence[ReportingRound]


def _rules(session: Session) -> _Rules:
    return _Rules(rulebook(session), calendar(session), confirmed_rounds(session))


def generate(session: Session, park: Park) -> tuple[Obligation, ...]:
    """Add what the park owes and has no row for; returns the added rows.

    Calling it again adds nothing. A row that stands is never changed: a due date, once told, does not move by itself.
    """
    return _add(session, park, _rules(session))


def _add(session: Session, park: Park, rules: _Rules) -> tuple[Obligation, ...]:
    known = select(Obligation.kind, Obligation.period).where(Obligation.park_id == park.id)
    present = {(kind, period) for kind, period in session.execute(known)}
    wanted = (_row(park, entry) for entry in owed(park.approved_on, park.ends_on, rules.rulebook, rules.calendar))
    added = tuple(row for row in wanted if (row.kind, row.period) not in present)
    for row in added:
        _join_round(row, park.district_id, rules.rounds)
    session.add_all(added)
    session.flush()
    return added


def _row(park: Park, entry: Owed) -> Obligation:
    return Obligation(
        park_id=park.id, kind=entry.kind.value, period=str(entry.period) if entry.period else "", due_on=entry.due_on,
        grace_on=entry.grace_on, lock_on=entry.lock_on, clause=entry.clause,
    )  # fmt: skip


def _join_round(row: Obligation, unit_id: int, rounds: Sequence[ReportingRound]) -> None:
    """What is newly owed follows the 报送通知 confirmed for its unit and period, as the others do."""
    asked = (row.kind, row.period)
    standing = (one for one in rounds if (one.kind, one.period) == asked and addressed(one, unit_id))
    if newest := next(standing, None):
        row.round_id, row.clause = newest.id, round_clause(newest.number)
        row.due_on, row.grace_on, row.lock_on = newest.due_on, newest.grace_on, newest.lock_on


def confirmed_rounds(session: Session) -> Sequence[ReportingRound]:
    """Every 报送通知 the committee has confirmed, the newest first."""
    rows = select(ReportingRound).where(ReportingRound.confirmed_on.is_not(None))
    return session.scalars(rows.order_by(ReportingRound.confirmed_at.desc(), ReportingRound.id.desc())).all()


def addressed(notice: ReportingRound, unit_id: int) -> bool:
    """Whether a 报送通知 is for this unit: it names none, and so all, or this one."""
    return not notice.unit_ids or unit_id in notice.unit_ids


def generate_all(session: Session) -> int:
    """`generate` for every park: after an upgrade, and when the rulebook switches something on; how many were added."""
    rules = _rules(session)
    return sum(len(_add(session, park, rules)) for park in session.scalars(select(Park).order_by(Park.id)).all())
