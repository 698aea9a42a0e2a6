"""What a method must be better than: the base rate, "red now stays red", and straight extrapolation.

Each knows from past programmes, which are not judged, how things end as a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

import numpy as np
from numpy.typing import NDArray

from policy.deadlines import add_months
from policy.foresight import Course, Reported
from policy.terms import Measure

RED = 0.20
USUAL_FIRST_HALF = 0.45


@dataclass(frozen=True, slots=True)
class Case:
    """One course as it stood so many months after approval, with its peers, and how it ended."""

    course: Course
    peers: tuple[Course, ...]
    at: date
    month: int
    outcome: float

    @property
    def missed(self) -> bool:
        return self.outcome < float(self.course.target)


class BaseRate:
    name = "base rate"

    def __init__(self, past: Sequence[Case]) -> None:
        self._rate = {month: _rate([case for case in past if case.month == month]) for month in _months(past)}

    def p_miss(self, case: Case) -> float:
        return self._rate[case.month]


class Red:
    """Red now is missed, anything else is not."""

    name = "red now stays red"

    def p_miss(self, case: Case) -> float:
        return float(is_red(case))


class RedAsARule:
    """As often as red, and not red, has ended so."""

    name = "red now, as often as it came true"

    def __init__(self, past: Sequence[Case]) -> None:
        self._rate = {
            (month, red): _rate([case for case in past if case.month == month and is_red(case) is red])
            for month in _months(past)
            for red in (True, False)
        }

    def p_miss(self, case: Case) -> float:
        return self._rate[case.month, is_red(case)]


class Straight:
    """The line through baseline and newest figure, and how far such lines have been off."""

    name = "straight extrapolation"

    def __init__(self, past: Sequence[Case]) -> None:
        self._off: dict[int, NDArray[np.float64]] = {}
        for month in _months(past):
            found = [
                np.log(case.outcome / line)
                for case in past
                if case.month == month and case.outcome > 0 and (line := extrapolated(case)) is not None
            ]
            self._off[month] = np.sort(np.array(found))

    def p_miss(self, case: Case) -> float:
        line, off = extrapolated(case), self._off[case.month]
        if line is None:
            return 0.5
        below = np.searchsorted(off, np.log(float(case.course.target) / line))
        return float((below + 0.5) / (len(off) + 1))


def extrapolated(case: Case) -> float | None:
    """At month 24; None when nothing is known, or the line would fall below a tenth of the baseline."""
    course, known = case.course, case.course.known(case.at)
    if not known:
        return None
    start, base = date(course.approved_on.year - 1, 12, 31), float(course.baseline)
    day, value = _newest(course, known, first_half_share((*case.peers, course), case.at))
    line = base + (value - base) * (course.ends_on - start).days / (day - start).days
    return max(line, base / 10)


def _newest(course: Course, known: Sequence[Reported], first_half: float) -> tuple[date, float]:
    """A level on its day; of a running total the year it belongs to, or is the first half of."""
    last = known[-1]
    if course.measure is Measure.STOCK:
        return last.period_end, float(last.value)
    share = first_half if last.period_end.month == 6 else 1.0
    return date(last.period_end.year, 12, 31), float(last.value) / share


def first_half_share(courses: Iterable[Course], at: date) -> float:
    """The median of the peers' first halves in their years."""
    shares = []
    for course in courses:
        known = {row.period_end: float(row.value) for row in course.known(at)}
        for day, value in known.items():
            whole = known.get(date(day.year, 12, 31))
            if day.month == 6 and whole and 0 < value < whole:
                shares.append(value / whole)
    return median(shares) if shares else USUAL_FIRST_HALF


def is_red(case: Case) -> bool:
    """More than a fifth below the straight path, by the newest figure that may be held against it."""
    course = case.course
    rows = [row for row in course.known(case.at) if course.measure is Measure.STOCK or row.period_end.month == 12]
    if not rows:
        return False
    last, span = rows[-1], (course.ends_on - course.approved_on).days
    share = min(max((last.period_end - course.approved_on).days, 0), span) / span
    expected = float(course.baseline) + (float(course.target) - float(course.baseline)) * share
    return float(last.value) < (1 - RED) * expected


def cases(courses: Sequence[Course], outcomes: dict[tuple[str, str], object], months: Iterable[int]) -> list[Case]:
    """Every course at these months after its approval; its peers are the other parks' courses of the indicator."""
    found = []
    for course in courses:
        peers = tuple(c for c in courses if c.indicator == course.indicator and c.park != course.park)
        true = float(str(outcomes[course.park, course.indicator]))
        for month in months:
            found.append(Case(course, peers, add_months(course.approved_on, month), month, true))
    return found


def _months(past: Iterable[Case]) -> list[int]:
    return sorted({case.month for case in past})


def _rate(found: Sequence[Case]) -> float:
    return (sum(case.missed for case in found) + 1) / (len(found) + 2)
