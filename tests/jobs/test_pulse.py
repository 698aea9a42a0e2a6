"""The heartbeat goes on whatever the work, the database and the wall clock do."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from jobs.pulse import Pulse

NOON = datetime(2026, 1, 5, 4, tzinfo=UTC)
OFTEN = timedelta(milliseconds=5)
SOON = 10  # seconds


class Heart:
    """Counts its beats; `third` is set with the third."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.beats = 0
        self.third = Event()
        self._fault = fault

    def beat(self) -> None:
        self.beats += 1
        if self.beats >= 3:
            self.third.set()
        if self._fault:
            raise self._fault


def test_it_beats_at_once_and_until_it_is_stopped() -> None:
    heart = Heart()
    pulse = Pulse(OFTEN, heart.beat, lambda: None)
    pulse.start()
    assert heart.third.wait(SOON)
    pulse.stop()
    before = heart.beats
    assert not pulse.is_alive()
    assert heart.beats == before


def test_a_database_out_of_reach_does_not_stop_it(caplog: pytest.LogCaptureFixture) -> None:
    heart = Heart(ConnectionError("no answer"))
    pulse = Pulse(OFTEN, heart.beat, lambda: None)
    with caplog.at_level(logging.ERROR):
        pulse.start()
        assert heart.third.wait(SOON)
        pulse.stop()
    assert "no answer" in caplog.text


@pytest.mark.parametrize(("leap", "noticed"), [(timedelta(days=-1), True), (timedelta(days=1), False)])
def test_it_notices_a_clock_that_is_set_back(
    set_now: Callable[[datetime], None], leap: timedelta, noticed: bool
) -> None:
    """A clock set forward needs nothing: what it makes due is done at the next look, once."""
    set_now(NOON)
    heart, set_back = Heart(), Event()
    pulse = Pulse(OFTEN, heart.beat, set_back.set)
    pulse.start()
    assert heart.third.wait(SOON)
    set_now(NOON + leap)
    if noticed:
        assert set_back.wait(SOON)
    else:
        heart.beats = 0
        heart.third.clear()
        assert heart.third.wait(SOON)
        assert not set_back.is_set()
    pulse.stop()


def test_plans_that_could_not_be_made_anew_are_tried_at_the_next_beat(set_now: Callable[[datetime], None]) -> None:
    set_now(NOON)
    heart, tries, planned = Heart(), [], Event()

    def plan_anew() -> None:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("the scheduler is busy")
        planned.set()

    pulse = Pulse(OFTEN, heart.beat, plan_anew)
    pulse.start()
    assert heart.third.wait(SOON)
    set_now(NOON - timedelta(days=1))
    assert planned.wait(SOON)
    pulse.stop()
    assert len(tries) == 2
