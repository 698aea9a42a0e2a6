"""进度滞后: an accepted figure against its straight path from 基期值 to 目标值 (domain 1c, defaults 10 % and 20 %)."""

from datetime import date
from decimal import Decimal

import pytest

from policy.facts import FigureFact, GoalFact, ParkFact
from policy.indicators.progress import Pace, comparable, completion, incremental_completion, pace
from policy.rulebook import DEFAULT
from policy.terms import HalfYear, Light, Stage

APPROVED_ON = date(2023, 12, 31)  # 731 days to 2025-12-31, 366 of them by the end of 2024
PARK = ParkFact(
    1, "demo", "国家网络安全产业园区（示例园）", 1, "示例区", APPROVED_ON, "示例函〔2023〕1号",
    date(2025, 12, 31), Stage.BUILDING,
)  # fmt: skip


def judge(key: str, period: str, value: str, baseline: str = "0", target: str = "731") -> Pace | None:
    goal = GoalFact(key, Decimal(baseline), APPROVED_ON, Decimal(target), "示例函〔2023〕1号")
    figure = FigureFact(key, HalfYear.parse(period), Decimal(value), "半年报.xlsx", "半年报!C10", value, 1)
    return pace(PARK, goal, figure, DEFAULT)


@pytest.mark.parametrize(
    ("value", "light"),
    [
        ("366", Light.GREEN),  # on its path
        ("400", Light.GREEN),
        ("329.4", Light.GREEN),  # exactly 10 % below 366
        ("329.39", Light.YELLOW),
        ("292.8", Light.YELLOW),  # exactly 20 % below
        ("292.79", Light.RED),
        ("0", Light.RED),
    ],
)
def test_more_than_ten_percent_below_the_path_is_yellow_more_than_twenty_red(value: str, light: Light) -> None:
    verdict = judge("revenue_cyber", "2024H2", value)
    assert verdict is not None
    assert verdict.light is light


@pytest.mark.parametrize("multiple", [1, 3, 27, 38])
def test_a_figure_exactly_on_the_limit_is_never_pushed_over_it_by_a_rounded_division(multiple: int) -> None:
    """2025-06-30 is day 263 of 730, no finite decimal; a target of 730 n makes the path there a whole 263 n."""
    approved_on, ends_on = date(2024, 10, 10), date(2026, 10, 10)
    park = ParkFact(1, "demo", "园", 1, "区", approved_on, "1号", ends_on, Stage.BUILDING)
    goal = GoalFact("firms_cyber", Decimal(0), approved_on, Decimal(730 * multiple), "1号")
    on_limit = Decimal(263 * multiple) * Decimal("0.9")
    verdict = pace(park, goal, FigureFact("firms_cyber", HalfYear(2025, 1), on_limit, "f", "w", "", 1), DEFAULT)
    assert verdict is not None
    assert verdict.light is Light.GREEN
    assert verdict.shortfall == Decimal("0.1")


def test_the_path_starts_at_the_baseline() -> None:
    verdict = judge("firms_cyber", "2024H2", "40", baseline="34", target="54")
    assert verdict is not None
    assert (verdict.days, verdict.total_days) == (366, 731)
    assert verdict.expected.quantize(Decimal("0.0001")) == Decimal("44.0137")
    assert verdict.light is Light.GREEN


def test_a_flow_is_judged_on_december_figures_only() -> None:
    assert judge("revenue_cyber", "2024H1", "1") is None
    assert judge("revenue_cyber", "2024H2", "1") is not None


@pytest.mark.parametrize(
    ("key", "in_june"),
    [
        ("firms_cyber", True),
        ("revenue_cyber", False),
        ("rnd_investment", False),
        ("tier_over_100m", False),  # revenue since January decides the tier
        ("share_firms_cyber", True),
        ("share_revenue_cyber", False),
    ],
)
def test_levels_compare_at_every_half_and_running_totals_in_december(key: str, in_june: bool) -> None:
    assert comparable(key, HalfYear(2025, 1)) is in_june
    assert comparable(key, HalfYear(2025, 2))


def test_nothing_was_to_be_reached_yet_is_no_lag() -> None:
    verdict = judge("listed_cyber", "2024H2", "0", baseline="0", target="0")
    assert verdict is not None
    assert verdict.light is Light.GREEN
    assert verdict.shortfall == 0


def test_completion_and_incremental_completion_are_two_figures() -> None:
    assert completion(Decimal(12), Decimal(15)) == Decimal("0.8")
    assert incremental_completion(Decimal(12), Decimal(10), Decimal(15)) == Decimal("0.4")
    assert completion(Decimal(12), Decimal(0)) is None
    assert incremental_completion(Decimal(12), Decimal(15), Decimal(15)) is None
