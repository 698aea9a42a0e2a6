"""The tables the peer reads: parks, their reports, and every value of every report, in a SQLite file of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from policy.indicators.catalogue import BY_KEY

PERIODS = ("2024H1", "2024H2", "2025H1", "2025H2", "2026H1")
DUE = (date(2024, 7, 31), date(2025, 1, 31), date(2025, 7, 31), date(2026, 1, 31), date(2026, 7, 31))
INDICATORS = 40

SCHEMA = """
CREATE TABLE park (id INTEGER PRIMARY KEY, name TEXT, district TEXT, x REAL, y REAL, approved_on TEXT, ends_on TEXT,
                   target REAL);
CREATE TABLE report (park_id INTEGER, period TEXT, due_on TEXT, received_on TEXT);
CREATE TABLE value (park_id INTEGER, period TEXT, indicator TEXT, value REAL);
"""


def keys() -> tuple[str, ...]:
    """The catalogue's keys, and more like them where it has fewer than are wanted."""
    known = tuple(BY_KEY)[:INDICATORS]
    return (*known, *(f"more_{number}" for number in range(INDICATORS - len(known))))


def write(path: Path, parks: int) -> None:
    """So many parks with five reports of 40 values each; one park in eight has not sent its newest report."""
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
        connection.executemany("INSERT INTO park VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(_park, range(1, parks + 1)))
        connection.executemany("INSERT INTO report VALUES (?, ?, ?, ?)", _reports(parks))
        connection.executemany("INSERT INTO value VALUES (?, ?, ?, ?)", _values(parks))
    connection.close()


def _park(number: int) -> tuple[object, ...]:
    return (
        number,
        f"虚构{number}园",
        f"虚构{number % 37 + 1}区",
        number % 8,
        number // 8,
        "2024-10-10",
        "2026-10-10",
        12,
    )


def _reports(parks: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, parks + 1):
        for place, (period, due_on) in enumerate(zip(PERIODS, DUE, strict=True)):
            came = place < len(PERIODS) - 1 or number % 8
            yield number, period, str(due_on), str(due_on.replace(day=20)) if came else None


def _values(parks: int) -> Iterator[tuple[object, ...]]:
    for number in range(1, parks + 1):
        for place, period in enumerate(PERIODS):
            for key in keys():
                yield number, period, key, 2 + place * (number % 3 + 1)
