"""The rulebook and the work calendar as they stand: the built-in ones with what the committee has set."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import CalendarDay, CalendarYear, RulebookEntry, RulebookVersion
from policy.deadlines import CALENDAR, WorkCalendar
from policy.rulebook import DEFAULT, DEFAULT_SOURCE, Entry, Rulebook, known, read_value


def rulebook(session: Session) -> Rulebook:
    """The newest version laid over the built-in defaults; version \"1\" while nothing has been set."""
    return _version(session, newest(session))


def newest(session: Session) -> int | None:
    """The id of the newest version; None while nothing has been set."""
    return session.scalar(select(func.max(RulebookVersion.id)))


def known_at(session: Session, instant: datetime) -> Rulebook:
    """The version that was the newest at that instant."""
    found = session.scalar(select(func.max(RulebookVersion.id)).where(RulebookVersion.recorded_at <= instant))
    return _version(session, found)


def _version(session: Session, version_id: int | None) -> Rulebook:
    if version_id is None:
        return DEFAULT
    return DEFAULT.with_entries(f"1.{version_id}", stored_entries(session, version_id))


def stored_entries(session: Session, version_id: int) -> tuple[Entry, ...]:
    """What one stored version sets. An entry whose key this program no longer knows is left out."""
    rows = session.scalars(
        select(RulebookEntry).where(RulebookEntry.version_id == version_id).order_by(RulebookEntry.id)
    )
    return tuple(_entry(row, like) for row in rows if (like := known(row.key, row.kind)) is not None)


def _entry(row: RulebookEntry, like: Entry) -> Entry:
    return Entry(
        row.key, like.label, read_value(like, row.value), like.unit, row.valid_from, row.source or DEFAULT_SOURCE,
        row.kind, row.valid_to, like.choices,
    )  # fmt: skip


def calendar(session: Session) -> WorkCalendar:
    """The built-in work calendar with the years that were imported, each of which replaces its year whole."""
    years = frozenset(session.scalars(select(CalendarYear.year)))
    if not years:
        return CALENDAR
    stored = session.execute(select(CalendarDay.day, CalendarDay.working)).all()
    return WorkCalendar(
        _built_in(CALENDAR.days_off, years) | {row.day for row in stored if not row.working},
        _built_in(CALENDAR.make_up_days, years) | {row.day for row in stored if row.working},
        CALENDAR.known_years | years,
    )


def _built_in(days: frozenset[date], replaced: frozenset[int]) -> frozenset[date]:
    return frozenset(day for day in days if day.year not in replaced)
