"""数据更正: accepted figures replaced by a later version, written down when the later one is accepted."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime


class Correction(Base):
    """One accepted version took the place of another; `reason` is the district's, as submitted."""

    __tablename__ = "correction"
    __table_args__ = (UniqueConstraint("new_submission_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    period: Mapped[str] = mapped_column(String(6))
    old_submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    new_submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    corrected_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(50))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    lines: Mapped[list[CorrectionLine]] = relationship(back_populates="correction", order_by="CorrectionLine.id")


class CorrectionLine(Base):
    """One figure that changed, in value or in kind: `key` is an indicator's; a value is None where none stood."""

    __tablename__ = "correction_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    correction_id: Mapped[int] = mapped_column(ForeignKey("correction.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(20), default="")
    old_value: Mapped[str | None] = mapped_column(Text)
    old_kind: Mapped[str] = mapped_column(String(20))
    new_value: Mapped[str | None] = mapped_column(Text)
    new_kind: Mapped[str] = mapped_column(String(20))

    correction: Mapped[Correction] = relationship(back_populates="lines")
