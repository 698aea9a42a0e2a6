"""评估指标体系 as data, what was marked by it, and the scores as they were when frozen for a review."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, ExactDecimal, UtcDateTime


class EvaluationSystem(Base):
    """One version of an indicator system, as imported; never changed. `document`: the number it was issued under, empty
    for what is not issued: then every score is 试算."""

    __tablename__ = "evaluation_system"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    version: Mapped[str] = mapped_column(String(20))
    document: Mapped[str] = mapped_column(String(200), default="")
    effective_from: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))


class EvaluationMark(Base):
    """What a person says of one item of one park: an expert's points, passed or not, a deduction. The newest of a
    giver counts; the earlier ones are kept."""

    __tablename__ = "evaluation_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("evaluation_system.id"), index=True)
    item: Mapped[str] = mapped_column(String(40))
    giver: Mapped[str] = mapped_column(String(50), default="")
    value: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    basis: Mapped[str] = mapped_column(Text)
    evidence_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))
    given_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))


class EvaluationFreeze(Base):
    """A park's score line by line, as it was when a review took it up, with the version it was scored by."""

    __tablename__ = "evaluation_freeze"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), index=True)
    system_id: Mapped[int] = mapped_column(ForeignKey("evaluation_system.id"))
    purpose: Mapped[str] = mapped_column(String(200))
    frozen_on: Mapped[date]
    total: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))


class OfficeCycle(Base):
    """办文周期: how many working days a unit needs for one paper of the end. The newest row counts."""

    __tablename__ = "office_cycle"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    step: Mapped[str] = mapped_column(String(30))
    days: Mapped[int]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_by: Mapped[str] = mapped_column(String(50))
