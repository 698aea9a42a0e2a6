"""What is needed from now on: cases to check by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policy.foresight import Course, Reported, earned, half_flows, needed_pace, recent_pace
from policy.terms import Measure

APPROVED = date(2024, 1, 1)


def course(
    measure: Measure, baseline: str, target: str, *reports: tuple[str, str], approved: date = APPROVED
) -> Course:
    rows = tuple(Reported(date.fromisoformat(day), Decimal(value), date.fromisoformat(day)) for day, value in reports)
    return Course("P001", "x", measure, approved, Decimal(baseline), Decimal(target), None, rows)


def test_firms_still_missing_are_spread_over_the_half_years_left() -> None:
    """30 at first, 60 at month 24 (2026-01-01); 40 on 30 June 2025: 20 more in a half-year and a day of 181."""
    one = course(Measure.STOCK, "30", "60", ("2024-12-31", "36"), ("2025-06-30", "40"))
    assert needed_pace(one, date(2025, 8, 1)) == pytest.approx(Decimal(20) * 181 / 182)


def test_before_any_report_all_four_half_years_are_left() -> None:
    one = course(Measure.STOCK, "30", "62")
    assert needed_pace(one, date(2024, 3, 1)) == pytest.approx(Decimal("7.99"), abs=Decimal("0.01"))


def test_income_is_needed_for_the_last_twelve_months_only() -> None:
    """Target 6 for the year that ends on 2026-01-01. Half of 2025 brought 2.5: the other half must bring 3.5."""
    one = course(Measure.FLOW_YTD, "4", "6", ("2024-12-31", "4.4"), ("2025-06-30", "2.5"))
    assert earned(one, date(2025, 8, 1)) == pytest.approx(Decimal("2.5"), abs=Decimal("0.02"))
    assert needed_pace(one, date(2025, 8, 1)) == pytest.approx(Decimal("3.46"), abs=Decimal("0.05"))


def test_before_its_last_year_begins_half_the_target_is_needed_each_half_year() -> None:
    one = course(Measure.FLOW_YTD, "4", "6", ("2024-06-30", "1.8"))
    assert needed_pace(one, date(2024, 8, 1)) == 3


def test_what_is_reached_needs_nothing_more_and_what_is_over_has_no_pace() -> None:
    assert needed_pace(course(Measure.STOCK, "30", "40", ("2024-12-31", "45")), date(2025, 2, 1)) == 0
    assert needed_pace(course(Measure.STOCK, "30", "40", ("2024-12-31", "35")), date(2026, 1, 1)) is None


def test_the_second_half_is_the_year_less_the_first() -> None:
    one = course(Measure.FLOW_YTD, "4", "6", ("2024-06-30", "1.8"), ("2024-12-31", "4.4"))
    assert [(half.end, half.amount) for half in half_flows(one, date(2025, 2, 1))] == [
        (date(2024, 6, 30), Decimal("1.8")), (date(2024, 12, 31), Decimal("2.6")),
    ]  # fmt: skip


def test_of_two_rows_of_a_period_the_one_reported_later_counts_once_it_is_known() -> None:
    first = Reported(date(2024, 12, 31), Decimal(40), date(2024, 12, 10), estimated=True)
    then = Reported(date(2024, 12, 31), Decimal(36), date(2025, 2, 1))
    one = Course("P001", "x", Measure.STOCK, APPROVED, Decimal(30), Decimal(60), None, (then, first))
    assert one.known(date(2025, 1, 31)) == (first,)
    assert one.known(date(2025, 2, 1)) == (then,)
    assert one.known(date(2024, 12, 9)) == ()


def test_the_recent_pace_is_the_mean_of_the_last_two_half_years_where_both_are_known() -> None:
    """34 to 38 to 46 firms: 6 a half-year; income of 2.6 and 2.0."""
    firms = course(Measure.STOCK, "30", "60", ("2024-06-30", "34"), ("2024-12-31", "38"), ("2025-06-30", "46"))
    assert recent_pace(firms, date(2025, 8, 1)) == 6
    income = course(Measure.FLOW_YTD, "4", "6", ("2024-06-30", "1.8"), ("2024-12-31", "4.4"), ("2025-06-30", "2.0"))
    assert recent_pace(income, date(2025, 8, 1)) == Decimal("2.3")
    assert recent_pace(firms, date(2025, 1, 15)) is None
    gap = course(Measure.STOCK, "30", "60", ("2024-06-30", "34"), ("2025-06-30", "38"), ("2025-12-31", "46"))
    assert recent_pace(gap, date(2026, 1, 15)) is None
