"""Officials' arithmetic and the verdict against the path (reading 1c 「Lagging indicators」).

Four names that are never mixed: 完成率 (actual ÷ target), 增量完成率 (what was gained ÷ what was to be gained),
序时进度 (elapsed share of the two years), and the gap between what was gained and what was to be gained by then, in
个百分点.
完成率 of a level starts far above 0 and is never held against 序时进度.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from policy.deadlines import elapsed_days, elapsed_share
from policy.facts import FigureFact, GoalFact, ParkFact
from policy.figures import half_up, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.definitions import Definition, break_between
from policy.indicators.derivation import Derived, Series, decimal
from policy.indicators.path import formula, planned
from policy.rulebook import Rulebook
from policy.terms import Direction, HalfYear, Light, Measure


def completion(actual: Decimal, target: Decimal) -> Decimal | None:
    """完成率 = 实际 ÷ 目标; None when the target is 0."""
    return actual / target if target else None


def incremental_completion(actual: Decimal, baseline: Decimal, target: Decimal) -> Decimal | None:
    """增量完成率 = (实际 − 基期) ÷ (目标 − 基期); None when nothing was to grow."""
    return (actual - baseline) / (target - baseline) if target != baseline else None


@dataclass(frozen=True, slots=True)
class Pace:
    """One indicator against its path at the end of a period.

    `value` is what is held against `expected`: the figure itself, or of a running total in June the last twelve
    months (`twelve`). `days` of `total_days` had passed, the share `elapsed`; `shortfall` is the share by which
    `value` lies behind `expected` (0 when on the path or ahead of it).
    """

    goal: GoalFact
    figure: FigureFact
    value: Decimal
    days: int
    total_days: int
    elapsed: Decimal
    expected: Decimal
    shortfall: Decimal
    light: Light
    rulebook: str
    formula: str
    """How `expected` is worked out, with its numbers."""
    twelve: Derived | None = None
    changed: Definition | None = None
    """A change of 口径 since the 基期: the goal was perhaps set by the old one."""

    @property
    def told(self) -> str:
        """What the value speaks of: 2025年6月末, 2025年1—12月, 近12个月（截至2025年6月末）."""
        period = self.figure.period
        return f"近12个月（截至{period.end_label}）累计" if self.twelve else span_told(self.goal.key, period)

    @property
    def sources(self) -> tuple[FigureFact, ...]:
        return self.twelve.sources if self.twelve else (self.figure,)

    @property
    def mark(self) -> str:
        """（预计数） while any figure behind it is one."""
        return min(self.sources, key=lambda fact: fact.kind.rank).kind.mark

    @property
    def reached(self) -> bool:
        """The target itself, whatever the path."""
        up = BY_KEY[self.goal.key].direction is Direction.UP
        return self.value >= self.goal.target if up else self.value <= self.goal.target

    @property
    def gap(self) -> Decimal | None:
        """By how many 个百分点 增量完成率 is ahead of (+) or behind (-) what the path had planned by then.

        On a straight path that is 增量完成率 - 序时进度. None when nothing was to grow.
        """
        span = self.goal.target - self.goal.baseline
        return (self.value - self.expected) / span * 100 if span else None

    @property
    def gap_told(self) -> str:
        """超出3.2个百分点, 差12.0个百分点, 持平; empty when nothing was to grow."""
        if self.gap is None:
            return ""
        size = half_up(abs(self.gap), 1)
        return f"{'超出' if self.gap > 0 else '差'}{size}个百分点" if size else "持平"


def comparable(key: str, period: HalfYear) -> bool:
    """Whether a figure of this period may be held against the path.

    Levels always. A running total since January, and a yearly count, only in December: baseline and target
    are full years. A share when both its parts are.
    """
    indicator = BY_KEY[key]
    if indicator.ratio_of:
        return all(comparable(part, period) for part in indicator.ratio_of)
    return indicator.measure is Measure.STOCK or period.half == 2


def span_told(key: str, period: HalfYear) -> str:
    """What a figure of this period speaks of: 2025年6月末 for levels (and shares of levels), else 2025年1—6月."""
    return period.end_label if comparable(key, HalfYear(period.year, 1)) else period.months_label


def pace(
    park: ParkFact, goal: GoalFact, figure: FigureFact, rulebook: Rulebook, series: Series | None = None
) -> Pace | None:
    """Judge one accepted figure against the path from baseline to target; None when not comparable.

    With the park's `series` a running total in June is judged by its last twelve months, when they are known.
    """
    twelve = None if comparable(goal.key, figure.period) else _twelve(goal.key, figure.period, series)
    if twelve is None and not comparable(goal.key, figure.period):
        return None
    value = figure.value if twelve is None or twelve.value is None else decimal(twelve.value)
    day = figure.period.end
    days, total = elapsed_days(park.approved_on, park.ends_on, day)
    # Fractions: a figure exactly 10 % below its path must not turn yellow by the 28th digit of a division.
    expected = planned(goal, park.approved_on, park.ends_on, day)
    short = shortfall(Fraction(value), expected, BY_KEY[goal.key].direction)
    return Pace(
        goal=goal,
        figure=figure,
        value=value,
        days=days,
        total_days=total,
        elapsed=elapsed_share(park.approved_on, park.ends_on, day),
        expected=decimal(expected),
        shortfall=decimal(short),
        light=lag_light(short, day, rulebook),
        rulebook=rulebook.version,
        formula=formula(goal, park.approved_on, park.ends_on, day),
        twelve=twelve,
        changed=_changed(goal, figure.period, series),
    )


def _twelve(key: str, period: HalfYear, series: Series | None) -> Derived | None:
    if series is None or BY_KEY[key].measure is not Measure.FLOW_YTD:
        return None
    found = series.twelve(key, period)
    return found if found.value is not None else None


def _changed(goal: GoalFact, period: HalfYear, series: Series | None) -> Definition | None:
    known = series.definitions if series else ()
    return break_between(known, goal.key, HalfYear.containing(goal.baseline_on), period)


def shortfall(actual: Fraction, expected: Fraction, direction: Direction = Direction.UP) -> Fraction:
    """The share of `expected` by which `actual` is behind it: below it, or above it where lower is better.

    Where lower is better and the path is at 0 already, whatever is left lies wholly behind it (1).
    """
    behind = expected - actual if direction is Direction.UP else actual - expected
    if behind <= 0:
        return Fraction(0)
    if expected > 0:
        return behind / expected
    return Fraction(direction is Direction.DOWN)


@dataclass(frozen=True, slots=True)
class Slow:
    """同比 below the growth the path plans for the same year, both in %."""

    goal: GoalFact
    figure: FigureFact
    actual: Derived
    planned: Decimal
    formula: str
    """How `planned` is worked out, with its numbers."""


def slow(park: ParkFact, goal: GoalFact, figure: FigureFact, rulebook: Rulebook, series: Series) -> Slow | None:
    """Growth over the year to the figure's period below what the path plans by more than the rulebook's `lag_growth`.

    None as well where either cannot be worked out. Before the 批复 the path stands at 基期值.
    """
    actual = series.growth(goal.key, figure.period)
    now, then = (
        planned(goal, park.approved_on, park.ends_on, period.end)
        for period in (figure.period, figure.period.year_before())
    )
    if actual.value is None or then <= 0:
        return None
    wanted = (now - then) / then * 100
    behind = wanted - actual.value if BY_KEY[goal.key].direction is Direction.UP else actual.value - wanted
    if behind <= Fraction(rulebook.share("lag_growth", figure.period.end)) * 100:
        return None
    places = BY_KEY[goal.key].places
    told = f"序时目标由{plain(half_up(decimal(then), places))}到{plain(half_up(decimal(now), places))}"
    return Slow(goal, figure, actual, decimal(wanted), told)


def lag_light(short: Fraction, day: date, rulebook: Rulebook) -> Light:
    """Green up to and including 10 % below the path, yellow up to and including 20 %, red beyond (defaults)."""
    if short > Fraction(rulebook.share("lag_red", day)):
        return Light.RED
    return Light.YELLOW if short > Fraction(rulebook.share("lag_yellow", day)) else Light.GREEN


def held_light(short: Fraction, standing: Light, day: date, rulebook: Rulebook) -> Light:
    """`lag_light` for a warning that may stand already at `standing`: it steps down only when the shortfall has come
    back inside the limit it crossed by the rulebook's margin (`lag_hysteresis`)."""
    found = lag_light(short, day, rulebook)
    margin = Fraction(rulebook.share("lag_hysteresis", day))
    if standing is Light.RED and found is not Light.RED and short > Fraction(rulebook.share("lag_red", day)) - margin:
        return Light.RED
    held = standing in (Light.RED, Light.YELLOW) and short > Fraction(rulebook.share("lag_yellow", day)) - margin
    return Light.YELLOW if held and found is Light.GREEN else found
