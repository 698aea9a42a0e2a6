"""The scheduler process: it sweeps at its start, ends properly, is followed when it is killed, stopped or late."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import select

from db.models import Alert, Lease, SweepMark
from db.queries.runs import Heartbeat, RunRow, heartbeat, runs
from jobs.run import AGAIN, BEATS, plan, plan_anew, start_at_once, try_again
from jobs.runner import Outcome, Runner
from jobs.schedule import SCHEDULE, Job
from policy.terms import Duty, RunState
from services import clock
from services.leadership import LEASE_LASTS
from services.platform import Platform
from services.timetable import TIMETABLE
from settings import ROOT
from tests.factories import make_contact, make_park, make_unit

BOTH = pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
HOUR = timedelta(hours=1)


def until(happened: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def logged(platform: Platform) -> tuple[RunRow, ...]:
    with platform.database.read() as session:
        return runs(session, clock.shared(session))


def leader(platform: Platform) -> Heartbeat | None:
    """Whoever leads now."""
    with platform.database.read() as session:
        beat = heartbeat(session)
        return beat if beat and beat.alive(clock.shared(session)) else None


# --- what is planned -----------------------------------------------------------------------------------------------


def test_every_row_of_the_timetable_has_its_work() -> None:
    assert [job.entry for job in SCHEDULE] == list(TIMETABLE)


def test_a_lease_outlives_a_missed_heartbeat() -> None:
    assert 2 * (LEASE_LASTS / BEATS) < LEASE_LASTS


@pytest.fixture
def scheduler() -> Iterator[BackgroundScheduler]:
    scheduler = BackgroundScheduler(timezone=clock.SHANGHAI)
    yield scheduler
    scheduler.shutdown()


def counting() -> tuple[list[Duty], tuple[Job, ...]]:
    """The schedule with work that only notes what was done."""
    done: list[Duty] = []

    def work(duty: Duty) -> Callable[[Platform], Outcome]:
        def note(_: Platform) -> Outcome:
            done.append(duty)
            return Outcome("完成")

        return note

    return done, tuple(Job(entry, work(entry.duty)) for entry in TIMETABLE)


def test_leading_brings_forward_what_is_done_at_the_start(scheduler: BackgroundScheduler, platform: Platform) -> None:
    plan(scheduler, SCHEDULE, Runner(platform))
    scheduler.start(paused=True)
    start_at_once(scheduler, SCHEDULE)
    soon = {job.id for job in scheduler.get_jobs() if job.next_run_time <= clock.now()}
    assert soon == {"sweep", "foresight"}


@pytest.mark.parametrize("late", [HOUR, 24 * HOUR])
def test_what_fell_due_while_the_machine_slept_is_done_once_however_late(
    scheduler: BackgroundScheduler, platform: Platform, late: timedelta
) -> None:
    """An hour asleep: the sweep at seven, and sixty times the mails."""
    done, schedule = counting()
    plan(scheduler, schedule, Runner(platform))
    scheduler.start(paused=True)
    for job in scheduler.get_jobs():
        job.modify(next_run_time=clock.now() - late)
    scheduler.resume()
    until(lambda: len(logged(platform)) == len(Duty) and all(run.finished_at for run in logged(platform)))
    assert sorted(done) == sorted(Duty)
    assert all(job.next_run_time > clock.now() for job in scheduler.get_jobs())


def test_plans_made_by_a_clock_that_was_a_day_fast_are_made_anew(
    scheduler: BackgroundScheduler, platform: Platform
) -> None:
    plan(scheduler, SCHEDULE, Runner(platform))
    scheduler.start(paused=True)
    for job in scheduler.get_jobs():
        job.modify(next_run_time=job.next_run_time + 24 * HOUR)
    plan_anew(scheduler, SCHEDULE)
    planned: dict[str, datetime] = {job.id: job.next_run_time for job in scheduler.get_jobs()}
    assert planned["outbox"] <= clock.now() + timedelta(minutes=1)
    assert planned["sweep"] <= clock.now() + 24 * HOUR


def test_a_sweep_that_failed_in_the_morning_is_tried_again_the_same_morning(
    scheduler: BackgroundScheduler, platform: Platform
) -> None:
    plan(scheduler, SCHEDULE, Runner(platform))
    scheduler.start(paused=True)
    before = scheduler.get_job("outbox").next_run_time
    for duty in Duty:
        try_again(scheduler, SCHEDULE, duty)
    planned: dict[str, datetime] = {job.id: job.next_run_time for job in scheduler.get_jobs()}
    assert planned["sweep"] <= clock.now() + AGAIN
    assert planned["outbox"] == before  # each minute anyway


# --- real processes ------------------------------------------------------------------------------------------------


@contextmanager
def process(log: Path, *command: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of ours with the environment `platform` has set."""
    with log.open("wb") as said:
        run = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=ROOT, stdout=said, stderr=said, env=os.environ | environment
        )
        try:
            yield run
        finally:
            run.kill()
            run.wait()


