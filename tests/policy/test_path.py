"""序时目标: what a goal plans for a day, worked by hand.

The park was approved on 2024-10-10 and its two years end on 2026-10-10: 730 days. 6, 12 and 18 months after the 批复
are 2025-04-10 (day 182), 2025-10-10 (day 365) and 2026-04-10 (day 547); 2025-06-30 is day 263, 2025-12-31 day 447.
"""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from policy.facts import GoalFact
from policy.indicators.path import formula, known_points, planned
from policy.terms import GoalPath

APPROVED, ENDS = date(2024, 10, 10), date(2026, 10, 10)


def goal(path: GoalPath = GoalPath.STRAIGHT, baseline: str = "30", target: str = "60", **milestones: str) -> GoalFact:
    """阶段目标 as m6="34", m12="40"."""
    known = {int(month[1:]): Decimal(value) for month, value in milestones.items()}
    return GoalFact(
        "firms_cyber", Decimal(baseline), date(2023, 12, 31), Decimal(target), "建设方案", path=path, milestones=known
    )


def at(goal: GoalFact, day: str) -> Fraction:
    return planned(goal, APPROVED, ENDS, date.fromisoformat(day))


@pytest.mark.parametrize("path", list(GoalPath))
@pytest.mark.parametrize("milestones", [{}, {"m12": "40"}, {"m6": "32", "m12": "40", "m18": "48"}])
def test_every_path_leads_from_the_baseline_to_the_target(path: GoalPath, milestones: dict[str, str]) -> None:
    made = goal(path, **milestones)
    assert at(made, "2024-01-01") == at(made, "2024-10-10") == 30
    assert at(made, "2026-10-10") == at(made, "2027-03-01") == 60
    for month, value in made.milestones.items():
        day = next(point.day for point in known_points(made, APPROVED, ENDS) if point.name.startswith(f"{month}个月"))
        assert planned(made, APPROVED, ENDS, day) == value


@pytest.mark.parametrize(
    ("made", "day", "value"),
    [
        # straight: 30 + 30 × 263/730
        (goal(), "2025-06-30", 30 + Fraction(30 * 263, 730)),
        # through 40 at 12 months: 30 + 10 × 263/365, then 40 + 20 × 82/365
        (goal(m12="40"), "2025-06-30", 30 + Fraction(10 * 263, 365)),
        (goal(m12="40"), "2025-12-31", 40 + Fraction(20 * 82, 365)),
        # a milestone may lie flat or below a straight line
        (goal(m6="30"), "2025-02-01", Fraction(30)),
        # downwards: 60 - 30 × 365/730
        (goal(baseline="60", target="30"), "2025-10-10", Fraction(45)),
        # stepped through milestones: 30 until the day of the next
        (goal(GoalPath.STEPPED, m12="40"), "2025-10-09", Fraction(30)),
        (goal(GoalPath.STEPPED, m12="40"), "2025-10-10", Fraction(40)),
        (goal(GoalPath.STEPPED, m12="40"), "2026-10-09", Fraction(40)),
        # stepped without: four steps of 7.5
        (goal(GoalPath.STEPPED), "2025-04-09", Fraction(30)),
        (goal(GoalPath.STEPPED), "2025-04-10", Fraction(75, 2)),
        (goal(GoalPath.STEPPED), "2025-12-31", Fraction(45)),
        (goal(GoalPath.STEPPED), "2026-04-10", Fraction(105, 2)),
        # back-loaded: half the days, a quarter of the way
        (goal(GoalPath.BACK_LOADED), "2025-10-10", 30 + Fraction(30, 4)),
        (goal(GoalPath.BACK_LOADED), "2025-06-30", 30 + 30 * Fraction(263, 730) ** 2),
        # through 36 at 12 months: 36 + 24 × (447² - 365²) / (730² - 365²)
        (
            goal(GoalPath.BACK_LOADED, m12="36"), "2025-12-31",
            36 + 24 * Fraction(447**2 - 365**2, 730**2 - 365**2),
        ),
    ],
)  # fmt: skip
def test_planned_value(made: GoalFact, day: str, value: Fraction) -> None:
    assert at(made, day) == value


def test_a_back_loaded_path_through_points_on_its_own_curve_is_that_curve() -> None:
    """On day 365 the curve stands at 37.5."""
    free, bound = goal(GoalPath.BACK_LOADED), goal(GoalPath.BACK_LOADED, m12="37.5")
    for day in ("2025-01-31", "2025-06-30", "2025-12-31", "2026-06-30"):
        assert at(free, day) == at(bound, day)


def test_a_park_approved_on_29_february_has_its_points_at_the_end_of_short_months() -> None:
    """2024-02-29: six months on 2024-08-29, the end on 2026-02-28, 730 days."""
    made = goal(m6="40")
    days = [str(point.day) for point in known_points(made, date(2024, 2, 29), date(2026, 2, 28))]
    assert days == ["2024-02-29", "2024-08-29", "2026-02-28"]


@pytest.mark.parametrize(
    ("made", "day", "told"),
    [
        (
            goal(), "2025-06-30",
            "序时目标＝基期值30＋（目标值60－基期值30）×序时进度36.0%，即263天／730天",
        ),
        (
            goal(m12="40"), "2025-12-31",
            "序时目标＝12个月阶段目标40＋（目标值60－12个月阶段目标40）×本段进度22.5%，即82天／365天",
        ),
        (
            goal(GoalPath.STEPPED, m12="40"), "2025-06-30",
            "序时目标＝基期值30，分段推进，2025年10月10日起为12个月阶段目标40",
        ),
        (
            goal(GoalPath.STEPPED), "2025-06-30",
            "序时目标＝第1个半年末37.5，分段推进，2025年10月10日起为第2个半年末45",
        ),
        (
            goal(GoalPath.BACK_LOADED), "2025-06-30",
            "序时目标＝基期值30＋（目标值60－基期值30）×序时进度的平方，即（263天／730天）²",
        ),
        (
            goal(GoalPath.BACK_LOADED, m12="36"), "2025-12-31",
            "序时目标＝12个月阶段目标36＋（目标值60－12个月阶段目标36）"
            "×（447²－365²）÷（730²－365²），数字为批复后的天数",
        ),
        (goal(), "2026-12-31", "序时目标＝目标值60，建设期已满"),
    ],
)  # fmt: skip
def test_formula(made: GoalFact, day: str, told: str) -> None:
    assert formula(made, APPROVED, ENDS, date.fromisoformat(day)) == told
