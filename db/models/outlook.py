"""趋势研判, worked out anew by night: where each goal leads."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, ExactDecimal, UtcDateTime


class Outlook(Base):
    """Of one goal of one park: chance to miss and range at month 24, or why none is given. Never told outside."""

    __tablename__ = "outlook"
    __table_args__ = (UniqueConstraint("park_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    as_of: Mapped[date]
    p_miss: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    p10: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    p50: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    p90: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    refused: Mapped[bool]
    why: Mapped[str] = mapped_column(Text, default="")
    worked_out_at: Mapped[datetime] = mapped_column(UtcDateTime)
    learned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """By which night's ForecastFit it was judged; None where none speaks of it."""


class ForecastFit(Base):
    """What a night has learned of all parks about one indicator: by it one park is judged anew without the others."""

    __tablename__ = "forecast_fit"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    as_of: Mapped[date]
    learned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    learned: Mapped[dict[str, Any]] = mapped_column(JSON)
    """{"added", "reporting", "log_sd": [8], "mean": [8], "covariance": [8 × 8]}"""
