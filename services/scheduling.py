"""What ran unattended, and how it ended: the scheduler's log."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from db.models import JobRun
from policy.terms import Duty
from services.leadership import Lead

KEPT = timedelta(days=400)
"""How long a run stands in the log: a whole year of half-yearly rounds can be looked back on."""


def start_run(session: Session, duty: Duty, now: datetime, lead: Lead) -> int:
    """Note that a duty starts; its run's id."""
    run = JobRun(job=duty.value, started_at=now, leader=lead.holder, token=lead.token)
    session.add(run)
    session.flush()
    return run.id


def finish_run(session: Session, run_id: int, now: datetime, *, ok: bool, result: str) -> None:
    """Note how it ended. A run that went well and had nothing to do leaves no trace."""
    run = session.get_one(JobRun, run_id)
    if ok and not result:
        session.delete(run)
        return
    run.finished_at, run.ok, run.result = now, ok, result


def prune_runs(session: Session, now: datetime) -> int:
    """Remove from the log what started longer ago than it is kept; how many runs that were."""
    old = delete(JobRun).where(JobRun.started_at < now - KEPT)
    return cast("CursorResult[Any]", session.execute(old)).rowcount
