"""The outbox: a queued mail goes out once, whatever the server, the network or the sender itself does."""

from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import trustme
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from db.models import Alert, AuditEntry
from policy.access import SYSTEM_ACTOR, AccessDenied, Actor, Role, Scope
from policy.alerts.alert import Alert as DueAlert
from policy.terms import AlertRule
from services import alerting
from services.mail import backoff, outbox, states
from services.mail.compose import Notice, Telling, Wording
from services.mail.delivery import Fault, HandingOver, Unanswered, Undelivered
from services.mail.message import Letter, build
from services.mail.outbox import send_queued
from services.mail.transport import open_transport
from services.platform import Platform
from settings import Settings
from tests.factories import make_contact, make_park, make_unit
from tests.mailserver import mail_server, trust
from tests.services.queued_mail import NOON, Line, SetNow, queue, row


@pytest.fixture(autouse=True)
def at_noon(set_now: SetNow, monkeypatch: pytest.MonkeyPatch) -> None:
    """At noon, and with pauses that are waited whole."""
    set_now(NOON)
    monkeypatch.setattr(backoff, "spread", lambda: 1.0)


def test_an_overdue_report_reaches_the_handler_over_a_real_server(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    monkeypatch.setenv("SSL_CERT_FILE", str(trust(authority, tmp_path)))
    with platform.database.write() as session:
        district = make_unit(session, "示例甲区")
        for name in ("first", "second"):
            make_contact(session, district, mail=f"{name}@example.gov.cn")
        make_park(session, "示例甲园", district=district, code="alpha")
        result = alerting.sweep(session, SYSTEM_ACTOR, date(2025, 8, 1), base_url="https://parks.example.gov.cn")
    with mail_server(authority) as (post, port):
        transport = open_transport(Settings(_env_file=None, mail_url=f"smtp://127.0.0.1:{port}"))
        report = send_queued(platform, transport)
        assert send_queued(platform, transport).sent == []
    assert report.sent == [mail.key for mail in result.mails]
    assert post.recipients == ["first@example.gov.cn", "second@example.gov.cn"]
    assert post.encrypted == [True, True]
    message = post.received[0]
    assert message["Subject"] == "（演示）【催报】国家网络安全产业园区（示例甲园）2025年上半年园区发展情况逾期未报"
    assert message["X-Parkwatch-Key"] == result.mails[0].key
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        assert part is not None
        text = part.get_content()
        assert "国家网络安全产业园区（示例甲园）2025年上半年园区发展情况逾期未报：未报，报送截止日2025年7月31日" in text
        assert "依据五(二)；报送截止日为系统默认值，通知未规定" in text
        assert "https://parks.example.gov.cn/parks/alpha" in text
        assert "演示数据，纯属虚构" in text
        assert "本系统为非涉密系统，严禁处理、存储、传输涉密信息" in text
    sent = row(platform, result.mails[0].key)
    assert (sent.state, sent.attempts, sent.sent_at, sent.claimed_by) == ("sent", 1, NOON, None)


def test_behind_a_certificate_nobody_vouches_for_the_mail_stays_queued(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = queue(platform)
    authority = trustme.CA()
    with mail_server(authority) as (post, port):
        transport = open_transport(Settings(_env_file=None, mail_url=f"smtp://127.0.0.1:{port}"))
        report = send_queued(platform, transport)
        assert (report.postponed, report.clean) == ([key], False)
        assert post.received == []
        waiting = row(platform, key)
        assert (waiting.state, waiting.attempts) == ("queued", 0)
        assert "证书未通过校验" in waiting.last_error
        monkeypatch.setenv("SSL_CERT_FILE", str(trust(authority, tmp_path)))
        assert send_queued(platform, transport, at_once=True).sent == [key]
    assert row(platform, key).last_error == ""


def test_without_a_server_mails_become_files(platform: Platform, tmp_path: Path) -> None:
    key = queue(platform)
    assert send_queued(platform).sent == [key]
    (path,) = (tmp_path / "mail").iterdir()
    assert path.name == f"{key}.eml"
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert (message["Subject"], message["To"]) == ("【催报】逾期未报", "handler@example.gov.cn")


def test_a_failure_is_tried_again_after_a_pause_that_grows(platform: Platform, set_now: SetNow) -> None:
    key = queue(platform)
    trouble = [Undelivered("451 try later") for _ in range(3)]
    line, moments, now = Line(*trouble), [], NOON
    for minute in range(10):
        now = NOON + timedelta(minutes=minute)
        set_now(now)
        before = row(platform, key).attempts
        send_queued(platform, line)
        if row(platform, key).attempts > before:
            moments.append(minute)
    assert moments == [0, 1, 3, 7]
    assert row(platform, key).state == "sent"


def test_a_person_who_sends_does_not_wait_for_the_pause(platform: Platform) -> None:
    key = queue(platform)
    line = Line(Undelivered("451 try later"))
    send_queued(platform, line)
    assert send_queued(platform, line).sent == []
    assert send_queued(platform, line, at_once=True).sent == [key]


def test_after_many_attempts_it_is_given_up_and_says_why(platform: Platform) -> None:
    key = queue(platform)
    line = Line(*(Undelivered(f"451 no. {number}") for number in range(30)))
    for _ in range(30):
        send_queued(platform, line, at_once=True)
    given_up = row(platform, key)
    assert (given_up.state, given_up.attempts) == ("failed", states.MAX_ATTEMPTS)
    assert given_up.last_error == "451 no. 19"


def test_a_mail_that_can_never_arrive_fails_at_once_and_stops_no_other(platform: Platform) -> None:
    keys = [queue(platform, f"{number}@example.gov.cn") for number in range(3)]
    report = send_queued(platform, Line(Undelivered("550 no such user", Fault.ADDRESS)))
    assert (report.failed, report.sent) == (keys[:1], keys[1:])
    assert row(platform, keys[0]).state == "failed"
    assert report.problems == [f"{keys[0]}：550 no such user"]


def test_an_address_that_makes_no_mail_fails_and_stops_no_other(platform: Platform) -> None:
    broken, good = queue(platform, "a@example.gov.cn\nBcc: b@example.gov.cn"), queue(platform)
    report = send_queued(platform)
    assert (report.failed, report.sent) == ([broken], [good])


def test_a_fault_of_ours_stops_no_other_mail(platform: Platform) -> None:
    first, second = queue(platform), queue(platform)

    class Faulty(Line):
        def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
            if letter.key == first:
                raise ZeroDivisionError
            super().deliver(letter, handing_over)

    report = send_queued(platform, Faulty())
    assert (report.postponed, report.sent) == ([first], [second])


def test_when_the_server_is_out_of_reach_the_round_ends(platform: Platform) -> None:
    keys = [queue(platform) for _ in range(3)]
    report = send_queued(platform, Line(Undelivered("无法连接", Fault.SERVER)))
    assert (report.postponed, report.sent) == (keys[:1], [])
    assert [row(platform, key).attempts for key in keys] == [0, 0, 0]


def test_without_an_answer_it_is_uncertain_and_tried_once_more_as_the_same_message(
    platform: Platform, set_now: SetNow
) -> None:
    key = queue(platform)
    line = Line(Unanswered("cut"), Unanswered("cut again"))
    assert send_queued(platform, line).uncertain == [key]
    assert row(platform, key).state == "uncertain"
    assert send_queued(platform, line).uncertain == []
    set_now(NOON + timedelta(minutes=1))
    assert send_queued(platform, line).uncertain == [key]
    set_now(NOON + timedelta(days=30))
    assert send_queued(platform, line, at_once=True).sent == []
    first, second = line.handed_over
    assert first.message_id == second.message_id == f"<{key}@parkwatch.local>"
    assert build(first, "parkwatch@example.gov.cn") == build(second, "parkwatch@example.gov.cn")
    assert (row(platform, key).state, row(platform, key).last_error) == ("uncertain", "cut again")


def test_the_second_try_settles_the_doubt(platform: Platform) -> None:
    key = queue(platform)
    line = Line(Unanswered("cut"))
    send_queued(platform, line)
    assert send_queued(platform, line, at_once=True).sent == [key]
    assert (row(platform, key).state, row(platform, key).doubts) == ("sent", 0)


def test_a_refusal_takes_back_its_own_doubt_and_no_earlier_one(platform: Platform) -> None:
    key = queue(platform)

    class Busy(Line):
        def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
            handing_over()
            raise Undelivered("452 disk full")

    send_queued(platform, Busy())
    assert (row(platform, key).state, row(platform, key).doubts) == ("queued", 0)
    send_queued(platform, Line(Unanswered("cut")), at_once=True)
    send_queued(platform, Busy(), at_once=True)
    assert (row(platform, key).state, row(platform, key).doubts) == ("uncertain", 1)
    assert send_queued(platform, Line(), at_once=True).sent == [key]


def test_the_same_notice_cannot_be_queued_twice(platform: Platform) -> None:
    with platform.database.write() as session:
        park = make_park(session)
        alert = Alert(
            key="k", rule="report_overdue", park_id=park.id, clause="", message="", stage="T+1", rulebook="1",
            opened_on=date(2025, 8, 1),
        )  # fmt: skip
        session.add(alert)
        session.flush()
        alert_id = alert.id
    due = DueAlert("k", AlertRule.REPORT_OVERDUE, "alpha", "2025H1", date(2025, 7, 31), "", "", "T+1", "逾期未报")

    def notice(recipient: str) -> Notice:
        return Notice(recipient, (Telling(alert_id, due, date(2025, 8, 1), "园", True, recipient),))

    for recipient in ("a@example.gov.cn", "b@example.gov.cn"):
        with platform.database.write() as session:
            outbox.queue(session, notice(recipient), Wording("", "", ""))
    with pytest.raises(IntegrityError), platform.database.write() as session:
        outbox.queue(session, notice("a@example.gov.cn"), Wording("", "", ""))


def test_only_the_system_sends_mail(platform: Platform) -> None:
    with pytest.raises(AccessDenied):
        send_queued(platform, Line(), actor=Actor("committee", Role.COMMITTEE, Scope(everything=True)))


def test_how_each_mail_ended_is_in_the_audit_log(platform: Platform) -> None:
    keys = [queue(platform) for _ in range(2)]
    send_queued(platform, Line(Unanswered("cut")))
    with platform.database.read() as session:
        entries = [(entry.action, entry.subject) for entry in session.scalars(select(AuditEntry))]
    assert entries == [("mail.uncertain", keys[0]), ("mail.sent", keys[1])]
