"""佐证缺失: how much of what a park states nothing proves, and from which day on it is asked."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from db import facts
from db.models import AcceptanceStep, Park
from db.session import Database
from policy.access import FULL_SCOPE, Actor, Role
from policy.evidence import ASKED_FOR
from policy.facts import UnprovenFact
from policy.rulebook import DEFAULT
from policy.terms import HalfYear
from services import claims
from tests.factories import MADE_AT, make_file
from tests.services.reported_park import make_reported_park

COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


@pytest.fixture
def park(database: Database) -> Park:
    """Its newest report, of 2026H1, was accepted on 5 August 2026 or later."""
    with database.write() as session:
        return make_reported_park(session)


def unproven(session: Session, park: Park, day: date) -> UnprovenFact | None:
    own = session.merge(park, load=False)
    return claims.unproven(session, own, facts.situation(session, own.id, day, DEFAULT))


def test_it_counts_what_the_ledger_lists_but_not_what_every_park_is_asked_for(database: Database, park: Park) -> None:
    with database.read() as session:
        found = unproven(session, park, date(2026, 11, 1))
        listed = claims.ledger(session, COMMITTEE, park.code).unproven
    stated = [claim for claim in listed if claim.stated != ASKED_FOR]
    assert len(stated) < len(listed)
    assert found is not None
    assert (found.period, found.count) == (HalfYear(2026, 1), len(stated))


def test_while_the_time_runs_the_tables_are_not_read(database: Database, park: Park) -> None:
    with database.read() as session:
        found = unproven(session, park, date(2026, 11, 1))
        assert found is not None
        read: list[str] = []
        event.listen(session.get_bind(), "before_cursor_execute", lambda *call: read.append(call[2]))
        before = len(read)
        early = unproven(session, park, found.since)
        assert early is None
        assert not [sql for sql in read[before:] if "evidence" in sql]


def test_a_park_that_has_passed_is_not_asked_any_more(database: Database, park: Park) -> None:
    with database.write() as session:
        session.add(
            AcceptanceStep(
                park_id=park.id, kind="conclusion", dated=date(2026, 10, 30), recorded_at=MADE_AT,
                recorded_by="committee", file_id=make_file(session).id,
            )
        )  # fmt: skip
    with database.read() as session:
        assert unproven(session, park, date(2026, 11, 1)) is None
