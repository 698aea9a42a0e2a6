"""Whether a park or a report exists for an actor: outside its scope is the same as unknown.

What has not been 报送 yet is not visible to the level above: only its uploader and those who may see drafts know it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from db.models import Alert, Park, Submission, Unit
from policy.access import Actor, Permission, Scope
from policy.terms import REPORTED

# Within what an integer column holds on every database.
ID = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class ParkName:
    id: int
    code: str
    title: str
    short_name: str


def park_in_scope(session: Session, actor: Actor, code: str) -> ParkName | None:
    """The park with this code, or None when it is unknown to the actor."""
    park = session.scalars(select(Park).where(Park.code == code)).first()
    if park is None or not actor.scope.covers(park_id=park.id, district_id=park.district_id):
        return None
    return ParkName(park.id, park.code, park.title, park.short_name)


def report_in_scope(session: Session, actor: Actor, report_id: str) -> int | None:
    """The upload's id, or None when it is unknown to the actor."""
    number = int(report_id) if ID.fullmatch(report_id) else 0
    row = session.get(Submission, number)
    return row.id if row is not None and is_known(actor, row) else None


def alert_in_scope(session: Session, actor: Actor, alert_id: str) -> int | None:
    """The alert's id, or None when its park is unknown to the actor."""
    row = session.get(Alert, int(alert_id) if ID.fullmatch(alert_id) else 0)
    park = session.get_one(Park, row.park_id) if row is not None else None
    known = park is not None and actor.scope.covers(park_id=park.id, district_id=park.district_id)
    return row.id if row is not None and known else None


def is_known(actor: Actor, row: Submission) -> bool:
    """Whether the actor may know of this upload.

    One that belongs to no registered park is known to whoever sent it and, where they may know of its state, to
    those who see everything.
    """
    own = row.uploaded_by == actor.account
    if not own and row.state not in REPORTED and not actor.may(Permission.VIEW_DRAFTS):
        return False
    if row.park is None:
        return own or actor.scope.everything
    return actor.scope.covers(park_id=row.park.id, district_id=row.park.district_id)


def seen_by(actor: Actor, row: type[Submission] = Submission) -> ColumnElement[bool]:
    """For a list of uploads within the scope: those whose state lets the actor know of them (as in `is_known`)."""
    if actor.may(Permission.VIEW_DRAFTS):
        return true()
    return or_(row.state.in_(REPORTED), row.uploaded_by == actor.account)


def parks_in_scope(session: Session, scope: Scope) -> tuple[ParkName, ...]:
    """Every park of the scope in 行政区划序 (the district's position, then the park's title)."""
    rows = session.scalars(select(Park).join(Park.district).order_by(Unit.position, Park.title)).all()
    return tuple(
        ParkName(park.id, park.code, park.title, park.short_name)
        for park in rows
        if scope.covers(park_id=park.id, district_id=park.district_id)
    )
