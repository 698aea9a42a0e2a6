"""The log of what ran unattended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from db.queries.runs import RunRow, latest_runs, runs
from db.session import Database
from policy.terms import Duty, RunState
from services.leadership import LEASE_LASTS, Lead, take_lease
from services.scheduling import KEPT, finish_run, prune_runs, start_run

NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FIRST = Lead("first", 1)


def states(session: Session, now: datetime) -> list[RunState]:
    return [run.state for run in runs(session, now)]


def results(found: Sequence[RunRow]) -> list[str]:
    return [run.result for run in found]


def ended(session: Session, result: str, *, duty: Duty = Duty.SWEEP, at: datetime = NOON, ok: bool = True) -> int:
    run_id = start_run(session, duty, at, FIRST)
    finish_run(session, run_id, at + SECOND, ok=ok, result=result)
    return run_id


def test_runs_are_listed_newest_first_with_who_led_and_how_they_ended(database: Database) -> None:
    with database.write() as session:
        lead = take_lease(session, "first", NOON)
        assert lead is not None
        done = start_run(session, Duty.SWEEP, NOON, lead)
        finish_run(session, done, NOON + SECOND, ok=False, result="一个园区未能判定")
        start_run(session, Duty.OUTBOX, NOON + SECOND, lead)
    with database.read() as session:
        going, failed = runs(session, NOON)
        assert runs(session, NOON, duty=Duty.SWEEP) == (failed,)
    assert (going.duty, going.state, going.finished_at) == (Duty.OUTBOX, RunState.UNDER_WAY, None)
    assert (failed.duty, failed.state, failed.result) == (Duty.SWEEP, RunState.FAILED, "一个园区未能判定")
    assert (failed.leader, failed.token) == ("first", 1)
    assert failed.finished_at == NOON + SECOND


def test_a_run_whose_process_was_ended_is_told_from_one_under_way(database: Database) -> None:
    with database.write() as session:
        lead = take_lease(session, "first", NOON)
        assert lead is not None
        start_run(session, Duty.SWEEP, NOON, lead)
    with database.read() as session:
        assert states(session, NOON) == [RunState.UNDER_WAY]
        assert states(session, NOON + LEASE_LASTS) == [RunState.CUT_OFF]  # nobody leads
    with database.write() as session:
        next_lead = take_lease(session, "second", NOON + LEASE_LASTS)
        assert next_lead is not None
        start_run(session, Duty.OUTBOX, NOON + LEASE_LASTS, next_lead)
    with database.read() as session:
        assert states(session, NOON + LEASE_LASTS) == [RunState.UNDER_WAY, RunState.CUT_OFF]


def test_of_one_duty_only_the_newest_run_can_be_under_way(database: Database) -> None:
    with database.write() as session:
        lead = take_lease(session, "first", NOON)
        assert lead is not None
        for _ in range(2):
            start_run(session, Duty.SWEEP, NOON, lead)
    with database.read() as session:
        assert states(session, NOON) == [RunState.UNDER_WAY, RunState.CUT_OFF]


def test_runs_that_failed_or_were_cut_off_are_found_page_by_page(database: Database) -> None:
    with database.write() as session:
        ended(session, "甲", ok=False)
        ended(session, "乙")
        start_run(session, Duty.SWEEP, NOON, FIRST)
        ended(session, "丙", duty=Duty.OUTBOX, ok=False)
        ended(session, "丁")
    with database.read() as session:
        troubled = runs(session, NOON, troubled=True)
        assert results(troubled) == ["丙", "", "甲"]
        assert results(runs(session, NOON, troubled=True, duty=Duty.SWEEP)) == ["", "甲"]
        assert results(runs(session, NOON, limit=2)) == ["丁", "丙"]
        assert results(runs(session, NOON, before=troubled[0].id)) == ["", "乙", "甲"]


def test_the_newest_run_of_each_duty(database: Database) -> None:
    with database.write() as session:
        for result in ("昨日", "今日"):
            ended(session, result)
        ended(session, "已发送1封", duty=Duty.OUTBOX)
    with database.read() as session:
        found = latest_runs(session, NOON)
    assert {duty: run.result for duty, run in found.items()} == {Duty.SWEEP: "今日", Duty.OUTBOX: "已发送1封"}


@pytest.mark.parametrize(("ok", "result", "kept"), [(True, "", 0), (True, "已发送1封", 1), (False, "", 1)])
def test_a_run_that_had_nothing_to_do_leaves_no_trace(database: Database, ok: bool, result: str, kept: int) -> None:
    with database.write() as session:
        finish_run(session, start_run(session, Duty.OUTBOX, NOON, FIRST), NOON, ok=ok, result=result)
    with database.read() as session:
        assert len(runs(session, NOON)) == kept


def test_the_log_does_not_grow_for_ever(database: Database) -> None:
    with database.write() as session:
        ended(session, "很久以前", at=NOON - KEPT - SECOND)
        ended(session, "一年以前", at=NOON - KEPT)
        assert prune_runs(session, NOON) == 1
    with database.read() as session:
        assert results(runs(session, NOON)) == ["一年以前"]
