"""A park scored line by line, by hand: missing data by each policy, vetoes, bonuses, grades, references."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.evaluation.inputs import Case, Mark
from policy.evaluation.reading import read_system
from policy.evaluation.score import Score, score
from policy.evaluation.sheet import RowKind, Sheet, sheet
from policy.facts import FigureFact, GoalFact, ParkFact, TaskFact
from policy.indicators.catalogue import CATALOGUE
from policy.rulebook import DEFAULT
from policy.situation import Situation
from policy.terms import HalfYear, Measure, Stage
from tests.policy.evaluation.systems import BONUS, DEMONSTRATION, MARKS, PASS, VETO, item, system

PARK = ParkFact(
    1, "JIA", "国家网络安全产业园区（示例甲园）", 1, "示例甲区", date(2024, 10, 10), "示例〔2024〕1号",
    date(2026, 10, 10), Stage.BUILDING,
)  # fmt: skip
DAY = date(2026, 3, 2)
LINEAR = '{ kind = "linear", target = 100 }'


def case(
    figures: Mapping[tuple[str, str], str] | None = None,
    goals: tuple[GoalFact, ...] = (),
    marks: Mapping[str, object] | None = None,
    tasks: tuple[TaskFact, ...] = (),
    group: Mapping[tuple[str, HalfYear], tuple[Decimal, ...]] | None = None,
) -> Case:
    """`figures` by key and half-year; `marks` by item, several for experts."""
    facts = tuple(
        FigureFact(key, HalfYear.parse(period), Decimal(value), "半年报.xlsx", "半年报!C10", value, 1)
        for (key, period), value in (figures or {}).items()
    )
    given = {
        item_id: tuple(
            Mark(Decimal(str(value)), "现场核查记录", DAY, giver=f"专家{place}" if isinstance(values, tuple) else "")
            for place, value in enumerate(values if isinstance(values, tuple) else (values,), start=1)
        )
        for item_id, values in (marks or {}).items()
    }
    return Case(Situation(PARK, DAY, DEFAULT, figures=facts, goals=goals, tasks=tasks), given, group or {})


def goal(key: str, baseline: str, target: str) -> GoalFact:
    return GoalFact(key, Decimal(baseline), date(2023, 12, 31), Decimal(target), "建设方案")


def points(found: Score) -> dict[str, Fraction | None]:
    return {line.item.id: line.points for line in found.lines}


def looked_at(text: str, of: Case) -> tuple[str, str, Fraction | None]:
    """Shown value, why missing, points of a single item of 100 points with this input."""
    line = score(read_system(system(item("a", "100", LINEAR, f"input = {text}"))), of).lines[0]
    return line.value, line.why, line.points


REVENUE = case({("revenue_cyber", "2024H2"): "8", ("revenue_cyber", "2025H1"): "5", ("revenue_cyber", "2025H2"): "10"})


@pytest.mark.parametrize(
    ("text", "of", "expected"),
    [
        # a running total counts by its full year; the half-year beside it does not
        ('{ indicator = "网络安全产业收入" }', REVENUE, ("10亿元", "", 10)),
        ('{ indicator = "网络安全产业收入" }', case({("revenue_cyber", "2025H1"): "5"}),
         ("", "尚无审核通过的网络安全产业收入（最近一个全年）数据", 0)),
        # a level counts at the end of any half-year
        ('{ indicator = "网络安全企业数量" }', case({("firms_cyber", "2025H1"): "44"}), ("44家", "", 44)),
        # a share is worked out from its exact parts: 2÷3
        ('{ indicator = "网络安全企业数量占比" }',
         case({("firms_cyber", "2025H1"): "2", ("firms_total", "2025H1"): "3"}),
         ("66.67%", "", Fraction(200, 3))),
        ('{ indicator = "网络安全企业数量占比" }',
         case({("firms_cyber", "2025H1"): "0", ("firms_total", "2025H1"): "0"}),
         ("", "园区注册企业数量为0", 0)),
        # 10 ÷ 8 − 1
        ('{ growth = "网络安全产业收入" }', REVENUE, ("25%", "", 25)),
        ('{ growth = "网络安全产业收入" }', case({("revenue_cyber", "2025H2"): "10"}),
         ("", "没有审核通过的网络安全产业收入2024年下半年数", 0)),
        ('{ growth = "网络安全产业收入" }', case({("revenue_cyber", "2024H2"): "0", ("revenue_cyber", "2025H2"): "1"}),
         ("", "上年同期为0", 0)),
        # 5 + 8 − 4 at the middle of the year
        ('{ twelve_months = "网络安全产业收入" }',
         case({("revenue_cyber", "2024H1"): "4", ("revenue_cyber", "2024H2"): "8", ("revenue_cyber", "2025H1"): "5"}),
         ("9亿元", "", 9)),
        # 12000万元 ÷ 8亿元
        ('{ rate = "研发投入强度" }', case({("rnd_investment", "2024H2"): "12000", ("revenue_cyber", "2024H2"): "8"}),
         ("15%", "", 15)),
        ('{ rate = "楼宇运营率" }', case({("area_operating", "2025H1"): "20", ("area_built", "2025H1"): "0"}),
         ("", "园区已建成用于产业发展的楼宇面积为0", 0)),
        # 44 ÷ 80; (44 − 30) ÷ (80 − 30)
        ('{ goal = "网络安全企业数量" }', case({("firms_cyber", "2025H1"): "44"}, (goal("firms_cyber", "30", "80"),)),
         ("55%", "", 55)),
        ('{ goal_increment = "网络安全企业数量" }',
         case({("firms_cyber", "2025H1"): "44"}, (goal("firms_cyber", "30", "80"),)), ("28%", "", 28)),
        ('{ goal = "网络安全企业数量" }', case({("firms_cyber", "2025H1"): "44"}),
         ("", "没有网络安全企业数量建设目标", 0)),
        ('{ goal_increment = "网络安全企业数量" }',
         case({("firms_cyber", "2025H1"): "44"}, (goal("firms_cyber", "80", "80"),)),
         ("", "增量完成率＝（实际值－基期值）÷（目标值－基期值），分母为0，无法计算", 0)),
        ('{ record = "重点任务完成率" }',
         case(tasks=(TaskFact(1, "一", "", DAY, DAY), TaskFact(2, "二", "", DAY))), ("50%", "", 50)),
        ('{ record = "重点任务完成率" }', case(), ("", "没有重点任务台账", 0)),
        # 2025H1 and 2025H2 were due and nothing came
        ('{ record = "半年报告按时报送率" }', case(), ("0%", "", 0)),
        ('{ record = "半年报告迟报和逾期未报" }', case(), ("2次", "", 2)),
        ('{ marks = "多少家", unit = "家" }', case(marks={"a": 7}), ("7家", "", 7)),
        ('{ marks = "多少家", unit = "家" }', case(), ("", "尚未评定", 0)),
    ],
)  # fmt: skip
def test_what_an_item_looks_at(text: str, of: Case, expected: tuple[str, str, object]) -> None:
    assert looked_at(text, of) == expected


def test_a_line_tells_its_input_with_its_source_its_rule_and_its_points() -> None:
    text = system(item("a", "100", '{ kind = "linear", target = 20 }', 'input = { indicator = "revenue_cyber" }'))
    row = sheet(score(read_system(text), REVENUE)).rows[0]
    assert (row.looked_at, row.value) == ("网络安全产业收入（最近一个全年）", "10亿元")
    assert row.rule == "20亿元及以上得100分，以下按比例计分"
    assert row.points_told == "50"
    assert row.sources == (
        ("2025年1—12月网络安全产业收入10亿元，半年报.xlsx 半年报!C10", "/parks/JIA/figures/2025H2/revenue_cyber"),
    )  # fmt: skip


THREE = "".join(item(*entry) for entry in (("a", "50", PASS), ("b", "30", PASS), ("c", "20", PASS)))


def three(policy: str) -> str:
    """50 met, 30 not met, and 20 of which nothing is known."""
    return system(item("a", "50", PASS), item("b", "30", PASS), item("c", "20", PASS, missing=policy))


@pytest.mark.parametrize(
    ("policy", "kept", "total", "grade"),
    [
        ("zero", Fraction(0), Fraction(50), "不达标"),  # 50 + 0 + 0
        ("reweight", None, Fraction(125, 2), "达标"),  # 50 ÷ 80 × 100 = 62.5
        ("block", None, None, ""),
    ],
)
def test_missing_data_by_each_policy(policy: str, kept: Fraction | None, total: Fraction | None, grade: str) -> None:
    found = score(read_system(three(policy)), case(marks={"a": 1, "b": 0}))
    assert points(found) == {"a": 50, "b": 0, "c": kept}
    assert found.total == total
    assert sheet(found).grade == grade
    assert [line.item.id for line in found.missing] == ["c"]
    assert [line.item.id for line in found.blocked] == (["c"] if policy == "block" else [])


def test_nothing_known_at_all_gives_no_total() -> None:
    text = system(*(item(one, "50", PASS, missing="reweight") for one in "ab"))
    found = score(read_system(text), case())
    assert (found.total, found.grade) == (None, None)


@pytest.mark.parametrize(
    ("mark", "grade"), [("84.999999", "达标"), ("85", "优秀"), ("60", "达标"), ("59.999999", "不达标"), ("0", "不达标")]
)
def test_grades_go_by_the_exact_score_whatever_is_printed(mark: str, grade: str) -> None:
    text = system(item("a", "100", '{ kind = "experts" }'))
    found = score(read_system(text), case(marks={"a": (mark,)}))
    assert (found.total, sheet(found).grade) == (Fraction(mark), grade)


@pytest.mark.parametrize(
    ("given", "grade", "vetoed"), [(1, "不达标", ("弄虚作假",)), (0, "优秀", ()), (None, "优秀", ())]
)
def test_a_veto_puts_the_grade_down_and_leaves_the_points(
    given: int | None, grade: str, vetoed: tuple[str, ...]
) -> None:
    text = system(item("a", "100", PASS), rest=VETO)
    marks = {"a": 1} | ({} if given is None else {"false_data": given})
    found = sheet(score(read_system(text), case(marks=marks)))
    assert (found.total_told, found.grade, found.vetoed) == ("100", grade, vetoed)
    assert [row.name for row in found.missing] == (["弄虚作假"] if given is None else [])


def test_a_bonus_comes_on_top_up_to_its_cap() -> None:
    text = system(item("a", "100", PASS), rest=BONUS)
    assert score(read_system(text), case(marks={"a": 1, "extra": 3})).total == Fraction("101.5")
    assert score(read_system(text), case(marks={"a": 1, "extra": 9})).total == 102
    assert sheet(score(read_system(text), case(marks={"a": 0, "extra": 1}))).sum_told == "各项得分合计0分，另加分0.5分"


def test_an_item_may_refer_to_another_wherever_it_stands() -> None:
    """b: as many % of 40 as a has of 60."""
    text = system(item("b", "40", LINEAR, 'input = { item = "a" }'), item("a", "60", '{ kind = "experts" }', MARKS))
    found = score(read_system(text), case(marks={"a": ("50",)}))
    assert points(found) == {"b": 20, "a": 30}
    assert found.lines[0].item.input.told == "“指标a”得分率"
    assert score(read_system(text), case()).lines[0].why == "“指标a”尚未计分"


def test_a_share_of_the_group_waits_for_five_parks() -> None:
    text = system(item("a", "100", '{ kind = "占比计分", of = "best" }', 'input = { indicator = "staff_cyber" }'))
    period, figures = HalfYear(2025, 1), {("staff_cyber", "2025H1"): "0.4"}
    four = tuple(map(Decimal, ("0.4", "0.8", "0.2", "0.2")))
    few = score(read_system(text), case(figures, group={("staff_cyber", period): four})).lines[0]
    assert few.why == "同期有数据的园区4个，不足5个，不作比较"
    enough = score(read_system(text), case(figures, group={("staff_cyber", period): (*four, Decimal("0.1"))})).lines[0]
    assert enough.points == 50  # 0.4 ÷ 0.8
    assert "0.8" not in str(enough.sources) + enough.value  # no other park's figure is told


def test_what_was_kept_reads_as_it_did() -> None:
    found = sheet(score(read_system(three("reweight")), case(marks={"a": 1, "b": 0})))
    assert Sheet.restored(found.stored()) == found
    assert found.sum_told == "计入的80分中得50分，折合为百分制（50÷80×100）"
    assert found.mark == "试算"
    assert {row.kind for row in found.rows} == {RowKind.ITEM}


figures = st.dictionaries(
    st.tuples(
        st.sampled_from([one.key for one in CATALOGUE if one.measure is not Measure.RATIO]),
        st.sampled_from(["2024H1", "2024H2", "2025H1", "2025H2"]),
    ),
    st.decimals(0, 10**6, places=2).map(str),
    max_size=30,
)
given_marks = st.fixed_dictionaries(
    {},
    optional={
        "honours": st.integers(0, 50), "compliance": st.integers(0, 1), "national_events": st.integers(0, 20),
        "organisation": st.lists(st.integers(0, 100), min_size=1, max_size=7).map(tuple),
        "false_data": st.integers(0, 1),
    },
)  # fmt: skip


@given(figures, st.lists(st.tuples(st.sampled_from(["revenue_cyber", "firms_cyber"]), st.integers(0, 99))), given_marks)
def test_any_score_lies_between_nothing_and_100_and_the_bonus(
    known: dict[tuple[str, str], str], aims: list[tuple[str, int]], marks: dict[str, object]
) -> None:
    goals = tuple(goal(key, "10", str(target)) for key, target in dict(aims).items())
    found = score(read_system(DEMONSTRATION.read_text(encoding="utf-8")), case(known, goals, marks))
    assert found.total is not None
    assert 0 <= found.total <= 100 + 2
    assert 0 <= found.earned <= found.counted <= 100
    assert all(line.points is None or 0 <= line.points <= line.item.weight for line in found.lines)
    assert all(bool(line.why) != bool(line.value) for line in found.lines)
    assert sheet(found).grade == "不达标" or not marks.get("false_data")
