"""Who leads, and what ran: the scheduler's lease and its log."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import JobRun, Lease
from db.models.schedule import SCHEDULER_LEASE
from db.session import changed
from policy.terms import Duty

LEASE_LASTS = timedelta(seconds=90)


def take_lease(session: Session, holder: str, now: datetime, lasts: timedelta = LEASE_LASTS) -> bool:
    """Lead until `now + lasts`, or go on leading: True when `holder` leads. Only one does at any time."""
    free = or_(Lease.holder == holder, Lease.expires_at <= now)
    terms = {"holder": holder, "expires_at": now + lasts, "beat_at": now}
    if changed(session, Lease, [Lease.name == SCHEDULER_LEASE, free], terms):
        return True
    if session.scalar(select(Lease.name).where(Lease.name == SCHEDULER_LEASE)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Lease(name=SCHEDULER_LEASE, **terms))
    except IntegrityError:  # another was first
        return False
    return True


def give_up_lease(session: Session, holder: str, now: datetime) -> None:
    """Let another lead at once instead of when the lease has run out."""
    changed(session, Lease, [Lease.name == SCHEDULER_LEASE, Lease.holder == holder], {"expires_at": now})


def start_run(session: Session, duty: Duty, now: datetime) -> int:
    """Note that a duty starts; its run's id."""
    run = JobRun(job=duty.value, started_at=now)
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
