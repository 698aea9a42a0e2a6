"""当期数, 近12个月, 同比, 占比 and rates, worked by hand.

One park over the year boundary, revenue as it is reported, running since January:

    2024年上半年 4.0    2024年下半年 10.0    2025年上半年 5.0    2025年下半年 12.7
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from policy.facts import FigureFact
from policy.indicators.definitions import Definition, in_force
from policy.indicators.derivation import RATES, Derivation, Derived, Series, moved
from policy.terms import FigureBasis, FigureKind, HalfYear

H1_24, H2_24, H1_25, H2_25 = (HalfYear.parse(key) for key in ("2024H1", "2024H2", "2025H1", "2025H2"))
REVENUE = {"2024H1": "4.0", "2024H2": "10.0", "2025H1": "5.0", "2025H2": "12.7"}
RATE = {rate.key: rate for rate in RATES}


def fact(key: str, period: str, value: str, kind: FigureKind = FigureKind.FINAL) -> FigureFact:
    return FigureFact(key, HalfYear.parse(period), Decimal(value), f"{period}.xlsx", "半年报!C10", value, 1, kind=kind)


def series(*changes: Definition, **figures: dict[str, str]) -> Series:
    known = {"revenue_total": REVENUE, **figures}
    return Series([fact(key, at, value) for key, found in known.items() for at, value in found.items()], changes)


def change(key: str, since: str, *, breaks: bool = True) -> Definition:
    return Definition(
        key, HalfYear.parse(since), "园区内注册企业", FigureBasis.REGISTERED, "期末", breaks, "示例函〔2025〕3号"
    )


def test_the_second_half_is_the_year_less_its_first_half() -> None:
    """12.7 - 5.0 = 7.7; in January nothing falls: the first half of 2025 brought 5.0."""
    known = series()
    assert known.half("revenue_total", H2_25).value == Fraction("7.7")
    assert known.half("revenue_total", H1_25).value == 5
    assert known.half("revenue_total", H2_25).formula == "全年12.7亿元－上半年5亿元"
    assert [one.period for one in known.half("revenue_total", H2_25).sources] == [H2_25, H1_25]


def test_twelve_months_run_over_the_year_boundary() -> None:
    """To June 2025: 5.0 + 10.0 - 4.0 = 11.0; to December the year itself."""
    known = series()
    assert known.twelve("revenue_total", H1_25).value == 11
    assert known.twelve("revenue_total", H1_25).formula == "本年上半年5亿元＋上年全年10亿元－上年上半年4亿元"
    assert known.twelve("revenue_total", H2_25).value == Fraction("12.7")


def test_growth_compares_the_same_months() -> None:
    """(5.0 - 4.0) / 4.0 = 25 %; the December figure is held against last December's 10.0: 27 %."""
    known = series()
    june, december = known.growth("revenue_total", H1_25), known.growth("revenue_total", H2_25)
    assert (june.value, june.shown) == (25, "增长25.0%")
    assert (december.value, december.formula) == (27, "（12.7亿元－10亿元）÷10亿元")


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda s: s.half("revenue_total", HalfYear(2026, 2)), "没有审核通过的园区业务总收入2026年下半年数"),
        (lambda s: s.twelve("revenue_total", H1_24), "没有审核通过的园区业务总收入2023年下半年数"),
        (lambda s: s.growth("revenue_total", H2_24), "没有审核通过的园区业务总收入2023年下半年数"),
        (lambda s: s.growth("listed_total", H2_25), "上年同期为0"),
        (lambda s: s.share("share_listed_cyber", H2_25), "园区上市企业数为0"),
        (lambda s: s.share("share_firms_cyber", H1_25), "没有审核通过的网络安全企业数量2025年上半年数"),
        (
            lambda s: s.share_change("share_firms_cyber", H2_25),
            "上年同期：没有审核通过的网络安全企业数量2024年下半年数",
        ),
        (lambda s: s.rate(RATE["operating_rate"], H2_25), "园区已建成用于产业发展的楼宇面积为0"),
        (lambda s: s.rate(RATE["revenue_per_firm"], H1_24), "没有审核通过的园区注册企业数量2024年上半年数"),
    ],
)  # fmt: skip
def test_what_cannot_be_worked_out_says_why(made: object, why: str) -> None:
    known = series(
        listed_total={"2024H2": "0", "2025H2": "0"}, listed_cyber={"2025H2": "0"},
        firms_total={"2025H1": "80", "2025H2": "100"}, firms_cyber={"2025H2": "40"},
        area_operating={"2025H2": "0"}, area_built={"2025H2": "0"},
    )  # fmt: skip
    found: Derived = made(known)  # type: ignore[operator]
    assert (found.value, found.why, found.formula, found.shown) == (None, why, "", "")


def test_shares_are_of_the_exact_figures_and_change_in_points() -> None:
    """40 of 100 is 40 %, 24 of 80 was 30 %: ten points up, not 33 %."""
    known = series(firms_total={"2024H2": "80", "2025H2": "100"}, firms_cyber={"2024H2": "24", "2025H2": "40"})
    assert known.share("share_firms_cyber", H2_25).shown == "40.0%"
    change = known.share_change("share_firms_cyber", H2_25)
    assert (change.value, change.shown) == (10, "提高10.0个百分点")
    assert len(change.sources) == 4


def test_a_small_change_of_a_share_can_be_checked_by_its_formula() -> None:
    """2.09÷4.6＝45.4348%, 1.91÷4.21＝45.3682%: with one digit each the difference would be 0."""
    known = series(
        revenue_total={"2024H2": "4.21", "2025H2": "4.6"}, revenue_cyber={"2024H2": "1.91", "2025H2": "2.09"}
    )  # fmt: skip
    change = known.share_change("share_revenue_cyber", H2_25)
    assert (change.shown, change.formula) == ("提高0.1个百分点", "45.43%－45.37%")


