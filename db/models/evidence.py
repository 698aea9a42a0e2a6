"""佐证资料: files that prove what a park claims, by the categories of annex part 八."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime
from db.models.file import StoredFile


class Evidence(Base):
    """One file put forward; withdrawn ones stay with who, when and why."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    category: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    uploaded_by: Mapped[str] = mapped_column(String(50))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(String(50))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(Text, default="")

    file: Mapped[StoredFile] = relationship()
    links: Mapped[list[EvidenceLink]] = relationship(back_populates="evidence", order_by="EvidenceLink.id")


class EvidenceLink(Base):
    """What the file proves: a claim by its kind (park, task, firm, platform, indicator …) and its stable subject."""

    __tablename__ = "evidence_link"
    __table_args__ = (UniqueConstraint("evidence_id", "claim_kind", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"), index=True)
    claim_kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(300), default="")

    evidence: Mapped[Evidence] = relationship(back_populates="links")
