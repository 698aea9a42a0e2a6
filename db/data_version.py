"""Which state of the data the overview shows: one mark, read in one look-up, by which answers are kept.

A listener on every flush and every statement of a session notes that the overview's tables were written, so that no use
case can forget it. The mark moves at the end of that transaction: nobody waits for it longer than a commit takes, and
whoever can read the new rows reads the new mark.
"""

from __future__ import annotations

from secrets import token_hex

from sqlalchemy import event, select, update
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from db.fact_tables import OF_ALL
from db.models import DataVersion, ParkSnapshot, Review

SHOWN = (ParkSnapshot, Review, *OF_ALL)
"""What the overview reads: a row a park, how often reports came back, the units of the map, and the rulebook."""
WRITTEN = "overview_written"
ONLY = 1
CURRENT = select(DataVersion.mark).where(DataVersion.id == ONLY)


def current(session: Session) -> str:
    """The mark as this transaction sees it; empty in a database nothing was ever written to."""
    mark: str | None = session.connection().scalar(CURRENT)
    return mark or ""


def _note_flushed(session: Session, _flush: UOWTransaction) -> None:
    if any(isinstance(row, SHOWN) for row in (*session.new, *session.dirty, *session.deleted)):
        session.info[WRITTEN] = True


def _note_statement(state: ORMExecuteState) -> None:
    writes = state.is_insert or state.is_update or state.is_delete
    mapper = state.bind_mapper if writes else None
    if mapper is not None and issubclass(mapper.class_, SHOWN):
        state.session.info[WRITTEN] = True


def _move(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()
    if session.info.pop(WRITTEN, False):
        connection, mark = session.connection(), token_hex(16)
        moved = connection.execute(update(DataVersion).where(DataVersion.id == ONLY).values(mark=mark))
        if not moved.rowcount:
            session.add(DataVersion(id=ONLY, mark=mark))
            session.flush()


event.listen(Session, "after_flush", _note_flushed)
event.listen(Session, "do_orm_execute", _note_statement)
event.listen(Session, "before_commit", _move)
