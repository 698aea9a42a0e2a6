"""Whether a park or a report exists for an actor: outside its scope is the same as unknown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Park, Submission, Unit
from policy.access import Actor, Scope

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
    """The upload's id, or None when it is unknown to the actor.

    An attempt that belongs to no registered park is known to whoever sent it and to those who see everything.
    """
    number = int(report_id) if ID.fullmatch(report_id) else 0
    row = session.get(Submission, number)
    if row is None or not _covers(actor, row, row.park):
        return None
    return row.id


def _covers(actor: Actor, row: Submission, park: Park | None) -> bool:
    if park is None:
        return actor.scope.everything or row.uploaded_by == actor.account
    return actor.scope.covers(park_id=park.id, district_id=park.district_id)


def parks_in_scope(session: Session, scope: Scope) -> tuple[ParkName, ...]:
    """Every park of the scope in 行政区划序 (the district's position, then the park's title)."""
    rows = session.scalars(select(Park).join(Park.district).order_by(Unit.position, Park.title)).all()
    return tuple(
        ParkName(park.id, park.code, park.title, park.short_name)
        for park in rows
        if scope.covers(park_id=park.id, district_id=park.district_id)
    )
