"""Versions of the rulebook as the committee set them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import RulebookVersion
from db.queries.accounts import names
from db.rulebook_facts import stored_entries
from policy.rulebook import Entry


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version: `added` and `removed` are what differs from the one before."""

    version: str
    document: str
    note: str
    recorded_at: datetime
    recorded_by: str
    added: tuple[Entry, ...]
    removed: tuple[Entry, ...]


def versions(session: Session) -> tuple[VersionRow, ...]:
    """The newest first."""
    called = names(session)
    rows = session.scalars(select(RulebookVersion).order_by(RulebookVersion.id)).all()
    found: list[VersionRow] = []
    before: tuple[Entry, ...] = ()
    for row in rows:
        entries = stored_entries(session, row.id)
        found.append(VersionRow(
            f"1.{row.id}", row.document, row.note, row.recorded_at, called.get(row.recorded_by, row.recorded_by),
            _without(entries, before), _without(before, entries),
        ))  # fmt: skip
        before = entries
    return tuple(reversed(found))


def _without(entries: tuple[Entry, ...], others: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(one for one in entries if one not in others)
