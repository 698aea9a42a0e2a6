"""A mail is held when what it says is no longer so by the time it would go out."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from db.models import Alert, AuditEntry, LetterPark, OutboxMail, Park
from policy.access import SYSTEM_ACTOR
from policy.acts import Act
from services import alerting, audit
from services.mail import backoff
from services.mail.delivery import HandingOver
from services.mail.message import Letter
from services.mail.outbox import send_queued
from services.platform import Platform
from tests.factories import make_contact, make_letter, make_park, make_submission, make_unit
from tests.services.queued_mail import NOON, Line, SetNow, queue, row


@pytest.fixture(autouse=True)
def at_noon(set_now: SetNow, monkeypatch: pytest.MonkeyPatch) -> None:
    """At noon, and with pauses that are waited whole."""
    set_now(NOON)
    monkeypatch.setattr(backoff, "spread", lambda: 1.0)


@pytest.fixture
def chased(platform: Platform) -> tuple[Park, str]:
    """园 alpha, whose first report is overdue, and the key of the mail that says so, not yet sent."""
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        make_contact(session, district)
        park = make_park(session, "示例甲园", district=district, code="alpha")
        result = alerting.sweep(session, SYSTEM_ACTOR, date(2025, 8, 1))
    return park, result.mails[0].key


def report_comes_in(platform: Platform, park: Park) -> None:
    with platform.database.write() as session:
        make_submission(session, session.merge(park), received_on=date(2025, 8, 1))
        make_letter(session, [session.merge(park)], received_on=date(2025, 8, 1))


def test_who_has_reported_since_is_not_chased(platform: Platform, chased: tuple[Park, str]) -> None:
    park, key = chased
    report_comes_in(platform, park)
    line = Line()
    assert send_queued(platform, line).held == [key]
    held = row(platform, key)
    assert (held.state, held.attempts, held.last_error) == ("held", 0, "所告事项均已办结或销号，不再发送")
    assert send_queued(platform, line, at_once=True).held == []
    with platform.database.write() as session:
        alerting.sweep(session, SYSTEM_ACTOR, date(2025, 8, 1))
    assert send_queued(platform, line, at_once=True).held == []
    assert line.keys == []
    with platform.database.read() as session:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "mail.held")).all()
    assert [entry.subject for entry in entries] == [key]


def test_who_reports_while_the_mail_is_on_its_way_is_not_chased(platform: Platform, chased: tuple[Park, str]) -> None:
    """Claimed with the mail before it, and settled while that one goes out."""
    park, key = chased
    with platform.database.write() as session:
        session.execute(update(OutboxMail).values(try_at=NOON + timedelta(seconds=1)))
    first = queue(platform)

    class Slow(Line):
        def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
            super().deliver(letter, handing_over)
            report_comes_in(platform, park)
            with platform.database.write() as session:
                audit.record(session, SYSTEM_ACTOR, Act.LETTER_RECORD, "函")

    slow = Slow()
    report = send_queued(platform, slow, at_once=True)
    assert (report.sent, report.held) == ([first], [key])
    assert slow.keys == [first]
    assert (row(platform, key).state, row(platform, key).claimed_by) == ("held", None)


def test_half_a_report_is_still_chased(platform: Platform, chased: tuple[Park, str]) -> None:
    park, key = chased
    with platform.database.write() as session:
        make_letter(session, [session.merge(park)], received_on=date(2025, 8, 1))
    assert send_queued(platform, Line()).sent == [key]


def test_a_mail_that_tells_of_an_open_matter_too_goes_out(platform: Platform) -> None:
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        make_contact(session, district)
        parks = [make_park(session, district=district, code=code) for code in ("alpha", "beta")]
        (mail,) = alerting.sweep(session, SYSTEM_ACTOR, date(2025, 8, 1)).mails
    assert len(mail.alerts) == 2
    report_comes_in(platform, parks[0])
    assert send_queued(platform, Line()).sent == [mail.key]


def test_a_warning_that_is_over_is_held(platform: Platform, chased: tuple[Park, str]) -> None:
    """What has no date of its own is over when the sweep has closed it."""
    _park, key = chased
    with platform.database.write() as session:
        alert = session.scalars(select(Alert).where(Alert.rule == "report_overdue")).one()
        alert.rule, alert.period, alert.due_on = "lagging", "2025H1", None
        alert.closed_on = date(2025, 8, 1)
    assert send_queued(platform, Line()).held == [key]


def test_a_held_mail_goes_out_when_its_matter_is_open_again(platform: Platform, chased: tuple[Park, str]) -> None:
    park, key = chased
    report_comes_in(platform, park)
    send_queued(platform, Line())
    with platform.database.write() as session:
        session.execute(delete(LetterPark))
    assert send_queued(platform, Line(), at_once=True).sent == [key]
    assert row(platform, key).last_error == ""
