"""What the overview reads: one row a park, rewritten by the use case that changes it."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base


class ParkSnapshot(Base):
    """Facts only: what time alone changes (elapsed share, 逾期) is worked out when the page is shown.

    `receipts`: [{"period", "due_on", "data_on", "letter_on", "accepted_on", "returned_on",
    "pending": {"id", "version", "since"} of a version that waits for a decision}], oldest first.
    `figures`: {key: {"value", "unit", "period"}} of the newest accepted report.
    `verdicts`: [{"key", "light", "sentence"}] of the newest comparable figures.
    `overdue_on`, `acceptance_on`: the first day on which a report is 逾期未报, or the acceptance under way, by what is
    known; None when that day does not come by itself. So many parks are counted without looking into each.
    """

    __tablename__ = "park_snapshot"
    __table_args__ = (
        # The overview's order, in which it is read a page at a time, and what is counted over all parks.
        Index("ix_park_snapshot_order", "position", "district_id", "approved_on", "code"),
        Index("ix_park_snapshot_counted", "district_id", "overdue_on", "acceptance_on", "light", "pending"),
    )

    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), primary_key=True)
    district_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[str] = mapped_column(String(100))
    district: Mapped[str] = mapped_column(String(100))
    position: Mapped[int]
    operator: Mapped[str] = mapped_column(String(200))
    approved_on: Mapped[date]
    ends_on: Mapped[date]
    steps: Mapped[list[str]] = mapped_column(JSON)
    receipts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    figures: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)
    verdicts: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    light: Mapped[str] = mapped_column(String(10))
    overdue_on: Mapped[date | None]
    acceptance_on: Mapped[date | None]
    pending: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)


class DataVersion(Base):
    """One row: a mark that is another one after every transaction that changes what the overview shows
    (`db.data_version`). Not a count: a database brought back from a backup never repeats one."""

    __tablename__ = "data_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(32))
