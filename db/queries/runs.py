"""What ran unattended, and whether anything runs at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from db.models import JobRun, Lease
from db.models.schedule import SCHEDULER_LEASE
from db.queries.outbox import Backlog, backlog
from policy.terms import Duty, RunState


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of a duty: by which process, and under which turn at leading (`token`)."""

    id: int
    duty: Duty
    leader: str
    token: int
    started_at: datetime
    finished_at: datetime | None
    state: RunState
    result: str


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The leading scheduler process: it leads until `expires_at` unless it says so again."""

    holder: str
    token: int
    beat_at: datetime
    expires_at: datetime

    def alive(self, now: datetime) -> bool:
        """`now` by the clock the processes share (services.clock.shared)."""
        return now < self.expires_at


@dataclass(frozen=True, slots=True)
class Readiness:
    """For /readyz: the scheduler's heartbeat (None when none has run yet) and the mails that wait."""

    heartbeat: Heartbeat | None
    mails: Backlog


def runs(
    session: Session,
    now: datetime,
    *,
    duty: Duty | None = None,
    troubled: bool = False,
    before: int | None = None,
    limit: int = 100,
) -> tuple[RunRow, ...]:
    """Newest first; `troubled`: only those that failed or were cut off, `before`: only those older than this one."""
    going = _under_way(session, now)
    found = select(JobRun).order_by(JobRun.id.desc()).limit(limit)
    if duty is not None:
        found = found.where(JobRun.job == duty)
    if troubled:
        cut_off = and_(JobRun.finished_at.is_(None), JobRun.id.not_in(going))
        found = found.where(or_(JobRun.ok.is_(False), cut_off))
    if before is not None:
        found = found.where(JobRun.id < before)
    return _rows(session, found, going)


def latest_runs(session: Session, now: datetime) -> dict[Duty, RunRow]:
    """The newest run of each duty that has left a trace."""
    newest = select(func.max(JobRun.id)).group_by(JobRun.job)
    found = _rows(session, select(JobRun).where(JobRun.id.in_(newest)), _under_way(session, now))
    return {row.duty: row for row in found}


def _rows(session: Session, found: Select[JobRun], going: frozenset[int]) -> tuple[RunRow, ...]:
    return tuple(
        RunRow(
            id=run.id,
            duty=Duty(run.job),
            leader=run.leader,
            token=run.token,
            started_at=run.started_at,
            finished_at=run.finished_at,
            state=_state(run, going),
            result=run.result,
        )
        for run in session.scalars(found)
    )


def _state(run: JobRun, going: frozenset[int]) -> RunState:
    if run.finished_at is None:
        return RunState.UNDER_WAY if run.id in going else RunState.CUT_OFF
    return RunState.DONE if run.ok else RunState.FAILED


def _under_way(session: Session, now: datetime) -> frozenset[int]:
    """The runs going on: of each duty the newest, when it has not ended and its leader leads still."""
    beat = heartbeat(session)
    if beat is None or not beat.alive(now):
        return frozenset()
    newest = select(func.max(JobRun.id)).group_by(JobRun.job)
    going = select(JobRun.id).where(JobRun.id.in_(newest), JobRun.finished_at.is_(None), JobRun.token == beat.token)
    return frozenset(session.scalars(going))


def heartbeat(session: Session) -> Heartbeat | None:
    lease = session.get(Lease, SCHEDULER_LEASE)
    return None if lease is None else Heartbeat(lease.holder, lease.token, lease.beat_at, lease.expires_at)


def readiness(session: Session) -> Readiness:
    return Readiness(heartbeat(session), backlog(session))
