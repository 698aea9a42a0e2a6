"""Senders that are killed, sleep or run beside each other: no mail is lost, and what is in doubt is told apart."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from services.mail import backoff, states
from services.mail.delivery import HandingOver, Undelivered
from services.mail.message import Letter
from services.mail.outbox import send_queued
from services.platform import Platform
from tests.services.queued_mail import NOON, Killed, Line, SetNow, queue, row


@pytest.fixture(autouse=True)
def at_noon(set_now: SetNow, monkeypatch: pytest.MonkeyPatch) -> None:
    """At noon, and with pauses that are waited whole."""
    set_now(NOON)
    monkeypatch.setattr(backoff, "spread", lambda: 1.0)


def test_a_sender_killed_before_handing_over_is_followed_by_another_once_its_claim_has_run_out(
    platform: Platform, set_now: SetNow
) -> None:
    key = queue(platform)

    class Dying(Line):
        def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
            raise Killed

    with pytest.raises(Killed):
        send_queued(platform, Dying())
    assert row(platform, key).state == "claimed"
    set_now(NOON + states.CLAIM_LASTS - timedelta(seconds=1))
    assert send_queued(platform, Line(), at_once=True).sent == []
    set_now(NOON + states.CLAIM_LASTS)
    assert send_queued(platform, Line()).sent == [key]


def test_a_sender_killed_while_handing_over_leaves_a_doubt_and_loses_nothing(
    platform: Platform, set_now: SetNow
) -> None:
    """Its death says nothing about the mail: however often, another tries again until there is an answer."""
    key = queue(platform)

    class Dying(Line):
        def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
            handing_over()
            raise Killed

    for killed in (1, 2, 3):
        with pytest.raises(Killed):
            send_queued(platform, Dying())
        assert (row(platform, key).state, row(platform, key).doubts) == ("uncertain", killed)
        assert send_queued(platform, Line(), at_once=True).sent == []
        set_now(NOON + killed * states.CLAIM_LASTS)
    assert send_queued(platform, Line()).sent == [key]
    assert (row(platform, key).state, row(platform, key).doubts) == ("sent", 0)


def test_a_mail_that_kills_every_sender_is_left_for_a_person(platform: Platform, set_now: SetNow) -> None:
    key = queue(platform)

    class Dying(Line):
        def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
            handing_over()
            raise Killed

    for killed in range(states.MAX_ATTEMPTS):
        set_now(NOON + killed * states.CLAIM_LASTS)
        with pytest.raises(Killed):
            send_queued(platform, Dying())
    set_now(NOON + timedelta(days=30))
    assert send_queued(platform, Line(), at_once=True).sent == []
    assert row(platform, key).state == "uncertain"


def test_a_killed_sender_leaves_one_mail_in_doubt_and_the_rest_untouched(platform: Platform, set_now: SetNow) -> None:
    keys = [queue(platform) for _ in range(4)]

    class Dying(Line):
        def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
            super().deliver(letter, handing_over)
            if letter.key == keys[2]:
                raise Killed

    dying, other = Dying(), Line()
    with pytest.raises(Killed):
        send_queued(platform, dying)
    assert [row(platform, key).state for key in keys] == ["sent", "sent", "uncertain", "claimed"]
    set_now(NOON + states.CLAIM_LASTS)
    assert send_queued(platform, other).sent == keys[2:]
    assert sorted({*dying.keys, *other.keys}) == keys
    assert set(dying.keys) & set(other.keys) == {keys[2]}


def test_a_sender_that_slept_past_its_claim_hands_nothing_over(platform: Platform, set_now: SetNow) -> None:
    key = queue(platform)
    other = Line()

    class Sleepy(Line):
        def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
            set_now(NOON + states.CLAIM_LASTS)
            assert send_queued(platform, other).sent == [key]
            super().deliver(letter, handing_over)

    sleepy = Sleepy()
    assert send_queued(platform, sleepy).sent == []
    assert (sleepy.keys, other.keys) == ([], [key])
    assert row(platform, key).state == "sent"


def test_claims_are_kept_while_a_slow_server_is_worked_with(platform: Platform, set_now: SetNow) -> None:
    """Eight mails of a minute each, claimed together for three: nobody else gets one of them meanwhile."""
    keys = [queue(platform) for _ in range(8)]
    other = Line()

    class Slow(Line):
        def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
            set_now(NOON + timedelta(minutes=len(self.handed_over) + 1))
            assert send_queued(platform, other, at_once=True).sent == []
            super().deliver(letter, handing_over)

    assert send_queued(platform, Slow()).sent == keys
    assert other.keys == []
    assert {row(platform, key).state for key in keys} == {"sent"}


def test_what_a_clock_that_ran_ahead_has_written_keeps_no_mail_waiting(platform: Platform, set_now: SetNow) -> None:
    """A sender killed and a mail put off, both by a clock a day fast; then the clock is put right."""
    first, second = queue(platform), queue(platform)
    set_now(NOON + timedelta(days=1, hours=2))

    class Dying(Line):
        def deliver(self, letter: Letter, handing_over: HandingOver) -> None:
            if letter.key == second:
                raise Killed
            raise Undelivered("451 try later")

    with pytest.raises(Killed):
        send_queued(platform, Dying())
    set_now(NOON + timedelta(minutes=1))
    assert send_queued(platform, Line()).sent == [second, first]


def test_two_senders_at_once_send_each_mail_once(platform: Platform) -> None:
    keys = [queue(platform) for _ in range(8)]
    line, start = Line(), Barrier(2)

    def run() -> list[str]:
        start.wait()
        return send_queued(platform, line).sent

    with ThreadPoolExecutor(2) as pool:
        sent = [job.result() for job in [pool.submit(run), pool.submit(run)]]
    assert sorted(line.keys) == sorted(sent[0] + sent[1]) == keys
