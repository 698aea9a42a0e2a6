"""`python -m jobs run`: the scheduler process. Start as many as you like: one leads, the others wait."""

from __future__ import annotations

import logging
import signal
import sys
from types import FrameType

import click
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

from jobs.output import Run, reads
from jobs.runner import Runner
from jobs.schedule import HEARTBEAT, SCHEDULE
from services import clock
from services.platform import Platform

GRACE = 6 * 3600  # seconds a duty may start late, as after the machine slept

ENDING = (signal.SIGTERM, signal.SIGINT)


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


def serve(platform: Platform, scheduler: BaseScheduler) -> None:
    """Work through the schedule until told to end; then finish what is under way and give up the lead."""
    runner = Runner(platform, on_lead=lambda: _start_at_once(scheduler))
    scheduler.configure(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE})
    for entry in SCHEDULE:
        scheduler.add_job(runner.run, entry.when, args=(entry.duty, entry.work), id=entry.duty.value)
    scheduler.add_job(runner.beat, HEARTBEAT, id="heartbeat", next_run_time=clock.now())
    try:
        scheduler.start()
    except SystemExit:
        pass
    finally:
        if scheduler.running:
            scheduler.shutdown()
        runner.leave()


def _start_at_once(scheduler: BaseScheduler) -> None:
    for entry in SCHEDULE:
        if entry.at_start:
            scheduler.modify_job(entry.duty.value, next_run_time=clock.now())
