"""Files as received: stored once by content, never changed, never removed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, UtcDateTime


class StoredFile(Base):
    """`sha256` names the bytes in the storage; the same bytes are one row whatever their names."""

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    name: Mapped[str] = mapped_column(String(255))
    stored_at: Mapped[datetime] = mapped_column(UtcDateTime)
