"""Officials' arithmetic and the simple lag verdict (reading 1c 「Lagging indicators」)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policy.deadlines import elapsed_share
from policy.facts import FigureFact, GoalFact, ParkFact
from policy.indicators.catalogue import BY_KEY
from policy.rulebook import Rulebook
from policy.terms import Light, Measure


def completion(actual: Decimal, target: Decimal) -> Decimal | None:
    """完成率 = 实际 ÷ 目标; None when the target is 0."""
    return actual / target if target else None


def incremental_completion(actual: Decimal, baseline: Decimal, target: Decimal) -> Decimal | None:
    """增量完成率 = (实际 − 基期) ÷ (目标 − 基期); None when nothing was to grow."""
    return (actual - baseline) / (target - baseline) if target != baseline else None


@dataclass(frozen=True, slots=True)
class Pace:
    """One indicator against its straight path at the end of a period.

    `shortfall` is the share by which `figure.value` lies below `expected` (0 when at or above it).
    """

    goal: GoalFact
    figure: FigureFact
    elapsed: Decimal
    expected: Decimal
    shortfall: Decimal
    light: Light
    rulebook: str


def pace(park: ParkFact, goal: GoalFact, figure: FigureFact, rulebook: Rulebook) -> Pace | None:
    """Judge one accepted figure against the straight path from baseline to target.

    Stocks compare with the path at the period's end. A flow is a running total since January, so only
    a full year (December) is comparable with the annual baseline and target; other periods give None.
    """
    if BY_KEY[goal.key].measure is not Measure.STOCK and figure.period.half != 2:
        return None
    day = figure.period.end
    elapsed = elapsed_share(park.approved_on, park.ends_on, day)
    expected = goal.baseline + (goal.target - goal.baseline) * elapsed
    short = shortfall(figure.value, expected)
    return Pace(goal, figure, elapsed, expected, short, lag_light(short, day, rulebook), rulebook.version)


def shortfall(actual: Decimal, expected: Decimal) -> Decimal:
    return 1 - actual / expected if expected > 0 and actual < expected else Decimal(0)


def lag_light(short: Decimal, day: date, rulebook: Rulebook) -> Light:
    """Green up to and including 10 % below the path, yellow up to 20 %, red beyond (defaults)."""
    if short > rulebook.share("lag_red", day):
        return Light.RED
    return Light.YELLOW if short > rulebook.share("lag_yellow", day) else Light.GREEN
