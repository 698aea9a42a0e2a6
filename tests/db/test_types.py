"""Column types keep what they are given, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from db.models import Goal, StoredFile
from db.session import Database
from tests import factories


@pytest.mark.parametrize("text", ["0.1", "79999.99", "3", "0", "-0.32", "123456789012345678.123456789", "1E+3"])
def test_a_decimal_comes_back_exactly(database: Database, text: str) -> None:
    with database.write() as session:
        factories.make_goal(session, factories.make_park(session), "revenue_cyber", "0", text)
    with database.read() as session:
        assert session.scalars(select(Goal.target)).one() == Decimal(text)


def test_an_instant_comes_back_aware_and_the_same(database: Database) -> None:
    moment = datetime(2026, 8, 1, 0, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))
    with database.write() as session:
        factories.make_file(session).stored_at = moment
    with database.read() as session:
        read = session.scalars(select(StoredFile.stored_at)).one()
    assert read == moment
    assert read.tzinfo is UTC


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with database.read() as session:
        file = factories.make_file(session)
        file.stored_at = datetime(2026, 8, 1)  # noqa: DTZ001
        with pytest.raises(StatementError, match="needs a zone"):
            session.flush()
