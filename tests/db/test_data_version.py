"""The mark of what the overview shows moves with every transaction that changes it, and with no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from db.data_version import current
from db.models import CalendarDay, ParkSnapshot, RulebookVersion, Unit
from db.session import Database
from services import snapshots
from tests import factories

MADE_AT = factories.MADE_AT


def mark(database: Database) -> str:
    with database.read() as session:
        return current(session)


@pytest.fixture
def park_id(database: Database) -> int:
    with database.write() as session:
        park = factories.make_park(session)
        session.flush()
        snapshots.rewrite(session, park.id)
        return park.id


WRITES: dict[str, Callable[[Session, int], object]] = {
    "a report came": lambda session, park_id: setattr(session.get_one(ParkSnapshot, park_id), "pending", 1),
    "a statement past the objects": lambda session, _park: session.execute(update(ParkSnapshot).values(pending=2)),
    "a unit's name": lambda session, _park: session.execute(update(Unit).values(short_name="示例")),
    "the rulebook": lambda session, _park: session.add(RulebookVersion(recorded_at=MADE_AT, recorded_by="committee")),
    "days off": lambda session, _park: session.execute(delete(CalendarDay)),
}


@pytest.mark.parametrize("written", WRITES)
def test_what_is_shown_moves_the_mark(database: Database, park_id: int, written: str) -> None:
    before = mark(database)
    with database.write() as session:
        WRITES[written](session, park_id)
    assert mark(database) not in ("", before)


def test_what_is_not_shown_leaves_it(database: Database, park_id: int) -> None:
    before = mark(database)
    with database.write() as session:
        factories.make_account(session)
        factories.make_contact(session, factories.make_unit(session))  # the unit moves it
    moved = mark(database)
    assert moved != before
    with database.write() as session:
        factories.make_account(session, "expert")
        snapshots.rewrite(session, park_id)  # says what it said
    assert mark(database) == moved


def test_it_moves_when_others_can_see_the_rows_and_not_before(database: Database, park_id: int) -> None:
    """Another process has a Database of its own on the same file or server."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    before = mark(other)
    with database.write() as session:
        session.get_one(ParkSnapshot, park_id).title = "国家网络安全产业园区（新）"
        session.flush()
        assert mark(other) == before
    assert mark(other) != before
    other.engine.dispose()


def test_nothing_moves_when_nothing_was_kept(database: Database, park_id: int) -> None:
    before = mark(database)
    with pytest.raises(RuntimeError):
        _broken_off(database, park_id)
    assert mark(database) == before


def test_a_part_taken_back_does_not_keep_the_rest_from_moving_it(database: Database, park_id: int) -> None:
    before = mark(database)
    with database.write() as session:
        session.get_one(ParkSnapshot, park_id).approved_on = date(2024, 10, 11)
        with pytest.raises(RuntimeError), session.begin_nested():
            raise RuntimeError
    assert mark(database) != before


def _broken_off(database: Database, park_id: int) -> None:
    with database.write() as session:
        session.get_one(ParkSnapshot, park_id).pending = 9
        session.flush()
        raise RuntimeError
