"""What ran unattended, and whether anything runs at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import JobRun, Lease
from db.models.schedule import SCHEDULER_LEASE
from db.queries.outbox import Backlog, backlog
from policy.terms import Duty


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of a duty. `ok` is None while it runs, and for good when its process was ended."""

    id: int
    duty: Duty
    started_at: datetime
    finished_at: datetime | None
    ok: bool | None
    result: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The leading scheduler process: it leads until `expires_at` unless it says so again."""

    holder: str
    beat_at: datetime
    expires_at: datetime

    def alive(self, now: datetime) -> bool:
        return now < self.expires_at


@dataclass(frozen=True, slots=True)
class Readiness:
    """For /readyz: the scheduler's heartbeat (None when none has run yet) and the mails that wait."""

    heartbeat: Heartbeat | None
    mails: Backlog


def runs(session: Session, *, duty: Duty | None = None, limit: int = 100) -> tuple[RunRow, ...]:
    """Newest first."""
    found = select(JobRun).order_by(JobRun.started_at.desc(), JobRun.id.desc()).limit(limit)
    if duty is not None:
        found = found.where(JobRun.job == duty)
    return tuple(
        RunRow(run.id, Duty(run.job), run.started_at, run.finished_at, run.ok, run.result)
        for run in session.scalars(found)
    )


def heartbeat(session: Session) -> Heartbeat | None:
    lease = session.get(Lease, SCHEDULER_LEASE)
    return None if lease is None else Heartbeat(lease.holder, lease.beat_at, lease.expires_at)


def readiness(session: Session) -> Readiness:
    return Readiness(heartbeat(session), backlog(session))
