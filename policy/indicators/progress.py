"""Officials' arithmetic and the simple lag verdict (reading 1c 「Lagging indicators」)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from policy.deadlines import elapsed_days, elapsed_share
from policy.facts import FigureFact, GoalFact, ParkFact
from policy.indicators.catalogue import BY_KEY
from policy.indicators.path import formula, planned
from policy.rulebook import Rulebook
from policy.terms import HalfYear, Light, Measure


def completion(actual: Decimal, target: Decimal) -> Decimal | None:
    """完成率 = 实际 ÷ 目标; None when the target is 0."""
    return actual / target if target else None


def incremental_completion(actual: Decimal, baseline: Decimal, target: Decimal) -> Decimal | None:
    """增量完成率 = (实际 − 基期) ÷ (目标 − 基期); None when nothing was to grow."""
    return (actual - baseline) / (target - baseline) if target != baseline else None


@dataclass(frozen=True, slots=True)
class Pace:
    """One indicator against its path at the end of a period.

    `days` of `total_days` had passed, the share `elapsed`; `shortfall` is the share by which
    `figure.value` lies below `expected` (0 when at or above it).
    """

    goal: GoalFact
    figure: FigureFact
    days: int
    total_days: int
    elapsed: Decimal
    expected: Decimal
    shortfall: Decimal
    light: Light
    rulebook: str
    formula: str
    """How `expected` is worked out, with its numbers."""


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


def pace(park: ParkFact, goal: GoalFact, figure: FigureFact, rulebook: Rulebook) -> Pace | None:
    """Judge one accepted figure against the path from baseline to target; None when not comparable."""
    if not comparable(goal.key, figure.period):
        return None
    day = figure.period.end
    days, total = elapsed_days(park.approved_on, park.ends_on, day)
    # Fractions: a figure exactly 10 % below its path must not turn yellow by the 28th digit of a division.
    expected = planned(goal, park.approved_on, park.ends_on, day)
    short = shortfall(Fraction(figure.value), expected)
    return Pace(
        goal=goal,
        figure=figure,
        days=days,
        total_days=total,
        elapsed=elapsed_share(park.approved_on, park.ends_on, day),
        expected=_decimal(expected),
        shortfall=_decimal(short),
        light=lag_light(short, day, rulebook),
        rulebook=rulebook.version,
        formula=formula(goal, park.approved_on, park.ends_on, day),
    )


def shortfall(actual: Fraction, expected: Fraction) -> Fraction:
    return 1 - actual / expected if expected > 0 and actual < expected else Fraction(0)


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


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)
