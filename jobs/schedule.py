"""What does the work of each duty of the timetable (services.timetable says when)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jobs import forecast, outbox, recompute, sweep, tidy
from jobs.runner import Work
from policy.terms import Duty
from services.timetable import TIMETABLE, Entry


@dataclass(frozen=True, slots=True)
class Job:
    """A row of the timetable and the function that does it."""

    entry: Entry
    work: Work


WORK: Mapping[Duty, Work] = {
    Duty.SWEEP: sweep.unattended,
    Duty.OUTBOX: outbox.unattended,
    Duty.TIDY: tidy.unattended,
    Duty.FORESIGHT: forecast.unattended,
    Duty.RECOMPUTE: recompute.unattended,
}

SCHEDULE: tuple[Job, ...] = tuple(Job(entry, WORK[entry.duty]) for entry in TIMETABLE)
