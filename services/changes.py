"""变更事项: what changes about a park after its approval, written down with its day and its document."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Contact, Park, ParkChange, Unit
from policy.access import Actor
from policy.acts import Act
from policy.terms import ChangeKind
from services import audit, clock, snapshots
from services.lengths import require_storable


def pass_park(session: Session, actor: Actor, park: Park, to: Unit, on: date, document: str) -> ParkChange:
    """Another unit answers for the park, and for the people of its operator, from `on`; recorded as 变更事项, the
    title stays."""
    old = session.get_one(Unit, park.district_id)
    change = add_change(session, actor, park, ChangeKind.DISTRICT, on, document, old=old.name, new=to.name)
    park.district_id, park.district = to.id, to
    for person in session.scalars(select(Contact).where(Contact.park_id == park.id)):
        person.unit_id = to.id
    snapshots.rewrite(session, park.id)
    return change


def add_change(
    session: Session, actor: Actor, park: Park, kind: ChangeKind, valid_from: date, document: str, *, old: str, new: str
) -> ParkChange:
    """One 变更事项 and its audit entry. To be called before the park itself is changed: on PostgreSQL every writer
    takes the audit chain first and a park second, so that no two wait for each other."""
    change = ParkChange(
        park_id=park.id, kind=kind, valid_from=valid_from, document=document, old=old, new=new,
        recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(change)
    audit.record(
        session, actor, Act.PARK_CHANGE, park.title, park_id=park.id,
        old={kind: old}, new={kind: new, "valid_from": str(valid_from), "document": document},
    )  # fmt: skip
    session.add(change)
    session.flush()
    return change
