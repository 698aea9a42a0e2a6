"""测算表: what must happen in each remaining half-year for a goal to be reached at month 24 (reading 1c).

A level: what must be added. A running total: what must come in, of the twelve months that end at month 24. What is
needed is spread over the days that are left, for a running total heavier in second halves; what the user sets for a
half-year stands, and the others carry the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from policy.deadlines import add_months
from policy.figures import chinese_date
from policy.foresight import DAY, Course, Part, earned, parts
from policy.terms import HalfYear, Measure


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-year still to come, or the part of it that counts: from the day after `start` to `end`.

    `amount`: what it must bring, exact; `given`: set by the user; `reaches`: the level at its end, or the sum so far
    of the twelve months.
    """

    period: HalfYear
    start: date
    end: date
    amount: Decimal
    given: bool
    reaches: Decimal

    @property
    def whole(self) -> bool:
        """The half-year counts from its first day to its last."""
        return self.start == self.period.start - DAY and self.end == self.period.end

    @property
    def days(self) -> str:
        """全期, else 2027年7月1日至2027年8月22日."""
        return "全期" if self.whole else f"{chinese_date(self.start + DAY)}至{chinese_date(self.end)}"

    def basis(self, measure: Measure) -> str:
        """Where its amount comes from."""
        return "所填" if self.given else "按日数分摊" if measure is Measure.STOCK else "按日数和上下半年份额分摊"


@dataclass(frozen=True, slots=True)
class Projection:
    """`known`: the level, or the part of the twelve months, known by now; `since`: up to which day; `missing`: what is
    left to the target, never below 0; `short`: what the user's figures leave unreached when every half-year is set."""

    course: Course
    known: Decimal
    since: date
    missing: Decimal
    stretches: tuple[Stretch, ...]
    short: Decimal


def projection(
    course: Course, at: date, first_half: Decimal, given: Mapping[HalfYear, Decimal] | None = None
) -> Projection:
    """From the newest figure known at `at`. `first_half`: the share of a year's running total that falls in its first
    half, between 0 and 1 (an assumption, the user's to change)."""
    rows = course.known(at)
    since = max(rows[-1].period_end if rows else course.approved_on, course.approved_on)
    if course.measure is Measure.STOCK:
        known = rows[-1].value if rows else course.baseline
        begins, weigh = since, Decimal(1)
    else:
        known = earned(course, at)
        begins, weigh = max(since, add_months(course.ends_on, -12)), first_half
    missing = max(course.target - known, Decimal(0))
    ahead = list(parts(begins, course.ends_on))
    weights = [_weight(part, weigh, course.measure) for part in ahead]
    amounts = _spread(missing, [part.period for part in ahead], weights, given or {})
    stretches, reached = [], known
    for part, (amount, is_given) in zip(ahead, amounts, strict=True):
        reached += amount
        stretches.append(Stretch(part.period, part.start, part.end, amount, is_given, reached))
    return Projection(course, known, since, missing, tuple(stretches), _short(missing, stretches))


@dataclass(frozen=True, slots=True)
class Rounded:
    """A projection in whole steps, so that its rows add up: `known` and `missing` make the target, the amounts make
    what is missing. `rows`: of each stretch what it must bring and what is reached by its end."""

    known: Decimal
    missing: Decimal
    rows: tuple[tuple[Decimal, Decimal], ...]


NEGLIGIBLE = Decimal("1e-9")
"""Of a step: what a division leaves over is not a step more."""


def rounded(found: Projection, step: Decimal) -> Rounded:
    """What is reached is rounded up, for what is needed is not met by less; a level as reported, a part of twelve
    months rounded down. What the user set stands as set."""
    level = found.course.measure is Measure.STOCK
    known = found.known if level else found.known.quantize(step, ROUND_FLOOR)
    missing = found.course.target - known if found.missing else Decimal(0)
    rows, before, exact = [], known, found.known
    for stretch in found.stretches:
        exact += stretch.amount
        reached = _up(exact, step) if stretch.reaches > found.known else known
        if exact <= found.course.target + NEGLIGIBLE and found.missing:
            reached = min(reached, found.course.target)
        rows.append((stretch.amount if stretch.given else reached - before, reached))
        before = reached
    return Rounded(known, missing, tuple(rows))


def _up(value: Decimal, step: Decimal) -> Decimal:
    return (value - step * NEGLIGIBLE).quantize(step, ROUND_CEILING)


def _short(missing: Decimal, stretches: Sequence[Stretch]) -> Decimal:
    """Nothing as long as any half-year is left to carry the rest."""
    if not stretches or not all(stretch.given for stretch in stretches):
        return Decimal(0)
    return max(missing - sum((stretch.amount for stretch in stretches), Decimal(0)), Decimal(0))


def _weight(part: Part, first_half: Decimal, measure: Measure) -> Decimal:
    if measure is Measure.STOCK:
        return Decimal(part.days)
    share = Decimal(part.share.numerator) / Decimal(part.share.denominator)
    return share * (first_half if part.period.half == 1 else 1 - first_half)


def _spread(
    missing: Decimal, periods: list[HalfYear], weights: list[Decimal], given: Mapping[HalfYear, Decimal]
) -> list[tuple[Decimal, bool]]:
    rest = max(missing - sum((given[period] for period in periods if period in given), Decimal(0)), Decimal(0))
    free = sum((weight for period, weight in zip(periods, weights, strict=True) if period not in given), Decimal(0))
    return [
        (given[period], True) if period in given else (rest * weight / free if free else Decimal(0), False)
        for period, weight in zip(periods, weights, strict=True)
    ]
