"""Numbers the notice leaves open, as the committee has set them, and the work calendar."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime


class RulebookVersion(Base):
    """One version of everything that differs from the built-in defaults: complete, never changed afterwards."""

    __tablename__ = "rulebook_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))

    entries: Mapped[list[RulebookEntry]] = relationship(order_by="RulebookEntry.id")


class RulebookEntry(Base):
    """One dated value: `kind` is the obligation it is for, empty for all; `valid_to` None: until further notice."""

    __tablename__ = "rulebook_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("rulebook_version.id"), index=True)
    key: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(30), default="")
    value: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(200), default="")


class CalendarYear(Base):
    """A year whose days off and make-up workdays are known, and by which document."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))

    days: Mapped[list[CalendarDay]] = relationship(order_by="CalendarDay.day", cascade="all, delete-orphan")


class CalendarDay(Base):
    """A day that is not what its weekday says: a weekday off, or a weekend day of work (`working`)."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("calendar_year.year"), index=True)
    working: Mapped[bool] = mapped_column(Boolean)
    name: Mapped[str] = mapped_column(String(50), default="")
