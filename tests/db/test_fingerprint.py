"""A full sweep trusts no mark: what was written past the program is found, and what is the same is passed over."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    String,
    Table,
    Text,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import JSON

from db.base import ExactDecimal, UtcDateTime
from db.fact_tables import OF_A_PARK, OF_A_UNIT, OF_ALL, THROUGH
from db.fingerprint import fingerprints
from db.models import Park, Submission, SubmissionReading
from db.session import Database
from policy.access import SYSTEM_ACTOR
from services import clock
from services.alerting import SweepResult, sweep
from tests.factories import accept, make_contact, make_goal, make_letter, make_park, make_submission

DAY = date(2025, 8, 2)


@pytest.fixture
def parks(database: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[Park, Park]:
    """Two parks on their paths, with everything in, judged by a full sweep."""
    monkeypatch.setattr(clock, "today", lambda: DAY)
    with database.write() as session:
        made = make_park(session, code="first"), make_park(session, code="second")
        for park in made:
            make_contact(session, park.district)
            make_goal(session, park, "firms_cyber", "40", "60")
            make_letter(session, [park])
            accept(session, make_submission(session, park, figures={"firms_cyber": "50"}))
    assert full(database).opened == ()
    return made


def full(database: Database) -> SweepResult:
    with database.write() as session:
        return sweep(session, SYSTEM_ACTOR, DAY, full=True)


def changed(database: Database, statement: str) -> set[int]:
    """The parks whose checksum is another after this statement."""
    with database.read() as session:
        before = fingerprints(session)
    with database.engine.begin() as connection:
        connection.execute(text(statement))
    with database.read() as session:
        after = fingerprints(session)
    return {park_id for park_id in after if after[park_id] != before.get(park_id)}


def test_a_figure_changed_behind_its_back_is_judged_anew(database: Database, parks: tuple[Park, Park]) -> None:
    own = f"SELECT id FROM submission WHERE park_id = {parks[1].id}"
    assert changed(database, f"UPDATE submission_reading SET value = '30' WHERE submission_id IN ({own})") == {
        parks[1].id
    }
    with database.write() as session:
        assert sweep(session, SYSTEM_ACTOR, DAY).opened == ()  # nobody marked it
    assert [note.key for note in full(database).opened] == ["lagging:second:firms_cyber"]
    assert full(database).opened == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE goal SET target = 61 WHERE park_id = {park}",
        "UPDATE obligation SET due_on = '2025-07-30' WHERE park_id = {park}",
        "UPDATE letter SET received_on = '2025-08-01' WHERE id IN (SELECT letter_id FROM letter_park"
        " WHERE park_id = {park})",
        "DELETE FROM review WHERE submission_id IN (SELECT id FROM submission WHERE park_id = {park})",
        "UPDATE park SET ends_on = '2026-10-11' WHERE id = {park}",
    ],
)
def test_any_fact_of_a_park_changes_its_checksum_and_no_other(
    database: Database, parks: tuple[Park, Park], statement: str
) -> None:
    assert changed(database, statement.format(park=parks[0].id)) == {parks[0].id}


@pytest.mark.parametrize(("key", "noticed"), [("rnd", True), ("tech", False)])
def test_a_cell_counts_where_a_figure_with_a_goal_is_worked_out_from_it(
    database: Database, parks: tuple[Park, Park], key: str, noticed: bool
) -> None:
    with database.write() as session:
        make_goal(session, parks[0], "rnd_investment", "40", "60")
        report = session.scalars(select(Submission).where(Submission.park_id == parks[0].id)).one()
        session.add(
            SubmissionReading(
                submission_id=report.id, table="roster", row=1, key=key, column="current", raw="5", value="5",
                status="ok", where="名录!F3",
            )
        )  # fmt: skip
    statement = "UPDATE submission_reading SET value = '6' WHERE \"table\" = 'roster'"
    assert changed(database, statement) == ({parks[0].id} if noticed else set())


def test_people_may_concern_every_park(database: Database, parks: tuple[Park, Park]) -> None:
    assert changed(database, "UPDATE contact SET bounced_on = '2025-08-01'") == {park.id for park in parks}


def test_nothing_changed_is_nothing_judged(
    database: Database, parks: tuple[Park, Park], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.facts.situation", lambda *_args: pytest.fail("judged"))
    assert full(database).failed == ()


# --- every column --------------------------------------------------------------------------------------------------

FACTS: tuple[Table, ...] = tuple(
    model.__table__ for model in (Park, *OF_A_PARK, *OF_A_UNIT, *OF_ALL, *THROUGH, SubmissionReading)
)
ONE_AND_ANOTHER: dict[type, tuple[object, object]] = {
    Integer: (1, 2),
    Boolean: (False, True),
    String: ("甲", "乙"),
    Text: ("甲", "乙"),
    Date: (date(2025, 1, 1), date(2025, 1, 2)),
    UtcDateTime: (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC)),
    ExactDecimal: (Decimal(1), Decimal(2)),
    JSON: ([1], [2]),
}
A_FIGURE = {"table": "figures", "row": 0, "column": "current", "key": "firms_cyber"}
LOOKED_AT_BY_NO_RULE = {
    "submission.clean", "submission.file_id", "submission.format", "submission.meets_thresholds", "submission.months",
    "submission.park_title", "submission.submitted_on", "submission.totals", "submission.uploaded_at",
    "submission.uploaded_by",
    "submission_reading.candidates", "submission_reading.message", "submission_reading.raw",
    "submission_reading.remark", "submission_reading.unit",
}  # fmt: skip


def test_any_column_of_any_fact_changes_the_checksum(database: Database) -> None:
    """One row in every table, each number 1 and naming number 1 of the others; then each column in turn."""
    with _unbound(database) as connection:
        for table in FACTS:
            row = {column.key: _value(column) for column in table.columns}
            connection.execute(insert(table).values(row | (A_FIGURE if table.name == "submission_reading" else {})))
        before = _checksum(connection)
        unnoticed = set()
        for column in (column for table in FACTS for column in table.columns):
            change = connection.begin_nested()
            connection.execute(update(column.table).values({column: _value(column, other=True)}))
            if _checksum(connection) == before:
                unnoticed.add(str(column))
            change.rollback()
    assert unnoticed == LOOKED_AT_BY_NO_RULE


@contextmanager
def _unbound(database: Database) -> Iterator[Connection]:
    """A connection on which rows may name others that do not exist."""
    with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")
        yield connection
        connection.rollback()


def _value(column: Column[Any], *, other: bool = False) -> object:
    return ONE_AND_ANOTHER[type(column.type)][other]


def _checksum(connection: Connection) -> str:
    with Session(connection) as session:
        return fingerprints(session)[1]
