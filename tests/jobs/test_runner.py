"""The scheduler process: of two only one works, a fault stops nothing, a signal ends it properly."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select

from db.models import Alert, Lease
from db.queries.runs import RunRow, heartbeat, runs
from jobs.run import _start_at_once
from jobs.runner import Outcome, Runner
from jobs.schedule import HEARTBEAT, SCHEDULE
from policy.terms import Duty
from services import clock
from services.platform import Platform
from services.scheduling import LEASE_LASTS
from tests.factories import make_contact, make_park, make_unit

NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
ROOT = Path(__file__).parent.parent.parent
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
        return runs(session)


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
    assert len(logged(platform)) == 2


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
    assert began == ["first", "second"]


def test_a_duty_that_fails_stands_in_the_log_and_stops_nothing(platform: Platform, set_now: SetNow) -> None:
    set_now(NOON)
    runner = Runner(platform)
    runner.run(Duty.SWEEP, Worker(ZeroDivisionError("no parks")))
    runner.run(Duty.OUTBOX, Worker(Outcome("未送达1封", ok=False)))
    runner.run(Duty.OUTBOX, Worker(Outcome()))
    assert [(run.duty, run.ok, run.result) for run in logged(platform)] == [
        (Duty.OUTBOX, False, "未送达1封"),
        (Duty.SWEEP, False, "检查时限和进度未完成：no parks"),
    ]


def test_every_duty_has_its_row_in_the_schedule() -> None:
    assert [entry.duty for entry in SCHEDULE] == list(Duty)


def test_the_sweep_runs_every_morning_in_beijing_and_mail_every_minute() -> None:
    first = datetime(2026, 1, 5, 12, tzinfo=clock.SHANGHAI)
    sweep, outbox = (entry.when.get_next_fire_time(first, first) for entry in SCHEDULE)
    assert sweep == datetime(2026, 1, 6, 7, tzinfo=clock.SHANGHAI)
    assert outbox - first == timedelta(minutes=1)


def test_a_lease_outlives_a_missed_heartbeat() -> None:
    assert 2 * HEARTBEAT.interval < LEASE_LASTS


def test_leading_brings_forward_what_is_done_at_the_start() -> None:
    scheduler = BackgroundScheduler(timezone=clock.SHANGHAI)
    for entry in SCHEDULE:
        scheduler.add_job(lambda: None, entry.when, id=entry.duty.value)
    scheduler.start(paused=True)
    _start_at_once(scheduler)
    soon = {job.id: job.next_run_time <= clock.now() for job in scheduler.get_jobs()}
    scheduler.shutdown()
    assert soon == {"sweep": True, "outbox": False}


@contextmanager
def process(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The real thing, with the environment `platform` has set."""
    with (tmp_path / "run.log").open("wb") as log:
        run = subprocess.Popen([sys.executable, "-m", "jobs", "run"], cwd=ROOT, stdout=log, stderr=log)
        try:
            yield run
        finally:
            run.kill()
            run.wait()


def until(happened: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


@pytest.mark.parametrize("asked", [[signal.SIGTERM], [signal.SIGINT, signal.SIGTERM]])
def test_the_process_sweeps_at_its_start_and_ends_properly_however_often_it_is_asked(
    platform: Platform, tmp_path: Path, asked: list[signal.Signals]
) -> None:
    with platform.database.write() as session:
        district = make_unit(session)
        make_contact(session, district)
        make_park(session, district=district, approved_on=date(2024, 10, 10))

    def swept() -> bool:
        with platform.database.read() as session:
            return session.scalars(select(Alert.id)).first() is not None

    with process(tmp_path) as run:
        until(swept)
        until(lambda: any(entry.ok for entry in logged(platform)))
        with platform.database.read() as session:
            beat = heartbeat(session)
        assert beat is not None
        assert beat.alive(clock.now())
        for number in asked:
            run.send_signal(number)
        assert run.wait(20) == 0
    with platform.database.read() as session:
        assert session.scalars(select(Lease.expires_at)).one() <= clock.now()
    assert "定时任务进程已结束" in (tmp_path / "run.log").read_text()


def test_a_second_process_takes_over_from_a_killed_one(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def holder() -> str | None:
        with platform.database.read() as session:
            beat = heartbeat(session)
        return beat.holder if beat else None

    with process(tmp_path) as first:
        until(holder)
        before = holder()
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    with platform.database.write() as session:  # the time until the lease runs out, at once
        session.scalars(select(Lease)).one().expires_at = clock.now()
    with process(tmp_path):
        until(lambda: holder() != before)
