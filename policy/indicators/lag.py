"""进度滞后: what is made of each goal of a park, with the one sentence that lets an official check it (domain 1c).

Against the path on the newest figure that may be compared: levels at every half-year; running totals in December, in
June by the last twelve months where both years are known; yearly counts in December. Growth below the plan's growth
makes a goal yellow where it is behind its path already, or where nothing else can be said of the newest half-year.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policy.facts import FigureFact, GoalFact
from policy.figures import half_up, percent, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.derivation import Series
from policy.indicators.progress import Pace, Slow, pace, slow
from policy.rulebook import DEFAULT_SOURCE
from policy.situation import Situation
from policy.terms import Direction, Light

LIMITS = f"滞后界限为{DEFAULT_SOURCE}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One goal as it stands: against its path, and where its growth is below the plan's; one of both at least."""

    goal: GoalFact
    pace: Pace | None
    slow: Slow | None

    @property
    def figure(self) -> FigureFact:
        """The figure the verdict rests on."""
        if self.slow and (self.pace is None or self.pace.light is Light.GREEN):
            return self.slow.figure
        assert self.pace is not None
        return self.pace.figure

    @property
    def light(self) -> Light:
        found = self.pace.light if self.pace else Light.GREEN
        return Light.YELLOW if self.slow and found is Light.GREEN else found

    @property
    def sentence(self) -> str:
        told = []
        if self.pace and not (self.slow and self.pace.light is Light.GREEN):
            told.append(explain(self.pace))
        if self.slow:
            told.append(explain_growth(self.slow))
        return "；".join(told)

    @property
    def in_short(self) -> str:
        """Without formula, source and limits, for where these stand once beside it."""
        told = []
        if self.pace and not (self.slow and self.pace.light is Light.GREEN):
            told.append(_stands(self.pace))
        if self.slow:
            told.append(
                f"{self.slow.figure.period.label}同比{self.slow.actual.shown}{_mark(self.slow)}，"
                f"低于计划增幅{percent(self.slow.planned / 100)}"
            )
        return "；".join(told)


def series_of(situation: Situation) -> Series:
    return Series(situation.figures, situation.definitions)


def judgements(situation: Situation) -> tuple[Judgement, ...]:
    """One for each goal of which anything can be said, in the order of the catalogue."""
    known = series_of(situation)
    found = (_judged(situation, goal, known) for goal in situation.goals)
    return tuple(one for one in found if one is not None)


def _judged(situation: Situation, goal: GoalFact, known: Series) -> Judgement | None:
    figures = sorted(
        (figure for figure in situation.figures if figure.key == goal.key), key=lambda one: one.period, reverse=True
    )
    verdict = _newest(situation, goal, figures, known)
    late = slow(situation.park, goal, figures[0], situation.rulebook, known) if figures else None
    if late is not None and verdict is not None and verdict.figure.period == late.figure.period:
        late = late if verdict.shortfall else None
    return Judgement(goal, verdict, late) if verdict or late else None


def _newest(situation: Situation, goal: GoalFact, figures: Iterable[FigureFact], known: Series) -> Pace | None:
    """The verdict on the newest figure that may be held against the path."""
    verdicts = (pace(situation.park, goal, figure, situation.rulebook, known) for figure in figures)
    return next((verdict for verdict in verdicts if verdict is not None), None)


def latest_paces(situation: Situation) -> tuple[Pace, ...]:
    """For each goal the verdict against its path on the newest comparable accepted figure."""
    return tuple(one.pace for one in judgements(situation) if one.pace is not None)


def explain(verdict: Pace) -> str:
    """One sentence an official can check: actual, expected, formula, source cells, and where the limit comes from."""
    indicator = BY_KEY[verdict.goal.key]
    twelve = f"；近12个月累计＝{verdict.twelve.formula}" if verdict.twelve else ""
    changed = f"；{verdict.changed.told}，目标按原口径设定的须核对" if verdict.changed else ""
    return (
        f"{indicator.label}{_stands(verdict)}"
        f"（{verdict.formula}{twelve}）；数据来源：{_places(verdict.sources)}；{LIMITS}{changed}"
    )


def _stands(verdict: Pace) -> str:
    """2025年6月末为22万平方米，比序时目标28.4万平方米低22.5%."""
    value = plain(half_up(verdict.value, 8)) if verdict.twelve else plain(verdict.value)
    return f"{verdict.told}为{value}{BY_KEY[verdict.goal.key].unit}{verdict.mark}，{against_path(verdict)}"


def _mark(late: Slow) -> str:
    return min(late.actual.sources, key=lambda fact: fact.kind.rank).kind.mark


def explain_growth(late: Slow) -> str:
    indicator, period = BY_KEY[late.goal.key], late.figure.period
    return (
        f"{indicator.label}{period.label}同比{late.actual.shown}{_mark(late)}（{late.actual.formula}），"
        f"低于计划增幅{percent(late.planned / 100)}（{late.formula}）；"
        f"数据来源：{_places(late.actual.sources)}；{LIMITS}"
    )


def _places(figures: Iterable[FigureFact]) -> str:
    return "、".join(dict.fromkeys(f"{figure.file} {figure.where}" for figure in figures))


def against_path(verdict: Pace) -> str:
    """比序时目标8.66亿元低12.3%, or 不低于序时目标8.66亿元; the other way round where lower is better, and of a path at
    0 no share: 高于序时目标0起."""
    indicator = BY_KEY[verdict.goal.key]
    expected = f"序时目标{plain(half_up(verdict.expected, indicator.places))}{indicator.unit}"
    behind, ahead = ("低", "不低于") if indicator.direction is Direction.UP else ("高", "不高于")
    if not verdict.shortfall:
        return f"{ahead}{expected}"
    return f"比{expected}{behind}{percent(verdict.shortfall)}" if verdict.expected > 0 else f"{behind}于{expected}"
