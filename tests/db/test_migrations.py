"""The migrations make exactly the tables the models speak of, and the pinned head is the newest of them."""

from __future__ import annotations

from datetime import UTC, date, datetime

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, inspect

from db import migrate
from db.base import Base
from db.models import AcceptanceStep, Letter, Submission
from db.session import Database


def test_there_is_one_head_and_it_is_the_pinned_one() -> None:
    assert migrate.heads() == (migrate.HEAD,)


def test_migrated_tables_are_those_of_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_upgraded_database_stands_at_the_head_and_stays_there(database: Database) -> None:
    assert migrate.current(database.engine) == migrate.HEAD
    migrate.upgrade(database.engine)
    assert migrate.current(database.engine) == migrate.HEAD


def test_names_fit_postgresql(database: Database) -> None:
    """PostgreSQL cuts a name after 63 bytes in silence; a cut name is not found again by the next migration."""
    inspector = inspect(database.engine)
    names = [
        entry["name"]
        for table in inspector.get_table_names()
        for entry in (*inspector.get_indexes(table), *inspector.get_unique_constraints(table))
    ]
    assert [name for name in names if name and len(name) >= 63] == []


def test_what_an_earlier_release_stored_is_there_after_the_upgrade(database: Database) -> None:
    """A database at the first revision, with a row of every kind later revisions touch."""
    _empty(database)
    migrate.upgrade(database.engine, "0001")
    with database.engine.begin() as connection:
        old = MetaData()
        old.reflect(connection)
        for name, row in STORED_AT_0001:
            connection.execute(old.tables[name].insert().values(id=1, **row))
    migrate.upgrade(database.engine)
    with database.read() as session:
        version = session.get_one(Submission, 1)
        assert (version.file_name, version.figure_kind) == ("半年报.xlsx", "preliminary")
        assert [(cell.key, cell.raw, cell.effective_value) for cell in version.readings] == [
            ("firms_cyber", "32", "32")
        ]
        assert [(review.accepted, review.reason, review.category) for review in version.reviews] == [(True, "", "")]
        assert [(row.period, row.data_code) for row in session.get_one(Letter, 1).parks] == [("2025H1", "")]
        concluded = session.get_one(AcceptanceStep, 1)
        assert (concluded.outcome, concluded.round, concluded.until, concluded.on_behalf) == ("passed", 1, None, False)


AT = datetime(2025, 7, 20, 2, tzinfo=UTC)
STORED_AT_0001: tuple[tuple[str, dict[str, object]], ...] = (
    ("unit", {"name": "示例区", "short_name": "示例", "kind": "district", "position": 1, "fictional": True}),
    ("park", {
        "code": "sample", "title": "国家网络安全产业园区（示例园）", "short_name": "示例园", "district_id": 1,
        "approved_on": date(2024, 10, 10), "approval_no": "示例函〔2024〕1号", "ends_on": date(2026, 10, 10),
        "operator": "", "host_park": "", "address": "", "boundary": "", "created_at": AT,
    }),
    ("stored_file", {"sha256": "0" * 64, "size": 1, "name": "半年报.xlsx", "stored_at": AT}),
    ("submission", {
        "park_id": 1, "kind": "half_year_report", "period": "2025H1", "version": 1, "state": "accepted",
        "file_id": 1, "file_name": "半年报.xlsx", "uploaded_at": AT, "uploaded_by": "district",
        "received_on": date(2025, 7, 20), "clean": True, "has_errors": False, "totals": {},
    }),
    ("submission_reading", {
        "submission_id": 1, "table": "figures", "row": 0, "key": "firms_cyber", "column": "current", "raw": "32",
        "value": "32", "unit": "家", "status": "ok", "where": "半年报!C8", "message": "", "candidates": [],
    }),
    ("review", {
        "submission_id": 1, "accepted": True, "reason": "", "decided_on": date(2025, 7, 22), "decided_at": AT,
        "decided_by": "committee",
    }),
    ("letter", {
        "sender_id": 1, "number": "示例府函〔2025〕1号", "dated": date(2025, 7, 18), "received_on": date(2025, 7, 20),
        "medium": "paper", "recorded_at": AT, "recorded_by": "committee",
    }),
    ("acceptance_step", {
        "park_id": 1, "kind": "conclusion", "dated": date(2027, 3, 1), "document_no": "", "return_reason": "",
        "recorded_at": AT, "recorded_by": "committee",
    }),
    ("letter_park", {"letter_id": 1, "park_id": 1, "period": "2025H1"}),
)  # fmt: skip


def _empty(database: Database) -> None:
    with database.engine.begin() as connection:
        tables = MetaData()
        tables.reflect(connection)
        tables.drop_all(connection)
