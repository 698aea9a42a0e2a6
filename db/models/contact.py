"""People to write to. Phones and mails are personal data: masked outside the roles that need them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class Contact(Base):
    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("unit_id", "name", "role", "mail", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(50))
    role: Mapped[str] = mapped_column(String(20))
    mail: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(50), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
