"""Simulated programmes: what every park reported and when, and what was true at month 24.

Written before the method it judges, and not from its assumptions: paths grow by additions or by rates, level off,
start late or break; figures are rounded, come late, are revised, estimated too high, or mistaken in their unit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from policy.deadlines import add_months
from policy.foresight import Course, Reported
from policy.terms import Measure

JUDGED = range(24)
"""Seeds of the programmes by which methods are judged."""
PAST = range(1000, 1012)
"""Seeds of those from which the rivals know how wrong they usually are."""
POST = 12
"""Months simulated after month 24."""
Path = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Family:
    """What is different about a programme of this sort."""

    name: str
    seasonal: tuple[float, float] = (0.40, 0.46)
    """Range of the share of a year's flow that falls in its first half."""
    wobble: float = 0.015
    """Month's standard deviation of the level, on a log scale."""
    misreading: float = 0.01
    """Standard deviation of a reported figure about the truth, on a log scale."""
    spread: float = 0.12
    """Standard deviation of the parks' yearly growth, on a log scale."""
    plateaus: float = 0.0
    starts_late: float = 0.0
    shocks: float = 0.0
    late: float = 0.15
    missing: float = 0.0
    revised: float = 0.05
    estimated: float = 0.0
    optimism: float = 0.0
    slips: float = 0.0
    small: bool = False


