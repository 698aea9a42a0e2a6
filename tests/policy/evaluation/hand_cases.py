"""Worked cases of evaluation systems: each rule is written as a file has it and scored by the real engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from policy.evaluation.inputs import Case, Found, Mark
from policy.evaluation.reading import read_system
from policy.evaluation.rules import RuleKind
from policy.evaluation.score import Line, Score, score
from policy.evaluation.system import Missing
from policy.facts import FigureFact, GoalFact, ParkFact
from policy.rulebook import DEFAULT
from policy.situation import Situation
from policy.terms import HalfYear, Stage
from tests.indicator_cases import Given, figures
from tests.policy.evaluation.systems import BONUS, PASS, VETO, item, system

DAY = date(2026, 9, 1)
PARK = ParkFact(
    1, "JIA", "国家网络安全产业园区（示例甲园）", 1, "示例甲区", date(2024, 10, 10), "示例〔2024〕1号",
    date(2026, 10, 10), Stage.BUILDING,
)  # fmt: skip
PERIOD = HalfYear(2025, 2)


def _case(*known: FigureFact, goals: tuple[GoalFact, ...] = (), **marks: str) -> Case:
    given = {
        name: tuple(Mark(Decimal(value), "现场核查记录", DAY) for value in values.split(","))
        for name, values in marks.items()
    }
    return Case(Situation(PARK, DAY, DEFAULT, figures=known, goals=goals), given)


def _first(case: Case, weight: str, rule: str, looked_at: str = "") -> Line:
    """The line of an item of so much weight; a filler takes the rest."""
    one = item("a", weight, rule, looked_at) if looked_at else item("a", weight, rule)
    rest = Decimal(100) - Decimal(weight)
    return score(read_system(system(one, *([item("b", str(rest), PASS)] if rest else []))), case).lines[0]


def _check(line: Line, due: str) -> None:
    if due.startswith("无："):
        assert due.removeprefix("无：") in line.why
    else:
        assert (line.why, line.points) == ("", Fraction(due))


def play_rule(given: Given) -> None:
    _check(_first(_case(a=given.values["评分"]), given.values["权重"], given.values["规则"]), given.due)


def play_share(given: Given) -> None:
    own = FigureFact("firms_cyber", PERIOD, given.number_of("本园"), "半年报.xlsx", "半年报!C12", "", 1)
    group = (own.value, *(Decimal(text) for text in given.values["他园"].split(",")))
    case = replace(_case(own), group={("firms_cyber", PERIOD): group})
    looked_at = 'input = { indicator = "网络安全企业数量" }'
    _check(_first(case, given.values["权重"], given.values["规则"], looked_at), given.due)


def play_total(given: Given) -> None:
    """得分=30/60: so many points of an item of 60, marked from 0 to 100; 缺=40: another of 40 has no marks."""
    found = _scored(given)
    if given.due == "无":
        assert (found.total, found.grade) == (None, None)
        return
    total, _, grade = given.due.partition("；")
    assert found.total == Fraction(total)
    assert found.grade is not None
    assert found.grade.name == grade


def _scored(given: Given) -> Score:
    points, _, whole = given.values["得分"].partition("/")
    weight = Decimal(whole or 100)
    linear = '{ kind = "线性计分", target = 100000 }'
    items, marks = [], {}
    if points != "无":
        items.append(item("a", str(weight), linear))
        marks["a"] = str(Decimal(points) * 100000 / weight)
    if "缺" in given.values:
        items.append(item("b", given.values["缺"], linear, missing=given.values["缺数据"]))
    rest = (BONUS if "加分" in given.values else "") + (VETO if "否决" in given.values else "")
    beside = (("extra", "加分"), ("false_data", "否决"))
    marks |= {name: given.values[word] for name, word in beside if word in given.values}
    return score(read_system(system(*items, rest=rest)), _case(**marks))


def play_input(given: Given) -> None:
    goals = tuple(
        GoalFact(key, Decimal(baseline), date(2023, 12, 31), Decimal(target), "建设方案")
        for key, (baseline, target) in ((key, value.split("到")) for key, value in given.dated("目标@").items())
    )
    looked_at = f"input = {given.values['取数']}"
    one = read_system(system(item("a", "100", '{ kind = "线性计分", target = 100 }', looked_at))).items[0]
    found = one.input.read(_case(*figures(given), goals=goals), "a")
    if given.due.startswith("无："):
        assert not isinstance(found, Found)
        assert given.due.removeprefix("无：") in found.why
    else:
        assert isinstance(found, Found)
        assert found.reading.value == Fraction(given.due)


BY_MARKS = (
    RuleKind.LINEAR, RuleKind.BANDS, RuleKind.PASS, RuleKind.DEDUCTION, RuleKind.EXPERTS,
)  # fmt: skip
BY_TOTAL = (RuleKind.BONUS, RuleKind.VETO, *Missing)

PLAYERS: dict[str, Callable[[Given], None]] = {
    **{kind.label: play_rule for kind in BY_MARKS},
    RuleKind.SHARE.label: play_share,
    **{word.label: play_total for word in BY_TOTAL},
    "等次": play_total,
    "评估取数": play_input,
}
