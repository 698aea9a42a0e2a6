"""工作移交 that took place: from whom to whom, in which roles, with what was open then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Handover, Unit
from db.queries.contacts import ContactRow, people
from policy.access import Actor, Permission
from policy.terms import ContactRole, UnitKind


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """`park`: its short name, of its 园区运营管理机构. `items` is None for whoever may not know what was in hand."""

    id: int
    unit: str
    park: str
    fictional: bool
    giver: str
    taker: str
    roles: tuple[ContactRole, ...]
    on: date
    note: str
    items: tuple[str, ...] | None
    recorded_by: str
    recorded_at: datetime


def handovers(session: Session, actor: Actor) -> tuple[HandoverRow, ...]:
    """Those of the people within the actor's scope, newest first.

    A list names reports not 报送 yet: besides who sees such reports, only those read it whose own list it is.
    """
    known = {row.id: row for row in people(session, actor.scope)}
    found = session.execute(
        select(Handover, Unit).join(Unit, Handover.unit_id == Unit.id).order_by(Handover.on.desc(), Handover.id.desc())
    )
    return tuple(_row(row, unit, known, actor) for row, unit in found if row.from_id in known)


def handover(session: Session, actor: Actor, handover_id: int) -> HandoverRow | None:
    """One with its list; None when there is none the actor may read."""
    found = [row for row in handovers(session, actor) if row.id == handover_id and row.items is not None]
    return found[0] if found else None


def _row(row: Handover, unit: Unit, known: dict[int, ContactRow], actor: Actor) -> HandoverRow:
    giver, taker = known[row.from_id], known[row.to_id]
    own = unit.kind == UnitKind.COMMITTEE or row.recorded_by == actor.account
    readable = own or actor.may(Permission.VIEW_DRAFTS)
    return HandoverRow(
        row.id, unit.name, giver.park, unit.fictional, giver.name, taker.name, _roles(giver, row.on, known), row.on,
        row.note, tuple(row.items) if readable else None, row.recorded_by, row.recorded_at,
    )  # fmt: skip


def _roles(giver: ContactRow, on: date, known: dict[int, ContactRow]) -> tuple[ContactRole, ...]:
    """Those in which the person's validity ended with the day before."""
    last = on - timedelta(days=1)
    same = [
        row
        for row in known.values()
        if (row.unit_id, row.park_id, row.name) == (giver.unit_id, giver.park_id, giver.name)
    ]
    return tuple(dict.fromkeys([giver.role, *(row.role for row in same if row.valid_to == last)]))
