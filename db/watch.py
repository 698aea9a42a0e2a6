"""Which parks are to be judged anew: whatever changes a fact the alert rules look at marks its park, by itself.

A listener on every flush does the marking, so that no use case can forget it. Rows written past the ORM do not pass
here: who writes a fact that way calls `mark`.

A mark is a row of its own, added in the writer's transaction. A sweep takes the marks it sees (`collect`) and only then
reads the facts: what is committed in between, or later, keeps its mark for the next sweep. So nobody waits for anybody,
a writer's mark is never taken before its facts can be seen, and none is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    event,
    false,
    insert,
    inspect,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session, UOWTransaction

from db.fact_tables import OF_A_PARK, OF_A_UNIT, OF_ALL, THROUGH
from db.models import Park, ParkMark, ParkWatch, Unit, UnitSuccession
from policy.terms import UnitKind


@dataclass(frozen=True, slots=True)
class Mark:
    """A park, or the parks of a unit; neither: all parks."""

    park_id: int | None = None
    unit_id: int | None = None


def mark(connection: Connection, marks: Collection[Mark]) -> None:
    """These parks are judged by the next sweep, whatever the day."""
    if marks:
        rows = [{"park_id": one.park_id, "unit_id": one.unit_id} for one in marks]
        connection.execute(insert(ParkMark), rows)


def waiting(session: Session) -> ColumnElement[bool]:
    """Holds for the parks marked by now."""
    return _concerned(Mark(*row) for row in session.execute(select(ParkMark.park_id, ParkMark.unit_id).distinct()))


def collect(session: Session) -> None:
    """Take the marks there are: their parks stand as `changed` until they are judged. To be called before any fact is
    read, by one sweep at a time."""
    connection = session.connection()
    taken = connection.execute(delete(ParkMark).returning(ParkMark.park_id, ParkMark.unit_id)).all()
    if taken:
        parks = select(Park.id).where(_concerned(Mark(*row) for row in taken))
        connection.execute(update(ParkWatch).where(ParkWatch.park_id.in_(parks)).values(changed=True))


def _concerned(marks: Iterable[Mark]) -> ColumnElement[bool]:
    found = set(marks)
    if Mark() in found:
        return true()
    parks = {one.park_id for one in found if one.park_id is not None}
    units = {one.unit_id for one in found if one.unit_id is not None}
    return or_(
        Park.id.in_(parks) if parks else false(),
        _of_units(units) if units else false(),
    )  # fmt: skip


def _of_units(unit_ids: Collection[int]) -> ColumnElement[bool]:
    """The parks whose notices people of these units may get: their own, those of units they may have succeeded, and
    all when one is the committee."""
    committee = select(Unit.id).where(Unit.id.in_(unit_ids), Unit.kind == UnitKind.COMMITTEE).exists()
    return or_(
        Park.district_id.in_(unit_ids), Park.district_id.in_(select(UnitSuccession.predecessor_id)), committee
    )  # fmt: skip


def _mark_flushed(session: Session, _flush: UOWTransaction) -> None:
    written = (*session.new, *session.dirty, *session.deleted)
    connection = session.connection()
    if any(isinstance(row, OF_ALL) for row in written):
        mark(connection, (Mark(),))
        return
    units = {unit_id for row in written if isinstance(row, OF_A_UNIT) for unit_id in _said(row, "unit_id")}
    parks = {park_id for row in written if isinstance(row, OF_A_PARK) for park_id in _said(row, "park_id")}
    parks |= {row.id for row in written if isinstance(row, Park)}
    for kind, (own, key, parks_of) in THROUGH.items():
        for value in {value for row in written if isinstance(row, kind) for value in _said(row, own.key)}:
            parks |= set(connection.execute(parks_of.where(key == bindparam("key")), {"key": value}).scalars())
    mark(connection, [*(Mark(unit_id=one) for one in units), *(Mark(park_id=one) for one in parks - {None})])


def _said(row: object, column: str) -> set[int | None]:
    """What the column says now, and what it said before this flush: a row that moves concerns both."""
    return {getattr(row, column), *inspect(row).attrs[column].history.deleted}


event.listen(Session, "after_flush", _mark_flushed)
