"""进度滞后: an accepted figure against its straight path from 基期值 to 目标值 (domain 1c, defaults 10 % and 20 %)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from policy.facts import FigureFact, GoalFact, ParkFact
from policy.indicators.definitions import Definition
from policy.indicators.lag import Judgement, judgements
from policy.indicators.progress import Pace, comparable, completion, incremental_completion, pace, shortfall
from policy.rulebook import DEFAULT
from policy.situation import Situation
from policy.terms import Direction, FigureBasis, FigureKind, HalfYear, Light, Stage

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


# Twelve months, growth and direction. PARK: 731 days from 2023-12-31; day 547 is 2025-06-30, day 366 2024-12-31.


def known(*rows: tuple[str, str], key: str = "revenue_cyber", kind: FigureKind = FigureKind.FINAL) -> list[FigureFact]:
    return [
        FigureFact(key, HalfYear.parse(at), Decimal(value), f"{at}.xlsx", "半年报!C10", value, 1, kind=kind)
        for at, value in rows
    ]


def judged(figures: list[FigureFact], goal: GoalFact, *changes: Definition) -> Judgement | None:
    found = judgements(
        Situation(PARK, date(2026, 1, 31), DEFAULT, goals=(goal,), figures=tuple(figures), definitions=changes)
    )
    return found[0] if found else None


def goal_of(key: str, baseline: str, target: str) -> GoalFact:
    return GoalFact(key, Decimal(baseline), APPROVED_ON, Decimal(target), "示例函〔2023〕1号")


TEN_TO_TWENTY = goal_of("revenue_cyber", "10", "20")


def test_a_june_total_is_judged_by_its_last_twelve_months_when_both_years_are_known() -> None:
    """8 + 12 - 5 = 15 against 10 + 10 × 547/731 = 17.4829: 14.2 % below, and not 54 % as June's 8 alone would be."""
    found = judged(known(("2024H1", "5"), ("2024H2", "12"), ("2025H1", "8")), TEN_TO_TWENTY)
    assert found is not None
    assert found.pace is not None
    assert (found.pace.value, found.light) == (Decimal(15), Light.YELLOW)
    assert found.sentence.startswith(
        "网络安全产业收入近12个月（截至2025年6月末）累计为15亿元，比序时目标17.4829亿元低14.2%"
        "（序时目标＝基期值10＋（目标值20－基期值10）×序时进度74.8%，即547天／731天；"
        "近12个月累计＝本年上半年8亿元＋上年全年12亿元－上年上半年5亿元）；"
        "数据来源：2025H1.xlsx 半年报!C10、2024H2.xlsx 半年报!C10、2024H1.xlsx 半年报!C10；"
    )


def test_without_the_year_before_a_june_total_leaves_the_december_verdict() -> None:
    found = judged(known(("2024H2", "15"), ("2025H1", "8")), TEN_TO_TWENTY)
    assert found is not None
    assert found.pace is not None
    assert (found.pace.figure.period, found.pace.told) == (HalfYear(2024, 2), "2024年1—12月")


def test_a_january_reset_is_no_fall() -> None:
    """20 in the year, then 9 by June against 8 the June before: nothing is late."""
    found = judged(known(("2024H1", "8"), ("2024H2", "20"), ("2025H1", "9")), TEN_TO_TWENTY)
    assert found is not None
    assert found.light is Light.GREEN


def test_an_estimate_counts_and_says_so() -> None:
    figures = known(("2024H1", "5"), ("2024H2", "12")) + known(("2025H1", "8"), kind=FigureKind.ESTIMATE)
    found = judged(figures, TEN_TO_TWENTY)
    assert found is not None
    assert "15亿元（预计数），比序时目标" in found.sentence


