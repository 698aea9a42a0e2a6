"""The forecast as an official would try it: small programmes whose answer is plain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from policy.deadlines import add_months
from policy.foresight import Course, Outlook, Reported
from policy.terms import Measure
from services.foresight.forecasting import forecast

APPROVED = date(2024, 1, 5)
AT = date(2025, 2, 1)
HALVES = (date(2024, 6, 30), date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 31))


def reported(*values: float | str, days: Sequence[date] = HALVES) -> tuple[Reported, ...]:
    rows = zip(days, values, strict=False)
    return tuple(Reported(day, Decimal(str(value)), add_months(day, 1)) for day, value in rows)


def stock(park: str, target: float, *values: float, approved: date = APPROVED) -> Course:
    return Course(park, "firms_cyber", Measure.STOCK, approved, Decimal(100), Decimal(str(target)), None,
                  reported(*values))  # fmt: skip


def flow(park: str, target: str, *values: str) -> Course:
    return Course(park, "revenue_cyber", Measure.FLOW_YTD, APPROVED, Decimal("10.00"), Decimal(target), None,
                  reported(*values))  # fmt: skip


def peers(*, by: float = 10, number: int = 8) -> tuple[Course, ...]:
    """Parks that grow by about so much each half-year."""
    return tuple(stock(f"Q{n}", 140, 100 + by + n % 3, 100 + 2 * by + n % 2) for n in range(number))


def of(course: Course, others: Sequence[Course] = (), at: date = AT) -> Outlook:
    return forecast((course, *others), at)[0]


def chance(outlook: Outlook) -> float:
    assert outlook.p_miss is not None, outlook.why
    return outlook.p_miss


def width(outlook: Outlook) -> float:
    assert outlook.p10 is not None
    assert outlook.p90 is not None
    return outlook.p90 - outlook.p10


def test_who_keeps_its_pace_will_make_it_and_who_stands_still_will_not() -> None:
    assert chance(of(stock("P001", 125, 110, 120), peers())) < 0.1
    assert chance(of(stock("P001", 160, 100, 101), peers())) > 0.9


def test_the_range_holds_the_straight_continuation_and_widens_with_the_time_left() -> None:
    early = of(stock("P001", 140, 110, 120), peers())
    late = of(stock("P001", 140, 110, 120, 130), peers(), at=date(2025, 8, 1))
    assert early.p50 == pytest.approx(140, abs=6)
    assert width(late) < width(early)


def test_a_park_with_one_report_borrows_from_its_peers() -> None:
    """The same single figure means more where everybody grows than where nobody does."""
    one = stock("P001", 130, 108)
    assert chance(of(one, peers(by=12))) + 0.1 < chance(of(one, peers(by=1)))


def test_the_january_reset_is_no_collapse() -> None:
    """A third of the year's income falls in its first half, every year: 4.4 by June 2025 is well on the way."""
    others = tuple(replace(flow(f"Q{n}", "13.00", f"3.{60 + n}", "11.00", "4.10"), park=f"Q{n}") for n in range(8))
    on_course = of(flow("P001", "12.50", "3.70", "11.20", "4.40"), others, at=date(2025, 8, 1))
    behind = of(flow("P001", "12.50", "3.70", "11.20", "2.60"), others, at=date(2025, 8, 1))
    assert on_course.p50 == pytest.approx(13, abs=0.7)
    assert chance(on_course) < 0.35
    assert chance(behind) > 0.9


def test_the_unit_of_a_figure_does_not_matter() -> None:
    def in_other_unit(course: Course) -> Course:
        rows = tuple(replace(row, value=row.value * 1000) for row in course.reports)
        return replace(course, baseline=course.baseline * 1000, target=course.target * 1000, reports=rows)

    courses = (stock("P001", 140, 108, 115), *peers())
    plain = forecast(courses, AT)[0]
    other = forecast(tuple(in_other_unit(course) for course in courses), AT)[0]
    assert chance(other) == pytest.approx(chance(plain), abs=0.02)
    assert other.p50 == pytest.approx((plain.p50 or 0) * 1000, rel=0.01)


def test_an_estimate_counts_for_less_than_a_figure() -> None:
    final = stock("P001", 140, 110, 120)
    guessed = replace(final, reports=tuple(replace(row, estimated=True) for row in final.reports))
    plain, doubtful = of(final, peers()), of(guessed, peers())
    assert width(doubtful) > width(plain)
    assert (doubtful.p50 or 0) < (plain.p50 or 0)


def test_nothing_reported_later_is_known() -> None:
    told_later = replace(stock("P001", 140, 110, 120), reports=(*reported(110, 120), *reported(300, days=HALVES[2:])))
    assert of(told_later, peers()) == of(stock("P001", 140, 110, 120), peers())


def test_a_figure_in_another_unit_is_left_out_and_named() -> None:
    outlook = of(stock("P001", 140, 110, 1200000, 130), peers(), at=date(2025, 8, 1))
    assert "2024-12-31的1200000" in outlook.why
    assert not outlook.refused
    assert outlook.p50 == pytest.approx(138, abs=6)


def test_too_little_is_refused_with_its_reason() -> None:
    silent = of(stock("P001", 140), peers())
    assert silent.refused
    assert silent.p_miss is silent.p50 is None
    assert "尚无可用的报告期数据" in silent.why
    assert silent.pace is not None
    alone = of(stock("P001", 140, 110), peers(number=4))
    assert alone.refused
    assert "只有1期数据，可比园区4个" in alone.why
    assert not of(stock("P001", 140, 110), peers(number=5)).refused
    assert not of(stock("P001", 140, 110, 120)).refused
    assert "尚未批复" in of(stock("P001", 140, 110), peers(), at=date(2024, 1, 4)).why


def test_figures_that_are_nought_are_no_obstacle() -> None:
    listed = replace(stock("P001", 2, 0, 0), baseline=Decimal(0))
    others = tuple(replace(one, baseline=Decimal(0), target=Decimal(2), reports=reported(0, 1)) for one in peers())
    assert 0.2 < chance(of(listed, others)) < 1


def test_every_course_has_its_own_outlook_in_the_order_given() -> None:
    courses = (flow("P001", "12.50", "3.70", "11.20"), *peers(), stock("P001", 130, 110, 120))
    found = forecast(courses, AT)
    assert [(one.park, one.indicator) for one in found] == [(course.park, course.indicator) for course in courses]
    assert forecast(courses, AT) == found
