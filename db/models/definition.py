"""指标口径: what a figure covers. A change of it breaks the series, visibly."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, UtcDateTime


class IndicatorDefinition(Base):
    """In force from the half-year `since` on, of all parks or of one; of several the newest row. No row is changed.

    `breaks`: figures from `since` on are not compared with those before.
    """

    __tablename__ = "indicator_definition"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), index=True)
    park_id: Mapped[int | None] = mapped_column(ForeignKey("park.id"), index=True)
    since: Mapped[str] = mapped_column(String(6))
    scope: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(20))
    """FigureBasis: by where a firm is registered, or by where it works."""
    taken_at: Mapped[str] = mapped_column(String(200), default="")
    """时点 and 计算方法, in words."""
    breaks: Mapped[bool] = mapped_column(default=True)
    document: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))
