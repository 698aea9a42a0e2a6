"""操作日志: who did what to what, old → new, hash-chained from the first day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.models import AuditEntry
from policy.access import Actor
from services import clock

GENESIS = "0" * 64
# An arbitrary constant: all writers of the chain on PostgreSQL queue on the same advisory lock.
CHAIN_LOCK = 7_242_022


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    *,
    park_id: int | None = None,
    old: Any = None,
    new: Any = None,
) -> AuditEntry:
    """Append one entry in the caller's transaction. `old` and `new` must be JSON-serialisable."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": CHAIN_LOCK})
    last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).first()
    entry = AuditEntry(
        seq=(last.seq if last else 0) + 1,
        at=clock.now(),
        actor=actor.account,
        action=action,
        subject=subject,
        park_id=park_id,
        old=old,
        new=new,
        previous=last.hash if last else GENESIS,
    )
    entry.hash = digest(entry)
    session.add(entry)
    session.flush()
    return entry


def digest(entry: AuditEntry) -> str:
    """SHA-256 over the entry's content and the previous entry's hash."""
    content = {
        "seq": entry.seq,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "park_id": entry.park_id,
        "old": entry.old,
        "new": entry.new,
        "previous": entry.previous,
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def broken_links(session: Session) -> Iterator[str]:
    """What is wrong with the chain: a gap, a changed entry, a link that does not fit."""
    previous, expected = GENESIS, 1
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq)):
        if entry.seq != expected:
            yield f"操作日志缺少第{expected}条（其后为第{entry.seq}条）"
        if entry.previous != previous:
            yield f"操作日志第{entry.seq}条与上一条不衔接"
        if digest(entry) != entry.hash:
            yield f"操作日志第{entry.seq}条内容被改动"
        previous, expected = entry.hash, entry.seq + 1
