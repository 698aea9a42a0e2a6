"""What people write into a document that draws itself up, every saved text of it, and the figures they wrote upon."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, UtcDateTime


class DossierText(Base):
    """One saved text of one section of a park's document; the highest `number` counts, earlier ones are its history.

    `document`: the kind of document. `period`: of a half-year letter; empty for a document about no half-year.
    """

    __tablename__ = "dossier_text"
    __table_args__ = (UniqueConstraint("park_id", "document", "period", "section", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    document: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(6), default="", server_default="")
    section: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    saved_by: Mapped[str] = mapped_column(String(50))


class DossierBasis(Base):
    """The figures as they were when somebody last looked them over for the document: {"firms_cyber@2026H1": "36"}.

    The newest row counts; what has changed in the data since is told against it.
    """

    __tablename__ = "dossier_basis"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    document: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(6), default="", server_default="")
    figures: Mapped[dict[str, str]] = mapped_column(JSON)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by: Mapped[str] = mapped_column(String(50))
