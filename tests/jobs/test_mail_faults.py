"""Every way a mail server can misbehave: nothing is lost, and nothing doubled that was not uncertain."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from sqlalchemy import select

from db.models import OutboxMail
from services.mail import smtp
from services.mail.outbox import SendReport, send_queued
from services.mail.smtp import SmtpTransport
from services.platform import Platform
from tests.mailserver import HOST, trust
from tests.unruly import CUT, ENDLESS, GARBAGE, HANG, Unruly, certified, unruly_server

NOON = datetime(2025, 8, 1, 4, tzinfo=UTC)
SENDER = "parkwatch@example.gov.cn"
SetNow = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def at_noon(set_now: SetNow) -> None:
    set_now(NOON)


@pytest.fixture
def keys(platform: Platform) -> list[str]:
    """Three mails wait."""
    names = [f"T+1-{number:08d}" for number in range(3)]
    with platform.database.write() as session:
        session.add_all(
            OutboxMail(
                key=key, recipient=address(key), subject="【催报】逾期未报", text="逾期未报", html="<p>逾期未报</p>",
                stage="T+1", state="queued", message_id=f"<{key}@parkwatch.local>", queued_at=NOON, try_at=NOON,
            )
            for key in names
        )  # fmt: skip
    return names


def address(key: str) -> str:
    return f"{key.replace('+', '')}@example.gov.cn"


def to(server: Unruly, *, starttls: bool = False) -> SmtpTransport:
    return SmtpTransport(HOST, server.port, SENDER, starttls=starttls, timeout=0.3)


def states(platform: Platform) -> dict[str, tuple[str, int]]:
    with platform.database.read() as session:
        rows = session.execute(select(OutboxMail.key, OutboxMail.state, OutboxMail.attempts).order_by(OutboxMail.id))
        return {row.key: (row.state, row.attempts) for row in rows}


class Story:
    """Rounds of sending, half an hour apart: how the first one went, and which mails were ever in doubt."""

    def __init__(self, platform: Platform, server: Unruly, set_now: SetNow, rounds: int = 6) -> None:
        self.doubtful: set[str] = set()
        self.reports: list[SendReport] = []
        for number in range(rounds):
            set_now(NOON + timedelta(minutes=30 * number))
            self.reports.append(send_queued(platform, to(server)))
            if number == 0:
                self.first = {key: state for key, (state, _) in states(platform).items()}
                self.attempts = {key: attempts for key, (_, attempts) in states(platform).items()}
            self.doubtful |= {key for key, (state, _) in states(platform).items() if state == "uncertain"}
        self.last = {key: state for key, (state, _) in states(platform).items()}


BEFORE_THE_TEXT = [
    *(("banner", action) for action in ("421 too busy", "554 no service", CUT, HANG, GARBAGE)),
    *(("ehlo", action) for action in ("421 too busy", CUT, GARBAGE)),
    *(("mail", action) for action in ("421 too busy", "451 try later", CUT, HANG, GARBAGE, ENDLESS)),
    *(("rcpt", action) for action in ("421 too busy", "451 greylisted", CUT, HANG, GARBAGE)),
    *(("data", action) for action in ("421 too busy", "451 try later", CUT, GARBAGE)),
    *(("end", action) for action in ("421 too busy", "451 try later", "452 disk full")),
]
IN_DOUBT = [("text", CUT), *(("end", action) for action in (CUT, HANG, GARBAGE, ENDLESS))]


@pytest.mark.parametrize(("point", "action"), BEFORE_THE_TEXT)
def test_what_certainly_did_not_go_out_goes_out_later_and_once(
    platform: Platform, keys: list[str], set_now: SetNow, point: str, action: str
) -> None:
    with unruly_server(does={point: [action, action]}) as server:
        story = Story(platform, server, set_now)
    assert sorted(server.keys) == keys
    assert set(story.last.values()) == {"sent"}
    assert "uncertain" not in story.first.values()
    assert dict(server.taken) == {key: f"<{key}@parkwatch.local>" for key in keys}


@pytest.mark.parametrize(("point", "action"), IN_DOUBT)
def test_what_may_have_gone_out_is_uncertain_and_tried_once_more_as_the_same_message(
    platform: Platform, keys: list[str], set_now: SetNow, point: str, action: str
) -> None:
    with unruly_server(does={point: [action]}) as server:
        story = Story(platform, server, set_now)
    assert story.first == {keys[0]: "uncertain", keys[1]: "sent", keys[2]: "sent"}
    assert set(story.last.values()) == {"sent"}
    counts = Counter(server.taken)
    doubled = {key for (key, _), count in counts.items() if count > 1}
    assert set(server.keys) == set(keys)
    assert doubled == (set() if point == "text" else {keys[0]})
    assert doubled <= story.doubtful == {keys[0]}


def test_a_server_that_never_answers_a_text_gets_it_twice_and_no_more(
    platform: Platform, keys: list[str], set_now: SetNow
) -> None:
    with unruly_server(does={"end": [CUT] * 50}) as server:
        story = Story(platform, server, set_now, rounds=10)
    assert Counter(server.keys) == dict.fromkeys(keys, 2)
    assert set(story.last.values()) == {"uncertain"}


def test_one_refused_address_of_three_spoils_no_other_mail(
    platform: Platform, keys: list[str], set_now: SetNow
) -> None:
    with unruly_server(refuses={address(keys[1]): "550 5.1.1 no such user"}) as server:
        story = Story(platform, server, set_now)
    assert story.first == {keys[0]: "sent", keys[1]: "failed", keys[2]: "sent"}
    assert server.keys == [keys[0], keys[2]]
    assert server.connections == 1
    # What the server said of the address is kept without the address.
    (problem,) = story.reports[0].problems
    assert "550 5.1.1 no such user" in problem
    assert address(keys[1]) not in problem


def test_a_refusal_that_repeats_the_address_is_kept_without_it(platform: Platform, keys: list[str]) -> None:
    whom = address(keys[0])
    with unruly_server(refuses={whom: f"550 <{whom}>: unknown"}) as server:
        send_queued(platform, to(server))
    with platform.database.read() as session:
        error = session.scalars(select(OutboxMail.last_error).where(OutboxMail.key == keys[0])).one()
    assert error == f"邮件服务器拒收：550 <{whom[0]}***@example.gov.cn>: unknown"


def test_a_greylisted_mail_arrives_at_its_second_try(platform: Platform, keys: list[str], set_now: SetNow) -> None:
    with unruly_server(does={"rcpt": ["451 4.7.1 greylisted, come back"] * 3}) as server:
        story = Story(platform, server, set_now)
    assert story.first == dict.fromkeys(keys, "queued")
    assert story.attempts == dict.fromkeys(keys, 1)
    assert sorted(server.keys) == keys
    assert server.connections == 2


def test_one_connection_serves_a_whole_round(platform: Platform, keys: list[str]) -> None:
    with unruly_server() as server:
        assert send_queued(platform, to(server)).sent == keys
    assert server.connections == 1
    assert server.commands == ["EHLO", *["MAIL", "RCPT", "DATA"] * 3, "QUIT"]


@pytest.mark.parametrize("action", [CUT, HANG, GARBAGE, "554 no goodbye"])
def test_the_goodbye_changes_nothing(platform: Platform, keys: list[str], action: str) -> None:
    with unruly_server(does={"quit": [action]}) as server:
        assert send_queued(platform, to(server)).sent == keys
    assert states(platform) == dict.fromkeys(keys, ("sent", 1))


@pytest.mark.parametrize("goodbye", ["421 that is enough", CUT])
def test_a_server_that_hangs_up_between_two_mails_is_called_again(
    platform: Platform, keys: list[str], goodbye: str
) -> None:
    calm = "250 OK"
    with unruly_server(does={"mail": [calm, goodbye, calm, goodbye, calm]}) as server:
        assert send_queued(platform, to(server)).sent == keys
    assert server.keys == keys
    assert server.connections == 3


def test_a_server_that_takes_one_mail_a_connection_still_gets_them_all(platform: Platform, keys: list[str]) -> None:
    with unruly_server(per_connection=1) as server:
        assert send_queued(platform, to(server)).sent == keys


def test_a_mail_that_breaks_every_connection_keeps_no_other_from_going(
    platform: Platform, keys: list[str], set_now: SetNow
) -> None:
    with unruly_server(refuses={address(keys[0]): CUT}) as server:
        story = Story(platform, server, set_now)
    assert story.first == {keys[0]: "queued", keys[1]: "sent", keys[2]: "sent"}
    assert story.last[keys[0]] == "queued"


def test_a_server_that_breaks_every_connection_ends_the_round(platform: Platform, keys: list[str]) -> None:
    with platform.database.write() as session:
        for number in range(3, 20):
            key = f"T+1-{number:08d}"
            session.add(
                OutboxMail(
                    key=key, recipient=address(key), subject="", text="", html="", stage="T+1", state="queued",
                    message_id=f"<{key}@parkwatch.local>", queued_at=NOON, try_at=NOON,
                )
            )  # fmt: skip
    with unruly_server(does={"rcpt": [CUT] * 50}) as server:
        report = send_queued(platform, to(server))
    assert report.postponed == keys
    assert server.connections == 3
    assert set(states(platform).values()) == {("queued", 0)}


def test_mails_outlive_a_server_that_is_away_for_a_month(platform: Platform, keys: list[str], set_now: SetNow) -> None:
    with unruly_server() as server:
        away = SmtpTransport(HOST, server.port, SENDER, starttls=False)
    rounds = 0
    for minute in range(0, 24 * 60, 2):
        set_now(NOON + timedelta(minutes=minute))
        rounds += bool(send_queued(platform, away).postponed)
    # It is asked four to eight times an hour at last, not every two minutes.
    assert 24 * 4 < rounds < 24 * 8 + 20
    set_now(NOON + timedelta(days=30))
    send_queued(platform, away)
    assert states(platform) == dict.fromkeys(keys, ("queued", 0))
    set_now(NOON + timedelta(days=30, minutes=15))
    with unruly_server() as server:
        assert send_queued(platform, to(server)).sent == keys


@pytest.mark.parametrize("fault", ["expired", "self-signed", "stripped", "refused", "injected"])
def test_without_a_secure_connection_nothing_is_said_and_nothing_lost(
    platform: Platform, keys: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A certificate that has run out or nobody vouches for; STARTTLS no longer on offer, refused, or answered oddly."""
    authority = trustme.CA()
    monkeypatch.setenv("SSL_CERT_FILE", str(trust(authority, tmp_path)))
    good = certified(authority)
    does = {"refused": {"starttls": ["454 not now"]}, "injected": {"starttls": ["250 as you like"]}}.get(fault, {})
    bad = {"expired": certified(authority, days_left=-1), "self-signed": certified(trustme.CA()), "stripped": None}
    with unruly_server(tls=bad.get(fault, good), does=does) as server:
        report = send_queued(platform, to(server, starttls=True))
    assert report.postponed == keys[:1]
    assert server.keys == []
    assert not {"MAIL", "RCPT", "DATA", "AUTH"} & set(server.commands)
    assert states(platform) == dict.fromkeys(keys, ("queued", 0))
    with unruly_server(tls=good) as server:
        assert send_queued(platform, to(server, starttls=True), at_once=True).sent == keys
    assert server.commands[:3] == ["EHLO", "STARTTLS", "EHLO"]


def test_a_server_is_not_waited_for_without_end() -> None:
    assert smtp.TIMEOUT <= 60
