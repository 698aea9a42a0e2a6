"""What is owed, by whom and when: the one table every 应报/已报/未报/迟报 count derives from."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime


class Obligation(Base):
    """One 应报事项 of one park. Its dates never move by themselves: an act, a 报送通知 or an applied rulebook moves
    them, each in the log.

    `period` is 2026H1, 2026Q1, 2026 or empty for what is owed once. `due_on` 报送截止日, `grace_on` 宽限截止日 (None:
    the due date itself), `lock_on` 封账日 (None: none set).
    """

    __tablename__ = "obligation"
    __table_args__ = (UniqueConstraint("park_id", "kind", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    period: Mapped[str] = mapped_column(String(6))
    due_on: Mapped[date] = mapped_column(index=True)
    grace_on: Mapped[date | None]
    lock_on: Mapped[date | None]
    clause: Mapped[str] = mapped_column(String(200))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("reporting_round.id"), index=True)
    """The 报送通知 that set these dates."""

    acts: Mapped[list[ObligationAct]] = relationship(order_by="ObligationAct.id")
    round: Mapped[ReportingRound | None] = relationship()


class ObligationAct(Base):
    """延期报送, 免报, 零报告, or the paper that discharges a duty: a decision with its reason and document number.

    None is ever changed; one that was wrong is withdrawn, and stays.
    """

    __tablename__ = "obligation_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    obligation_id: Mapped[int] = mapped_column(ForeignKey("obligation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    dated: Mapped[date]
    """The day from which it holds: of the document."""
    number: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    due_on: Mapped[date | None]
    """延期报送: the new 报送截止日."""
    lock_on: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))
    withdrawn_on: Mapped[date | None]
    withdrawn_by: Mapped[str] = mapped_column(String(50), default="")


class ReportingRound(Base):
    """A 报送通知: gives the obligations of one kind and period their dates and their authority.

    Drafted until the committee confirms it with number and date (`confirmed_on`). `unit_ids`: the units it is
    addressed to, empty for all.
    """

    __tablename__ = "reporting_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    period: Mapped[str] = mapped_column(String(6))
    number: Mapped[str] = mapped_column(String(100), default="")
    dated: Mapped[date | None]
    unit_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    due_on: Mapped[date]
    grace_on: Mapped[date | None]
    lock_on: Mapped[date | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    drafted_by: Mapped[str] = mapped_column(String(50))
    confirmed_on: Mapped[date | None]
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by: Mapped[str] = mapped_column(String(50), default="")


class ProgressReport(Base):
    """One version of an operator's 建设进展 report: uploaded by the operator, forwarded by the district.

    `content`: {section key: text}, the sections of `policy.progress_report`.
    """

    __tablename__ = "progress_report"
    __table_args__ = (UniqueConstraint("park_id", "period", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    period: Mapped[str] = mapped_column(String(6))
    version: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    file_name: Mapped[str] = mapped_column(String(255))
    content: Mapped[dict[str, str]] = mapped_column(JSON)
    received_on: Mapped[date]
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploaded_by: Mapped[str] = mapped_column(String(50))
    forwarded_on: Mapped[date | None]
    forwarded_by: Mapped[str] = mapped_column(String(50), default="")
    returned_on: Mapped[date | None]
    return_reason: Mapped[str] = mapped_column(Text, default="")


class PlanTask(Base):
    """重点任务: a task of the construction plan with its unit in charge and its date."""

    __tablename__ = "plan_task"
    __table_args__ = (
        Index(
            "uq_plan_task_current",
            "park_id",
            "name",
            unique=True,
            sqlite_where=text("replaced_on IS NULL"),
            postgresql_where=text("replaced_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    unit: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date]
    progress: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date | None]
    decision: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(300), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))
    replaced_on: Mapped[date | None]
    """A changed task is a new row; the old one is kept with the day it ended."""
