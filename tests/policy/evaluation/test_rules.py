"""Every rule type worked by hand: what is looked at, the weight, the points."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.evaluation.rules import (
    Band,
    Bands,
    Bonus,
    Deduction,
    Experts,
    Linear,
    Pass,
    Reading,
    Rule,
    Share,
    ShareOf,
    seam,
)
from policy.evaluation.score import printed

# 80亿以上 3；20—80亿（含80亿）2.4；20亿及以下 1.8
REVENUE = Bands((
    Band(Decimal(3), low=Decimal(80)),
    Band(Decimal("2.4"), low=Decimal(20), high=Decimal(80), high_in=True),
    Band(Decimal("1.8"), high=Decimal(20), high_in=True),
))  # fmt: skip
# 20%以上（含）8；10—20%（含10%）6；0—10%（不含两端）4；0及以下0
GROWTH = Bands((
    Band(Decimal(8), low=Decimal(20), low_in=True),
    Band(Decimal(6), low=Decimal(10), low_in=True, high=Decimal(20)),
    Band(Decimal(4), low=Decimal(0), high=Decimal(10)),
    Band(Decimal(0), high=Decimal(0), high_in=True),
))  # fmt: skip
RISING = Bands(tuple(reversed(GROWTH.bands)))
"""The same from the lowest band up: which band holds an end must not hang on the order of the file."""
ABOVE_80, FROM_80 = Band(Decimal(3), low=Decimal(80)), Band(Decimal(3), low=Decimal(80), low_in=True)
TRIMMED = Experts(Decimal(100), trim=1, at_least=3)


def reading(value: str, *several: str) -> Reading:
    return Reading(Fraction(value), tuple(Fraction(one) for one in several))


@pytest.mark.parametrize(
    ("rule", "weight", "looked_at", "points"),
    [
        # 目标100，权重12：完成75% 得 12×0.75＝9；超额仍为满分；负数不倒扣
        (Linear(Decimal(100)), 12, reading("75"), "9"),
        (Linear(Decimal(100)), 12, reading("100"), "12"),
        (Linear(Decimal(100)), 12, reading("130"), "12"),
        (Linear(Decimal(100)), 12, reading("-5"), "0"),
        # 起点30、满分80，权重10：55家得 10×(55−30)÷(80−30)＝5
        (Linear(Decimal(80), Decimal(30)), 10, reading("55"), "5"),
        (Linear(Decimal(80), Decimal(30)), 10, reading("30"), "0"),
        # 越低越好：满分5、10不得分，权重4：7得 4×(10−7)÷5＝2.4
        (Linear(Decimal(5), Decimal(10)), 4, reading("7"), "12/5"),
        (Linear(Decimal(5), Decimal(10)), 4, reading("3"), "4"),
        (REVENUE, 3, reading("80.01"), "3"),
        (REVENUE, 3, reading("80"), "12/5"),
        (REVENUE, 3, reading("20.01"), "12/5"),
        (REVENUE, 3, reading("20"), "9/5"),
        (REVENUE, 3, reading("0"), "9/5"),
        (GROWTH, 8, reading("20"), "8"),
        (GROWTH, 8, reading("19.999"), "6"),
        (GROWTH, 8, reading("10"), "6"),
        (GROWTH, 8, reading("9.999"), "4"),
        (GROWTH, 8, reading("0"), "0"),
        (GROWTH, 8, reading("-3"), "0"),
        (RISING, 8, reading("20"), "8"),
        (RISING, 8, reading("10"), "6"),
        (RISING, 8, reading("0"), "0"),
        (Pass(), 4, reading("1"), "4"),
        (Pass(), 4, reading("0"), "0"),
        (Pass(Decimal(30)), 4, reading("30"), "4"),
        (Pass(Decimal(30)), 4, reading("29.99"), "0"),
        # 5分，每项扣0.5分，扣完为止：3项剩3.5；10项剩0；12项仍为0
        (Deduction(Decimal("0.5")), 5, reading("3"), "7/2"),
        (Deduction(Decimal("0.5")), 5, reading("10"), "0"),
        (Deduction(Decimal("0.5")), 5, reading("12"), "0"),
        (Deduction(Decimal("0.5"), Decimal(2)), 5, reading("12"), "2"),
        # 每场加0.5分，最多加2分
        (Bonus(Decimal("0.5"), Decimal(2)), 0, reading("3"), "3/2"),
        (Bonus(Decimal("0.5"), Decimal(2)), 0, reading("5"), "2"),
        # 加分只加不扣：增速为-3时得0
        (Bonus(Decimal("0.5"), Decimal(2)), 0, reading("-3"), "0"),
        # 90、60、80去掉最高和最低，剩80：5×80÷100＝4；不去掉为 5×230÷3÷100＝3.8333…
        (TRIMMED, 5, reading("80", "90", "60", "80"), "4"),
        (Experts(), 5, reading("80", "90", "60", "80"), "23/6"),
        # 本园0.4万人，全部合计2万人占20%，满分占比25%：4×20÷25＝3.2；最高值0.8：4×50÷100＝2
        (Share(ShareOf.TOTAL, Decimal(25), 3), 4, reading("0.4", "0.4", "0.8", "0.8"), "16/5"),
        (Share(ShareOf.BEST, Decimal(100), 3), 4, reading("0.4", "0.4", "0.8", "0.8"), "2"),
    ],
)  # fmt: skip
def test_points(rule: Rule, weight: int, looked_at: Reading, points: str) -> None:
    assert rule.lacking(looked_at) == ""
    assert rule.points(looked_at, Fraction(weight)) == Fraction(points)


def test_too_few_experts_or_parks_give_no_points_but_a_reason() -> None:
    assert TRIMMED.lacking(reading("80", "80", "90")) == "已有2名专家评分，至少应有3名"
    few = Share(at_least=5).lacking(reading("0.4", "0.4", "0.5"))
    assert few == "同期有数据的园区2个，不足5个，不作比较"
    assert "为0" in Share(at_least=2).lacking(reading("0", "0", "0"))


def test_a_rule_says_itself_in_words() -> None:
    assert REVENUE.told("亿元", Decimal(3)) == (
        "80亿元以上（不含）得3分；20—80亿元（不含20亿元，含80亿元）得2.4分；20亿元以下（含）得1.8分"
    )
    assert Deduction(Decimal("0.5")).told("", Decimal(5)) == "基准5分，每项扣0.5分，扣完为止"
    assert TRIMMED.told("", Decimal(5)) == "至少3名专家按满分100分评分，去掉1个最高分和1个最低分后取平均，折合为5分"
    assert Linear(Decimal(100)).told("%", Decimal(12)) == "100%及以上得12分，以下按比例计分"
    assert Linear(Decimal(5), Decimal(10)).told("次", Decimal(4)) == "5次及以下得4分，10次及以上得0分，其间按比例计分"


def test_rounding_is_for_the_print_alone_and_half_up() -> None:
    assert [printed(Fraction(text)) for text in ("2.345", "2.344999", "1/3", "4")] == ["2.35", "2.34", "0.33", "4"]


@pytest.mark.parametrize(
    ("bands", "place", "word"),
    [
        ((ABOVE_80, Band(Decimal(2), high=Decimal(80))), 0, "80不属于任何一档"),
        ((FROM_80, Band(Decimal(2), high=Decimal(80), high_in=True)), 0, "80同时属于两档"),
        ((ABOVE_80, Band(Decimal(2), high=Decimal(70))), 0, "70与80之间"),
        ((ABOVE_80, Band(Decimal(2), high=Decimal(90))), 0, "自80起的数值同时属于两档"),
        ((ABOVE_80,), 0, "最低一档应不写下限"),
        ((Band(Decimal(3), high=Decimal(80)),), 0, "最高一档应不写上限"),
        ((Band(Decimal(3)), Band(Decimal(2))), 1, "同时属于两档"),
    ],
)
def test_bands_that_do_not_meet_are_found(bands: tuple[Band, ...], place: int, word: str) -> None:
    found = seam(bands)
    assert found is not None
    assert found.place == place
    assert word in found.why


cuts = st.lists(st.tuples(st.integers(-50, 50), st.booleans()), min_size=1, max_size=5, unique_by=lambda cut: cut[0])


@given(cuts, st.fractions(-60, 60))
def test_bands_that_meet_hold_every_value_exactly_once(found: list[tuple[int, bool]], value: Fraction) -> None:
    """Cut the numbers anywhere; the cut itself belongs to the band below or to the one above."""
    ordered = sorted(found)
    ends = [(None, False), *((Decimal(at), below) for at, below in ordered), (None, False)]
    bands = tuple(
        Band(Decimal(place), low, not low_below and low is not None, high, high_below)
        for place, ((low, low_below), (high, high_below)) in enumerate(pairwise(ends))
    )
    assert seam(bands) is None
    assert sum(band.holds(value) for band in bands) == 1


numbers = st.decimals(0, 1000, places=2)


@given(
    st.one_of(
        st.builds(Linear, numbers.filter(bool)),
        st.builds(Deduction, numbers),
        st.builds(Pass, numbers),
        st.builds(Experts, st.just(Decimal(100))),
        st.just(GROWTH),
    ),
    st.fractions(0, 100),
)
def test_points_stay_between_nothing_and_the_weight(rule: Rule, value: Fraction) -> None:
    assert 0 <= rule.points(Reading(value, (value, value)), Fraction(8)) <= 8
