"""Units: districts, counties, functional zones and bodies, with validity, aliases and successors."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from db.base import Base


class Unit(Base):
    """`code` is the six-digit division code where one is known; `position` is the 行政区划序."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    short_name: Mapped[str] = mapped_column(String(50))
    kind: Mapped[str] = mapped_column(String(30))
    code: Mapped[str | None] = mapped_column(String(12))
    position: Mapped[int] = mapped_column(default=9999)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    fictional: Mapped[bool] = mapped_column(default=False)
    tile_row: Mapped[int | None]
    tile_column: Mapped[int | None]

    aliases: Mapped[list[UnitAlias]] = relationship(back_populates="unit", cascade="all, delete-orphan")


class UnitAlias(Base):
    """Another name districts really use for a unit: 开县 for 开州区, 石柱县 for its full name."""

    __tablename__ = "unit_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), index=True)

    unit: Mapped[Unit] = relationship(back_populates="aliases")


class UnitSuccession(Base):
    """A reorganisation: what the predecessor owed passes to the successor on `on`."""

    __tablename__ = "unit_succession"
    __table_args__ = (UniqueConstraint("predecessor_id", "successor_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    predecessor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
