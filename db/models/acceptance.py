"""The end of the two years: the recorded steps from 自评 to 授牌, objections to what was made public, the plaque."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, UtcDateTime


class AcceptanceStep(Base):
    """One recorded step of the chain 自评 → … → 授牌 (五(三)), with its paper.

    The paper is a file (`file_id`) or a 定稿 of this application (`issued_id`). A step sent back keeps its row with the
    day, the reason, who sent it back and at which step (`returned_at`); at most one row a kind and round is in force.
    """

    __tablename__ = "acceptance_step"
    __table_args__ = (
        Index(
            "uq_acceptance_step_in_force",
            "park_id",
            "kind",
            "round",
            unique=True,
            sqlite_where=text("returned_on IS NULL"),
            postgresql_where=text("returned_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    """1, and one more after each 限期整改: the review is then held again."""
    dated: Mapped[date]
    document_no: Mapped[str] = mapped_column(String(100), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    issued_id: Mapped[int | None] = mapped_column(ForeignKey("issued_document.id"))
    outcome: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """What a 评审结论 came to; empty for the other steps."""
    until: Mapped[date | None]
    """The last day of what the step opens: of the 整改, of the 公示."""
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    on_behalf: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """代录: entered by the committee for those whose step it is."""
    returned_on: Mapped[date | None]
    return_reason: Mapped[str] = mapped_column(Text, default="")
    returned_at: Mapped[str] = mapped_column(String(30), default="", server_default="")
    returned_by: Mapped[str] = mapped_column(String(50), default="", server_default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))


class Objection(Base):
    """异议 to what was made public (`step_id`: the 公示), and how it was dealt with."""

    __tablename__ = "objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("acceptance_step.id"), index=True)
    received_on: Mapped[date]
    raised_by: Mapped[str] = mapped_column(String(200))
    matter: Mapped[str] = mapped_column(Text)
    upheld: Mapped[bool | None]
    """None while it is open."""
    handled_on: Mapped[date | None]
    handled_by: Mapped[str] = mapped_column(String(50), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))


class Plaque(Base):
    """证书和授牌 of a park that has its title: the title as it was approved, the certificate, who took the plaque."""

    __tablename__ = "plaque"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), unique=True)
    title: Mapped[str] = mapped_column(String(100))
    certificate_no: Mapped[str] = mapped_column(String(100), default="")
    handed_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200), default="")
    received_by: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))
