"""Waterfall, roster by 收入档次, the range of a forecast: what is drawn, what the sheet holds, what is kept back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dashboard.figures.change import End, Step, waterfall
from dashboard.figures.outlook import foreseen
from dashboard.figures.path import Point, Span
from dashboard.figures.picture import ACTUAL, MUTED, WHOLE_YEAR, Picture
from dashboard.figures.tiers import Listing, by_tier
from policy.facts import GoalFact
from policy.indicators.catalogue import BY_KEY
from policy.terms import FigureKind, HalfYear
from policy.visits import Rostered

H1, BEFORE = HalfYear(2026, 1), HalfYear(2025, 1)


def changed(
    then: str, now: str, *parts: tuple[str, str], key: str = "firms_cyber", kind: FigureKind = FigureKind.PRELIMINARY
) -> Picture:
    return waterfall(
        "甲园变化", "变化", BY_KEY[key], End("2025年12月末", Decimal(then), "旧.xlsx 半年报!C10", "/then"),
        End("2026年6月末", Decimal(now), "新.xlsx 半年报!C10", "/now", kind),
        [Step(word, Decimal(amount), "来源：名录", "/parts") for word, amount in parts], "说明",
    )  # fmt: skip


def amounts(drawn: Picture) -> list[tuple[str, str]]:
    return [(cells[0].text, cells[1].text) for cells in drawn.sheet.rows]


@pytest.mark.parametrize(
    ("parts", "rest"),
    [
        ((("新增企业", "6"), ("减少企业", "-3")), []),
        ((("新增企业", "6"), ("减少企业", "-1")), [("其他", "-2")]),
        ((("新增企业", "1"), ("减少企业", "0")), [("其他", "2")]),
        ((), [("其他", "3")]),
    ],
)
def test_the_steps_always_add_up_and_the_rest_is_named(
    parts: tuple[tuple[str, str], ...], rest: list[tuple[str, str]]
) -> None:
    """40 firms, 3 more by June: what the rosters do not explain is 其他."""
    drawn = changed("40", "43", *parts)
    assert amounts(drawn) == [("2025年12月末", "40"), *parts, *rest, ("2026年6月末", "43")]
    assert sum(drawn.figure.data[0].x[:-1]) == drawn.figure.data[0].x[-1] == 43


def test_more_and_less_are_told_by_sign_and_neither_is_a_light() -> None:
    (bars,) = changed("40", "43", ("新增企业", "6"), ("减少企业", "-3"), ("迁入", "0")).figure.data
    assert [text.partition(">")[2].removesuffix("</a>") for text in bars.text] == ["40", "+6", "−3", "43"]
    assert bars.marker.color == (WHOLE_YEAR, ACTUAL, MUTED, WHOLE_YEAR)
    assert list(zip(bars.base, bars.x, strict=True)) == [(0, 40), (40, 6), (46, -3), (0, 43)]
    assert bars.customdata[0] == "2025年12月末<br><b>40家</b>（快报数）<br>来源：旧.xlsx 半年报!C10"
    assert "href='/parts'" in bars.text[1]


def test_a_long_amount_is_rounded_in_the_drawing_only_and_never_to_nothing() -> None:
    drawn = changed("1", "1.123462", ("新增", "0.123456"), ("其余", "0.000006"), key="revenue_cyber")
    assert [">+0.1235<" in drawn.figure.data[0].text[1], ">+0.000006<" in drawn.figure.data[0].text[2]] == [True, True]
    assert amounts(drawn)[1] == ("新增", "0.123456")


def test_an_estimate_is_marked() -> None:
    drawn = changed("40", "43", kind=FigureKind.ESTIMATE)
    assert "43（预计数）" in drawn.figure.data[0].text[-1]
    assert drawn.sheet.rows[-1][2].text == "预计数"


def test_the_fall_to_nothing_is_drawn() -> None:
    assert changed("0", "0").figure.layout.xaxis.range == (0, 1)
    assert list(changed("3", "0").figure.data[0].x) == [3, -3, 0]


def listing(period: HalfYear, *cyber: str | None, **more: object) -> Listing:
    firms = [Rostered(row, f"企业{row}", Decimal(one) if one else None) for row, one in enumerate(cyber, start=1)]
    return Listing(period, firms, "半年报.xlsx 企业名录!B4—B9", f"/{period}/roster", **more)  # type: ignore[arg-type]


def test_firms_stand_in_their_tier_beside_the_year_before() -> None:
    now = listing(H1, "10000.01", "10000", "5000", "500", "500.01", stated={"tier_over_100m": (Decimal(1), "/stated")})
    drawn = by_tier("甲园", "一览表企业", now, listing(BEFORE, "400", "300"))
    table = [[cell.text for cell in cells[:4]] for cells in drawn.sheet.rows]
    assert table == [
        ["超1亿元", "1", "0", "1"],
        ["5000万（不含）—1亿元（含）", "1", "0", "—"],
        ["2000万元（不含）—5000万（含）", "1", "0", "—"],
        ["500万元（不含）—2000万（含）", "1", "0", "—"],
        ["500万元（含）以下", "1", "2", "—"],
        ["合计", "5", "2", ""],
    ]
    assert [(bars.name, sum(bars.x)) for bars in drawn.figure.data] == [("2025年1—6月", 2), ("2026年1—6月", 5)]
    assert drawn.sheet.rows[0][1].path == "/2026H1/roster"
    assert "企业名录!B4—B9" in drawn.sheet.rows[0][-1].text


def test_firms_without_revenue_and_a_missing_year_before_are_told() -> None:
    drawn = by_tier("甲园", "一览表企业", listing(H1, "400", None), None)
    assert drawn.sheet.rows[-2][0].text == "未填网络安全业务收入"
    assert len(drawn.figure.data) == 1
    assert "没有上年同期审核通过的一览表，不作比较" in drawn.note


SPAN = Span(date(2024, 10, 10), date(2026, 10, 10), date(2026, 8, 2))
GOAL = GoalFact("firms_cyber", Decimal(30), date(2023, 12, 31), Decimal(80), "建设方案")
POINTS = [
    Point(HalfYear(2025, 2), Decimal(53), "半年报.xlsx 半年报!C10", "/p"),
    Point(H1, Decimal(61), "半年报.xlsx 半年报!C10", "/p"),
]


def ranged(points: list[Point] = POINTS) -> Picture:
    outcome = Decimal("63.4321"), Decimal("71.9876")
    return foreseen("甲园企业", BY_KEY["firms_cyber"], GOAL, points, SPAN, outcome, "/goal", "2026年8月2日")


def test_the_range_opens_at_the_newest_report_and_ends_with_the_last_day() -> None:
    fan = next(one for one in ranged().figure.data if one.fill == "toself")
    assert list(fan.x) == [date(2026, 6, 30), SPAN.ends_on, SPAN.ends_on, date(2026, 6, 30)]
    assert list(fan.y) == [61, 71.9876, 63.4321, 61]
    over = [Point(HalfYear(2026, 2), Decimal(70), "半年报.xlsx", "/p")]
    assert [one for one in ranged(over).figure.data if one.fill] == [], "nothing is foreseen of what is over"


def test_no_forecast_number_is_written_and_all_says_it_is_internal() -> None:
    drawn = ranged()
    fan = next(one for one in drawn.figure.data if one.fill == "toself")
    assert (fan.hoverinfo, fan.mode, fan.text) == ("skip", "lines", None)
    written = drawn.title + drawn.word + drawn.note + "".join(cell.text for cells in drawn.sheet.rows for cell in cells)
    assert not [number for number in ("63.4", "71.9", "71") if number in written]
    assert drawn.title.startswith("内部参考")
    assert drawn.note.startswith("内部参考，不写入文件和邮件")
    assert [cells[1].text for cells in drawn.sheet.rows] == ["53", "61"]
