"""A course's figures on the log scale, each as a window on the path, without those in a wrong unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import log
from statistics import median

from policy.foresight import Course, Reported
from services.foresight import windows
from services.foresight.windows import Window

SLIP = log(4.5)
"""A figure that is further from what baseline, target and the other reports say stands in another unit: growth by
half as much again in half a year is rare, and a unit is wrong by ten at least."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`height`: the logarithm of the figure less the window's offset: where the path is by this figure alone;
    `noise`: the variance that rounding to its last digit brings."""

    window: Window
    height: float
    noise: float
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """`figures`: the baseline first, unless it was left out; `reports`: how many of them are reported ones;
    `left_out`: the reports that stand in another unit; `start`: the height the path is measured from."""

    figures: tuple[Figure, ...]
    reports: int
    left_out: tuple[Reported, ...]
    start: float


def shift(courses: Iterable[Course], at: date) -> float:
    """What is added to every figure of an indicator before its logarithm is taken: 0, or one unit of the last digit
    where a figure is 0."""
    figures = [value for course in courses for value in _values(course, at)]
    if all(figures):
        return 0.0
    return max(step(value) for value in figures)


def _values(course: Course, at: date) -> Iterator[Decimal]:
    yield from (course.baseline, course.target)
    yield from (row.value for row in course.known(at))


def step(value: Decimal) -> float:
    """One unit of the last digit."""
    return float(Decimal(1).scaleb(int(value.as_tuple().exponent)))


def series(course: Course, at: date, added: float) -> Series:
    """What was known of the course at `at`; `added` as `shift` says."""
    baseline = _figure(windows.baseline(course), course.baseline, added)
    target = _figure(windows.outcome(course, course.ends_on), course.target, added)
    rows = course.known(at)
    reported = [_figure(windows.reported(course, row.period_end), row.value, added, row.estimated) for row in rows]
    sound = [not _slipped(one, (baseline, target, *_others(reported, n))) for n, one in enumerate(reported)]
    kept = [one for one, is_sound in zip(reported, sound, strict=True) if is_sound]
    left_out = tuple(row for row, is_sound in zip(rows, sound, strict=True) if not is_sound)
    start = target if kept and _slipped(baseline, (target, *kept)) else baseline
    figures = (*(() if start is target else (baseline,)), *kept)
    return Series(figures, len(kept), left_out, start.height)


def _figure(window: Window, value: Decimal, added: float, estimated: bool = False) -> Figure:
    number = float(value) + added
    return Figure(window, log(number) - window.offset, (step(value) / number) ** 2 / 12, estimated)


def _others(figures: Sequence[Figure], n: int) -> Sequence[Figure]:
    return (*figures[:n], *figures[n + 1 :])


def _slipped(one: Figure, others: Sequence[Figure]) -> bool:
    return abs(one.height - median(other.height for other in others)) > SLIP
