"""People to write to. Phones and mails are personal data: masked outside the roles that need them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, UtcDateTime


class Contact(Base):
    """One person of a unit. `park_id`: a person of that park's 园区运营管理机构, entered under its district.

    `bounced_on`: since when mail to this address comes back, and why; a new address or a mail that arrives clears it.
    """

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
    park_id: Mapped[int | None] = mapped_column(ForeignKey("park.id"), index=True)
    bounced_on: Mapped[date | None]
    bounce_reason: Mapped[str] = mapped_column(String(300), default="", server_default="")


class Handover(Base):
    """工作移交: one person's open matters pass to another on a day. `items`: what was open then, in words."""

    __tablename__ = "handover"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    from_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    to_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    on: Mapped[date]
    note: Mapped[str] = mapped_column(String(500), default="")
    items: Mapped[list[str]] = mapped_column(JSON)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))
