"""`python -m jobs run`: the scheduler process. Start as many as you like: one leads, the others wait."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Sequence
from datetime import timedelta
from types import FrameType

import click
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

from jobs.output import Run, reads
from jobs.pulse import Pulse
from jobs.runner import Runner
from jobs.schedule import SCHEDULE, Job
from policy.terms import Duty
from services import clock
from services.leadership import LEASE_LASTS
from services.platform import Platform

ENDING = (signal.SIGTERM, signal.SIGINT)

# However often and however late a duty fell due (the machine slept), it is done once, and not beside itself.
ONCE = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}

BEATS = 3  # a lease: one missed beat costs nobody the lead

AGAIN = timedelta(minutes=10)
"""After which a duty of the day that did not come to its end is tried again, until it does."""


@click.command("run")
@reads
def command(run: Run) -> None:
    """运行定时任务：每天早晨检查时限和进度，每分钟发送待发邮件。按 Ctrl-C 结束。"""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    for number in ENDING:
        signal.signal(number, _end)
    serve(run.platform, BlockingScheduler(timezone=clock.SHANGHAI))
    run.show({"ended": clock.now().isoformat()}, ["定时任务进程已结束"])


def _end(_number: int, _frame: FrameType | None) -> None:
    """Once is enough: asked again while it ends (a terminal and a launcher both ask), it goes on ending."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    raise SystemExit


def serve(
    platform: Platform,
    scheduler: BaseScheduler,
    schedule: Sequence[Job] = SCHEDULE,
    lasts: timedelta = LEASE_LASTS,
) -> None:
    """Work through the schedule until told to end; then finish what is under way and give up the lead."""
    runner = Runner(
        platform,
        on_lead=lambda: start_at_once(scheduler, schedule),
        on_unfinished=lambda duty: try_again(scheduler, schedule, duty),
        lasts=lasts,
    )
    plan(scheduler, schedule, runner)
    pulse = Pulse(lasts / BEATS, runner.beat, on_set_back=lambda: plan_anew(scheduler, schedule))
    pulse.start()
    try:
        scheduler.start()
    except SystemExit:
        pass
    finally:
        if scheduler.running:
            scheduler.shutdown()
        pulse.stop()
        runner.leave()


def plan(scheduler: BaseScheduler, schedule: Sequence[Job], runner: Runner) -> None:
    scheduler.configure(job_defaults=ONCE)
    for job in schedule:
        duty = job.entry.duty
        scheduler.add_job(runner.run, job.entry.when, args=(duty, job.work), id=duty.value)


def start_at_once(scheduler: BaseScheduler, schedule: Sequence[Job]) -> None:
    """Bring forward what is done whenever a process begins to lead."""
    for job in schedule:
        if job.entry.at_start:
            scheduler.modify_job(job.entry.duty.value, next_run_time=clock.now())


def try_again(scheduler: BaseScheduler, schedule: Sequence[Job], unfinished: Duty) -> None:
    """Not only the next day: what is due today is to be told today. What is done every minute comes again by itself."""
    soon = clock.now() + AGAIN
    for job in schedule:
        planned = scheduler.get_job(job.entry.duty.value) if job.entry.duty is unfinished else None
        if job.entry.at_start and planned is not None and planned.next_run_time > soon:
            planned.modify(next_run_time=soon)


def plan_anew(scheduler: BaseScheduler, schedule: Sequence[Job]) -> None:
    """Forget when each duty was to be done next: it was worked out by a clock that was fast."""
    for job in schedule:
        scheduler.reschedule_job(job.entry.duty.value, trigger=job.entry.when)
