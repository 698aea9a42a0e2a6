"""What an item looks at: accepted figures, what is worked out from them, the reporting record, marks by people.

Every input says in words what it is, and gives a value with its sources or the reason why there is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from policy.evaluation.rules import Reading
from policy.facts import FigureFact, GoalFact
from policy.figures import chinese_date, half_up, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.derivation import Derived, Rate, Series
from policy.indicators.lag import latest_paces
from policy.indicators.progress import comparable, completion, incremental_completion, span_told
from policy.obligations import CHECKLIST
from policy.plan_tasks import counted
from policy.provenance import Working, figure_path, goal_path, working_key
from policy.situation import Situation, tally
from policy.terms import HalfYear, Labelled


class Source(NamedTuple):
    """Where a value comes from, in words, and the address it is told at."""

    told: str
    path: str = ""


class Found(NamedTuple):
    """A value with the words it is shown in and where it comes from."""

    reading: Reading
    told: str
    sources: tuple[Source, ...] = ()


class Absent(NamedTuple):
    """Nothing is known: why, in words."""

    why: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody says of an item: experts' marks, how many deficiencies, 1 for yes and 0 for no."""

    value: Decimal
    basis: str
    given_on: date
    giver: str = ""

    @property
    def told(self) -> str:
        return f"{self.giver or '评定'}：{plain(self.value)}（{chinese_date(self.given_on)}，依据：{self.basis}）"


@dataclass(frozen=True, slots=True)
class Case:
    """One park as it is to be scored. `marks` by item; `group`: what the parks of the group reported, this one among
    them; `rates`: 得分率 in % of items scored already."""

    situation: Situation
    marks: Mapping[str, tuple[Mark, ...]] = field(default_factory=dict)
    group: Mapping[tuple[str, HalfYear], tuple[Decimal, ...]] = field(default_factory=dict)
    rates: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def series(self) -> Series:
        return Series(self.situation.figures, self.situation.definitions)

    def newest(self, key: str) -> FigureFact | None:
        """The newest accepted figure that may be held against a full year."""
        found = [one for one in self.situation.figures if one.key == key and comparable(key, one.period)]
        return max(found, key=lambda one: one.period, default=None)

    def goal(self, key: str) -> GoalFact | None:
        return next((goal for goal in self.situation.goals if goal.key == key), None)

    def source(self, figure: FigureFact) -> Source:
        label, unit = BY_KEY[figure.key].label, BY_KEY[figure.key].unit
        told = f"{span_told(figure.key, figure.period)}{label}{plain(figure.value)}{unit}{figure.kind.mark}"
        path = figure_path(self.situation.park.code, figure.period, figure.key)
        return Source(f"{told}，{figure.file} {figure.where}", path)


def shown(value: Fraction, unit: str) -> str:
    """Rounded half up to two places for the eye; the value itself stays exact."""
    return f"{plain(half_up(Decimal(value.numerator) / Decimal(value.denominator), 2))}{unit}"


@dataclass(frozen=True, slots=True)
class OfIndicator:
    """An indicator's newest accepted value: a running total only of a full year."""

    key: str

    @property
    def told(self) -> str:
        when = "最近一期末" if comparable(self.key, HalfYear(2000, 1)) else "最近一个全年"
        return f"{BY_KEY[self.key].label}（{when}）"

    @property
    def unit(self) -> str:
        return BY_KEY[self.key].unit

    def read(self, case: Case, item: str) -> Found | Absent:
        return self._share(case) if BY_KEY[self.key].ratio_of else self._stated(case)

    def _stated(self, case: Case) -> Found | Absent:
        figure = case.newest(self.key)
        if figure is None:
            return Absent(f"尚无审核通过的{self.told}数据")
        value = Fraction(figure.value)
        group = tuple(Fraction(one) for one in case.group.get((self.key, figure.period), ()))
        return Found(Reading(value, group), f"{plain(figure.value)}{self.unit}", (case.source(figure),))

    def _share(self, case: Case) -> Found | Absent:
        """A share from its exact parts, never as printed."""
        series, periods = case.series, {one.period for one in case.situation.figures}
        known = (
            series.share(self.key, period) for period in sorted(periods, reverse=True) if comparable(self.key, period)
        )
        return _newest(case, known, self.told)


