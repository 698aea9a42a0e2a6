"""The migrations make exactly the tables the models speak of, and the pinned head is the newest of them."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from db import migrate
from db.base import Base
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
