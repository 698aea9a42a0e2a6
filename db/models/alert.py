"""Alerts: one row an episode, open until `closed_on`."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Alert(Base):
    """At most one open row a `key` (partial unique index)."""

    __tablename__ = "alert"
    __table_args__ = (
        Index(
            "uq_alert_open_key",
            "key",
            unique=True,
            sqlite_where=text("closed_on IS NULL"),
            postgresql_where=text("closed_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), index=True)
    rule: Mapped[str] = mapped_column(String(30))
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    period: Mapped[str | None] = mapped_column(String(6))
    due_on: Mapped[date | None]
    clause: Mapped[str] = mapped_column(String(200))
    message: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(String(20))
    rulebook: Mapped[str] = mapped_column(String(20))
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