def test_growth_below_the_plans_makes_a_goal_yellow_that_is_behind_already() -> None:
    """52 firms on 2025-12-31 against 54 planned: 3.7 % below, inside the limit. But 51 a year before is a growth of
    2.0 %, and the path went from 44.0137 to 54: 22.7 %."""
    figures = known(("2024H2", "51"), ("2025H2", "52"), key="firms_cyber")
    found = judged(figures, goal_of("firms_cyber", "34", "54"))
    assert found is not None
    assert (found.pace.light if found.pace else None, found.light) == (Light.GREEN, Light.YELLOW)
    assert found.sentence == (
        "网络安全企业数量2025年下半年同比增长2.0%（（52家－51家）÷51家），低于计划增幅22.7%"
        "（序时目标由44.01到54）；数据来源：2025H2.xlsx 半年报!C10、2024H2.xlsx 半年报!C10；"
        "滞后界限为系统默认值，通知未规定"
    )


@pytest.mark.parametrize(
    ("before", "now", "light"),
    [
        ("51", "54", Light.GREEN),  # on its path: growth is nobody's trouble
        ("51", "60", Light.GREEN),
        ("45", "53", Light.GREEN),  # 17.8 %: less than five points below 22.7 %
        ("45.1", "53", Light.YELLOW),  # 17.5 %: more
        ("0", "53", Light.GREEN),  # 上年同期为0: no growth can be told
    ],
)
def test_growth_is_looked_at_behind_the_path_alone(before: str, now: str, light: Light) -> None:
    found = judged(known(("2024H2", before), ("2025H2", now), key="firms_cyber"), goal_of("firms_cyber", "34", "54"))
    assert found is not None
    assert found.light is light


def test_a_june_total_without_twelve_months_is_judged_by_its_growth() -> None:
    """The December report of 2024 never came. 5.1 after 5.0 is 2.0 %; the path from mid-2024 to mid-2025 grows by
    (10 + 10 × 547/731) / (10 + 10 × 182/731) - 1 = 40.0 %."""
    found = judged(known(("2024H1", "5.0"), ("2025H1", "5.1")), TEN_TO_TWENTY)
    assert found is not None
    assert (found.pace, found.light) == (None, Light.YELLOW)
    assert "低于计划增幅40.0%（序时目标由12.4897到17.4829）" in found.sentence


def test_a_goal_of_an_older_definition_says_so_and_growth_is_not_compared_across_it() -> None:
    change = Definition(
        "firms_cyber", HalfYear(2025, 1), "注册企业", FigureBasis.REGISTERED, "", True, "示例函〔2025〕3号"
    )
    found = judged(
        known(("2024H2", "51"), ("2025H2", "52"), key="firms_cyber"), goal_of("firms_cyber", "34", "54"), change
    )
    assert found is not None
    assert (found.slow, found.light) == (None, Light.GREEN)
    assert "口径自2025年上半年起变更（依据示例函〔2025〕3号），目标按原口径设定的须核对" in found.sentence


@pytest.mark.parametrize(
    ("actual", "direction", "behind"),
    [
        ("90", Direction.UP, "0.1"),
        ("110", Direction.UP, "0"),
        ("110", Direction.DOWN, "0.1"),
        ("90", Direction.DOWN, "0"),
    ],
)
def test_behind_is_below_or_above_as_the_indicator_goes(actual: str, direction: Direction, behind: str) -> None:
    assert shortfall(Fraction(actual), Fraction(100), direction) == Fraction(behind)


def test_the_gap_is_of_what_was_gained_and_in_points() -> None:
    """34 to 54, 40 on day 366 of 731: 增量完成率 30 %, 序时进度 50.07 %, 20.07 points behind."""
    verdict = judge("firms_cyber", "2024H2", "40", baseline="34", target="54")
    assert verdict is not None
    assert verdict.gap is not None
    assert verdict.gap.quantize(Decimal("0.01")) == Decimal("-20.07")
    flat = judge("firms_cyber", "2024H2", "40", baseline="34", target="34")
    assert flat is not None
    assert flat.gap is None
