"""收文登记: letters received from district governments; one letter may serve several parks."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime


class Letter(Base):
    __tablename__ = "letter"
    __table_args__ = (UniqueConstraint("sender_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sender_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    number: Mapped[str] = mapped_column(String(100))
    dated: Mapped[date]
    received_on: Mapped[date]
    medium: Mapped[str] = mapped_column(String(20))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))

    parks: Mapped[list[LetterPark]] = relationship(back_populates="letter", cascade="all, delete-orphan")


class LetterPark(Base):
    """Which park and period a letter speaks of."""

    __tablename__ = "letter_park"
    __table_args__ = (UniqueConstraint("letter_id", "park_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letter.id"))
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    period: Mapped[str] = mapped_column(String(6))
    data_code: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """校验码 printed on the sealed table; empty when the letter named none."""
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    """The version whose data the sealed table states."""

    letter: Mapped[Letter] = relationship(back_populates="parks")
