"""The lease that lets one scheduler process work, and the log of what ran."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from db.queries.runs import heartbeat, readiness, runs
from db.session import Database
from policy.terms import Duty
from services.scheduling import LEASE_LASTS, finish_run, give_up_lease, start_run, take_lease

NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def take(database: Database, holder: str, now: datetime = NOON) -> bool:
    with database.write() as session:
        return take_lease(session, holder, now)


def test_one_leads_and_the_other_waits_until_the_lease_has_run_out(database: Database) -> None:
    assert take(database, "first")
    assert not take(database, "second")
    assert take(database, "first", NOON + 30 * SECOND)
    ended = NOON + 30 * SECOND + LEASE_LASTS
    assert not take(database, "second", ended - SECOND)
    assert take(database, "second", ended)
    assert not take(database, "first", ended)


def test_who_gives_up_lets_the_other_lead_at_once(database: Database) -> None:
    take(database, "first")
    with database.write() as session:
        give_up_lease(session, "second", NOON)
    assert not take(database, "second")
    with database.write() as session:
        give_up_lease(session, "first", NOON)
    assert take(database, "second")


@pytest.mark.parametrize("held_before", [False, True])
def test_of_many_at_once_exactly_one_leads(database: Database, held_before: bool) -> None:
    if held_before:
        take(database, "gone", NOON - LEASE_LASTS)
    start = Barrier(4)

    def race(holder: str) -> bool:
        start.wait()
        return take(database, holder)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(race, "abcd")) == 1


def test_the_heartbeat_tells_whether_anybody_leads(database: Database) -> None:
    with database.read() as session:
        assert readiness(session).heartbeat is None
    take(database, "first")
    with database.read() as session:
        beat = heartbeat(session)
    assert beat is not None
    assert (beat.holder, beat.beat_at) == ("first", NOON)
    assert beat.alive(NOON + LEASE_LASTS - SECOND)
    assert not beat.alive(NOON + LEASE_LASTS)


def test_runs_are_listed_newest_first_with_how_they_ended(database: Database) -> None:
    with database.write() as session:
        done = start_run(session, Duty.SWEEP, NOON)
        finish_run(session, done, NOON + SECOND, ok=False, result="一个园区未能判定")
        start_run(session, Duty.OUTBOX, NOON + SECOND)
    with database.read() as session:
        going, ended = runs(session)
        assert runs(session, duty=Duty.SWEEP) == (ended,)
    assert (going.duty, going.ok, going.finished_at) == (Duty.OUTBOX, None, None)
    assert (ended.duty, ended.ok, ended.result) == (Duty.SWEEP, False, "一个园区未能判定")
    assert ended.finished_at == NOON + SECOND


@pytest.mark.parametrize(("ok", "result", "kept"), [(True, "", 0), (True, "已发送1封", 1), (False, "", 1)])
def test_a_run_that_had_nothing_to_do_leaves_no_trace(database: Database, ok: bool, result: str, kept: int) -> None:
    with database.write() as session:
        finish_run(session, start_run(session, Duty.OUTBOX, NOON), NOON, ok=ok, result=result)
    with database.read() as session:
        assert len(runs(session)) == kept
