"""应报事项: what a park's district owes, written down once from the approval date (五(二), reading 1c)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Obligation, Park
from policy import rulebook
from policy.obligations import half_year_obligations


def generate(session: Session, park: Park) -> tuple[Obligation, ...]:
    """Add the half-year reports the park owes and has no row for; returns the added rows, oldest first.

    Calling it again adds nothing. A row that stands is never changed: a due date, once told, does not move.
    """
    known = select(Obligation.kind, Obligation.period).where(Obligation.park_id == park.id)
    present = {(kind, period) for kind, period in session.execute(known)}
    added = tuple(
        Obligation(
            park_id=park.id, kind=owed.kind.value, period=str(owed.period), due_on=owed.due_on, clause=owed.clause
        )
        for owed in half_year_obligations(park.approved_on, park.ends_on, rulebook.DEFAULT)
        if (owed.kind.value, str(owed.period)) not in present
    )
    session.add_all(added)
    session.flush()
    return added
