"""定稿: documents as they went out, with every accepted figure they stand on."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime
from db.models.file import StoredFile


class IssuedDocument(Base):
    """One frozen copy. `number` counts per kind, park and period; the bytes never change.

    `data_code` is the printed 校验码: of the data a sealed table states, else of all the document says.
    """

    __tablename__ = "issued_document"
    __table_args__ = (UniqueConstraint("kind", "park_id", "period", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    park_id: Mapped[int | None] = mapped_column(ForeignKey("park.id"), index=True)
    period: Mapped[str | None] = mapped_column(String(6))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(300))
    as_of: Mapped[date]
    data_code: Mapped[str] = mapped_column(String(20), default="")
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    issued_by: Mapped[str] = mapped_column(String(50))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile] = relationship()
    figures: Mapped[list[IssuedFigure]] = relationship(back_populates="document", order_by="IssuedFigure.id")


class IssuedFigure(Base):
    """A figure the document states: which version it came from and what it said."""

    __tablename__ = "issued_figure"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("issued_document.id"), index=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(6))
    value: Mapped[str] = mapped_column(Text)

    document: Mapped[IssuedDocument] = relationship(back_populates="figures")
