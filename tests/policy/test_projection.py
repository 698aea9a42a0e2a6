"""测算表 by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policy.foresight import Course, Reported
from policy.projection import projection, rounded
from policy.terms import HalfYear, Measure

HALF = Decimal("0.5")
H1, H2 = HalfYear(2026, 1), HalfYear(2026, 2)


def course(
    measure: Measure, *reports: tuple[str, str], approved: date = date(2024, 12, 31), target: str = "60"
) -> Course:
    rows = tuple(Reported(date.fromisoformat(day), Decimal(value), date.fromisoformat(day)) for day, value in reports)
    return Course("P001", "x", measure, approved, Decimal(30), Decimal(target), None, rows)


def test_a_level_is_missing_so_much_a_day() -> None:
    """40 at the end of 2025, 60 wanted by 31 December 2026: 20 in 365 days, 181 of them in the first half."""
    table = projection(course(Measure.STOCK, ("2025-12-31", "40")), date(2026, 2, 1), HALF)
    assert (table.known, table.missing, table.short) == (40, 20, 0)
    assert [stretch.period for stretch in table.stretches] == [H1, H2]
    assert table.stretches[0].amount == pytest.approx(Decimal(20) * 181 / 365)
    assert table.stretches[-1].reaches == pytest.approx(60)
    assert all(stretch.whole for stretch in table.stretches)


def test_income_falls_by_its_season() -> None:
    """60 of 2026 are wanted, two fifths of a year's income come in its first half: 24 and 36."""
    table = projection(course(Measure.FLOW_YTD, ("2025-12-31", "50")), date(2026, 2, 1), Decimal("0.4"))
    assert table.known == 0
    assert [stretch.amount for stretch in table.stretches] == [pytest.approx(24), pytest.approx(36)]


def test_what_has_come_in_counts_and_the_rest_is_left() -> None:
    rows = (("2025-12-31", "50"), ("2026-06-30", "26"))
    table = projection(course(Measure.FLOW_YTD, *rows), date(2026, 8, 1), Decimal("0.4"))
    assert (table.known, table.missing) == (26, 34)
    assert [(stretch.period, stretch.amount) for stretch in table.stretches] == [(H2, pytest.approx(34))]


def test_before_the_last_twelve_months_begin_the_whole_target_is_left() -> None:
    table = projection(course(Measure.FLOW_YTD, ("2025-06-30", "20")), date(2025, 8, 1), HALF)
    assert [stretch.period for stretch in table.stretches] == [H1, H2]
    assert table.missing == 60


def test_what_the_user_sets_stands_and_the_others_carry_the_rest() -> None:
    table = projection(course(Measure.STOCK, ("2025-12-31", "40")), date(2026, 2, 1), HALF, {H1: Decimal(5)})
    assert [(stretch.amount, stretch.given) for stretch in table.stretches] == [(5, True), (15, False)]
    all_set = projection(
        course(Measure.STOCK, ("2025-12-31", "40")), date(2026, 2, 1), HALF, {H1: Decimal(5), H2: Decimal(8)}
    )
    assert all_set.short == 7


def test_a_half_year_counts_in_part_where_the_two_years_begin_or_end_within_it() -> None:
    """Approved on 10 October 2024: of 2026下半年 only the days to 10 October 2026."""
    one = course(Measure.STOCK, ("2025-12-31", "40"), approved=date(2024, 10, 10))
    first, last = projection(one, date(2026, 2, 1), HALF).stretches
    assert first.whole
    assert not last.whole
    assert last.end == date(2026, 10, 10)
    assert last.amount == pytest.approx(Decimal(20) * 102 / 283)


def test_thirds_that_do_not_add_up_to_the_last_digit_leave_nothing_short() -> None:
    one = course(Measure.STOCK, ("2025-12-31", "50.1"), approved=date(2025, 8, 8), target="59")
    table = projection(one, date(2026, 2, 1), HALF)
    assert len(table.stretches) == 4
    assert table.short == 0


def test_what_is_reached_needs_nothing() -> None:
    table = projection(course(Measure.STOCK, ("2025-12-31", "75")), date(2026, 2, 1), HALF)
    assert table.missing == 0
    assert [stretch.amount for stretch in table.stretches] == [0, 0]


def test_the_printed_rows_add_up_to_what_is_missing() -> None:
    """44 firms, 57 wanted by 22 August 2027: exactly 3.95, 4.02, 3.95 and 1.16; printed 4, 4, 4 and 1, not 2."""
    one = course(Measure.STOCK, ("2025-12-31", "44"), approved=date(2025, 8, 22), target="57")
    shown = rounded(projection(one, date(2026, 2, 1), HALF), Decimal(1))
    assert (shown.known, shown.missing) == (44, 13)
    assert shown.rows == ((4, 48), (4, 52), (4, 56), (1, 57))


def test_a_part_of_twelve_months_is_printed_so_that_it_and_the_rest_make_the_target() -> None:
    """Of 2025下半年 (20) count the 83 days after 9 October of 184: 9.0217, printed 9.02; 60 less that is 50.98."""
    rows = (("2025-06-30", "30"), ("2025-12-31", "50"))
    one = course(Measure.FLOW_YTD, *rows, approved=date(2024, 10, 9))
    shown = rounded(projection(one, date(2026, 2, 1), HALF), Decimal("0.01"))
    assert (shown.known, shown.missing) == (Decimal("9.02"), Decimal("50.98"))
    assert sum(amount for amount, _reached in shown.rows) == shown.missing
    assert shown.rows[-1][1] == 60


def test_what_is_set_is_printed_as_set_and_a_target_of_many_digits_as_it_is() -> None:
    one = course(Measure.STOCK, ("2025-12-31", "2"), target="5.12345")
    shown = rounded(projection(one, date(2026, 2, 1), HALF, {H1: Decimal("1.5")}), Decimal("0.01"))
    assert shown.rows == ((Decimal("1.5"), Decimal("3.5")), (Decimal("1.62345"), Decimal("5.12345")))


def test_nothing_is_printed_as_needed_where_the_target_is_reached() -> None:
    shown = rounded(projection(course(Measure.STOCK, ("2025-12-31", "75.125")), date(2026, 2, 1), HALF), Decimal(1))
    assert (shown.missing, shown.rows) == (0, ((0, Decimal("75.125")), (0, Decimal("75.125"))))
