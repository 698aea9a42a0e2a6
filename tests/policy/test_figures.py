"""How figures and dates are written: exact, rounded half up only where asked, dates without padding."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policy.figures import chinese_date, chinese_day, half_up, percent, plain


@pytest.mark.parametrize(
    ("value", "written"), [("10.40", "10.4"), ("1E+1", "10"), ("0.00", "0"), ("-3.50", "-3.5"), ("1200", "1200")]
)
def test_a_figure_is_written_without_exponent_or_idle_zeros(value: str, written: str) -> None:
    assert plain(Decimal(value)) == written


@pytest.mark.parametrize(
    ("value", "rounded"), [("2.5", "3"), ("3.5", "4"), ("2.6", "3"), ("0.32", "0"), ("-2.5", "-3")]
)
def test_halves_are_rounded_away_from_zero(value: str, rounded: str) -> None:
    """附件填报说明2 四舍五入: 2.5 is 3, where Python's own rounding says 2."""
    assert half_up(Decimal(value)) == Decimal(rounded)


def test_a_share_keeps_one_place() -> None:
    assert percent(Decimal("0.35")) == "35.0%"
    assert percent(Decimal("0.7999"), 2) == "79.99%"


def test_dates_are_complete_and_not_padded() -> None:
    assert chinese_date(date(2026, 7, 1)) == "2026年7月1日"


@pytest.mark.parametrize(
    ("stored", "printed"),
    [("2025-05-08", "2025年5月8日"), ("2023-11", "2023年11月"), ("待定", "待定"), ("2025", "2025")],
)
def test_a_stored_day_is_printed_as_far_as_it_is_known(stored: str, printed: str) -> None:
    assert chinese_day(stored) == printed
