"""Parks, and what changes about them after approval."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime
from db.models.unit import Unit


class Park(Base):
    """An approved park. `title` is fixed at 批复 and copied everywhere, never rebuilt (N16)."""

    __tablename__ = "park"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(100), unique=True)
    short_name: Mapped[str] = mapped_column(String(50), index=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    operator: Mapped[str] = mapped_column(String(200), default="")
    host_park: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    boundary: Mapped[str] = mapped_column(Text, default="")
    approved_on: Mapped[date]
    approval_no: Mapped[str] = mapped_column(String(100))
    ends_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    district: Mapped[Unit] = relationship()


class ParkChange(Base):
    """变更事项: valid from a day, by a document, old → new; nothing is overwritten without one."""

    __tablename__ = "park_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    valid_from: Mapped[date]
    document: Mapped[str] = mapped_column(String(200))
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))
