"""测算表: what must happen in each remaining half-year for a goal to be reached at month 24 (reading 1c).

A level: what must be added. A running total: what must come in, of the twelve months that end at month 24. What is
needed is spread over the days that are left, for a running total heavier in second halves; what the user sets for a
half-year stands, and the others carry the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from policy.deadlines import add_months
from policy.foresight import Course, earned
from policy.terms import HalfYear, Measure

DAY = timedelta(days=1)


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
    parts = list(_parts(begins, course.ends_on))
    weights = [_weight(period, start, end, weigh, course.measure) for period, start, end in parts]
    amounts = _spread(missing, [period for period, _start, _end in parts], weights, given or {})
    stretches, reached = [], known
    for (period, start, end), (amount, is_given) in zip(parts, amounts, strict=True):
        reached += amount
        stretches.append(Stretch(period, start, end, amount, is_given, reached))
    return Projection(course, known, since, missing, tuple(stretches), _short(missing, stretches))


def _short(missing: Decimal, stretches: Sequence[Stretch]) -> Decimal:
    """Nothing as long as any half-year is left to carry the rest."""
    if not stretches or not all(stretch.given for stretch in stretches):
        return Decimal(0)
    return max(missing - sum((stretch.amount for stretch in stretches), Decimal(0)), Decimal(0))


def _parts(begins: date, ends: date) -> Iterator[tuple[HalfYear, date, date]]:
    """The half-years between, the first and last of them in part: each from the day after its start."""
    start = begins
    while start < ends:
        period = HalfYear.containing(start + DAY)
        end = min(period.end, ends)
        yield period, start, end
        start = end


def _weight(period: HalfYear, start: date, end: date, first_half: Decimal, measure: Measure) -> Decimal:
    days, whole = Decimal((end - start).days), Decimal((period.end - period.start).days + 1)
    if measure is Measure.STOCK:
        return days
    return days / whole * (first_half if period.half == 1 else 1 - first_half)


def _spread(
    missing: Decimal, periods: list[HalfYear], weights: list[Decimal], given: Mapping[HalfYear, Decimal]
) -> list[tuple[Decimal, bool]]:
    rest = max(missing - sum((given[period] for period in periods if period in given), Decimal(0)), Decimal(0))
    free = sum((weight for period, weight in zip(periods, weights, strict=True) if period not in given), Decimal(0))
    return [
        (given[period], True) if period in given else (rest * weight / free if free else Decimal(0), False)
        for period, weight in zip(periods, weights, strict=True)
    ]
