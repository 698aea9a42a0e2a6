"""A running total as a window on the path: what the model takes for a sum of months is that sum."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from math import exp, log

import numpy as np
import pytest

from policy.foresight import Course
from policy.terms import Measure
from services.foresight import windows

COURSE = Course("P001", "x", Measure.FLOW_YTD, date(2024, 10, 10), Decimal(1), Decimal(2))


def total(window: windows.Window, growth: float) -> float:
    """What the model says of a path that grows by so much a month, in years' flows of the first January."""
    return exp(window.offset + float(window.weights @ (growth * window.at)))


def test_a_level_year_is_one_and_its_halves_are_the_usual_shares() -> None:
    assert total(windows.baseline(COURSE), 0) == pytest.approx(1, rel=0.001)
    assert total(windows.reported(COURSE, date(2025, 6, 30)), 0) == pytest.approx(windows.USUAL_FIRST_HALF, rel=0.001)


@pytest.mark.parametrize("growth", [-0.02, 0.0125, 0.05])
def test_a_growing_path_is_summed_within_a_hundredth(growth: float) -> None:
    share = windows.USUAL_FIRST_HALF
    months = np.arange(24, 36)
    exact = sum((share if month % 12 < 6 else 1 - share) / 6 * exp(growth * (month + 0.5)) for month in months)
    assert total(windows.reported(COURSE, date(2025, 12, 31)), growth) == pytest.approx(float(exact), rel=0.01)


def test_the_last_twelve_months_may_begin_within_a_month() -> None:
    window = windows.outcome(COURSE, COURSE.ends_on)
    first = windows.month_of(date(2023, 1, 1), date(2025, 10, 10))
    assert window.at.min() > first
    assert len(window.at) == 13
    assert total(window, 0) == pytest.approx(1, abs=0.02)


def test_a_level_is_a_point_at_the_end_of_its_day() -> None:
    level = windows.reported(Course("P001", "x", Measure.STOCK, COURSE.approved_on, Decimal(1), Decimal(2)),
                             date(2024, 6, 30))  # fmt: skip
    assert level.at == pytest.approx([18.0])
    assert level.offset == 0
    assert log(exp(level.offset)) == 0
