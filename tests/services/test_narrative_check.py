"""Sentences of a narrative held against the figures: what must be pointed out, and what must be left alone.

The figures are those of `reported_park`: the newest half-year is 2026年上半年 (57 firms, 6.35亿元 …).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from time import process_time

import pytest

from policy.facts import FigureFact
from policy.figures import plain
from policy.terms import FigureKind, HalfYear
from services.narrative_check import Difference, differences
from tests.services.reported_park import FIGURES

NEWEST = HalfYear.parse("2026H1")
DERIVED = {"platforms": "2", "trainees": "800", "events": "1"}


def facts() -> tuple[FigureFact, ...]:
    return tuple(
        FigureFact(key, HalfYear.parse(period), Decimal(value), f"半年报-{period}.xlsx", f"半年报!{key}", value, 1)
        for period, figures in FIGURES.items()
        for key, value in (figures | (DERIVED if period == "2026H1" else {})).items()
    )


def found(text: str, known: Sequence[FigureFact] = facts()) -> list[str]:
    """`indicator@half-year:what the sentence says`, in the order of the text."""
    return [f"{one.key}@{one.period}:{plain(one.said)}" for one in differences(text, known, NEWEST)]


LEFT_ALONE: list[str] = []
CASES: list[tuple[str, list[str]]] = [
    # 家: the table's figure, another figure, and the spellings of the name
    ("截至2026年6月末，园区网络安全企业57家。", LEFT_ALONE),
    ("截至2026年6月末，园区网络安全企业58家。", ["firms_cyber@2026H1:58"]),
    ("园区网安企业达58家。", ["firms_cyber@2026H1:58"]),
    ("网络安全企业数量为57户。", LEFT_ALONE),
    # 亿元, 万元, 元: one amount in three units
    ("2026年上半年实现网络安全产业收入6.53亿元。", ["revenue_cyber@2026H1:6.53"]),
    ("2026年上半年实现网络安全产业收入63500万元。", LEFT_ALONE),
    ("2026年上半年实现网络安全产业收入63,500万元。", LEFT_ALONE),
    ("2026年上半年实现网络安全产业收入6350万元。", ["revenue_cyber@2026H1:0.635"]),
    ("网络安全产业收入达635000000元。", LEFT_ALONE),
    ("网络安全产业收入6.53亿，企业活跃。", ["revenue_cyber@2026H1:6.53"]),
    ("网络安全产业收入6.35亿。", LEFT_ALONE),
    # 万人, 人
    ("网络安全产业从业人员4000人。", LEFT_ALONE),
    ("网络安全产业从业人员4500人。", ["staff_cyber@2026H1:0.45"]),
    ("网络安全产业从业人员0.4万人。", LEFT_ALONE),
    ("园区从业人员1.63万人，其中网络安全从业人员0.4万人。", ["staff_total@2026H1:1.63"]),
    ("从业人员4000人，其中研发人员占六成。", LEFT_ALONE),  # the short name may mean the security staff
    ("从业人员1.5万人。", ["staff_total@2026H1:1.5"]),
    # 万平方米, 平方米, 公顷, 亩
    ("已建成面积41.2万平方米，已运营面积276000平方米。", LEFT_ALONE),
    ("已建成面积41.2万平方米，已运营面积26万平方米。", ["area_operating@2026H1:26"]),
    ("运营面积27.6万㎡。", LEFT_ALONE),
    ("已运营面积27.6公顷。", LEFT_ALONE),
    ("规划建设面积500亩。", LEFT_ALONE),
    # 约, 近, 超, 余: what rounds the table's figure or lies on the right side of it agrees
    ("网络安全企业约60家。", LEFT_ALONE),
    ("网络安全企业约70家。", ["firms_cyber@2026H1:70"]),
    ("网络安全企业近60家。", LEFT_ALONE),
    ("网络安全企业超过50家。", LEFT_ALONE),
    ("网络安全企业超过60家。", ["firms_cyber@2026H1:60"]),
    ("网络安全企业50余家。", LEFT_ALONE),
    ("网络安全企业60余家。", ["firms_cyber@2026H1:60"]),
    ("网络安全企业40余家。", ["firms_cyber@2026H1:40"]),
    ("网络安全产业收入6亿元。", LEFT_ALONE),
    ("网络安全产业收入6.4亿元。", LEFT_ALONE),
    ("网络安全产业收入6.2亿元。", ["revenue_cyber@2026H1:6.2"]),
    ("网络安全产业收入近7亿元。", ["revenue_cyber@2026H1:7"]),
    ("网络安全产业收入突破6亿元。", LEFT_ALONE),
    ("网络安全产业收入突破7亿元。", ["revenue_cyber@2026H1:7"]),
    # 预计, 力争, 计划: what is to come is not compared
    ("预计2026年全年网络安全产业收入13亿元。", LEFT_ALONE),
    ("预计到2026年底网络安全企业达到65家。", LEFT_ALONE),
    ("力争网络安全企业达到80家。", LEFT_ALONE),
    ("下一步，计划引进网络安全企业20家。", LEFT_ALONE),
    ("网络安全产业收入目标12亿元。", LEFT_ALONE),
    # percentages: shares and growth are worked out anew
    ("网络安全产业收入占比51.6%。", LEFT_ALONE),
    ("网络安全产业收入占比56.1%。", ["share_revenue_cyber@2026H1:56.1"]),
    ("网络安全产业收入6.35亿元，占园区业务总收入的51.6%。", LEFT_ALONE),
    ("网络安全产业收入6.35亿元，占园区业务总收入的61.6%。", ["share_revenue_cyber@2026H1:61.6"]),
    ("网络安全产业收入6.35亿元，占全市的1.2%。", LEFT_ALONE),
    ("网络安全产业收入6.35亿元，同比增长22.1%。", LEFT_ALONE),
    ("网络安全产业收入6.35亿元，同比增长32.1%。", ["revenue_cyber.growth@2026H1:32.1"]),
    ("网络安全产业收入同比增长约22%。", LEFT_ALONE),
    ("网络安全产业从业人员同比增长11.1%。", ["staff_cyber.growth@2026H1:11.1"]),  # it fell
    ("网络安全产业从业人员同比下降11.1%。", LEFT_ALONE),
    ("完成年度目标的95%。", LEFT_ALONE),
    ("项目投资同比增长40%。", LEFT_ALONE),
    # full-width digits
    ("网络安全企业５７家。", LEFT_ALONE),
    ("网络安全企业５８家，从业人员１．３６万人。", ["firms_cyber@2026H1:58"]),
    ("网络安全产业收入６．３５亿元，占比５６．１％。", ["share_revenue_cyber@2026H1:56.1"]),
    # Chinese numerals
    ("网络安全企业五十七家。", LEFT_ALONE),
    ("网络安全企业五十八家。", ["firms_cyber@2026H1:58"]),
    ("网络安全上市企业两家。", LEFT_ALONE),
    ("园区上市企业四家，其中网络安全上市企业三家。", ["listed_cyber@2026H1:3"]),
    ("网络安全产业收入六点三五亿元。", LEFT_ALONE),
    # two indicators in one sentence
    ("园区注册企业251家，其中网络安全企业75家。", ["firms_cyber@2026H1:75"]),
    ("网络安全企业57家、从业人员1.36万人、网络安全产业收入6.35亿元。", LEFT_ALONE),
    ("网络安全企业59家、从业人员1.63万人。", ["firms_cyber@2026H1:59", "staff_total@2026H1:1.63"]),
    ("园区业务总收入和网络安全产业收入分别为12.3亿元和6.35亿元。", LEFT_ALONE),
    ("园区业务总收入和网络安全产业收入分别达到12.3亿元和6.53亿元。", ["revenue_cyber@2026H1:6.53"]),
    ("规划、建成、运营面积分别为50万、41.2万、27.6万平方米。", LEFT_ALONE),
    # other half-years named: held against their own figures, or against none
    ("2025年上半年网络安全产业收入5.2亿元。", LEFT_ALONE),
    ("2025年上半年网络安全产业收入5.4亿元。", ["revenue_cyber@2025H1:5.4"]),
    ("2025年，园区网络安全产业收入10.9亿元。", LEFT_ALONE),
    ("2025年全年，网络安全产业收入11.9亿元。", ["revenue_cyber@2025H2:11.9"]),
    ("2025年底网络安全企业达到55家。", ["firms_cyber@2025H2:55"]),
    ("截至2025年12月31日，网络安全企业53家。", LEFT_ALONE),
    ("截至2025年6月30日，网络安全企业57家。", ["firms_cyber@2025H1:57"]),
    ("2025年末网络安全企业53家，2026年6月末57家。", LEFT_ALONE),
    ("2024年网络安全产业收入7.2亿元。", LEFT_ALONE),
    ("去年上半年，网络安全产业收入4.1亿元。", LEFT_ALONE),
    ("1—5月网络安全产业收入5.1亿元。", LEFT_ALONE),
    ("一季度，网络安全产业收入3亿元。", LEFT_ALONE),
    ("网络安全产业收入由2025年上半年的5.2亿元增长到2026年上半年的6.35亿元。", LEFT_ALONE),
    ("网络安全企业由48家增加到57家。", LEFT_ALONE),
    ("网络安全企业由48家增加到59家。", ["firms_cyber@2026H1:59"]),
    ("网络安全产业收入10.9亿元。", ["revenue_cyber@2026H1:10.9"]),  # true of 2025, and does not say so
    ("上半年，网络安全企业57家；2025年下半年，网络安全企业57家。", ["firms_cyber@2025H2:57"]),
    # numbers that belong to nothing
    ("举办攻防大赛等活动12场，参与人数4000人。", LEFT_ALONE),
    ("建成5000平方米的展示中心。", LEFT_ALONE),
    ("示例安全有限公司实现网络安全收入1.2亿元。", LEFT_ALONE),
    ("设立1亿元产业基金。", LEFT_ALONE),
    ("签约项目15个，总投资38亿元。", LEFT_ALONE),
    ("全市网络安全产业收入800亿元。", LEFT_ALONE),
    ("新增网络安全企业9家。", LEFT_ALONE),
    ("户均网络安全产业收入1100万元。", LEFT_ALONE),
    ("依据五（三）第3条，于2026年10月前完成。", LEFT_ALONE),
    # tiers and what the tables count
    ("网络安全业务收入超1亿元的企业1家。", LEFT_ALONE),
    ("网络安全业务收入超1亿元的企业2家。", ["tier_over_100m@2026H1:2"]),
    ("建成网络安全公共服务平台2个。", LEFT_ALONE),
    ("建成网络安全公共服务平台3个。", ["platforms@2026H1:3"]),
    ("累计培训人数800人次，举办产业氛围营造活动1场。", LEFT_ALONE),
    # a figure taken from the list, in a sentence about another half-year
    ("2025年末网络安全企业【网络安全企业数量｜2025年下半年】。", LEFT_ALONE),
    ("2025年末网络安全企业【网络安全企业数量｜2026年上半年】。", ["firms_cyber@2025H2:57"]),
    ("网络安全企业【网络安全企业数量｜2026年上半年】，同比增长18.8%。", LEFT_ALONE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _expected in CASES])
def test_a_sentence_against_the_figures(text: str, expected: list[str]) -> None:
    assert found(text) == expected


def one(text: str, known: Sequence[FigureFact] = facts()) -> Difference:
    (difference,) = differences(text, known, NEWEST)
    return difference


def test_a_difference_names_both_values_the_place_and_the_sentence() -> None:
    difference = one("园区发展良好。\n截至6月末，网络安全产业收入65,300万元，企业活跃。")
    assert difference.paragraph == 2
    assert "网络安全产业收入65300万元" in difference.sentence
    assert difference.told == (
        "写“65300万元”，折合6.53亿元；2026年上半年网络安全产业收入所报数据为6.35亿元（半年报!revenue_cyber）"
    )


def test_a_true_figure_of_another_half_year_is_told_as_such() -> None:
    assert one("网络安全产业收入10.9亿元。").told.endswith("；与2025年下半年（1—12月累计）的数相同，请写明报告期")


def test_an_estimate_says_so() -> None:
    known = [*facts()[:0], FigureFact(
        "firms_cyber", NEWEST, Decimal(57), "半年报.xlsx", "半年报!C8", "预计57", 1, kind=FigureKind.ESTIMATE
    )]  # fmt: skip
    assert "57家（预计数）" in one("网络安全企业58家。", known).told


def test_a_plan_section_in_one_text_is_passed_over() -> None:
    assert found("二、下一步打算\n网络安全企业达到80家。") == []


def test_a_number_beyond_all_measure_is_pointed_out_too() -> None:
    exact = [
        FigureFact("revenue_cyber", NEWEST, Decimal("6.351234567891234"), "x.xlsx", "x!A1", "6.351234567891234", 1)
    ]
    assert found("网络安全产业收入999999999999999999亿元。", exact) == ["revenue_cyber@2026H1:999999999999999999"]
    assert found(f"网络安全产业收入{'9' * 60}亿元，同比增长{'9' * 60}%。") == [
        "revenue_cyber.growth@2026H1:" + "9" * 60
    ]
    assert found("网络安全产业收入6.351234567891234亿元。", exact) == []


def test_nothing_accepted_is_nothing_to_compare() -> None:
    assert found("网络安全企业58家。", ()) == []


@pytest.mark.parametrize("piece", ["一二三", "占", "【", "1,234", "网络安全业务收入", "同比增长1"])
def test_a_long_text_of_nothing_but_the_like_is_read_at_once(piece: str) -> None:
    began = process_time()
    differences((piece * 20_000)[:20_000], facts(), NEWEST)
    assert process_time() - began < 10
