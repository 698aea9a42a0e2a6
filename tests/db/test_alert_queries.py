"""Alerts and mails as the pages list them: within the scope, and with addresses only for whom they concern."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from db.models import OutboxMail, Park
from db.queries.alerts import closed_alerts, open_alerts
from db.queries.outbox import Backlog, backlog, mails
from db.session import Database
from policy.access import FULL_SCOPE, NO_SCOPE, SYSTEM_ACTOR, Scope
from policy.terms import AlertRule, HalfYear, Light, MailState
from services import alerting
from tests.factories import make_contact, make_letter, make_park, make_submission, make_unit

MONTH = date(2025, 8, 1)


@pytest.fixture
def parks(database: Database) -> tuple[Park, Park]:
    """Two parks of two districts, both overdue and swept; one handler answers for both, one for the second alone."""
    with database.write() as session:
        second, first = make_unit(session, position=20), make_unit(session, position=10)
        made = make_park(session, code="first", district=first), make_park(session, code="second", district=second)
        for district in (first, second):
            make_contact(session, district, mail="both@example.gov.cn")
        make_contact(session, second, mail="second@example.gov.cn")
        alerting.sweep(session, SYSTEM_ACTOR, MONTH)
        return made


def district_of(park: Park) -> Scope:
    return Scope(unit_ids=frozenset({park.district_id}))


def test_open_alerts_stand_in_the_order_of_divisions_with_what_was_told(
    database: Database, parks: tuple[Park, Park]
) -> None:
    with database.write() as session:
        mail = session.scalars(select(OutboxMail).where(OutboxMail.recipient == "second@example.gov.cn")).one()
        mail.state = MailState.SENT.value
    with database.read() as session:
        first, second = open_alerts(session, FULL_SCOPE)
    assert (first.park_code, second.park_code) == ("first", "second")
    assert (first.rule, first.light, first.period) == (AlertRule.REPORT_OVERDUE, Light.RED, HalfYear(2025, 1))
    assert (first.told, first.sent, second.told, second.sent) == (1, 0, 2, 1)


def test_alerts_are_seen_within_the_scope_alone(database: Database, parks: tuple[Park, Park]) -> None:
    with database.read() as session:
        assert [row.park_code for row in open_alerts(session, district_of(parks[0]))] == ["first"]
        assert [row.park_code for row in open_alerts(session, Scope(park_ids=frozenset({parks[1].id})))] == ["second"]
        assert open_alerts(session, NO_SCOPE) == ()
        assert [row.park_code for row in open_alerts(session, FULL_SCOPE, park_code="second")] == ["second"]
        assert open_alerts(session, district_of(parks[0]), park_code="second") == ()


def test_a_closed_alert_is_listed_as_closed_and_no_more_as_open(database: Database, parks: tuple[Park, Park]) -> None:
    with database.write() as session:
        make_submission(session, session.merge(parks[0]), received_on=date(2025, 8, 2))
        make_letter(session, [session.merge(parks[0])], received_on=date(2025, 8, 3))
        alerting.sweep(session, SYSTEM_ACTOR, date(2025, 8, 3))
    with database.read() as session:
        assert [row.park_code for row in open_alerts(session, FULL_SCOPE)] == ["second"]
        (closed,) = closed_alerts(session, FULL_SCOPE, since=MONTH)
        assert (closed.park_code, closed.closed_on) == ("first", date(2025, 8, 3))
        assert closed_alerts(session, FULL_SCOPE, since=date(2025, 8, 4)) == ()
        assert closed_alerts(session, district_of(parks[1]), since=MONTH) == ()


def test_a_mail_is_seen_by_those_whose_parks_alone_it_tells_of(database: Database, parks: tuple[Park, Park]) -> None:
    with database.read() as session:
        everyone = mails(session, FULL_SCOPE, unmasked=True)
        assert sorted(row.recipient for row in everyone) == ["both@example.gov.cn", "second@example.gov.cn"]
        assert [row.recipient for row in mails(session, district_of(parks[1]), unmasked=True)] == [
            "second@example.gov.cn"
        ]
        assert mails(session, district_of(parks[0])) == ()
        assert mails(session, NO_SCOPE) == ()
        assert len(mails(session, FULL_SCOPE, limit=1)) == 1


def test_addresses_are_masked_unless_asked_for(database: Database, parks: tuple[Park, Park]) -> None:
    with database.read() as session:
        assert {row.recipient for row in mails(session, FULL_SCOPE)} == {"b***@example.gov.cn", "s***@example.gov.cn"}


def test_the_backlog_counts_what_waits_and_since_when(database: Database, parks: tuple[Park, Park]) -> None:
    earlier = datetime(2025, 8, 1, tzinfo=UTC)
    with database.write() as session:
        first, second = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
        first.queued_at, second.queued_at = earlier, earlier + timedelta(hours=1)
    with database.read() as session:
        assert backlog(session) == Backlog(2, 0, 0, earlier)
    with database.write() as session:
        first, second = session.scalars(select(OutboxMail).order_by(OutboxMail.id))
        first.state, second.state = MailState.FAILED.value, MailState.UNCERTAIN.value
    with database.read() as session:
        standing = backlog(session)
    assert (standing.waiting, standing.uncertain, standing.failed, standing.oldest) == (0, 1, 1, None)
