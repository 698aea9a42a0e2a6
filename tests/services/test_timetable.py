"""The one table of what happens by itself, and when it happens next."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from policy.terms import Duty
from services.clock import SHANGHAI
from services.timetable import TIMETABLE, next_run

NEXT = {entry.duty: lambda now, entry=entry: next_run(entry, now) for entry in TIMETABLE}


@pytest.fixture(params=["UTC", "America/New_York"], autouse=True)
def _host_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The table is in Beijing time wherever the host stands."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


def test_every_duty_has_its_row_with_words_for_an_official() -> None:
    assert [entry.duty for entry in TIMETABLE] == list(Duty)
    assert all(entry.said and entry.why for entry in TIMETABLE)


def test_the_sweep_is_due_every_morning_in_beijing() -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=SHANGHAI)
    assert NEXT[Duty.SWEEP](noon) == datetime(2026, 1, 6, 7, tzinfo=SHANGHAI)
    assert NEXT[Duty.SWEEP](datetime(2026, 1, 5, 22, 59, 59, tzinfo=UTC)) == datetime(2026, 1, 6, 7, tzinfo=SHANGHAI)
    assert NEXT[Duty.SWEEP](datetime(2026, 1, 6, 7, tzinfo=SHANGHAI)) == datetime(2026, 1, 7, 7, tzinfo=SHANGHAI)


def test_the_sweep_is_due_on_the_29th_of_february_and_on_new_years_day() -> None:
    assert NEXT[Duty.SWEEP](datetime(2028, 2, 28, 8, tzinfo=SHANGHAI)).date().isoformat() == "2028-02-29"
    last_second = datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)
    assert NEXT[Duty.SWEEP](last_second) == datetime(2027, 1, 1, 7, tzinfo=SHANGHAI)


def test_mail_is_due_every_minute() -> None:
    now = datetime(2026, 1, 5, 12, 0, 30, tzinfo=SHANGHAI)
    assert NEXT[Duty.OUTBOX](now) - now == timedelta(seconds=30)


def test_the_log_is_tidied_on_the_first_of_each_month() -> None:
    assert NEXT[Duty.TIDY](datetime(2026, 1, 5, tzinfo=SHANGHAI)) == datetime(2026, 2, 1, 3, tzinfo=SHANGHAI)