def _newest(case: Case, derived: Iterable[Derived], told: str) -> Found | Absent:
    """The newest that can be worked out; else why the newest of all cannot."""
    why = ""
    for one in derived:
        if one.value is not None:
            return _worked_out(case, one)
        why = why or one.why
    return Absent(why or f"尚无审核通过的{told}数据")


def _worked_out(case: Case, derived: Derived) -> Found:
    assert derived.value is not None
    sources = (Source(derived.formula), *(case.source(fact) for fact in dict.fromkeys(derived.sources)))
    return Found(Reading(derived.value), shown(derived.value, derived.unit), sources)


@dataclass(frozen=True, slots=True)
class OfGrowth:
    """Same-period growth in %: the newest accepted figure against the same months of the year before."""

    key: str
    unit = "%"

    @property
    def told(self) -> str:
        return f"{BY_KEY[self.key].label}同比增速"

    def read(self, case: Case, item: str) -> Found | Absent:
        periods = [one.period for one in case.situation.figures if one.key == self.key]
        if not periods:
            return Absent(f"尚无审核通过的{BY_KEY[self.key].label}数据")
        return _newest(case, [case.series.growth(self.key, max(periods))], self.told)


@dataclass(frozen=True, slots=True)
class OfTwelve:
    """近12个月累计 of a running total: comparable at the end of any half-year."""

    key: str

    @property
    def told(self) -> str:
        return f"{BY_KEY[self.key].label}（近12个月累计）"

    @property
    def unit(self) -> str:
        return BY_KEY[self.key].unit

    def read(self, case: Case, item: str) -> Found | Absent:
        periods = {one.period for one in case.situation.figures if one.key == self.key}
        return _newest(case, (case.series.twelve(self.key, one) for one in sorted(periods, reverse=True)), self.told)


@dataclass(frozen=True, slots=True)
class OfRate:
    """One indicator over another: 研发投入强度, 楼宇运营率 …, of the newest half-year it can be worked out for."""

    rate: Rate

    @property
    def told(self) -> str:
        return self.rate.label

    @property
    def unit(self) -> str:
        return self.rate.unit

    def read(self, case: Case, item: str) -> Found | Absent:
        periods = {one.period for one in case.situation.figures}
        return _newest(case, (case.series.rate(self.rate, one) for one in sorted(periods, reverse=True)), self.told)


@dataclass(frozen=True, slots=True)
class OfGoal:
    """完成率 or 增量完成率 of a goal, in %: of the newest value that may be held against it."""

    key: str
    working: Working
    unit = "%"

    @property
    def told(self) -> str:
        return f"{BY_KEY[self.key].label}建设目标{self.working.label}"

    def read(self, case: Case, item: str) -> Found | Absent:
        goal = case.goal(self.key)
        if goal is None:
            return Absent(f"没有{BY_KEY[self.key].label}建设目标")
        verdict = next((one for one in latest_paces(case.situation) if one.goal.key == self.key), None)
        if verdict is None:
            return Absent(f"尚无审核通过的、可与目标相比的{BY_KEY[self.key].label}数据")
        if self.working is Working.COMPLETION:
            share = completion(verdict.value, goal.target)
        else:
            share = incremental_completion(verdict.value, goal.baseline, goal.target)
        if share is None:
            return Absent(f"{self.working.formula}，分母为0，无法计算")
        code = case.situation.park.code
        stated = (
            f"基期值{plain(goal.baseline)}，目标值{plain(goal.target)}{BY_KEY[self.key].unit}，依据：{goal.decision}"
        )
        worked = figure_path(code, verdict.figure.period, working_key(self.key, self.working))
        if verdict.twelve:
            shown_value = f"{verdict.told}{plain(half_up(verdict.value, 8))}{BY_KEY[self.key].unit}{verdict.mark}"
            known = (Source(f"{shown_value}＝{verdict.twelve.formula}", worked), *map(case.source, verdict.sources))
        else:
            known = (case.source(verdict.figure)._replace(path=worked),)
        sources = (*known, Source(stated, goal_path(code, self.key)))
        value = Fraction(share) * 100
        return Found(Reading(value), shown(value, "%"), sources)


