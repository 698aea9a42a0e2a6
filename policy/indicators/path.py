"""序时目标: the value a goal plans for a day of the two years (建设方案; domain 1c 「Lagging indicators」).

THE path: verdicts, explanations, pictures and projections all take it from here. It leads from 基期值 on the day of
the 批复 through 阶段目标 to 目标值 on the day the construction period ends, counted in days and exact:

- 直线推进: in a straight line from one known point to the next.
- 分段推进: holds the last known point until the day of the next; without 阶段目标 four equal steps, one a half-year.
- 后期加快: with the square of the days passed, fitted through every known point; without 阶段目标 that is
  基期值 + (目标值 - 基期值) × 序时进度².
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from policy.deadlines import add_months, elapsed_days
from policy.facts import GoalFact
from policy.figures import chinese_date, percent, plain
from policy.terms import GoalPath

MONTHS = (6, 12, 18, 24)
"""When 阶段目标 may be set, in months after the 批复; the last is 目标值 itself."""


@dataclass(frozen=True, slots=True)
class Point:
    """A known point of the path: 基期值, 12个月阶段目标, 目标值."""

    name: str
    day: date
    value: Decimal

    @property
    def told(self) -> str:
        return f"{self.name}{plain(self.value)}"


@dataclass(frozen=True, slots=True)
class Leg:
    """The stretch of the path a day lies in; a day on a known point begins the next stretch."""

    start: Point
    end: Point
    path: GoalPath
    approved_on: date

    def at(self, day: date) -> Fraction:
        """The planned value; `day` within the leg."""
        before, after = Fraction(self.start.value), Fraction(self.end.value)
        return before + (after - before) * self._share(day)

    def _share(self, day: date) -> Fraction:
        first, last, now = ((one - self.approved_on).days for one in (self.start.day, self.end.day, day))
        if now >= last:
            return Fraction(1)
        if self.path is GoalPath.STEPPED:
            return Fraction(0)
        power = 2 if self.path is GoalPath.BACK_LOADED else 1
        return Fraction(now**power - first**power, last**power - first**power)


def known_points(goal: GoalFact, approved_on: date, ends_on: date) -> tuple[Point, ...]:
    """The known points in order: 基期值, the 阶段目标 that fall before the end, 目标值."""
    known = {month: (f"{month}个月阶段目标", goal.milestones[month]) for month in sorted(goal.milestones)}
    if goal.path is GoalPath.STEPPED and not known:
        step = (goal.target - goal.baseline) / len(MONTHS)
        known = {m: (f"第{n}个半年末", goal.baseline + step * n) for n, m in enumerate(MONTHS, start=1)}
    dated = [Point(name, add_months(approved_on, month), value) for month, (name, value) in known.items()]
    between = [point for point in dated if point.day < ends_on]
    return (Point("基期值", approved_on, goal.baseline), *between, Point("目标值", ends_on, goal.target))


def leg(goal: GoalFact, approved_on: date, ends_on: date, day: date) -> Leg:
    """The leg `day` lies in; the first before the 批复, the last after the end."""
    legs = [
        Leg(start, end, goal.path, approved_on) for start, end in pairwise(known_points(goal, approved_on, ends_on))
    ]
    return next((one for one in legs if day < one.end.day), legs[-1])


def planned(goal: GoalFact, approved_on: date, ends_on: date, day: date) -> Fraction:
    """The value planned for `day`, exact, in the indicator's unit: 基期值 up to the 批复, 目标值 from the end on."""
    if day <= approved_on:
        return Fraction(goal.baseline)
    return leg(goal, approved_on, ends_on, day).at(min(day, ends_on))


def formula(goal: GoalFact, approved_on: date, ends_on: date, day: date) -> str:
    """How the planned value is worked out, with its numbers, so that it can be checked by hand."""
    now = leg(goal, approved_on, ends_on, day)
    if day >= ends_on:
        return f"序时目标＝{now.end.told}，建设期已满"
    if goal.path is GoalPath.STEPPED:
        return f"序时目标＝{now.start.told}，{goal.path.label}，{chinese_date(now.end.day)}起为{now.end.told}"
    span = f"序时目标＝{now.start.told}＋（{now.end.told}－{now.start.told}）×"
    days, total = elapsed_days(now.start.day, now.end.day, day)
    whole = now.start.name == "基期值" and now.end.name == "目标值"
    if goal.path is GoalPath.BACK_LOADED:
        return span + (f"序时进度的平方，即（{days}天／{total}天）²" if whole else _squares(now, day))
    word = "序时进度" if whole else "本段进度"
    return f"{span}{word}{percent(Decimal(days) / Decimal(total))}，即{days}天／{total}天"


def _squares(now: Leg, day: date) -> str:
    """（447²－365²）÷（730²－365²）: days since the 批复, of the day and of the two known points."""
    first, last, here = ((one - now.approved_on).days for one in (now.start.day, now.end.day, day))
    return f"（{here}²－{first}²）÷（{last}²－{first}²），数字为批复后的天数"
