"""一企一表: the one-page workbooks a park's firms send back, before they are merged into a roster."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime
from db.models.file import StoredFile


class FirmPage(Base):
    """One page as a firm sent it. The newest of a firm (`firm_key`, its normalised name) and period counts.

    `cells` by roster column: raw, value, unit, status, where, message as read. `problem`: why the file is no
    firm's answer; then `firm_key` is empty and there are no cells, and no file where nothing could be kept.
    """

    __tablename__ = "firm_page"
    __table_args__ = (Index("ix_firm_page_round", "park_id", "period", "firm_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"))
    period: Mapped[str] = mapped_column(String(6))
    firm_key: Mapped[str] = mapped_column(String(200))
    firm_name: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    cells: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    clean: Mapped[bool] = mapped_column(default=False)
    problem: Mapped[str] = mapped_column(Text, default="")
    uploaded_by: Mapped[str] = mapped_column(String(50))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    file: Mapped[StoredFile | None] = relationship()