FAMILIES: tuple[Family, ...] = (
    Family("growth"),
    Family("plateaus", plateaus=0.45),
    Family("seasonality", seasonal=(0.26, 0.40), wobble=0.02),
    Family("shocks", shocks=0.35),
    Family("late starts", starts_late=0.5),
    Family("late and revised", late=0.6, missing=0.15, revised=0.45),
    Family("optimistic estimates", estimated=0.6, optimism=0.08),
    Family("unit slips", slips=0.05),
    Family("small counts", small=True, wobble=0.02),
    Family("noise", wobble=0.05, misreading=0.05),
    Family(
        "everything", seasonal=(0.32, 0.46), wobble=0.025, misreading=0.02, plateaus=0.2, starts_late=0.2, shocks=0.15,
        late=0.3, missing=0.08, revised=0.2, estimated=0.3, optimism=0.06, slips=0.02,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class World:
    """One programme. `outcomes`: what was true at month 24, by park and indicator."""

    family: str
    seed: int
    courses: tuple[Course, ...]
    outcomes: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def of(self, indicator: str) -> tuple[Course, ...]:
        return tuple(course for course in self.courses if course.indicator == indicator)


@dataclass(frozen=True, slots=True)
class _Indicator:
    key: str
    measure: Measure
    size: tuple[float, float]
    """Range of the baselines."""
    digits: int
    growth: float
    """The programme's mean yearly growth, on a log scale."""


INDICATORS = (
    _Indicator("revenue_cyber", Measure.FLOW_YTD, (2.0, 15.0), 2, 0.22),
    _Indicator("trainees", Measure.FLOW_YTD, (300, 4000), 0, 0.15),
    _Indicator("firms_cyber", Measure.STOCK, (25, 120), 0, 0.18),
    _Indicator("staff_cyber", Measure.STOCK, (0.15, 0.9), 3, 0.15),
)
FEW = {"trainees": (20, 90), "firms_cyber": (4, 14)}
"""Baselines where counts are small."""


def world(family: Family, seed: int) -> World:
    """The programme of this family and seed: always the same."""
    rng = np.random.default_rng([seed, *family.name.encode()])
    approvals = _approvals(rng)
    made = [
        _park(rng, family, indicator, programme, f"P{number:03}", approved_on)
        for indicator, programme in [(one, _Programme.drawn(rng, family, one)) for one in INDICATORS]
        for number, approved_on in enumerate(approvals, 1)
    ]
    return World(
        family.name, seed, tuple(course for course, _ in made), {(c.park, c.indicator): true for c, true in made}
    )


def _approvals(rng: np.random.Generator) -> list[date]:
    """Three to five batches, some months apart, of two to twelve parks each."""
    day, approvals = date(2022, 1, 10) + timedelta(days=int(rng.integers(365))), []
    for _ in range(int(rng.integers(3, 6))):
        approvals += [day] * int(rng.integers(2, 13))
        day += timedelta(days=int(rng.integers(120, 330)))
    return approvals


@dataclass(frozen=True, slots=True)
class _Programme:
    """What the parks of a programme have in common."""

    growth: float
    first_half: float
    ambition: float
    adds: float
    """The share of parks that grow by equal additions instead of equal rates."""

    @classmethod
    def drawn(cls, rng: np.random.Generator, family: Family, indicator: _Indicator) -> _Programme:
        return cls(
            growth=indicator.growth + rng.normal(0, 0.06),
            first_half=rng.uniform(*family.seasonal),
            ambition=rng.normal(0.0, 0.08),
            adds=rng.uniform(0, 1),
        )


def _park(
    rng: np.random.Generator, family: Family, indicator: _Indicator, programme: _Programme, park: str, approved_on: date
) -> tuple[Course, Decimal]:
    low, high = FEW[indicator.key] if family.small and indicator.key in FEW else indicator.size
    base = float(np.exp(rng.uniform(np.log(low), np.log(high))))
    pace = programme.growth + rng.normal(0, family.spread)
    first = date(approved_on.year - 1, 1, 1)
    months = (approved_on.year - first.year) * 12 + approved_on.month - 1 + 24 + POST
    level = base * _shape(rng, family, pace, months, approved_on.month - 1 + 12, adds=rng.random() < programme.adds)
    measure: _Flow | _Stock = _Stock(first, level)
    if indicator.measure is Measure.FLOW_YTD:
        measure = _Flow(first, level, _season(rng, programme.first_half, months))
    baseline = measure(date(first.year, 12, 31))
    told = _Teller(rng, family, indicator)
    course = Course(
        park, indicator.key, indicator.measure, approved_on, told.exact(baseline), Decimal(0), None,
        tuple(told.reports(measure, approved_on)),
    )  # fmt: skip
    return _with_target(rng, programme, course, measure, told, pace)


def _with_target(
    rng: np.random.Generator, programme: _Programme, course: Course, measure: _Flow | _Stock,
    told: _Teller, pace: float,
) -> tuple[Course, Decimal]:  # fmt: skip
    """What the plan promises: something between what the park can and what the programme hopes for."""
    years = (course.ends_on - date(course.approved_on.year - 1, 12, 31)).days / 365.25
    believed = 0.5 * pace + 0.5 * programme.growth
    wanted = max(0.02, (believed + programme.ambition + rng.normal(0, 0.07)) * years)
    baseline = float(course.baseline)
    target = told.exact(baseline * float(np.exp(wanted)))
    middle = told.exact(baseline * float(np.exp(wanted * rng.choice([0.35, 0.5, 0.6])))) if rng.random() < 0.5 else None
    true = told.exact(measure.year_to(course.ends_on) if isinstance(measure, _Flow) else measure(course.ends_on))
    return replace(course, target=target, milestone_12=middle), true


def _shape(rng: np.random.Generator, family: Family, pace: float, months: int, approved: int, *, adds: bool) -> Path:
    """The level month by month, 1 at the end of the year before approval."""
    monthly = np.full(months, pace / 12)
    if rng.random() < family.plateaus:
        stops = approved + int(rng.integers(4, 20))
        monthly[stops:] *= rng.uniform(0.0, 0.2)
    if rng.random() < family.starts_late:
        starts = approved + int(rng.integers(6, 16))
        monthly[12:starts] *= 0.2
        monthly[starts:] *= 2.0
    trend = np.cumsum(monthly) - monthly[:12].sum()
    if adds:
        trend = np.log(np.maximum(1 + trend, 0.2))
    path = trend + np.cumsum(rng.normal(0, family.wobble, months))
    if rng.random() < family.shocks:
        path[approved + int(rng.integers(3, 24)) :] += rng.choice([-1, -1, 1]) * rng.uniform(0.12, 0.45)
    level: Path = np.exp(path - path[11])
    return level


def _season(rng: np.random.Generator, first_half: float, months: int) -> Path:
    """Twelfths of a year's flow: the park's own first half, with more towards December."""
    share = float(np.clip(first_half + rng.normal(0, 0.02), 0.1, 0.7))
    within = np.array([0.9, 0.8, 1.1, 1.0, 1.0, 1.2])
    year = np.concatenate([share * within / within.sum(), (1 - share) * (within + 0.1) / (within + 0.1).sum()])
    repeated: Path = np.resize(year, months)
    return repeated


@dataclass(frozen=True, slots=True)
class _Stock:
    first: date
    level: Path

    def __call__(self, day: date) -> float:
        """The level at the end of `day`."""
        at = (day.year - self.first.year) * 12 + day.month - 1
        share = day.day / ((add_months(day.replace(day=1), 1) - timedelta(days=1)).day)
        before = self.level[max(at - 1, 0)]
        return float(before ** (1 - share) * self.level[at] ** share)


@dataclass(frozen=True, slots=True)
class _Flow:
    first: date
    level: Path
    season: Path

    def __call__(self, day: date) -> float:
        """The running total since January up to the end of `day`."""
        return self._until(day) - self._until(date(day.year - 1, 12, 31))

    def year_to(self, day: date) -> float:
        """The twelve months that end with `day`."""
        return self._until(day) - self._until(add_months(day, -12))

    def _until(self, day: date) -> float:
        at = (day.year - self.first.year) * 12 + day.month - 1
        if at < 0:
            return 0.0
        share = day.day / ((add_months(day.replace(day=1), 1) - timedelta(days=1)).day)
        flow = self.level * self.season
        return float(flow[:at].sum() + share * flow[at])


@dataclass(frozen=True, slots=True)
class _Teller:
    """How a district reports."""

    rng: np.random.Generator
    family: Family
    indicator: _Indicator

    def exact(self, value: float) -> Decimal:
        return Decimal(f"{value:.{self.indicator.digits}f}")

    def reports(self, measure: Callable[[date], float], approved_on: date) -> Iterator[Reported]:
        """Every half-year from the first that is due, to the end of the construction period."""
        for day in _period_ends(approved_on):
            if self.rng.random() < self.family.missing:
                continue
            yield from self._told(day, measure(day))

    def _told(self, day: date, true: float) -> Iterator[Reported]:
        value = true * float(np.exp(self.rng.normal(0, self.family.misreading)))
        lag = int(self.rng.integers(10, 32))
        if self.rng.random() < self.family.late:
            lag += int(self.rng.integers(10, 100))
        if self.rng.random() < self.family.estimated:
            high = value * float(np.exp(self.rng.normal(self.family.optimism, 0.05)))
            yield Reported(day, self.exact(high), day - timedelta(days=int(self.rng.integers(5, 40))), estimated=True)
            if self.rng.random() < 0.25:
                return
            lag += int(self.rng.integers(0, 60))
        if self.rng.random() < self.family.slips:
            factor = float(self.rng.choice([10, 0.1, 10000, 0.0001]))
            yield Reported(day, self._slipped(value * factor), day + timedelta(days=lag))
            if self.rng.random() < 0.5:
                return
            lag += int(self.rng.integers(20, 120))
        first = value
        if self.rng.random() < self.family.revised:
            first = value * float(np.exp(self.rng.normal(0, 0.06)))
            yield Reported(day, self.exact(first), day + timedelta(days=lag))
            lag += int(self.rng.integers(30, 200))
        yield Reported(day, self.exact(value), day + timedelta(days=lag))

    def _slipped(self, value: float) -> Decimal:
        return Decimal(f"{value:.6g}")


def _period_ends(approved_on: date) -> Iterator[date]:
    """Half-years from the first that ends 90 days after approval or later, before the construction period does."""
    ends_on = add_months(approved_on, 24)
    for year in range(approved_on.year, ends_on.year + 1):
        for day in (date(year, 6, 30), date(year, 12, 31)):
            if approved_on + timedelta(days=90) <= day <= ends_on:
                yield day
