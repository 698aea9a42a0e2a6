"""专家库 and 专家组: who can be asked, who was drawn for a park's review, their score sheets and their conclusion."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime


class Expert(Base):
    """One person of the 专家库. Phone and mail are personal data: masked outside the roles that need them.

    `account_id`: by which the expert signs in, where scoring is done online.
    """

    __tablename__ = "expert"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(50))
    employer: Mapped[str] = mapped_column(String(200))
    post: Mapped[str] = mapped_column(String(100), default="")
    specialties: Mapped[list[str]] = mapped_column(JSON)
    phone: Mapped[str] = mapped_column(String(50), default="")
    mail: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))

    ties: Mapped[list[ExpertTie]] = relationship(back_populates="expert", order_by="ExpertTie.id")


class ExpertTie(Base):
    """回避: what binds an expert to a park, its operator, its department or one of its firms, beside the employer."""

    __tablename__ = "expert_tie"

    id: Mapped[int] = mapped_column(primary_key=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    """The unit or firm; empty where it is the park itself."""
    park_id: Mapped[int | None] = mapped_column(ForeignKey("park.id"), index=True)
    since: Mapped[date | None]
    until: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))

    expert: Mapped[Expert] = relationship(back_populates="ties")


class Panel(Base):
    """专家组 of one review of one park. `seed` and `quotas` draw the same people from the same `pool` again.

    `pool`: everybody who was looked at as they were that day, in the order of their lots:
    [{"expert": code, "name", "employer", "specialties", "lot", "left_out": why or ""}]. `quotas`: {专业: at least}.
    """

    __tablename__ = "panel"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    system_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation_system.id"))
    seed: Mapped[int]
    size: Mapped[int]
    substitutes: Mapped[int]
    quotas: Mapped[dict[str, int]] = mapped_column(JSON)
    pool: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    drawn_on: Mapped[date]
    scores_due_on: Mapped[date | None]
    online: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    dissolved_on: Mapped[date | None]
    dissolve_reason: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))

    members: Mapped[list[PanelMember]] = relationship(back_populates="panel", order_by="PanelMember.place")


class PanelMember(Base):
    """One seat (Seat: 组长, 专家, 候补) by its place in the draw; who steps back stays, with who came instead."""

    __tablename__ = "panel_member"
    __table_args__ = (UniqueConstraint("panel_id", "expert_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    expert_id: Mapped[int] = mapped_column(ForeignKey("expert.id"), index=True)
    seat: Mapped[str] = mapped_column(String(20))
    place: Mapped[int]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("panel_member.id"))
    committed_on: Mapped[date | None]
    """The day of the signed 保密及回避承诺书."""
    commitment_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    withdrawn_on: Mapped[date | None]
    withdraw_reason: Mapped[str] = mapped_column(Text, default="")

    panel: Mapped[Panel] = relationship(back_populates="members")
    expert: Mapped[Expert] = relationship()


class PanelRecord(Base):
    """资料审核 or 实地查看 of a panel, as it was held (RecordKind)."""

    __tablename__ = "panel_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("site_visit.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))


class ScoreSheet(Base):
    """One expert's 评分表 as it was signed (paper, 代录) or submitted (online); it counts once a second person has
    checked it. None is changed: what is wrong is sent back and entered anew under the next number.

    `marks`: [{"item", "value", "basis", "evidence_id"}].
    """

    __tablename__ = "score_sheet"
    __table_args__ = (UniqueConstraint("member_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"), index=True)
    number: Mapped[int]
    online: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    marks: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    signed_on: Mapped[date]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """The signed sheet, scanned."""
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by: Mapped[str] = mapped_column(String(50))
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    checked_by: Mapped[str] = mapped_column(String(50), default="")
    """Empty for one that was submitted online: it is signed by its account."""
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    returned_by: Mapped[str] = mapped_column(String(50), default="")
    returned_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was not accepted; empty for one that counts or waits."""

    member: Mapped[PanelMember] = relationship()


class PanelConclusion(Base):
    """专家评审意见: what the panel came to, signed by its 组长; the highest `number` counts."""

    __tablename__ = "panel_conclusion"
    __table_args__ = (UniqueConstraint("panel_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    number: Mapped[int]
    outcome: Mapped[str] = mapped_column(String(20))
    opinion: Mapped[str] = mapped_column(Text)
    problems: Mapped[str] = mapped_column(Text, default="")
    advice: Mapped[str] = mapped_column(Text, default="")
    missing_reason: Mapped[str] = mapped_column(Text, default="")
    """Why it was concluded without the marks of every member; empty where all had given theirs."""
    leader_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))
    signed_on: Mapped[date]
    freeze_id: Mapped[int | None] = mapped_column(ForeignKey("evaluation_freeze.id"))
    """The score as it was concluded upon."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))
