"""A scheduler process whose lease lasts two seconds and whose one duty waits in the midst of its work.

`python -m tests.jobs.scheduler_process FOLDER`: the duty notes that it begins, makes the file `reached-PID`, waits
until there is a file `go`, and notes that it ends. With `amid` as a second word it waits within its first write.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy.orm import Session

from db.models import SweepMark
from jobs.run import _end, serve
from jobs.runner import Outcome
from jobs.schedule import Job
from policy.terms import Duty
from services import clock
from services.platform import Platform, open_platform
from services.timetable import Entry

LASTS = timedelta(seconds=2)


def main(folder: Path, *, amid: bool) -> None:
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    signal.signal(signal.SIGTERM, _end)
    never = Entry(Duty.SWEEP, CronTrigger(year=2999), "启动时", "试验", at_start=True)
    serve(
        open_platform(),
        BlockingScheduler(timezone=clock.SHANGHAI),
        (Job(never, lambda platform: _work(platform, folder, amid=amid)),),
        LASTS,
    )


def _work(platform: Platform, folder: Path, *, amid: bool) -> Outcome:
    with platform.database.write() as session:
        _note(session, "begins")
        if amid:
            _wait(folder)
    if not amid:
        _wait(folder)
    with platform.database.write() as session:
        _note(session, "ends")
    return Outcome("完成")


def _note(session: Session, what: str) -> None:
    session.add(SweepMark(name=f"{what}-{os.getpid()}", day=date(2026, 1, 5), marked_at=clock.now()))
    session.flush()


def _wait(folder: Path) -> None:
    (folder / f"reached-{os.getpid()}").touch()
    while not (folder / "go").exists():
        time.sleep(0.02)


if __name__ == "__main__":
    main(Path(sys.argv[1]), amid="amid" in sys.argv)
