"""Every figure as a window on one monthly path: a level is a point of it, a running total the sum of some months.

Months are counted from January of the year before approval. The logarithm of a sum of months is taken as linear in
the path about a plausible one, so that what the model sees stays Gaussian.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from policy.deadlines import add_months
from policy.foresight import Course
from policy.terms import Measure

Array = NDArray[np.float64]
USUAL_FIRST_HALF = 0.43
"""Of a year's flow, before anything is known of the programme."""
MONTHS = 50
"""From the first January to well after month 24."""
PLAUSIBLE_GROWTH = 0.15
"""A year's, on a log scale: the path about which sums are taken as linear."""


@dataclass(frozen=True, slots=True)
class Window:
    """`at`: points of the path in months; `weights`: of each in the logarithm of the figure, summing to 1; `offset`:
    what the figure's logarithm has beyond the weighted path; `season`: its derivative by the logit of the first half's
    share."""

    at: Array
    weights: Array
    offset: float
    season: float

    @property
    def centre(self) -> float:
        return float(self.at @ self.weights)


def month_of(first: date, day: date) -> float:
    """The end of `day` in months since January of `first`'s year: 12.0 for 31 December of that year."""
    return (day.year - first.year) * 12 + day.month - 1 + day.day / monthrange(day.year, day.month)[1]


def first_january(course: Course) -> date:
    return date(course.approved_on.year - 1, 1, 1)


def reported(course: Course, day: date) -> Window:
    """Of a figure of the period that ends with `day`."""
    first = first_january(course)
    if course.measure is Measure.FLOW_YTD:
        return _sum(month_of(first, date(day.year - 1, 12, 31)), month_of(first, day))
    return _point(month_of(first, day))


def baseline(course: Course) -> Window:
    """Of the calendar year before approval, or its last day."""
    return reported(course, date(course.approved_on.year - 1, 12, 31))


def outcome(course: Course, day: date) -> Window:
    """Of what the target, or a milestone, on `day` is about."""
    first = first_january(course)
    if course.measure is Measure.FLOW_YTD:
        return _sum(month_of(first, add_months(day, -12)), month_of(first, day))
    return _point(month_of(first, day))


def _point(at: float) -> Window:
    return Window(np.array([at]), np.ones(1), 0.0, 0.0)


def _sum(start: float, end: float) -> Window:
    """Of the months from `start` to `end`, the first and last of them in part; a year's twelve months make 1."""
    edges = np.unique(np.concatenate([[start], np.arange(np.floor(start) + 1, np.ceil(end)), [end]]))
    at, length = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    in_first = np.floor(at) % 12 < 6
    twelfth = np.where(in_first, USUAL_FIRST_HALF, 1 - USUAL_FIRST_HALF) / 6
    parts = length * twelfth * np.exp(PLAUSIBLE_GROWTH / 12 * (at - at.mean()))
    weights = parts / parts.sum()
    # log Σ = Σ w·(path) + the entropy-like rest, exact on the plausible path.
    offset = float(np.log(parts.sum()) - weights @ (PLAUSIBLE_GROWTH / 12 * (at - at.mean())))
    season = float(weights @ np.where(in_first, 1 - USUAL_FIRST_HALF, -USUAL_FIRST_HALF))
    return Window(at, weights, offset, season)


def passed(window: Window) -> Array:
    """(MONTHS,): how much of each month a walk from the first January has taken by the window's points, weighted."""
    steps = np.clip(window.at[:, None] - np.arange(MONTHS)[None, :], 0, 1)
    return np.asarray(window.weights @ steps)


def ramp(window: Window, start: float) -> float:
    """Months since `start`, none before it, weighted."""
    return float(window.weights @ np.maximum(window.at - start, 0))
