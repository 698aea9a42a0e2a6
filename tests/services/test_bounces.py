"""An address that refuses mail for good is marked on the people who have it; a person may have a mail sent again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from db.models import AuditEntry, Contact
from policy.access import FULL_SCOPE, SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.refusal import Refused, Unknown
from services import alerting
from services.mail import outbox, states
from services.mail.delivery import Fault, Unanswered, Undelivered
from services.mail.outbox import send_queued
from services.platform import Platform
from tests.factories import make_contact, make_park, make_unit
from tests.services.queued_mail import NOON, Line, SetNow, queue, row

ADDRESS = "gone@example.gov.cn"
NO_SUCH_USER = "邮件服务器拒收：550 5.1.1 no such user"
COMMITTEE = Actor("committee", Role.COMMITTEE, FULL_SCOPE)


@pytest.fixture(autouse=True)
def at_noon(set_now: SetNow) -> None:
    set_now(NOON)


def refused() -> Line:
    return Line(Undelivered(NO_SUCH_USER, Fault.ADDRESS))


def people(platform: Platform) -> list[Contact]:
    with platform.database.read() as session:
        return list(session.scalars(select(Contact).order_by(Contact.id)))


def entries(platform: Platform, action: str) -> list[AuditEntry]:
    with platform.database.read() as session:
        return list(session.scalars(select(AuditEntry).where(AuditEntry.action == action).order_by(AuditEntry.seq)))


@pytest.fixture
def reachable(platform: Platform) -> Platform:
    """Two units whose handler reads at ADDRESS, one who read there until June, and one who reads elsewhere."""
    with platform.database.write() as session:
        first, second = make_unit(session, "示例甲区"), make_unit(session, "示例乙区")
        for unit in (first, second):
            make_contact(session, unit, mail=ADDRESS)
        make_contact(session, first, mail=ADDRESS, valid_to=date(2025, 6, 30))
        make_contact(session, first, mail="other@example.gov.cn")
    return platform


def test_a_refused_address_is_marked_with_everyone_who_reads_there(reachable: Platform) -> None:
    key = queue(reachable, ADDRESS)
    assert send_queued(reachable, refused()).failed == [key]
    marks = [(person.bounced_on, person.bounce_reason) for person in people(reachable)]
    assert marks == [(date(2025, 8, 1), NO_SUCH_USER), (date(2025, 8, 1), NO_SUCH_USER), (None, ""), (None, "")]
    told = entries(reachable, "contact.bounce")
    assert [entry.subject for entry in told] == ["示例甲区", "示例乙区"]
    assert told[0].new["mail"] == "g***@example.gov.cn"


@pytest.mark.parametrize("fault", [Fault.NEVER, Fault.LATER, Fault.LINE, Fault.SERVER])
def test_no_other_failure_marks_an_address(reachable: Platform, fault: Fault) -> None:
    queue(reachable, ADDRESS)
    send_queued(reachable, Line(Undelivered("554 5.7.1 not from you", fault)))
    assert {person.bounced_on for person in people(reachable)} == {None}


def test_a_mail_that_arrives_takes_the_mark_away(reachable: Platform, set_now: SetNow) -> None:
    for _ in range(2):
        queue(reachable, ADDRESS)
        send_queued(reachable, refused())
    first = queue(reachable, ADDRESS)
    set_now(NOON + timedelta(days=3))
    assert send_queued(reachable, Line()).sent == [first]
    assert {person.bounced_on for person in people(reachable)} == {None}
    assert [entry.old["bounced_on"] for entry in entries(reachable, "contact.update")] == ["2025-08-01", "2025-08-01"]
    assert len(entries(reachable, "contact.bounce")) == 2


def test_the_mark_goes_in_the_same_round_that_set_it(reachable: Platform) -> None:
    """One mail to an address is refused, the next one taken: the address works."""
    failed, sent = queue(reachable, ADDRESS), queue(reachable, ADDRESS)
    report = send_queued(reachable, refused())
    assert (report.failed, report.sent) == ([failed], [sent])
    assert {person.bounced_on for person in people(reachable)} == {None}


def again(platform: Platform, actor: Actor, key: str) -> None:
    with platform.database.write() as session:
        outbox.retry(session, actor, key)


def test_a_person_has_a_failed_mail_sent_again_as_the_same_mail(platform: Platform) -> None:
    key = queue(platform)
    line = Line(*(Undelivered("451") for _ in range(states.MAX_ATTEMPTS)))
    for _ in range(states.MAX_ATTEMPTS):
        send_queued(platform, line, at_once=True)
    assert row(platform, key).state == "failed"
    again(platform, COMMITTEE, key)
    waiting = row(platform, key)
    assert (waiting.state, waiting.attempts, waiting.last_error) == ("queued", 0, "")
    assert send_queued(platform, line).sent == [key]
    assert line.handed_over[0].message_id == f"<{key}@parkwatch.local>"
    (entry,) = entries(platform, "mail.retry")
    assert (entry.actor, entry.subject, entry.old["attempts"]) == ("committee", key, states.MAX_ATTEMPTS)


def test_a_mail_given_up_without_an_answer_may_be_sent_again_too(platform: Platform) -> None:
    key = queue(platform)
    for _ in range(2):
        send_queued(platform, Line(Unanswered("cut")), at_once=True)
    assert send_queued(platform, Line(), at_once=True).sent == []
    again(platform, COMMITTEE, key)
    assert send_queued(platform, Line()).sent == [key]


def test_what_still_goes_or_has_gone_is_not_sent_again(platform: Platform) -> None:
    key = queue(platform)
    with pytest.raises(Refused, match="现为“待发送”，只有未送达和未获答复的邮件可以重新发送"):
        again(platform, COMMITTEE, key)
    send_queued(platform, Line())
    with pytest.raises(Refused, match="现为“已发送”"):
        again(platform, COMMITTEE, key)


def test_who_may_have_it_sent_again(platform: Platform) -> None:
    key = queue(platform)
    with pytest.raises(Unknown, match="没有邮件“T-0”"):
        again(platform, COMMITTEE, "T-0")
    with pytest.raises(AccessDenied):
        again(platform, Actor("district", Role.DISTRICT, Scope(unit_ids=frozenset({1}))), key)


def test_a_mail_refused_for_what_it_says_is_told_to_the_committee_until_one_arrives(
    platform: Platform, set_now: SetNow
) -> None:
    """A content filter: the address is good, but nobody has been told."""
    today = date(2025, 8, 1)
    with platform.database.write() as session:
        office = make_unit(session, "示例市经济信息委", kind="committee")
        make_contact(session, office, mail="office@example.gov.cn")
        district = make_unit(session, "示例甲区")
        for role in ("handler", "reviewer", "head", "government"):
            make_contact(session, district, role=role, mail=f"{role}@example.gov.cn")
        make_park(session, "示例甲园", district=district, code="alpha", approved_on=date(2024, 10, 10))

    def told(day: date) -> list[tuple[str, tuple[str, ...]]]:
        set_now(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
        with platform.database.write() as session:
            found = alerting.sweep(session, SYSTEM_ACTOR, day)
        return [(mail.to, mail.alerts) for mail in found.mails]

    refused_text = Line(Undelivered("邮件服务器拒收：550 5.7.1 content rejected", Fault.NEVER))
    assert [to for to, _ in told(today)] == ["handler@example.gov.cn"]
    send_queued(platform, refused_text, at_once=True)
    ((to, keys),) = told(today + timedelta(days=1))
    assert to == "office@example.gov.cn"
    assert keys == ("contact_missing:alpha:refused:h***@example.gov.cn",)
    with platform.database.write() as session:
        assert alerting.sweep(session, SYSTEM_ACTOR, today + timedelta(days=1)).mails == ()
    told(today + timedelta(days=6))  # T+7 reaches the handler
    send_queued(platform, Line(), at_once=True)
    set_now(datetime(2025, 8, 8, 4, tzinfo=UTC))
    with platform.database.write() as session:
        closed = alerting.sweep(session, SYSTEM_ACTOR, date(2025, 8, 8)).closed
    assert [note.key for note in closed] == ["contact_missing:alpha:refused:h***@example.gov.cn"]
