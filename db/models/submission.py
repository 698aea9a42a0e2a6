"""Uploaded versions of reports and forms: every attempt is kept, with every cell as it was read."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, and_, case, func, or_, select
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from db.base import Base, UtcDateTime
from db.models.file import StoredFile
from db.models.park import Park
from policy.terms import REPORTED, SubmissionState
from policy.version_no import VersionNo


class Submission(Base):
    """One upload. `version` counts per park, kind and period; 0 for an attempt that belongs to none. It orders
    them; what people are told is `no`.

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
    figure_kind: Mapped[str] = mapped_column(String(20), default="preliminary", server_default="preliminary")
    """FigureKind of the whole paper; a single cell may differ (`SubmissionReading.figure_kind`)."""
    totals: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    """The roster's printed 合计 by column key, each with value, unit, status, where and raw."""

    park: Mapped[Park | None] = relationship()
    file: Mapped[StoredFile] = relationship()
    readings: Mapped[list[SubmissionReading]] = relationship(
        back_populates="submission", order_by="SubmissionReading.id"
    )
    findings: Mapped[list[SubmissionFinding]] = relationship(
        back_populates="submission", order_by="SubmissionFinding.id"
    )
    reviews: Mapped[list[Review]] = relationship(back_populates="submission", order_by="Review.id")

    if TYPE_CHECKING:  # set below, where the table can be named twice
        number: Mapped[int]
        drafts: Mapped[int]

    @property
    def no(self) -> VersionNo:
        """第×版: one more than were 报送 before it."""
        return VersionNo(self.number, self.drafts if self.state == SubmissionState.DRAFT else 0)


_earlier = Submission.__table__.alias("earlier")
_reported_before = select(_earlier).where(
    _earlier.c.kind == Submission.kind,
    or_(
        _earlier.c.park_id == Submission.park_id,
        and_(
            _earlier.c.park_id.is_(None), Submission.park_id.is_(None), _earlier.c.park_title == Submission.park_title
        ),
    ),
    or_(_earlier.c.period == Submission.period, and_(_earlier.c.period.is_(None), Submission.period.is_(None))),
    _earlier.c.version < Submission.version,
    _earlier.c.state.in_(REPORTED),
)
Submission.number = column_property(
    _reported_before.with_only_columns(func.count() + 1).correlate_except(_earlier).scalar_subquery()
)
Submission.drafts = column_property(
    Submission.version
    - _reported_before.with_only_columns(func.coalesce(func.max(_earlier.c.version), 0))
    .correlate_except(_earlier)
    .scalar_subquery()
)


class SubmissionReading(Base):
    """One cell as read. `table` is `figures` (then `row` is 0 and `column` current or previous) or one of
    roster, platforms, training, events, tasks (then `row` counts from 1 and `key` is the column's key).

    `value` is the canonical text: an exact decimal in `unit`, an ISO date (or month), or plain text. It and
    `raw` and `status` stay as they were read; `decided` and `decided_value` are the newest CellDecision, and
    `effective_value` and `effective_status` what counts.
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
    decided: Mapped[str | None] = mapped_column(String(10))
    decided_value: Mapped[str | None] = mapped_column(Text)
    figure_kind: Mapped[str | None] = mapped_column(String(20))
    """Set where the cell itself says its kind (预计12.5) and the paper's is another."""

    effective_value: Mapped[str | None] = column_property(case((decided.is_(None), value), else_=decided_value))
    effective_status: Mapped[str] = column_property(
        case((decided.is_(None), status), (decided == "reject", "error"), else_="note")
    )

    submission: Mapped[Submission] = relationship(back_populates="readings")


class CellDecision(Base):
    """What the district decided about one cell, and why; the newest of a cell counts, none is ever changed.

    `carried_from`: the decision on the same cell with the same raw text in an earlier version; who and when
    are those of the original.
    """

    __tablename__ = "cell_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("submission_reading.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    value: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(50))
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    carried_from: Mapped[int | None] = mapped_column(ForeignKey("cell_decision.id"))


class SubmissionFinding(Base):
    """A cross-field or whole-file problem of one version.

    `subject` is what it speaks of, the same in every version: an indicator and its column, or a firm.
    A finding that no longer holds after a decision is kept with the time it was overtaken.
    """

    __tablename__ = "submission_finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    code: Mapped[str] = mapped_column(String(50))
    severity: Mapped[str] = mapped_column(String(10))
    where: Mapped[str] = mapped_column(String(200), default="")
    message: Mapped[str] = mapped_column(Text)
    clause: Mapped[str] = mapped_column(String(200), default="")
    subject: Mapped[str] = mapped_column(String(300), default="")
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    submission: Mapped[Submission] = relationship(back_populates="findings")


class FindingExplanation(Base):
    """情况说明: why a finding at confirm is true all the same. The newest of a finding counts.

    `carried_from`: the explanation of the same matter in an earlier version.
    """

    __tablename__ = "finding_explanation"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("submission_finding.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(50))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    carried_from: Mapped[int | None] = mapped_column(ForeignKey("finding_explanation.id"))


class Review(Base):
    """The committee's decision on a version: accepted, or returned with a reason."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    accepted: Mapped[bool]
    category: Mapped[str] = mapped_column(String(30), default="", server_default="")
    """ReturnReason of a return; empty for an acceptance."""
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[date]
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str] = mapped_column(String(50))

    submission: Mapped[Submission] = relationship(back_populates="reviews")


class ReviewComment(Base):
    """批注: what the committee remarks on one cell or one finding of a version.

    The district sees it once it is sent with a return: until then `review_id` is empty.
    """

    __tablename__ = "review_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    reading_id: Mapped[int | None] = mapped_column(ForeignKey("submission_reading.id"))
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("submission_finding.id"))
    text: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(50))
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    review_id: Mapped[int | None] = mapped_column(ForeignKey("review.id"))