@pytest.mark.parametrize(
    ("key", "value", "shown"),
    [
        # 12.7 亿元 of 100 firms: 1,270 万元 each
        ("revenue_per_firm", Fraction(1270), "1270万元/家"),
        # 12.7 亿元 on 40 万平方米, 400 thousand square metres: 127000 / 400
        ("revenue_per_area", Fraction("317.5"), "317.5万元/千平方米"),
        # 3048 万元 of 5.08 亿元
        ("rnd_intensity", Fraction(6), "6.0%"),
        # 40 of 50
        ("operating_rate", Fraction(80), "80.0%"),
    ],
)
def test_rates(key: str, value: Fraction, shown: str) -> None:
    known = series(
        firms_total={"2025H2": "100"}, area_operating={"2025H2": "40"}, area_built={"2025H2": "50"},
        rnd_investment={"2025H2": "3048"}, revenue_cyber={"2025H2": "5.08"},
    )  # fmt: skip
    found = known.rate(RATE[key], H2_25)
    assert found.value == value
    assert found.shown == shown


def test_a_rate_in_june_takes_twelve_months_of_the_running_total() -> None:
    """11.0 亿元 of the twelve months to June 2025 over 80 firms: 1,375 万元 each, never half of it."""
    found = series(firms_total={"2025H1": "80"}).rate(RATE["revenue_per_firm"], H1_25)
    assert found.value == 1375
    assert found.formula == "园区业务总收入（近12个月）11亿元÷园区注册企业数量80家"
    assert {(one.key, one.period) for one in found.sources} == {
        ("firms_total", H1_25), ("revenue_total", H1_25), ("revenue_total", H2_24), ("revenue_total", H1_24),
    }  # fmt: skip


def test_a_change_of_definition_keeps_what_was_before_and_after_apart() -> None:
    known = series(change("revenue_total", "2025H1"))
    apart = "口径自2025年上半年起变更（依据示例函〔2025〕3号），前后不比较"
    assert known.growth("revenue_total", H1_25).why == apart
    assert known.twelve("revenue_total", H1_25).why == apart
    assert known.half("revenue_total", H2_25).value == Fraction("7.7")  # both after the change
    assert known.growth("revenue_total", H2_24).why != apart


def test_a_change_in_the_midst_of_a_year_breaks_its_second_half() -> None:
    assert "2025年下半年" in series(change("revenue_total", "2025H2")).half("revenue_total", H2_25).why


def test_a_definition_only_worded_anew_breaks_nothing() -> None:
    assert series(change("revenue_total", "2025H1", breaks=False)).growth("revenue_total", H1_25).value == 25


def test_a_share_breaks_where_either_part_does() -> None:
    known = series(
        change("firms_total", "2025H2"),
        firms_total={"2024H2": "80", "2025H2": "100"}, firms_cyber={"2024H2": "24", "2025H2": "40"},
    )  # fmt: skip
    assert "口径自2025年下半年起变更" in known.share_change("share_firms_cyber", H2_25).why
    assert known.share("share_firms_cyber", H2_25).value == 40


def test_a_revised_past_figure_moves_what_rests_on_it() -> None:
    """The books of 2024 close at 10.4 instead of 10.0: (12.7 - 10.4) / 10.4."""
    figures = [fact("revenue_total", at, value) for at, value in (REVENUE | {"2024H2": "10.4"}).items()]
    assert Series(figures).growth("revenue_total", H2_25).value == Fraction(230, 1040) * 100


def test_a_year_below_its_first_half_is_not_turned_into_a_negative_half() -> None:
    known = Series([fact("revenue_total", "2025H1", "5"), fact("revenue_total", "2025H2", "4.9")])
    assert known.half("revenue_total", H2_25).why == "2025年1—12月累计小于上半年累计，请核对"


def test_what_rests_on_an_estimate_says_so() -> None:
    known = Series([
        fact("revenue_total", "2024H1", "4"), fact("revenue_total", "2025H1", "5", FigureKind.ESTIMATE),
    ])  # fmt: skip
    assert known.growth("revenue_total", H1_25).estimated
    assert not series().growth("revenue_total", H1_25).estimated


def test_every_entry_of_the_catalogue_is_worked_out_by_what_it_measures() -> None:
    made = {(one.key, one.derivation) for one in series().derived(H2_25)}
    for key in ("revenue_total", "trainees", "rnd_investment"):
        assert {(key, Derivation.HALF), (key, Derivation.TWELVE), (key, Derivation.GROWTH)} <= made
    assert ("firms_cyber", Derivation.GROWTH) in made
    assert ("firms_cyber", Derivation.HALF) not in made
    assert ("share_revenue_cyber", Derivation.SHARE_CHANGE) in made


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("12.34", "%", "增长12.3%"),
        ("-0.05", "%", "下降0.1%"),
        ("0", "%", "持平"),
        ("0.04", "%", "基本持平"),
        ("-2", "个百分点", "下降2.0个百分点"),
    ],
)
def test_growth_is_told_in_a_word(value: str, unit: str, said: str) -> None:
    assert moved(Fraction(value), unit) == said


def test_the_parks_own_definition_goes_before_that_of_all_parks() -> None:
    common, own = change("firms_total", "2025H2"), change("firms_total", "2024H1")
    own = Definition(own.key, own.since, "本园", own.basis, "", True, "示例函〔2024〕9号", own=True)
    assert in_force([common, own], "firms_total", H2_25) is own
    assert in_force([common], "firms_total", H1_25) is None
