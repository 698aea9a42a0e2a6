"""The outlook of every course: the courses of one indicator are each other's peers, those past their end included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from policy.deadlines import add_months
from policy.foresight import Course, Outlook, needed_pace
from services.foresight import windows
from services.foresight.model import Data, Fit, Model, Predicted, Prior, predict
from services.foresight.series import Series, series, shift, step
from services.foresight.windows import Window

Array = NDArray[np.float64]

ENOUGH_REPORTS, ENOUGH_PEERS = 2, 5
"""With fewer reports of its own a course is judged only beside so many peers that have reported."""
STAGES = {6: -0.0005, 12: -0.001, 18: -0.001}
"""Months after approval at which the programme's common growth may change, and by how much it usually does."""
COMMON: tuple[tuple[str, float, float], ...] = (
    ("growth a month", 0.010, 0.015),
    ("more of it after approval", 0.0, 0.010),
    ("how far plans carry", 0.1, 0.15),
    ("logit of the first half's share, beyond the usual", 0.0, 0.4),
    ("how much too high estimates are", 0.03, 0.05),
    # Growth by additions slows on a log scale, and few programmes go on for ever as they began.
    *((f"more growth from month {stage}", more, 0.003) for stage, more in STAGES.items()),
)
"""What parks have in common: mean and standard deviation before anything is known."""
OWN: tuple[tuple[str, float, float], ...] = (
    ("level", 0.5, 0.001),
    ("pace a month", 0.012, 0.5),
    ("change of pace after approval", 0.005, 0.5),
    ("season", 0.07, 0.5),
    ("wandering of the level, a month", 0.022, 0.5),
    ("wandering of the pace, a month", 0.0024, 0.5),
    ("error of a figure", 0.012, 0.5),
    ("further error of an estimate", 0.05, 0.5),
)
"""How parks differ: a standard deviation's usual value, and how sure that is (of its logarithm)."""
PRIOR = Prior(
    np.array([mean for _, mean, _ in COMMON]), np.array([sd for _, _, sd in COMMON]),
    np.log([sd for _, sd, _ in OWN]), np.array([sure for _, _, sure in OWN]),
)  # fmt: skip
GROWTH, AFTER, _PLAN, SEASON, ESTIMATE = range(5)
WALK_FROM = 6
"""Month from which a path wanders: the middle of the year before approval."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What an indicator's parks together have taught, enough to judge one of them without the others. `added`: to
    every figure before its logarithm; `reporting`: how many parks had reported."""

    added: float
    reporting: int
    fit: Fit


def forecast(courses: Sequence[Course], at: date) -> tuple[Outlook, ...]:
    """One outlook a course, in their order, from what was reported by `at`."""
    return forecast_and_learn(courses, at)[0]


def forecast_and_learn(courses: Sequence[Course], at: date) -> tuple[tuple[Outlook, ...], dict[str, Learned]]:
    """And what was learned, by indicator."""
    groups: dict[str, list[Course]] = defaultdict(list)
    for course in courses:
        groups[course.indicator].append(course)
    found, learned = dict[int, Outlook](), dict[str, Learned]()
    for indicator, group in groups.items():
        outlooks, learned[indicator] = _of_peers(group, at)
        found |= {id(course): outlook for course, outlook in zip(group, outlooks, strict=True)}
    return tuple(found[id(course)] for course in courses), learned


def forecast_one(course: Course, at: date, learned: Learned) -> Outlook | None:
    """One park's course by what was learned of all before: the same words about the same figures, and of figures
    that are new all but what they would teach about the others. None where it takes the others to tell: a first 0
    among the figures, or too few peers unless the park itself was one of those that reported."""
    if not learned.added and not all((course.baseline, course.target, *(row.value for row in course.known(at)))):
        return None
    known = series(course, at, learned.added)
    if known.reports < ENOUGH_REPORTS and learned.reporting == ENOUGH_PEERS:
        return None
    predicted = predict(_data([course], [known]), learned.fit)
    return _judged(course, known, predicted, 0, learned, at)


def _of_peers(courses: Sequence[Course], at: date) -> tuple[list[Outlook], Learned]:
    added = shift(courses, at)
    known = [series(course, at, added) for course in courses]
    data = _data(courses, known)
    learned = Learned(added, sum(one.reports > 0 for one in known), Model(data, PRIOR).fit().learned())
    predicted = predict(data, learned.fit)
    pairs = enumerate(zip(courses, known, strict=True))
    return [_judged(course, one, predicted, n, learned, at) for n, (course, one) in pairs], learned


def _judged(course: Course, known: Series, predicted: Predicted, n: int, learned: Learned, at: date) -> Outlook:
    reason = _why_not(course, known, learned.reporting - (known.reports > 0), at)
    return _refused(course, at, reason) if reason else _outlook(course, known, predicted, n, learned.added, at)


