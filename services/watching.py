"""Which parks a sweep must judge, and when each is to be judged next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.fingerprint import fingerprints
from db.models import AlertPause, Contact, Park, ParkWatch, Unit, UnitSuccession
from db.watch import waiting
from policy.horizon import next_change
from policy.situation import Situation
from policy.terms import UnitKind
from services import clock

DAY = timedelta(days=1)


def unchanged(session: Session, as_of: date) -> frozenset[int]:
    """Ids of the parks of which a sweep of this day would find what the last one found.

    Their facts are the same, and no day lies between on which time alone changes anything.
    """
    return frozenset(row.park_id for row in session.connection().execute(_unmarked(session, as_of)))


def verified(session: Session, as_of: date) -> tuple[frozenset[int], dict[int, str]]:
    """Those of them whose facts, every row of them read anew, are those they were judged by; and the checksum of every
    park's facts."""
    now = fingerprints(session)
    rows = session.connection().execute(_unmarked(session, as_of))
    return frozenset(row.park_id for row in rows if row.fingerprint == now.get(row.park_id)), now


def _unmarked(session: Session, as_of: date) -> Select[int, str | None]:
    """Nobody has marked them, and no day that matters has come."""
    watch = ParkWatch
    return (
        select(watch.park_id, watch.fingerprint)
        .join(Park, Park.id == watch.park_id)
        .where(watch.changed.is_(False), watch.judged_on <= as_of, watch.next_on.is_(None) | (watch.next_on > as_of))
        .where(~waiting(session))
    )


def judged(session: Session, situation: Situation, fingerprint: str | None, *, settled: bool) -> None:
    """Note that the park was judged as of its day. `settled`: nothing waits to be told the next day; `fingerprint`: of
    its facts, where it is known.

    A sweep of a day gone by does not know what has come in since: the day after it is judged in any case.
    """
    park_id, as_of = situation.park.id, situation.as_of
    settled = settled and as_of >= clock.today()
    row = session.get(ParkWatch, park_id, populate_existing=True) or ParkWatch(park_id=park_id)
    row.judged_on, row.changed, row.fingerprint = as_of, False, fingerprint
    row.next_on = (
        next_change(situation, (*_pauses(session, park_id), *_people(session, situation))) if settled else as_of + DAY
    )
    session.add(row)
    session.flush()


def _pauses(session: Session, park_id: int) -> Iterator[date]:
    for since, until in session.execute(
        select(AlertPause.since, AlertPause.until).where(AlertPause.park_id == park_id, AlertPause.lifted_on.is_(None))
    ):
        yield from (since, until + DAY)


def _people(session: Session, situation: Situation) -> Iterator[date]:
    """The days on which someone begins or ceases to be among those who may be told."""
    answering = (
        (Contact.unit_id == situation.park.district_id)
        | Contact.unit_id.in_(select(UnitSuccession.successor_id))
        | Contact.unit_id.in_(select(Unit.id).where(Unit.kind == UnitKind.COMMITTEE))
    )
    for first, last in session.execute(select(Contact.valid_from, Contact.valid_to).where(answering)):
        if first is not None:
            yield first
        if last is not None:
            yield last + DAY
