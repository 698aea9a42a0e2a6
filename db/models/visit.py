"""现场核查 and what it finds: the plan, the firms drawn from the roster, and the 问题整改台账."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime


class SiteVisit(Base):
    """A visit to one park. `seed` and `size` draw the same firms from the same roster (`submission_id`) again."""

    __tablename__ = "site_visit"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    planned_on: Mapped[date]
    purpose: Mapped[str] = mapped_column(Text, default="")
    visitors: Mapped[str] = mapped_column(String(300), default="")
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submission.id"))
    seed: Mapped[int]
    size: Mapped[int]
    visited_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """The signed 核查表, scanned."""
    cancelled_on: Mapped[date | None]
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))

    firms: Mapped[list[VisitedFirm]] = relationship(back_populates="visit", order_by="VisitedFirm.id")


class VisitedFirm(Base):
    """One firm to be looked at: its row in the roster if it has one, why it was added if it was not drawn, and what was
    found."""

    __tablename__ = "visited_firm"
    __table_args__ = (UniqueConstraint("visit_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("site_visit.id"), index=True)
    row: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why it was added on purpose; empty for one that was drawn."""
    finding: Mapped[str] = mapped_column(String(20), default="")
    """VisitFinding; empty before the visit."""
    note: Mapped[str] = mapped_column(Text, default="")

    visit: Mapped[SiteVisit] = relationship(back_populates="firms")


class Rectification(Base):
    """One line of the 问题整改台账: what was found, who mends it by when, and its 销号.

    `firm_id`: the visited firm whose finding it follows from. What was told of it since stands in its `notes`.
    """

    __tablename__ = "rectification"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("site_visit.id"), index=True)
    firm_id: Mapped[int | None] = mapped_column(ForeignKey("visited_firm.id"), unique=True)
    source: Mapped[str] = mapped_column(String(200))
    problem: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(200))
    measure: Mapped[str] = mapped_column(Text, default="")
    found_on: Mapped[date]
    due_on: Mapped[date]
    closed_on: Mapped[date | None]
    closed_by: Mapped[str] = mapped_column(String(50), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))

    notes: Mapped[list[RectificationNote]] = relationship(
        back_populates="rectification", order_by="RectificationNote.id"
    )


class RectificationNote(Base):
    """What was told of a line: progress with its proof, its 销号, or why that was undone. None is ever changed."""

    __tablename__ = "rectification_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    rectification_id: Mapped[int] = mapped_column(ForeignKey("rectification.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    """NoteKind."""
    dated: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))

    rectification: Mapped[Rectification] = relationship(back_populates="notes")
