"""Until when a returned report is to come again: by the rulebook as it was known when it was returned, for good."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from db import facts
from db.models import Park
from db.queries.parks import overview
from db.rulebook_facts import rulebook
from db.session import Database
from policy.access import FULL_SCOPE, SYSTEM_ACTOR
from policy.terms import HalfYear
from services import alerting, rulebooks, snapshots
from services.rulebooks import entry
from tests.factories import make_contact, make_letter, make_park, make_submission, send_back

H2 = HalfYear(2025, 2)
RETURNED = datetime(2026, 3, 2, 2, tzinfo=UTC)


@pytest.fixture
def park(database: Database) -> Park:
    """2025H1 in, its 2025H2 returned on 2 March 2026, at ten in the morning."""
    with database.write() as session:
        park = make_park(session, "示例甲园", code="JIA")
        for role in ("handler", "reviewer", "head", "government"):
            make_contact(session, park.district, role=role)
        for period in ("2025H1", "2025H2"):
            paper = make_submission(session, park, period, received_on=date(2026, 1, 20))
            make_letter(session, [park], period, received_on=date(2026, 1, 20))
        send_back(session, paper, on=date(2026, 3, 2)).decided_at = RETURNED
        session.flush()
        snapshots.rewrite(session, park.id)
        return park


def set_days(database: Database, days: int, since: date) -> None:
    with database.write() as session:
        rulebooks.change(session, SYSTEM_ACTOR, [entry("resubmit_days", str(days), since)], "示例经信函〔2026〕5号")


def due_on(session: Session, park: Park, day: date = date(2026, 3, 3)) -> date:
    found = facts.situation(session, park.id, day, rulebook(session))
    (owed,) = (one for one in found.reports() if one.half_year == H2)
    return found.due_on(owed)


@pytest.mark.parametrize("days", [3, 20])
def test_a_rule_changed_afterwards_moves_no_date_that_stands(
    database: Database, park: Park, set_now: Callable[[date | datetime], None], days: int
) -> None:
    with database.write() as session:
        first = alerting.sweep(session, SYSTEM_ACTOR, date(2026, 3, 3))
    assert [note.due for note in first.opened if note.rule == "not_resubmitted"] == [date(2026, 3, 12)]
    set_now(date(2026, 3, 4))
    set_days(database, days, date(2026, 1, 1))
    with database.write() as session:
        assert due_on(session, park) == date(2026, 3, 12)
        assert alerting.sweep(session, SYSTEM_ACTOR, date(2026, 3, 4)).opened == ()
        snapshots.rewrite(session, park.id)
        shown = overview(session, FULL_SCOPE)[0].situation(date(2026, 3, 4))
        assert shown.due_on(shown.reports()[1]) == date(2026, 3, 12)


def test_a_rule_set_before_holds_for_the_return(
    database: Database, park: Park, set_now: Callable[[date | datetime], None]
) -> None:
    with database.write() as session:
        later = make_submission(session, session.merge(park), "2025H2", received_on=date(2026, 3, 3))
    set_now(date(2026, 3, 4))
    set_days(database, 20, date(2026, 3, 1))
    with database.write() as session:
        review = send_back(session, session.merge(later), on=date(2026, 3, 5))
        review.decided_at = datetime(2026, 3, 5, 2, tzinfo=UTC)
        session.flush()
        assert due_on(session, park, date(2026, 3, 5)) == date(2026, 3, 25)