def _why_not(course: Course, known: Series, peers: int, at: date) -> str:
    """Why no forecast is made; empty when one is."""
    if at < course.approved_on:
        return f"{at}时尚未批复同意建设，无从研判"
    if course.target <= 0:
        return "目标值为0，无需研判"
    if not known.reports:
        return f"尚无可用的报告期数据，无从研判{_left_out(known)}"
    if known.reports < ENOUGH_REPORTS and peers < ENOUGH_PEERS:
        few = f"只有{known.reports}期数据，可比园区{peers}个（不足{ENOUGH_PEERS}个）"
        return f"{few}，数据过少，不作研判{_left_out(known)}"
    return ""


def _left_out(known: Series) -> str:
    if not known.left_out:
        return ""
    told = "、".join(f"{row.period_end}的{row.value}" for row in known.left_out)
    return f"；{told}与其他各期相差过大，疑为计量单位有误，未计入"


def _refused(course: Course, at: date, why: str) -> Outlook:
    return Outlook(course.park, course.indicator, None, None, None, None, _pace(course, at), True, why)


def _pace(course: Course, at: date) -> float | None:
    pace = needed_pace(course, at)
    return None if pace is None else float(pace)


def _outlook(course: Course, known: Series, predicted: Predicted, n: int, added: float, at: date) -> Outlook:
    end = known.start + windows.outcome(course, course.ends_on).offset
    mean, sd = float(predicted.mean[n]) + end, float(predicted.sd[n])
    # What is reported is rounded: an outcome within half a digit of the target meets it.
    digit = max(step(row.value) for row in course.known(at))
    line = log(max(float(course.target) - digit / 2, digit / 4) + added)
    p10, p50, p90 = (max(exp(mean + sd * float(z)) - added, 0.0) for z in ndtri((0.1, 0.5, 0.9)))
    p_miss = float(ndtr((line - mean) / sd))
    why = _left_out(known).removeprefix("；")
    return Outlook(course.park, course.indicator, p_miss, p10, p50, p90, _pace(course, at), False, why)


def _data(courses: Sequence[Course], known: Sequence[Series]) -> Data:
    """Everything the model sees, each park's figures measured from its own start."""
    parks, width = len(courses), max(len(one.figures) for one in known)
    seen, y, noise = np.zeros((parks, width)), np.zeros((parks, width)), np.zeros((parks, width))
    common, own = np.zeros((parks, width, len(COMMON))), np.zeros((len(OWN), parks, width, width))
    target_common, target_own = np.zeros((parks, len(COMMON))), np.zeros((len(OWN), parks))
    target_kernels = np.zeros((len(OWN), parks, width))
    for n, (course, one) in enumerate(zip(courses, known, strict=True)):
        k = len(one.figures)
        y[n, :k] = [figure.height - one.start for figure in one.figures]
        seen[n, :k], noise[n, :k] = 1, [figure.noise for figure in one.figures]
        target = windows.outcome(course, course.ends_on)
        common[n, :k] = [_features(course, figure.window, estimated=figure.estimated) for figure in one.figures]
        target_common[n] = _features(course, target, estimated=False)
        loads = _loads(common[n, :k], [figure.window for figure in one.figures])
        for b, (mine, its) in enumerate(zip(loads, _loads(target_common[n, None], [target]), strict=True)):
            own[b, n, :k, :k], target_kernels[b, n, :k], target_own[b, n] = (
                mine @ mine.T,
                mine @ its[0],
                its[0] @ its[0],
            )
        own[-2, n, :k, :k], own[-1, n, :k, :k] = np.eye(k), np.diag(common[n, :k, ESTIMATE])
    return Data(y, seen, noise, common, own, target_common, target_kernels, target_own)


def _features(course: Course, window: Window, *, estimated: bool) -> list[float]:
    """What multiplies each common coefficient."""
    approved = windows.month_of(windows.first_january(course), course.approved_on)
    return [
        window.centre - 12, windows.ramp(window, approved), _planned(course, window), window.season, float(estimated),
        *(windows.ramp(window, approved + stage) for stage in STAGES),
    ]  # fmt: skip


def _loads(features: Array, seen: Sequence[Window]) -> list[Array]:
    """How each of a park's own departures enters its figures: a column a normal variable. Errors do not reach the
    outcome and are put in apart."""
    errors = np.zeros((len(seen), 1))
    return [
        np.ones((len(seen), 1)),
        features[:, [GROWTH]],
        features[:, [AFTER]],
        features[:, [SEASON]],
        np.array([windows.passed(window)[WALK_FROM:] for window in seen]),
        np.array([[windows.ramp(window, month) for month in range(WALK_FROM, windows.MONTHS)] for window in seen]),
        errors,
        errors,
    ]


def _planned(course: Course, window: Window) -> float:
    """How far above the baseline the plan has the path, on a log scale: straight between baseline, 阶段目标, target."""
    base = float(course.baseline)
    if base <= 0:
        return 0.0
    steps = [(windows.baseline(course).centre, 0.0)]
    if course.milestone_12:
        middle = windows.outcome(course, add_months(course.approved_on, 12)).centre
        steps.append((middle, log(float(course.milestone_12) / base)))
    if course.target > 0:
        steps.append((windows.outcome(course, course.ends_on).centre, log(float(course.target) / base)))
    at, height = zip(*steps, strict=True)
    return float(window.weights @ np.interp(window.at, at, height))
