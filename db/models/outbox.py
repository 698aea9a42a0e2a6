"""Transactional outbox: a mail and the matters it tells of are written with the alert that causes them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime


class OutboxMail(Base):
    """`key` is unique: a second copy of the same mail cannot be queued. `message_id` derives from it.

    `channel` is mail or the name of a further one. `digest_on`: the day whose digest it is to its recipient, who
    gets one a day; None for what a person sends on purpose. `office`: whom a formal 催报 is addressed to; empty for a
    notice to the handler. `try_at` is when it next falls due. `claimed_by` may work on it until `claimed_until`.
    `doubts` counts the times its text was handed over and the answer stayed out.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (UniqueConstraint("recipient", "digest_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    recipient: Mapped[str] = mapped_column(String(200))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), index=True)
    message_id: Mapped[str] = mapped_column(String(200))
    attempts: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)
    try_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    claimed_by: Mapped[str | None] = mapped_column(String(100))
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str] = mapped_column(Text, default="")
    channel: Mapped[str] = mapped_column(String(20), default="mail", server_default="mail")
    digest_on: Mapped[date | None]
    office: Mapped[str] = mapped_column(String(200), default="", server_default="")

    items: Mapped[list[OutboxItem]] = relationship(back_populates="mail")


class OutboxItem(Base):
    """One alert told to one recipient at one stage: the unique key that makes a second telling impossible."""

    __tablename__ = "outbox_item"
    __table_args__ = (UniqueConstraint("alert_id", "stage", "recipient"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outbox_mail.id"), index=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alert.id"))
    stage: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(200))

    mail: Mapped[OutboxMail] = relationship(back_populates="items")
