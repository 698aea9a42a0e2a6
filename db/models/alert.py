"""Alerts: one row an episode, open until `closed_on`; and what people did about the matters behind them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, UtcDateTime


class Alert(Base):
    """At most one open row a `key` (partial unique index). `key` is rule and matter: report_overdue:P001:2025H1."""

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


class AlertFeedback(Base):
    """反馈情况 on a matter: cause, measure and the promised date, by the one responsible. The newest counts."""

    __tablename__ = "alert_feedback"
    __table_args__ = (Index("ix_alert_feedback_matter", "park_id", "matter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    matter: Mapped[str] = mapped_column(String(120))
    cause: Mapped[str] = mapped_column(Text)
    measure: Mapped[str] = mapped_column(Text)
    promised_on: Mapped[date]
    written_on: Mapped[date]
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    written_by: Mapped[str] = mapped_column(String(50))


class AlertPause(Base):
    """暂缓催报 of a matter, with its reason, up to and including `until`; lifted early, it keeps its row."""

    __tablename__ = "alert_pause"
    __table_args__ = (Index("ix_alert_pause_matter", "park_id", "matter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    matter: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)
    since: Mapped[date]
    until: Mapped[date]
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(String(50))
    lifted_on: Mapped[date | None]
    lifted_by: Mapped[str] = mapped_column(String(50), default="")


class PhoneCall(Base):
    """电话催办: who called whom about a matter, what was said, and the date promised, if one was."""

    __tablename__ = "phone_call"
    __table_args__ = (Index("ix_phone_call_matter", "park_id", "matter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    matter: Mapped[str] = mapped_column(String(120))
    called_on: Mapped[date]
    person: Mapped[str] = mapped_column(String(50))
    role: Mapped[str] = mapped_column(String(20))
    said: Mapped[str] = mapped_column(Text, default="")
    promised_on: Mapped[date | None]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))


class PressProposal(Base):
    """拟催报: a mail over the handler's head, prepared for the committee to approve. One a stage and recipient."""

    __tablename__ = "press_proposal"
    __table_args__ = (UniqueConstraint("alert_id", "stage", "recipient"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"), index=True)
    stage: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(20))
    person: Mapped[str] = mapped_column(String(50))
    recipient: Mapped[str] = mapped_column(String(200))
    proposed_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(50), default="")