@pytest.mark.parametrize(
    ("asked", "zone"),
    [([signal.SIGTERM], "UTC"), ([signal.SIGINT, signal.SIGTERM], "America/Los_Angeles")],
)
def test_the_process_sweeps_at_its_start_and_ends_properly_however_often_it_is_asked(
    platform: Platform, tmp_path: Path, asked: list[signal.Signals], zone: str
) -> None:
    with platform.database.write() as session:
        district = make_unit(session)
        make_contact(session, district)
        make_park(session, district=district, approved_on=date(2024, 10, 10))

    def swept() -> bool:
        return any(run.duty is Duty.SWEEP and run.state is RunState.DONE for run in logged(platform))

    log = tmp_path / "run.log"
    days = {clock.today()}
    with process(log, "jobs", "run", TZ=zone) as run:
        until(swept)
        days.add(clock.today())
        assert leader(platform)
        for number in asked:
            run.send_signal(number)
        assert run.wait(20) == 0
    with platform.database.read() as session:
        assert session.scalars(select(Alert.opened_on)).first() in days
        assert session.scalars(select(Lease.expires_at)).one() <= clock.now()
    assert "定时任务进程已结束" in log.read_text()


def test_a_second_process_takes_over_from_a_killed_one(platform: Platform, tmp_path: Path) -> None:
    with process(tmp_path / "first.log", "jobs", "run") as first:
        until(lambda: leader(platform))
        before = leader(platform)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
    assert before is not None
    with platform.database.write() as session:  # the time until the lease runs out, at once
        session.scalars(select(Lease)).one().expires_at = clock.now()
    with process(tmp_path / "second.log", "jobs", "run"):
        until(lambda: (found := leader(platform)) and found.token == before.token + 1)


class Office:
    """Scheduler processes on one database, each with a duty that waits to be let go on."""

    def __init__(self, platform: Platform, folder: Path) -> None:
        self.platform = platform
        self.folder = folder

    def start(self, name: str, *words: str) -> Any:
        return process(self.folder / f"{name}.log", "tests.jobs.scheduler_process", str(self.folder), *words)

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()

    def at_work(self, run: subprocess.Popen[bytes]) -> bool:
        return (self.folder / f"reached-{run.pid}").exists()

    def let_go_on(self) -> None:
        (self.folder / "go").touch()

    def leads(self, run: subprocess.Popen[bytes]) -> bool:
        found = leader(self.platform)
        return found is not None and f":{run.pid}:" in found.holder

    def stop(self, run: subprocess.Popen[bytes]) -> None:
        """Stop it at a moment when it holds no SQLite file locked, which would stop everybody else too."""
        while True:
            run.send_signal(signal.SIGSTOP)
            if self._others_can_write():
                return
            run.send_signal(signal.SIGCONT)

    def _others_can_write(self) -> bool:
        url = self.platform.database.engine.url
        if url.get_backend_name() != "sqlite":
            return True
        connection = sqlite3.connect(str(url.database), timeout=0.2, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return False
        finally:
            connection.close()
        return True

    def noted(self) -> set[str]:
        with self.platform.database.read() as session:
            return set(session.scalars(select(SweepMark.name)))


@pytest.fixture
def office(platform: Platform, tmp_path: Path) -> Office:
    return Office(platform, tmp_path)


@BOTH
def test_of_two_started_together_one_leads_and_a_stopped_leader_writes_nothing_when_it_goes_on(
    platform: Platform, office: Office
) -> None:
    with office.start("one") as one, office.start("two") as two:
        until(lambda: office.at_work(one) or office.at_work(two))
        until(lambda: "waits: another leads" in office.said("one") + office.said("two"))
        first, second, name = (one, two, "one") if office.at_work(one) else (two, one, "two")
        assert not office.at_work(second)
        assert (office.leads(first), len(logged(platform))) == (True, 1)

        office.stop(first)  # for longer than its lease
        until(lambda: office.at_work(second))
        office.let_go_on()
        until(lambda: logged(platform)[0].state is RunState.DONE)
        written = office.noted()
        first.send_signal(signal.SIGCONT)
        until(lambda: "ended without writing any more" in office.said(name) and "waits:" in office.said(name))
        assert office.noted() == written == {f"begins-{first.pid}", f"begins-{second.pid}", f"ends-{second.pid}"}
        assert [(run.state, run.token) for run in logged(platform)] == [(RunState.DONE, 2), (RunState.CUT_OFF, 1)]
        assert office.leads(second)

        second.terminate()
        until(lambda: office.leads(first))  # it had gone back to waiting
        found = leader(platform)
        assert found is not None
        assert found.token == 3


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_leader_stopped_in_the_midst_of_a_write_loses_the_write_and_the_lead(
    platform: Platform, office: Office
) -> None:
    with office.start("one", "amid") as first:
        until(lambda: office.at_work(first))
        first.send_signal(signal.SIGSTOP)
        with office.start("two") as second:
            until(lambda: office.at_work(second))
            office.let_go_on()
            until(lambda: logged(platform)[0].state is RunState.DONE)
            first.send_signal(signal.SIGCONT)
            until(lambda: "ended without writing any more" in office.said("one"))
            assert office.noted() == {f"begins-{second.pid}", f"ends-{second.pid}"}
            assert office.leads(second)
