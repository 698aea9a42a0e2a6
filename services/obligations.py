"""应报事项: what a park owes, written down once from the approval date (五(二), 五(三), reading 1c)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Obligation, Park
from db.rulebook_facts import calendar, rulebook
from policy.obligations import Obligation as Owed
from policy.obligations import owed


def should_owe(session: Session, park: Park) -> tuple[Owed, ...]:
    """What the park owes by the rulebook and the work calendar as they stand now."""
    return owed(park.approved_on, park.ends_on, rulebook(session), calendar(session))


def generate(session: Session, park: Park) -> tuple[Obligation, ...]:
    """Add what the park owes and has no row for; returns the added rows.

    Calling it again adds nothing. A row that stands is never changed: a due date, once told, does not move by itself.
    """
    known = select(Obligation.kind, Obligation.period).where(Obligation.park_id == park.id)
    present = {(kind, period) for kind, period in session.execute(known)}
    added = tuple(
        Obligation(
            park_id=park.id,
            kind=entry.kind.value,
            period=str(entry.period) if entry.period else "",
            due_on=entry.due_on,
            grace_on=entry.grace_on,
            lock_on=entry.lock_on,
            clause=entry.clause,
        )
        for entry in should_owe(session, park)
        if (entry.kind.value, str(entry.period) if entry.period else "") not in present
    )
    session.add_all(added)
    session.flush()
    return added


def generate_all(session: Session) -> int:
    """`generate` for every park: after an upgrade, and when the rulebook switches something on; how many were added."""
    parks = session.scalars(select(Park).order_by(Park.id)).all()
    return sum(len(generate(session, park)) for park in parks)
