"""One process's turn at leading: of two only one works, a fault stops nothing, who has lost the lead stops writing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from db.models import SweepMark
from db.queries.runs import RunRow, runs
from jobs.runner import Outcome, Runner
from policy.terms import Duty, RunState
from services import clock
from services.leadership import LEASE_LASTS
from services.platform import Platform

NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
SetNow = Callable[[datetime], None]


class Worker:
    """A duty that counts how often it was done."""

    def __init__(self, outcome: Outcome | Exception | None = None) -> None:
        self.done = 0
        self._outcome = outcome or Outcome("完成")

    def __call__(self, platform: Platform) -> Outcome:
        self.done += 1
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


def logged(platform: Platform) -> tuple[RunRow, ...]:
    with platform.database.read() as session:
        return runs(session, clock.now())


def test_of_two_processes_only_the_leader_works(platform: Platform, set_now: SetNow) -> None:
    set_now(NOON)
    leader, other, worker = Runner(platform), Runner(platform), Worker()
    leader.run(Duty.SWEEP, worker)
    other.run(Duty.SWEEP, worker)
    assert worker.done == 1
    set_now(NOON + LEASE_LASTS)
    other.run(Duty.SWEEP, worker)  # the leader was killed
    leader.run(Duty.SWEEP, worker)
    assert worker.done == 2
    assert [(run.leader, run.token) for run in logged(platform)] == [(other.name, 2), (leader.name, 1)]


def test_a_leader_that_leaves_is_followed_at_once(platform: Platform, set_now: SetNow) -> None:
    set_now(NOON)
    leader, other = Runner(platform), Runner(platform)
    assert leader.beat()
    assert not other.beat()
    leader.leave()
    assert other.beat()


def test_whoever_begins_to_lead_makes_up_for_what_was_missed(platform: Platform, set_now: SetNow) -> None:
    began: list[str] = []
    first = Runner(platform, on_lead=lambda: began.append("first"))
    second = Runner(platform, on_lead=lambda: began.append("second"))
    for seconds in (0, 30, 60):
        set_now(NOON + timedelta(seconds=seconds))
        first.beat()
        second.beat()
    set_now(NOON + timedelta(seconds=60) + LEASE_LASTS)
    second.beat()
    first.beat()
    set_now(NOON + timedelta(seconds=60) + 2 * LEASE_LASTS)
    first.beat()
    assert began == ["first", "second", "first"]


def test_a_duty_that_fails_stands_in_the_log_and_stops_nothing(platform: Platform, set_now: SetNow) -> None:
    set_now(NOON)
    runner = Runner(platform)
    runner.run(Duty.SWEEP, Worker(ZeroDivisionError("no parks")))
    runner.run(Duty.OUTBOX, Worker(Outcome("未送达1封", ok=False)))
    runner.run(Duty.OUTBOX, Worker(Outcome()))
    assert [(run.duty, run.state, run.result) for run in logged(platform)] == [
        (Duty.OUTBOX, RunState.FAILED, "未送达1封"),
        (Duty.SWEEP, RunState.FAILED, "检查时限和进度未完成：no parks"),
    ]


def test_a_duty_whose_process_has_lost_the_lead_meanwhile_writes_no_more_and_is_no_failure(
    platform: Platform, set_now: SetNow, caplog: pytest.LogCaptureFixture
) -> None:
    set_now(NOON)
    first, second = Runner(platform), Runner(platform)

    def stopped_in_the_midst(fenced: Platform) -> Outcome:
        set_now(NOON + LEASE_LASTS)
        second.beat()
        with fenced.database.write() as session:
            session.add(SweepMark(name="by the first", day=date(2026, 1, 5), marked_at=NOON))
        raise AssertionError("it went on")

    with caplog.at_level(logging.WARNING):
        first.run(Duty.SWEEP, stopped_in_the_midst)
    assert "sweep ended without writing any more" in caplog.text
    assert "Traceback" not in caplog.text
    (run,) = logged(platform)
    assert (run.state, run.result, run.token) == (RunState.CUT_OFF, "", 1)
    with platform.database.read() as session:
        assert session.scalars(select(SweepMark.name)).all() == []


def test_the_end_of_a_run_is_not_written_either(platform: Platform, set_now: SetNow) -> None:
    set_now(NOON)
    first, second = Runner(platform), Runner(platform)

    def outlasts_its_lease(_: Platform) -> Outcome:
        set_now(NOON + LEASE_LASTS)
        second.beat()
        return Outcome("完成")

    first.run(Duty.SWEEP, outlasts_its_lease)
    assert [(run.state, run.result) for run in logged(platform)] == [(RunState.CUT_OFF, "")]


def test_no_handler_of_faults_lets_a_fenced_duty_go_on(platform: Platform, set_now: SetNow) -> None:
    """As where one bad mail or park must not stop the rest."""
    set_now(NOON)
    first, second = Runner(platform), Runner(platform)
    went_on: list[int] = []

    def forgiving(fenced: Platform) -> Outcome:
        set_now(NOON + LEASE_LASTS)
        second.beat()
        for number in range(3):
            try:
                with fenced.database.write():
                    pass
            except Exception:
                pass
            went_on.append(number)
        return Outcome("完成")

    first.run(Duty.OUTBOX, forgiving)
    assert went_on == []


# --- what did not come to its end ----------------------------------------------------------------------------------


@pytest.fixture
def unfinished() -> list[Duty]:
    return []


def test_a_duty_that_is_cut_short_is_to_be_tried_again_and_one_with_bad_news_is_not(
    platform: Platform, set_now: SetNow, unfinished: list[Duty]
) -> None:
    set_now(NOON)
    runner = Runner(platform, on_unfinished=unfinished.append)
    runner.run(Duty.SWEEP, Worker(Outcome("一个园区未能判定", ok=False)))
    Runner(platform, on_unfinished=unfinished.append).run(Duty.SWEEP, Worker())  # it waits
    assert unfinished == []
    runner.run(Duty.SWEEP, Worker(ZeroDivisionError("no parks")))
    assert unfinished == [Duty.SWEEP]


def test_a_database_out_of_reach_when_a_duty_falls_due_stops_nothing_and_it_is_tried_again(
    platform: Platform, set_now: SetNow, unfinished: list[Duty], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_now(NOON)
    runner, worker = Runner(platform, on_unfinished=unfinished.append), Worker()

    def gone(*_: object) -> None:
        raise ConnectionError("no answer")

    with monkeypatch.context() as patched:
        patched.setattr("jobs.runner.take_lease", gone)
        runner.run(Duty.SWEEP, worker)
    with monkeypatch.context() as patched:
        patched.setattr("jobs.runner.finish_run", gone)
        runner.run(Duty.SWEEP, worker)
    assert (unfinished, worker.done) == ([Duty.SWEEP] * 2, 1)


def test_a_duty_that_was_fenced_out_is_tried_again_in_case_this_process_leads_again(
    platform: Platform, set_now: SetNow, unfinished: list[Duty]
) -> None:
    set_now(NOON)
    first, second = Runner(platform, on_unfinished=unfinished.append), Runner(platform)

    def loses_the_lead(_: Platform) -> Outcome:
        set_now(NOON + LEASE_LASTS)
        second.beat()
        return Outcome("完成")

    first.run(Duty.SWEEP, loses_the_lead)
    assert unfinished == [Duty.SWEEP]


def test_what_could_not_be_brought_forward_on_beginning_to_lead_is_at_the_next_beat(
    platform: Platform, set_now: SetNow
) -> None:
    set_now(NOON)
    tries: list[int] = []

    def bring_forward() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("the scheduler is busy")

    runner = Runner(platform, on_lead=bring_forward)
    with pytest.raises(RuntimeError):
        runner.beat()
    for _ in range(3):
        runner.beat()
    assert len(tries) == 2
