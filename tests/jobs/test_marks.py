"""A fact written while a sweep is under way, at whatever moment, is judged by that sweep or by the next; on PostgreSQL,
for on SQLite writers go one after another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import combinations_with_replacement
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from db.models import Alert, Obligation, Park, Unit
from db.session import Database
from policy.access import SYSTEM_ACTOR
from policy.terms import AlertRule, UnitKind
from services import alerting, clock, watching
from services.alerting import sweep
from tests.factories import make_contact, make_goal, make_park, make_unit

pytestmark = pytest.mark.parametrize("backend", ["postgresql"])
DAY = date(2025, 7, 5)  # the half-year is over; its report is due at the end of the month
MOMENTS = ("before it", "before a fact is read", "before it is judged", "when it is judged", "after it")


@pytest.fixture
def district(database: Database, monkeypatch: pytest.MonkeyPatch) -> Unit:
    monkeypatch.setattr(clock, "today", lambda: DAY)
    with database.write() as session:
        unit = make_unit(session)
        make_contact(session, unit)
        return unit


def settled_park(database: Database, district: Unit) -> Park:
    """A new one, judged the night before, as all are."""
    with database.write() as session:
        park = make_park(session, district=session.get_one(Unit, district.id))
    night(database, DAY - timedelta(days=1))
    night(database)
    assert to_be_judged(database) == 0
    with database.write() as session:  # one fact more, so that the sweep has it to judge
        make_goal(session, park, "firms_cyber", "30", "60")
    assert to_be_judged(database) == 1
    return park


def night(database: Database, day: date = DAY) -> None:
    with database.write() as session:
        assert sweep(session, SYSTEM_ACTOR, day).failed == ()


def to_be_judged(database: Database) -> int:
    """How many parks the next sweep would judge."""
    with database.read() as session:
        parks = session.scalars(select(func.count()).select_from(Park)).one()
        return parks - len(watching.unchanged(session, DAY))


def fall_due(session: Session, park: Park) -> None:
    """The report was due a week ago."""
    row = session.scalars(select(Obligation).where(Obligation.park_id == park.id).order_by(Obligation.id)).first()
    assert row is not None
    row.due_on = DAY - timedelta(days=7)
    session.flush()


class Writer:
    """Another connection, which writes at one moment of a sweep and commits at the same or a later one."""

    def __init__(self, database: Database, write: Callable[[Session], None], writes: str, commits: str) -> None:
        self._session = Session(database.engine)
        self._session.execute(text("SET lock_timeout = '3s'"))
        self._write, self._writes, self._commits = write, writes, commits

    def at(self, moment: str) -> None:
        if moment == self._writes:
            self._write(self._session)
        if moment == self._commits:
            self._session.commit()
            self._session.close()

    def before(self, monkeypatch: pytest.MonkeyPatch, target: Any, name: str, moment: str) -> None:
        """Come in when this is called."""
        real = getattr(target, name)

        def called(*arguments: Any, **options: Any) -> Any:
            self.at(moment)
            return real(*arguments, **options)

        monkeypatch.setattr(target, name, called)


def sweep_beside(
    database: Database, monkeypatch: pytest.MonkeyPatch, write: Callable[[Session], None], writes: str, commits: str
) -> None:
    """A sweep in which one park is judged, and the writer beside it."""
    writer = Writer(database, write, writes, commits)
    with monkeypatch.context() as patched:
        writer.before(patched, alerting, "_judge_all", "before a fact is read")
        writer.before(patched, alerting, "_write", "before it is judged")
        writer.before(patched, watching, "judged", "when it is judged")
        writer.at("before it")
        with database.write() as session:
            session.execute(text("SET LOCAL lock_timeout = '3s'"))
            assert sweep(session, SYSTEM_ACTOR, DAY).failed == ()
        writer.at("after it")


def test_no_mark_is_lost_and_nobody_waits(database: Database, district: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    for writes, commits in combinations_with_replacement(MOMENTS, 2):
        park = settled_park(database, district)
        sweep_beside(database, monkeypatch, partial(fall_due, park=park), writes, commits)
        night(database)
        with database.read() as session:
            overdue = select(Alert.key).where(Alert.rule == AlertRule.REPORT_OVERDUE, Alert.park_id == park.id)
            found = session.scalars(overdue).all()
        assert found == [f"report_overdue:{park.code}:2025H1"], f"written {writes}, committed {commits}"
        assert to_be_judged(database) == 0


def test_who_marks_every_park_waits_for_no_sweep(
    database: Database, district: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def enter(session: Session) -> None:
        make_contact(session, make_unit(session, kind=UnitKind.COMMITTEE))

    parks = [settled_park(database, district) for _ in range(2)]
    sweep_beside(database, monkeypatch, enter, "when it is judged", "after it")
    assert to_be_judged(database) == len(parks)
