"""What happens by itself, and when (Beijing time). A new duty is a row here and its entry in policy.terms.Duty."""

from __future__ import annotations

from dataclasses import dataclass

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from jobs import outbox, sweep
from jobs.runner import Work
from policy.terms import Duty
from services.clock import SHANGHAI


@dataclass(frozen=True, slots=True)
class Entry:
    """`at_start`: also whenever a process begins to lead, so that a day it was down for is made up."""

    duty: Duty
    work: Work
    when: BaseTrigger
    at_start: bool = False


SCHEDULE: tuple[Entry, ...] = (
    Entry(Duty.SWEEP, sweep.unattended, CronTrigger(hour=7, minute=0, timezone=SHANGHAI), at_start=True),
    Entry(Duty.OUTBOX, outbox.unattended, IntervalTrigger(minutes=1, timezone=SHANGHAI)),
)

# Well under the time a lease lasts: one missed beat costs nobody the lead.
HEARTBEAT = IntervalTrigger(seconds=30, timezone=SHANGHAI)
