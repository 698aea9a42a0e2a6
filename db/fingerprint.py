"""A checksum of everything the alert rules look at, by park, over every row read anew.

Equal checksums mean equal facts, and the rules say the same of the same facts. The database writes the rows of a park
as one text, and that is what is hashed. Of what a report states those cells are read whose figures a rule measures
(goals and reference values, and the rows that such a figure is worked out from). The others, of which the number of
unproven statements is counted, never change once stored; a decision about one is a row of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

import policy
from db.base import Base
from db.fact_tables import OF_A_PARK, OF_A_UNIT, OF_ALL, THROUGH
from db.models import Goal, Letter, LetterPark, Park, Submission, SubmissionReading
from policy.alerts.indicators import FLOORS
from policy.provenance import DERIVED

KEPT = 40  # hexadecimal digits of each checksum

Column: TypeAlias = InstrumentedAttribute[Any]
Source: TypeAlias = Select[int, bytes]
"""By park: its rows as text."""


class rows_written(FunctionElement[bytes]):  # noqa: N801 -- named as in SQL
    """All rows of a group, each with these columns, as one text in UTF-8; on SQLite in the order they are met."""

    name = "rows_written"
    inherit_cache = True


@compiles(rows_written)
def _on_sqlite(element: rows_written, compiler: SQLCompiler, **options: Any) -> str:
    return f"CAST(json_group_array(json_array({compiler.process(element.clauses, **options)})) AS BLOB)"


@compiles(rows_written, "postgresql")
def _on_postgresql(element: rows_written, compiler: SQLCompiler, **options: Any) -> str:
    row = f"json_build_array({compiler.process(element.clauses, **options)})::text"
    return f"convert_to(string_agg({row}, ',' ORDER BY {row}), 'UTF8')"


SAID_OF_A_VERSION = (
    Submission.id, Submission.kind, Submission.period, Submission.version, Submission.state, Submission.received_on,
    Submission.has_errors, Submission.figure_kind, Submission.file_name,
)  # fmt: skip
SAID_OF_A_CELL = (
    SubmissionReading.submission_id, SubmissionReading.key, SubmissionReading.value,
    SubmissionReading.status, SubmissionReading.decided, SubmissionReading.decided_value,
    SubmissionReading.figure_kind, SubmissionReading.where,
)  # fmt: skip
"""Of versions and cells, of which there are many, the columns that are looked at; of all else every column."""


def _columns(table: type[Base]) -> tuple[Column, ...]:
    if table is Submission:
        return SAID_OF_A_VERSION
    return tuple(getattr(table, column.key) for column in table.__table__.columns)


def _rows(park_id: ColumnElement[Any] | Column, *columns: Column) -> Source:
    """The park itself need not stand in its rows."""
    return select(park_id, rows_written(*(column for column in columns if column is not park_id))).group_by(park_id)


def _through(table: type[Base]) -> Source:
    """By a look-up for each row: where a table is empty, nothing else is read."""
    own, key, parks = THROUGH[table]
    return _rows(parks.where(key == own).scalar_subquery().label("park_id"), *_columns(table))


OF_PARKS: tuple[Source, ...] = (
    _rows(Park.id, *_columns(Park)),
    *(_rows(table.park_id, *_columns(table)) for table in OF_A_PARK if table is not LetterPark),
    *(_through(table) for table in THROUGH if table is not Letter),
    # A letter speaks of several parks: written with each.
    _rows(LetterPark.park_id, *_columns(LetterPark), *_columns(Letter)).join(LetterPark.letter),
)


def fingerprints(session: Session) -> dict[int, str]:
    """The checksum of every park that has facts, by its id."""
    connection = session.connection()  # not the session: nothing here is an entity, and there are many rows
    texts: defaultdict[int, list[bytes]] = defaultdict(list)
    for number, source in enumerate((*OF_PARKS, *_of_cells(session))):
        name = str(number).encode()
        for park_id, text in connection.execute(source):
            texts[park_id] += (name, text)
    common = _common(session)
    found = {}
    for park_id, parts in texts.items():
        checksum = common.copy()
        checksum.update(b"\x1e".join(parts))
        found[park_id] = checksum.hexdigest()[:KEPT]
    return found


def _of_cells(session: Session) -> Iterator[Source]:
    """The cells behind the figures that a rule measures."""
    cell, measured = SubmissionReading, {*FLOORS, *session.scalars(select(Goal.key).distinct())}
    cells = (
        _rows(Submission.park_id, *SAID_OF_A_CELL)
        .join(Submission, cell.submission_id == Submission.id)
        .where(cell.column == "current")
    )
    yield cells.where(cell.table == "figures", cell.row == 0, cell.key.in_(sorted(measured)))
    for table, key, _summed in (DERIVED[figure] for figure in sorted(measured & DERIVED.keys())):
        yield cells.where(cell.table == table, cell.key == key)


def _common(session: Session) -> Any:
    """What touches all parks: the rules, the rulebook, people and units."""
    shared = [session.scalar(select(rows_written(*_columns(table)))) for table in (*OF_ALL, *OF_A_UNIT)]
    return sha256(repr((rules(), shared)).encode())


@cache
def rules() -> str:
    """A checksum of the rules themselves: another program judges anew."""
    files = sorted(Path(policy.__path__[0]).rglob("*.py"))
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
