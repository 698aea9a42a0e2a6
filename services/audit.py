"""操作日志: who did what to what, old → new, hash-chained from the first day."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from db.models import AuditEntry, AuditHead
from db.prepared import Prepared
from db.session import take_turns
from policy.access import Actor
from policy.acts import Act
from services import clock

GENESIS = "0" * 64
# An arbitrary constant: all writers of the chain on PostgreSQL queue on the same advisory lock.
CHAIN_LOCK = 7_242_022
SUBJECT_LENGTH = 200
"""As much of a subject as its column takes; a file's name alone can be longer."""

_ENTRY, _HEAD = cast("Table", AuditEntry.__table__), cast("Table", AuditHead.__table__)
_CONTENT = tuple(column.name for column in _ENTRY.c if column.name != "hash")
_NEWEST = Prepared(select(_HEAD.c.seq, _HEAD.c.hash))
_APPEND = Prepared(insert(_ENTRY).values({column: bindparam(column.name) for column in _ENTRY.c}))
_MOVE = Prepared(update(_HEAD).values(seq=bindparam("seq_now"), hash=bindparam("hash_now")))
_BEGIN = Prepared(insert(_HEAD).values(id=1, seq=bindparam("seq_now"), hash=bindparam("hash_now")))


def take_turn(session: Session) -> None:
    """From here to the end of the transaction writers go one after another, as on SQLite they always do.

    For every use case that looks before it enters: called first, it sees what its predecessor has committed.
    It comes before any row is locked, so that no two wait for each other.
    """
    take_turns(session, CHAIN_LOCK)


def record(
    session: Session,
    actor: Actor,
    act: Act,
    subject: str,
    *,
    park_id: int | None = None,
    old: Any = None,
    new: Any = None,
) -> int:
    """Append one entry in the caller's transaction; its number. `old` and `new` must be JSON-serialisable.

    Past the ORM, for it is done with every single thing that anyone does.
    """
    session.flush()
    take_turn(session)
    last, previous = newest(session)
    entry: dict[str, Any] = {
        "seq": last + 1,
        "at": clock.now(),
        "actor": actor.account,
        "action": str(act),
        "subject": subject[:SUBJECT_LENGTH],
        "park_id": park_id,
        "old": old,
        "new": new,
        "previous": previous,
    }
    entry["hash"] = _digest(entry)
    _APPEND.run(session, entry)
    (_MOVE if last else _BEGIN).run(session, {"seq_now": entry["seq"], "hash_now": entry["hash"]})
    return last + 1


def newest(session: Session) -> tuple[int, str]:
    """Number and hash of the newest entry, as the database has them now; (0, GENESIS) before the first.

    While a writer has its turn, the number moves with every use case of others that has been committed.
    """
    row = _NEWEST.run(session).fetchone()
    return tuple(row) if row else (0, GENESIS)


def digest(entry: AuditEntry) -> str:
    """SHA-256 over the entry's content and the previous entry's hash."""
    return _digest({column: getattr(entry, column) for column in _CONTENT})


def _digest(content: Mapping[str, Any]) -> str:
    content = {**content, "at": content["at"].astimezone(UTC).isoformat()}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def broken_links(session: Session) -> Iterator[str]:
    """What is wrong with the chain: a gap, a changed entry, a link that does not fit, a missing end.

    Who may write every table can rewrite the whole chain; that shows only against the number and hash of
    the newest entry noted elsewhere, which every backup's manifest and every `db verify` print.
    """
    previous, expected = GENESIS, 1
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=1000)):
        if entry.seq != expected:
            yield f"操作日志缺少{_numbered(expected, entry.seq - 1)}"
        if entry.previous != previous:
            yield f"操作日志第{entry.seq}条与上一条不衔接"
        if digest(entry) != entry.hash:
            yield f"操作日志第{entry.seq}条内容被改动"
        previous, expected = entry.hash, entry.seq + 1
    yield from _broken_end(session, expected - 1, previous)


def _broken_end(session: Session, last: int, hash_of_last: str) -> Iterator[str]:
    head = session.get(AuditHead, 1, populate_existing=True)
    seq, expected_hash = (head.seq, head.hash) if head else (0, GENESIS)
    if seq > last:
        yield f"操作日志末尾缺少{_numbered(last + 1, seq)}"
    elif (seq, expected_hash) != (last, hash_of_last):
        yield f"操作日志末条（第{last}条）与登记的末条（第{seq}条）不一致"


def _numbered(first: int, last: int) -> str:
    return f"第{first}条" if first == last else f"第{first}至{last}条"