class Fact(Labelled):
    """Facts of the reporting record and of the plan's execution."""

    PUNCTUALITY = "punctuality", "半年报告按时报送率"
    LATE = "late_reports", "半年报告迟报和逾期未报"
    TASKS = "tasks_done", "重点任务完成率"
    DUTIES = "duties_done", "区县政府任务分工办理率"


@dataclass(frozen=True, slots=True)
class OfRecord:
    fact: Fact

    @property
    def told(self) -> str:
        return self.fact.label

    @property
    def unit(self) -> str:
        return "次" if self.fact is Fact.LATE else "%"

    def read(self, case: Case, item: str) -> Found | Absent:
        if self.fact is Fact.TASKS:
            return self._tasks(case)
        if self.fact is Fact.DUTIES:
            return self._duties(case)
        return self._reports(case)

    def _reports(self, case: Case) -> Found | Absent:
        """What is not due yet does not count either way."""
        found = tally(case.situation)
        decided, late = found.received + found.overdue, found.late + found.overdue
        source = Source(
            f"应报{found.owed}期，按时{found.received - found.late}期，迟报{found.late}期，逾期未报{found.overdue}期",
            f"/parks/{case.situation.park.code}#obligations",
        )
        if self.fact is Fact.LATE:
            return Found(Reading(Fraction(late)), f"{late}次", (source,))
        if not decided:
            return Absent("尚无到期的半年报告")
        return _rate(decided - late, decided, source)

    def _tasks(self, case: Case) -> Found | Absent:
        found = counted(case.situation.tasks, case.situation.as_of)
        if not found.total:
            return Absent("没有重点任务台账")
        source = Source(
            f"重点任务{found.total}项，已销号{found.done}项", f"/parks/{case.situation.park.code}/progress#tasks"
        )
        return _rate(found.done, found.total, source)

    def _duties(self, case: Case) -> Found | Absent:
        found = tally(case.situation, *CHECKLIST)
        if not found.owed:
            return Absent("没有区县政府任务分工")
        told = f"任务分工{found.owed}项，已办理{found.received}项"
        return _rate(found.received, found.owed, Source(told, f"/parks/{case.situation.park.code}#obligations"))


def _rate(part: int, whole: int, source: Source) -> Found:
    value = Fraction(part * 100, whole)
    return Found(Reading(value), shown(value, "%"), (source,))


@dataclass(frozen=True, slots=True)
class OfItem:
    """得分率 of another item, in %."""

    item: str
    name: str = ""
    unit = "%"

    @property
    def told(self) -> str:
        return f"“{self.name or self.item}”得分率"

    def read(self, case: Case, item: str) -> Found | Absent:
        rate = case.rates.get(self.item)
        if rate is None:
            return Absent(f"“{self.name or self.item}”尚未计分")
        return Found(Reading(rate), shown(rate, "%"), (Source(f"见“{self.name or self.item}”"),))


@dataclass(frozen=True, slots=True)
class OfMarks:
    """What people give with their grounds: `asks` is what they are asked."""

    asks: str
    unit: str = ""

    @property
    def told(self) -> str:
        return f"人工评定：{self.asks}"

    def read(self, case: Case, item: str) -> Found | Absent:
        marks = case.marks.get(item, ())
        if not marks:
            return Absent("尚未评定")
        values = tuple(Fraction(mark.value) for mark in marks)
        told = "、".join(f"{plain(mark.value)}{self.unit}" for mark in marks)
        # Whoever speaks last speaks for the committee; experts speak each for themselves.
        return Found(Reading(values[-1], values), told, tuple(Source(mark.told) for mark in marks))


Input: TypeAlias = OfIndicator | OfGrowth | OfTwelve | OfRate | OfGoal | OfRecord | OfItem | OfMarks


def indicator_keys(word: str) -> Iterator[str]:
    """The indicators a word may mean: a key, a label or one of its other names."""
    for indicator in BY_KEY.values():
        if word in (indicator.key, indicator.label, *indicator.aliases):
            yield indicator.key
