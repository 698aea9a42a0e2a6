"""操作日志 as the audit page lists it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Park
from policy.acts import Act


@dataclass(frozen=True, slots=True)
class Entry:
    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    old: Any
    new: Any


def entries(session: Session, words: str, before: int | None, limit: int) -> tuple[Entry, ...]:
    """The newest `limit` entries older than number `before`; with `words` only those that have them in account, act
    (as it is called on screen) or subject."""
    query = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntry.seq < before)
    if words:
        named = [act for act in Act if words in act.label]
        fits = (column.contains(words, autoescape=True) for column in (AuditEntry.actor, AuditEntry.subject))
        query = query.where(or_(AuditEntry.action.in_(named), *fits))
    return tuple(
        Entry(row.seq, row.at, row.actor, row.action, row.subject, row.old, row.new) for row in session.scalars(query)
    )


@dataclass(frozen=True, slots=True)
class Mended:
    """A park whose overview row a recomputation set right."""

    park: str
    title: str
    at: datetime


def mended(session: Session, since: datetime) -> tuple[Mended, ...]:
    """Since then, each park once, at its newest, oldest first."""
    rows = session.execute(
        select(Park.code, Park.title, func.max(AuditEntry.at).label("at"))
        .join(Park, Park.id == AuditEntry.park_id)
        .where(AuditEntry.action == Act.SNAPSHOT_MEND, AuditEntry.at >= since)
        .group_by(Park.id, Park.code, Park.title)
        .order_by(func.max(AuditEntry.seq))
    )
    return tuple(Mended(row.code, row.title, row.at) for row in rows)
