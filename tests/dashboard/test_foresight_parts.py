"""The pace in words, rounded as officials round."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dashboard.foresight_parts import paces
from dashboard.markup import render
from policy.foresight import Course, Reported
from policy.terms import Measure


def words(course: Course, at: date) -> str:
    return "".join(part if isinstance(part, str) else str(part.children) for part in paces(course, at))  # type: ignore[union-attr]


def test_what_came_lately_is_rounded_half_up_and_what_is_needed_always_up() -> None:
    """（2.44＋2.09）÷2＝2.265，四舍五入为2.27；至2027-02-14的12个月8亿元，已完成2.09×136÷181＝1.5704，
    余6.4296分给1＋45÷181个半年，每半年5.1494，进为5.15."""
    reports = (("2025-06-30", "1.91"), ("2025-12-31", "4.35"), ("2026-06-30", "2.09"))
    known = tuple(Reported(date.fromisoformat(day), Decimal(value), date(2026, 7, 20)) for day, value in reports)
    course = Course(
        "XG", "revenue_cyber", Measure.FLOW_YTD, date(2025, 2, 14), Decimal(4), Decimal(8), reports=known
    )  # fmt: skip
    said = words(course, date(2026, 11, 24))
    assert said == "每半年需实现5.15亿元；近两期平均实现2.27亿元"
    assert "#basis-revenue_cyber" in render(paces(course, date(2026, 11, 24)))
