"""Which scheduler process leads, and that none other writes: one lease row, and a token that only ever grows.

A lease alone does not keep a process from writing that was stopped, lost the lead meanwhile and goes on. So every
change of holder raises the token, and each write of a duty makes sure, in its own transaction, that the token it was
started under is still the newest (`fence`). When a lease runs out is judged by the clock all processes share.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import Lease
from db.models.schedule import SCHEDULER_LEASE
from db.session import changed
from services.platform import Platform

LEASE_LASTS = timedelta(seconds=90)

NAMED = Lease.name == SCHEDULER_LEASE


class Fenced(BaseException):
    """Another process has led since: this one writes no more.

    No Exception, as asyncio.CancelledError is none: what keeps one bad record from stopping the rest must not go on
    past it.
    """


@dataclass(frozen=True, slots=True)
class Lead:
    """The lead as one process has it: what it writes, it writes under `token`."""

    holder: str
    token: int
    lasts: timedelta = LEASE_LASTS


def take_lease(session: Session, holder: str, now: datetime, lasts: timedelta = LEASE_LASTS) -> Lead | None:
    """Lead until `now + lasts`, or go on leading; None while another leads. Only one does at any time.

    A lease that lasts longer than any can was given by a clock that has been set back since, and counts as run out.
    On PostgreSQL nobody waits here: who is in the midst of a write under the lease keeps it until that is done.
    """
    _stay_at_most(session, lasts)
    terms = {"holder": holder, "expires_at": now + lasts, "beat_at": now}
    if changed(session, Lease, [NAMED, Lease.holder == holder], terms):
        return Lead(holder, session.scalars(select(Lease.token).where(NAMED)).one(), lasts)
    free = or_(Lease.expires_at <= now, Lease.expires_at > now + 2 * lasts)
    lease = session.scalars(select(Lease).where(NAMED, free).with_for_update(skip_locked=True)).first()
    if lease is None:
        return _first_lease(session, terms, lasts)
    lease.holder, lease.token = holder, lease.token + 1
    lease.expires_at, lease.beat_at = now + lasts, now
    session.flush()
    return Lead(holder, lease.token, lasts)


def _first_lease(session: Session, terms: dict[str, object], lasts: timedelta) -> Lead | None:
    if session.scalar(select(Lease.name).where(NAMED)) is not None:
        return None
    lease = Lease(name=SCHEDULER_LEASE, token=1, **terms)
    try:
        with session.begin_nested():
            session.add(lease)
    except IntegrityError:  # another was first
        return None
    return Lead(lease.holder, lease.token, lasts)


def give_up_lease(session: Session, holder: str, now: datetime) -> None:
    """Let another lead at once instead of when the lease has run out."""
    changed(session, Lease, [NAMED, Lease.holder == holder], {"expires_at": now})


def fence(session: Session, lead: Lead) -> None:
    """Raises Fenced when another has led since; otherwise nobody takes over until this transaction ends.

    On SQLite writers go one after another anyway. On PostgreSQL the lease's row is held against a change of holder,
    while the heartbeat may still renew it (FOR KEY SHARE).
    """
    _stay_at_most(session, lead.lasts)
    newest = session.scalar(select(Lease.token).where(NAMED).with_for_update(read=True, key_share=True))
    if newest != lead.token:
        raise Fenced(f"{lead.holder} led under token {lead.token}, the newest is {newest}")


def _stay_at_most(session: Session, lasts: timedelta) -> None:
    """PostgreSQL ends the transaction of a process stopped amid it, which would keep the lead, and what it has locked,
    from all others for as long as it is. (SQLite knows no such limit: there a stopped writer stops all writers.)
    """
    if session.get_bind().dialect.name == "postgresql":
        longest = str(int(lasts.total_seconds() * 1000))
        session.execute(select(func.set_config("idle_in_transaction_session_timeout", longest, True)))


def fenced(platform: Platform, lead: Lead) -> Platform:
    """The platform as a duty gets it: its writes succeed only under this lead."""
    return replace(platform, database=platform.database.guarded(lambda session: fence(session, lead)))
