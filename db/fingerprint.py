"""A checksum of everything the alert rules look at, by park: worked out in the database, over every row anew.

Equal checksums mean equal facts, and the rules say the same of the same facts. Of a version's cells those of 表一 are
read that a rule may look at (goals and reference values); the rows of its other tables never change, and a decision
about one is a row of its own.
"""

from __future__ import annotations

import hashlib
from functools import cache, reduce
from operator import add
from pathlib import Path
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, String, Text, cast, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

import policy
from db.models import (
    AcceptanceStep,
    AlertFeedback,
    AlertPause,
    CalendarYear,
    CellDecision,
    Contact,
    Evidence,
    EvidenceLink,
    Goal,
    Letter,
    LetterPark,
    Obligation,
    ObligationAct,
    Park,
    PhoneCall,
    PlanTask,
    ProgressReport,
    ReportingRound,
    Review,
    RulebookEntry,
    Submission,
    SubmissionReading,
    Unit,
    UnitSuccession,
)
from policy.alerts.indicators import FLOORS

Column = InstrumentedAttribute[Any]


class row_checksum(FunctionElement[int]):  # noqa: N801 -- named as in SQL
    """A checksum of a text: of our own on SQLite (db.session), the database's own on PostgreSQL."""

    type = BigInteger()
    name = "row_checksum"
    inherit_cache = True


@compiles(row_checksum)
def _on_sqlite(element: row_checksum, compiler: SQLCompiler, **options: Any) -> str:
    return f"row_checksum({compiler.process(element.clauses, **options)})"


@compiles(row_checksum, "postgresql")
def _on_postgresql(element: row_checksum, compiler: SQLCompiler, **options: Any) -> str:
    return f"hashtext({compiler.process(element.clauses, **options)})"


def _rows(park_id: Column, table: type[Any], *columns: Column) -> Select[int, int, int]:
    """By park: how many rows, and a checksum of these columns of theirs (of all where none is named)."""
    wanted = columns or tuple(getattr(table, column.key) for column in table.__mapper__.column_attrs if _stored(column))
    words = reduce(add, (_word(column) for column in wanted))
    # One text a park: on SQLite each checksum is a call back into this program.
    return select(park_id, func.count(), row_checksum(func.aggregate_strings(words, "\x1e"))).group_by(park_id)


def _word(column: Column) -> ColumnElement[str]:
    plain = column if isinstance(column.type, String) else cast(column, Text)
    nullable = column.property.columns[0].nullable
    return (func.coalesce(plain, "\x1f") if nullable else plain) + "\x1f"


def _stored(attribute: Any) -> bool:
    """A column of the table itself that can be written as text; not one that is worked out from others."""
    column = attribute.columns[0]
    return getattr(column, "table", None) is not None and not str(column.type).startswith("JSON")


OF_PARKS: tuple[Select[int, int, int], ...] = (
    _rows(Park.id, Park),
    *(
        _rows(table.park_id, table)
        for table in (
            AcceptanceStep, AlertFeedback, AlertPause, Evidence, Goal, LetterPark, Obligation, PhoneCall, PlanTask,
            ProgressReport,
        )
    ),
    _rows(LetterPark.park_id, Letter).join(LetterPark, LetterPark.letter_id == Letter.id),
    _rows(Obligation.park_id, ObligationAct).join(Obligation, ObligationAct.obligation_id == Obligation.id),
    _rows(Evidence.park_id, EvidenceLink).join(Evidence, EvidenceLink.evidence_id == Evidence.id),
    _rows(
        Submission.park_id, Submission, Submission.id, Submission.period, Submission.version, Submission.state,
        Submission.received_on, Submission.has_errors, Submission.figure_kind,
    ),
    _rows(Submission.park_id, Review).join(Submission, Review.submission_id == Submission.id),
    _rows(Submission.park_id, CellDecision)
    .join(SubmissionReading, CellDecision.reading_id == SubmissionReading.id)
    .join(Submission, SubmissionReading.submission_id == Submission.id),
    _rows(
        Submission.park_id, SubmissionReading, SubmissionReading.id, SubmissionReading.value, SubmissionReading.status,
        SubmissionReading.decided_value,
    )
    .join(Submission, SubmissionReading.submission_id == Submission.id)
    .where(
        SubmissionReading.table == "figures", SubmissionReading.column == "current",
        SubmissionReading.key.in_(FLOORS) | SubmissionReading.key.in_(select(Goal.key).distinct()),
    ),
)  # fmt: skip
OF_ALL: tuple[tuple[Column, type[Any]], ...] = (
    (Contact.id, Contact), (Unit.id, Unit), (UnitSuccession.id, UnitSuccession), (ReportingRound.id, ReportingRound),
    (RulebookEntry.id, RulebookEntry), (CalendarYear.year, CalendarYear),
)  # fmt: skip
"""What may touch any park, each table with its key."""


def fingerprints(session: Session) -> dict[int, str]:
    """The checksum of every park that has facts, by its id."""
    shared = tuple(tuple(session.execute(_rows(key, table)).all()) for key, table in OF_ALL)
    common = hashlib.blake2b(repr((rules(), shared)).encode(), digest_size=8).hexdigest()
    found: dict[int, list[tuple[int, int, int]]] = {}
    for number, source in enumerate(OF_PARKS):
        for park_id, rows, checksum in session.execute(source):
            if park_id is not None:
                found.setdefault(park_id, []).append((number, rows, int(checksum)))
    return {
        park_id: hashlib.blake2b(repr((common, parts)).encode(), digest_size=16).hexdigest()
        for park_id, parts in found.items()
    }


@cache
def rules() -> str:
    """A checksum of the rules themselves: another program judges anew."""
    files = sorted(Path(policy.__path__[0]).rglob("*.py"))
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=8).hexdigest()
