"""Every worked case that needs no database, played through the real functions and compared exactly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from policy.alerts.indicators import below_floor
from policy.deadlines import construction_end, elapsed_days
from policy.evaluation.rules import RuleKind
from policy.evaluation.system import Missing
from policy.facts import ParkFact
from policy.foresight import Course, Reported, chance, needed_pace, recent_pace
from policy.indicators.catalogue import BY_KEY
from policy.indicators.derivation import RATES, Derivation, Series
from policy.indicators.path import planned
from policy.indicators.peers import Peer, age, standing
from policy.indicators.progress import completion, held_light, incremental_completion, pace, shortfall, slow
from policy.obligations import owed
from policy.projection import projection
from policy.provenance import Working
from policy.readiness import back_plan
from policy.rulebook import DEFAULT
from policy.situation import Situation
from policy.terms import Chance, Direction, GoalPath, HalfYear, Light, Measure, ObligationKind, Stage
from tests.indicator_cases import (
    APART,
    ESTIMATED,
    Given,
    cases,
    changes,
    check_derived,
    check_values,
    derived,
    figures,
    goal,
)
from tests.policy.evaluation import hand_cases

CASES = cases(stored=False)


def park(given: Given) -> ParkFact:
    approved = given.day("批复")
    title = "国家网络安全产业园区（示例甲园）"
    ends, stage = construction_end(approved), Stage(given.values.get("阶段", "building"))
    return ParkFact(1, "JIA", title, 1, "示例甲区", approved, "示例函〔2024〕1号", ends, stage)


def series(given: Given) -> Series:
    return Series(figures(given), changes(given))


def play_derived(given: Given) -> None:
    check_derived(derived(given, series(given)), given.due)


def play_offered(given: Given) -> None:
    """What the table of 推算 has for an indicator."""
    found = [one.derivation.label for one in series(given).derived(given.period) if one.key == given.values["指标"]]
    assert "、".join(word for word in found if word != Derivation.RATE.label) == given.due


def play_completion(given: Given) -> None:
    found = completion(given.number_of("实际"), given.number_of("目标"))
    check_values(None if found is None else [found * 100], given.due)


def play_increment(given: Given) -> None:
    found = incremental_completion(given.number_of("实际"), given.number_of("基期"), given.number_of("目标"))
    check_values(None if found is None else [found * 100], given.due)


def play_elapsed(given: Given) -> None:
    approved = given.day("批复")
    assert Fraction(*elapsed_days(approved, construction_end(approved), given.day("日"))) == Fraction(given.due)


def play_gap(given: Given) -> None:
    given = replace(given, values=given.values | {f"firms_cyber@{given.period}": given.values["实际"]})
    found = pace(park(given), goal(given, "firms_cyber"), figures(given)[0], DEFAULT)
    assert found is not None
    check_values(None if found.gap is None else [found.gap], given.due)


def play_path(given: Given) -> None:
    approved, day = given.day("批复"), given.day("日")
    assert planned(goal(given, "firms_cyber"), approved, construction_end(approved), day) == Fraction(given.due)


def play_light(given: Given) -> None:
    plan, actual = Fraction(given.values["序时目标"]), Fraction(given.values["实际"])
    direction = next(one for one in Direction if one.label == given.values["方向"])
    standing = next(one for one in Light if one.label == given.values.get("原灯", Light.GREEN.label))
    found = held_light(shortfall(actual, plan, direction), standing, HalfYear(2025, 1).end, DEFAULT)
    assert found.label == given.due


def play_verdict(given: Given) -> None:
    key = given.values["指标"]
    figure = series(given).at(key, given.period)
    assert figure is not None
    found = pace(park(given), goal(given, key), figure, DEFAULT, series(given))
    assert ("无" if found is None else f"{found.light.label}{found.mark}") == given.due


def play_growth(given: Given) -> None:
    key = given.values["指标"]
    figure = series(given).at(key, given.period)
    assert figure is not None
    found = slow(park(given), goal(given, key), figure, DEFAULT, series(given))
    if given.due == "不低于":
        assert found is None
    else:
        check_values([found.planned] if found else None, given.due)


def play_floor(given: Given) -> None:
    given = replace(given, values=given.values | {"批复": "2024-10-10"})
    found = list(below_floor(Situation(park(given), HalfYear(2026, 1).end, DEFAULT, figures=figures(given))))
    assert ("低于" if found else "不低于") == given.due


def play_peers(given: Given) -> None:
    others = [text for text in given.values["他园"].split(",") if text]
    peers = [
        Peer(str(place), Fraction(text.removesuffix(APART)), alike=not text.endswith(APART))
        for place, text in enumerate(others)
    ]
    found = standing(
        [Peer("JIA", Fraction(given.values["本园"])), *peers], "JIA", 1, anonymous=given.values["查看"] == "区县"
    )
    check_values(found and (found.lower, found.median, found.upper), given.due)
    assert found is None or found.apart == sum(text.endswith(APART) for text in others)


def play_age(given: Given) -> None:
    assert age(given.day("批复"), given.period) == int(given.due)


def course(given: Given) -> Course:
    """报@2025-12-31=40 known at once, 报@2025-12-31@2026-03-10=44 on that day."""
    rows = []
    for key, value in given.dated("报@").items():
        end, _, told = key.partition("@")
        rows.append(Reported(date.fromisoformat(end), Decimal(value), date.fromisoformat(told or end)))
    return Course(
        "JIA", "x", Measure(given.values["类型"]), given.day("批复"), given.number_of("基期"), given.number_of("目标"),
        None, tuple(rows),
    )  # fmt: skip


def play_needed(given: Given) -> None:
    found = needed_pace(course(given), given.day("日"))
    check_values(None if found is None else [found], given.due)


def play_recent(given: Given) -> None:
    found = recent_pace(course(given), given.day("日"))
    check_values(None if found is None else [found], given.due)


def play_projection(given: Given) -> None:
    set_by_user = {HalfYear.parse(at): Decimal(value) for at, value in given.dated("填@").items()}
    first_half = Decimal(given.values.get("上半年比重", "0.5"))
    found = projection(course(given), given.day("日"), first_half, set_by_user)
    due, _, short = given.due.partition("（还差")
    check_values([stretch.amount for stretch in found.stretches], due)
    assert found.short == Decimal(short.removesuffix("）") or 0)


def play_back_plan(given: Given) -> None:
    one = park(given)
    situation = Situation(one, given.day("日"), DEFAULT, owed=owed(one.approved_on, one.ends_on, DEFAULT))
    days = {ObligationKind(kind): int(value) for kind, value in given.dated("办文@").items()}
    leg = next(leg for leg in back_plan(situation, days) if leg.kind.value == given.values["事项"])
    assert f"{leg.begin}至{leg.finish}" == given.due


def play_chance(given: Given) -> None:
    assert chance(given.number_of("可能性"), HalfYear(2026, 1).end, DEFAULT).label == given.due


def play_printed(given: Given) -> None:
    indicator = BY_KEY[given.values["指标"]]
    found = indicator.on_form(given.number_of("值"))
    assert f"{found.text}{'（四舍五入后为0）' if found.warning else ''}" == given.due
    assert not found.warning or f"{given.values['值']}{indicator.unit}" in found.warning


PLAYERS: dict[str, Callable[[Given], None]] = {
    **{one.label: play_derived for one in Derivation if one is not Derivation.RATE},
    **{rate.label: play_derived for rate in RATES},
    "推算项目": play_offered,
    "完成率": play_completion,
    "增量完成率": play_increment,
    "序时进度": play_elapsed,
    "与序时目标相差": play_gap,
    **{path.label: play_path for path in GoalPath},
    "滞后界限": play_light,
    "进度滞后": play_verdict,
    "低于计划增幅": play_growth,
    "低于申报条件参考值": play_floor,
    "园区对比": play_peers,
    "建设年限": play_age,
    "今后每半年需": play_needed,
    "近两期平均新增": play_recent,
    "测算表": play_projection,
    "倒排计划": play_back_plan,
    "趋势研判用语": play_chance,
    "申报表取整": play_printed,
    **hand_cases.PLAYERS,
}


@pytest.mark.parametrize("given", [pytest.param(one, id=f"{one.number}-{one.formula}") for one in CASES])
def test_the_case_comes_out_as_worked_by_hand(given: Given) -> None:
    PLAYERS[given.formula](given)


def test_every_formula_and_rule_has_a_case() -> None:
    """By the words of the code itself: a new entry without a case fails here."""
    shown = {given.formula for given in CASES}
    named = {one.label for words in (GoalPath, RuleKind, Missing) for one in words}
    named |= {one.label for one in Derivation if one is not Derivation.RATE} | {rate.label for rate in RATES}
    named |= {one.label for one in Working if one is not Working.PACE}
    assert shown >= named | set(PLAYERS)
    assert {given.due for given in CASES if given.formula == "趋势研判用语"} == {word.label for word in Chance}
    lights = {given.due for given in CASES if given.formula == "滞后界限"}
    assert lights == {Light.GREEN.label, Light.YELLOW.label, Light.RED.label}


def test_cases_are_numbered_and_worked_by_hand() -> None:
    every = [*CASES, *cases(stored=True)]
    assert sorted(given.number for given in every) == [f"{place:03d}" for place in range(1, len(every) + 1)]
    assert all(given.told and given.due for given in every)
    assert any(ESTIMATED in given.due for given in every)
    assert len({given.formula for given in every if re.search("跨年", given.told)}) > 5
