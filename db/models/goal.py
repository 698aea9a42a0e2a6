"""Goals of a park's construction plan; a changed goal is a new row by a recorded decision."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, ExactDecimal, UtcDateTime


class Goal(Base):
    """In force on a day: of the rows valid from that day or before, the newest a key. No row is ever changed."""

    __tablename__ = "goal"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    baseline: Mapped[Decimal] = mapped_column(ExactDecimal)
    baseline_on: Mapped[date]
    target: Mapped[Decimal] = mapped_column(ExactDecimal)
    path: Mapped[str] = mapped_column(String(20), default="straight", server_default="straight")
    """GoalPath: how it is to be reached."""
    milestones: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    """阶段目标 by month after approval: {"6": "34", "12": "40"}."""
    decision: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(300), default="")
    valid_from: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
