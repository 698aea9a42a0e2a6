"""趋势研判: what a forecast is made from, and what it says (reading 1c; for internal reference only).

The statistics are in `services.foresight`; here are the shapes and what the figures mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from policy.deadlines import add_months
from policy.rulebook import Rulebook
from policy.terms import Chance, HalfYear, Measure

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reported:
    """One figure as it was reported: a level on `period_end`, or the running total since January up to it.

    `estimated`: 预计数, to be replaced by a later row of the same period.
    """

    period_end: date
    value: Decimal
    reported_on: date
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """One goal of one park, and all that was reported towards it, in the indicator's unit.

    `baseline`: of the calendar year before approval (a level: its last day). `target`: at month 24: a level on that
    day, or for a running total the sum of the twelve months ending that day (our reading). `milestone_12`: the same
    twelve months earlier, where the plan names it.
    """

    park: str
    indicator: str
    measure: Measure
    approved_on: date
    baseline: Decimal
    target: Decimal
    milestone_12: Decimal | None = None
    reports: tuple[Reported, ...] = ()

    @property
    def ends_on(self) -> date:
        """Month 24 (五(一))."""
        return add_months(self.approved_on, 24)

    def known(self, at: date) -> tuple[Reported, ...]:
        """What was known by the end of `at`, a row a period in order of time: of two rows the one reported later
        counts."""
        newest: dict[date, Reported] = {}
        for row in sorted(self.reports, key=lambda row: row.reported_on):
            if row.reported_on <= at:
                newest[row.period_end] = row
        return tuple(newest[day] for day in sorted(newest))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a forecast says of one course. Figures in the indicator's unit; `p_miss` is the chance that the target of
    month 24 is missed, `p10` to `p90` the range that holds the outcome in four cases of five.

    `pace`: what is needed from now on per half-year: additions for a level, the amount for a running total.
    `refused`: no forecast is made; `why` says the reason, or what was left out.
    """

    park: str
    indicator: str
    p_miss: float | None
    p10: float | None
    p50: float | None
    p90: float | None
    pace: float | None
    refused: bool
    why: str


def needed_pace(course: Course, at: date) -> Decimal | None:
    """What each remaining half-year must bring for the target to be met: additions to a level, or the amount of a
    running total. None when the construction period is over by the newest figure, or `at`; never below 0.

    From the newest figure on, or from approval when there is none. Of a running total counts what falls in the twelve
    months before month 24. A whole half-year counts as one, a part of one by its days.
    """
    known = course.known(at)
    since = max(known[-1].period_end if known else course.approved_on, course.approved_on)
    if since >= course.ends_on or at >= course.ends_on:
        return None
    if course.measure is Measure.STOCK:
        missing, start = course.target - (known[-1].value if known else course.baseline), since
    else:
        missing = course.target - earned(course, at)
        start = max(since, add_months(course.ends_on, -12))
    halves = sum((part.share for part in parts(start, course.ends_on)), Fraction(0))
    return max(Decimal(0), missing * halves.denominator / halves.numerator)


@dataclass(frozen=True, slots=True)
class Part:
    """A calendar half-year, or so much of it as lies between two days: from the day after `start` to `end`."""

    period: HalfYear
    start: date
    end: date

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def share(self) -> Fraction:
        """1 of a whole half-year, else by its days."""
        return Fraction(self.days, (self.period.end - self.period.start).days + 1)


def parts(begins: date, ends: date) -> Iterator[Part]:
    """The half-years between two days, the first and last of them perhaps in part."""
    start = begins
    while start < ends:
        period = HalfYear.containing(start + DAY)
        end = min(period.end, ends)
        yield Part(period, start, end)
        start = end


def earned(course: Course, at: date) -> Decimal:
    """What a running total has brought of the twelve months that end at month 24, as far as it is reported."""
    start = add_months(course.ends_on, -12)
    return sum((half.amount * half.share_after(start) for half in half_flows(course, at)), Decimal(0))


@dataclass(frozen=True, slots=True)
class HalfFlow:
    """What the half-year that ended with `end` brought: for its second half the year less the first."""

    start: date
    end: date
    amount: Decimal

    def share_after(self, day: date) -> Decimal:
        """The share of its days that come after `day`."""
        days = (self.end - self.start).days
        return Decimal(min(max((self.end - day).days, 0), days)) / days


def half_flows(course: Course, at: date) -> tuple[HalfFlow, ...]:
    """The half-years whose amounts are known at `at`: a second half only beside the first of its year."""
    known = {row.period_end: row.value for row in course.known(at)}
    found = []
    for end, value in known.items():
        middle = date(end.year, 6, 30)
        if end.month <= 6:
            found.append(HalfFlow(date(end.year - 1, 12, 31), end, value))
        elif middle in known:
            found.append(HalfFlow(middle, end, value - known[middle]))
        else:  # the whole year, evenly: its halves are not known apart
            found.append(HalfFlow(date(end.year - 1, 12, 31), end, value))
    return tuple(found)


def chance(p_miss: Decimal, day: date, rulebook: Rulebook) -> Chance:
    """The word for a chance to miss; the limits are rulebook entries."""
    if p_miss <= rulebook.share("forecast_likely", day):
        return Chance.LIKELY
    return Chance.HARD if p_miss > rulebook.share("forecast_hard", day) else Chance.AT_RISK


def recent_pace(course: Course, at: date) -> Decimal | None:
    """What the last two half-years brought on average: additions to a level, or the amounts of a running total. None
    when two that follow each other are not known apart."""
    if course.measure is Measure.STOCK:
        steps = list(pairwise(course.known(at)[-3:]))
        whole = all((later.period_end - earlier.period_end).days < 190 for earlier, later in steps)
        return (steps[1][1].value - steps[0][0].value) / 2 if len(steps) == 2 and whole else None
    halves = half_flows(course, at)[-2:]
    if len(halves) < 2 or halves[0].end != halves[1].start:
        return None
    apart = all((half.end - half.start).days < 190 for half in halves)
    return sum((half.amount for half in halves), Decimal(0)) / 2 if apart else None
