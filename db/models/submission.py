"""Uploaded versions of reports and forms: every attempt is kept, with every cell as it was read."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base, UtcDateTime
from db.models.file import StoredFile
from db.models.park import Park


class Submission(Base):
    """One upload. `version` counts per park, kind and period; 0 for an attempt that belongs to none.

    `received_on` is the civil day the data counts as received; `state` moves draft → submitted →
    accepted or returned, and is `attempt` when nothing could be stored as a report.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("park_id", "kind", "period", "version"),
        Index("ix_submission_park_period", "park_id", "period"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int | None] = mapped_column(ForeignKey("park.id"))
    kind: Mapped[str | None] = mapped_column(String(30))
    period: Mapped[str | None] = mapped_column(String(6))
    version: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(20))
    format: Mapped[str | None] = mapped_column(String(10))
    months: Mapped[int | None]
    park_title: Mapped[str | None] = mapped_column(String(100))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(255))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uploaded_by: Mapped[str] = mapped_column(String(50))
    received_on: Mapped[date]
    submitted_on: Mapped[date | None]
    clean: Mapped[bool] = mapped_column(default=False)
    has_errors: Mapped[bool] = mapped_column(default=True)
    meets_thresholds: Mapped[bool | None]

    park: Mapped[Park | None] = relationship()
    file: Mapped[StoredFile] = relationship()
    readings: Mapped[list[SubmissionReading]] = relationship(
        back_populates="submission", order_by="SubmissionReading.id"
    )
    findings: Mapped[list[SubmissionFinding]] = relationship(
        back_populates="submission", order_by="SubmissionFinding.id"
    )
    reviews: Mapped[list[Review]] = relationship(back_populates="submission", order_by="Review.id")


class SubmissionReading(Base):
    """One cell as read. `table` is `figures` (then `row` is 0 and `column` current or previous) or one of
    roster, platforms, training, events, tasks (then `row` counts from 1 and `key` is the column's key).

    `value` is the canonical text: an exact decimal in `unit`, an ISO date (or month), or plain text.
    """

    __tablename__ = "submission_reading"
    __table_args__ = (Index("ix_reading_place", "submission_id", "table", "row", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    table: Mapped[str] = mapped_column(String(20))
    row: Mapped[int] = mapped_column(default=0)
    key: Mapped[str] = mapped_column(String(40))
    column: Mapped[str] = mapped_column(String(10), default="current")
    raw: Mapped[str | None] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(String(20), default="")
    status: Mapped[str] = mapped_column(String(10))
    where: Mapped[str | None] = mapped_column(String(100))
    message: Mapped[str] = mapped_column(Text, default="")
    remark: Mapped[str | None] = mapped_column(Text)
    candidates: Mapped[list[str]] = mapped_column(JSON, default=list)

    submission: Mapped[Submission] = relationship(back_populates="readings")


class SubmissionFinding(Base):
    """A cross-field or whole-file problem of one version."""

    __tablename__ = "submission_finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    code: Mapped[str] = mapped_column(String(50))
    severity: Mapped[str] = mapped_column(String(10))
    where: Mapped[str] = mapped_column(String(200), default="")
    message: Mapped[str] = mapped_column(Text)
    clause: Mapped[str] = mapped_column(String(200), default="")

    submission: Mapped[Submission] = relationship(back_populates="findings")


class Review(Base):
    """The committee's decision on a version: accepted, or returned with a reason."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(50))

    submission: Mapped[Submission] = relationship(back_populates="reviews")
