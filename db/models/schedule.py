"""The scheduler's memory: who leads, what ran with which result, and up to which day it has judged."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, UtcDateTime

SCHEDULER_LEASE = "scheduler"


class Lease(Base):
    """One row a name: the holder may act until `expires_at`; `beat_at` is its heartbeat.

    `token` grows with every change of holder: what an earlier holder still wants to write carries an older one.
    """

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    holder: Mapped[str] = mapped_column(String(100))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    beat_at: Mapped[datetime] = mapped_column(UtcDateTime)
    token: Mapped[int] = mapped_column(default=0, server_default="0")


class JobRun(Base):
    """One run of a duty, by the process that led then and the `token` it led under.

    Without `finished_at` it is under way, or was cut off: the token says whether its leader still leads.
    """

    __tablename__ = "job_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(50), index=True)
    leader: Mapped[str] = mapped_column(String(100), default="", server_default="")
    token: Mapped[int] = mapped_column(default=0, server_default="0")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ok: Mapped[bool | None]
    result: Mapped[str] = mapped_column(Text, default="")


class SweepMark(Base):
    """The newest day the unattended sweep has judged: the days after it are made up, each as of its own date."""

    __tablename__ = "sweep_mark"

    name: Mapped[str] = mapped_column(String(50), primary_key=True)
    day: Mapped[date]
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ParkMark(Base):
    """Facts of a park, of a unit's parks, or (neither named) of all parks were written, and no sweep knows of it yet.

    Whoever writes a fact adds a row in the same transaction, and waits for nobody; a sweep takes the rows it sees
    before it reads any fact (`db.watch`). No foreign keys: they would make writers wait for whoever holds the park.
    """

    __tablename__ = "park_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    park_id: Mapped[int | None]
    unit_id: Mapped[int | None]


class ParkWatch(Base):
    """When a park is to be judged next: at once when its facts have `changed` since it was judged as of `judged_on`,
    else on `next_on`, the first day on which time alone changes something (None: never). Sweeps alone write it."""

    __tablename__ = "park_watch"

    park_id: Mapped[int] = mapped_column(ForeignKey("park.id"), primary_key=True)
    judged_on: Mapped[date]
    next_on: Mapped[date | None]
    changed: Mapped[bool] = mapped_column(default=False)
    fingerprint: Mapped[str | None] = mapped_column(String(40))
    """Of the facts it was judged by, when a full sweep judged it."""
