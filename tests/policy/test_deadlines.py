"""建设周期 (五(一)), 序时进度 and working days, as an official would count them on a calendar."""

from datetime import date
from decimal import Decimal

import pytest

from policy.deadlines import CALENDAR, construction_end, elapsed_days, elapsed_share


@pytest.mark.parametrize(
    ("approved_on", "last_day"),
    [
        ("2024-10-10", "2026-10-10"),
        ("2024-02-29", "2026-02-28"),  # no such day in 2026: the month's last
        ("2023-02-28", "2025-02-28"),
        ("2026-02-28", "2028-02-28"),  # not the 29th
        ("2024-12-31", "2026-12-31"),
        ("2025-01-01", "2027-01-01"),
    ],
)
def test_the_construction_period_ends_two_years_after_the_approval(approved_on: str, last_day: str) -> None:
    assert construction_end(date.fromisoformat(approved_on)) == date.fromisoformat(last_day)


def test_two_years_from_a_leap_day_end_on_a_leap_day_again_after_four() -> None:
    assert construction_end(date(2024, 2, 29), years=4) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("day", "days", "share"),
    [
        ("2024-10-09", 0, "0"),
        ("2024-10-10", 0, "0"),  # the start day is not counted
        ("2025-10-10", 365, "0.5"),
        ("2026-10-10", 730, "1"),
        ("2027-01-01", 730, "1"),
    ],
)
def test_the_elapsed_share_runs_from_nothing_to_all_of_the_two_years(day: str, days: int, share: str) -> None:
    approved_on, ends_on = date(2024, 10, 10), date(2026, 10, 10)
    assert elapsed_days(approved_on, ends_on, date.fromisoformat(day)) == (days, 730)
    assert elapsed_share(approved_on, ends_on, date.fromisoformat(day)) == Decimal(share)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-10-01", False),  # 国庆节
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday made up for the holiday
        ("2026-02-28", True),  # a Saturday too
        ("2026-09-26", False),
        ("2026-11-23", True),
        ("2026-11-22", False),
    ],
)
def test_working_days_of_2026_follow_the_state_councils_notice(day: str, working: bool) -> None:
    assert CALENDAR.is_working(date.fromisoformat(day)) is working


@pytest.mark.parametrize(
    ("day", "rolled"),
    [
        ("2026-10-01", "2026-10-08"),
        ("2026-10-10", "2026-10-10"),
        ("2026-02-28", "2026-02-28"),
        ("2027-01-31", "2027-02-01"),
    ],
)
def test_a_deadline_on_a_day_off_rolls_to_the_next_working_day(day: str, rolled: str) -> None:
    assert CALENDAR.roll_forward(date.fromisoformat(day)) == date.fromisoformat(rolled)


def test_a_year_without_a_published_calendar_is_weekends_only_and_says_so() -> None:
    assert CALENDAR.is_provisional(date(2027, 10, 1))
    assert CALENDAR.is_working(date(2027, 10, 1))
    assert not CALENDAR.is_provisional(date(2026, 10, 1))
