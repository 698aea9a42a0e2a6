"""The figure of one indicator: exact points, the goal's path, and no line from a full year into January."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from dashboard.figures.path import Point, Span, against_goal, pictured
from policy.facts import GoalFact
from policy.indicators.catalogue import BY_KEY
from policy.terms import GoalPath, HalfYear

SPAN = Span(date(2024, 10, 10), date(2026, 10, 10), date(2026, 3, 2))
POINTS = [
    Point(HalfYear(2025, 1), Decimal("44"), "半年报.xlsx 半年报!C10", "/parks/JIA/figures/x"),
    Point(HalfYear(2025, 2), Decimal("53"), "半年报.xlsx 半年报!C10", "/parks/JIA/figures/x"),
]


def goal(key: str) -> GoalFact:
    return GoalFact(key, Decimal(30), date(2023, 12, 31), Decimal(80), "建设方案")


def test_a_level_runs_along_the_straight_path_from_approval_to_month_24() -> None:
    figure = against_goal(BY_KEY["firms_cyber"], goal("firms_cyber"), POINTS, SPAN)
    path, actual = figure.data
    assert list(path.x) == [date(2024, 10, 10), date(2026, 10, 10)]
    assert list(path.y) == [30, 80]
    assert list(actual.x) == [date(2025, 6, 30), date(2025, 12, 31)]
    assert list(actual.y) == [44, 53]
    assert "44家" in actual.customdata[0]
    assert "半年报!C10" in actual.customdata[0]


def test_a_path_is_drawn_as_it_is_planned() -> None:
    stepped = replace(goal("firms_cyber"), path=GoalPath.STEPPED, milestones={12: Decimal(40)})
    path = against_goal(BY_KEY["firms_cyber"], stepped, POINTS, SPAN).data[0]
    assert list(path.x) == [date(2024, 10, 10), date(2025, 10, 10), date(2026, 10, 10)]
    assert (list(path.y), path.line.shape) == ([30, 40, 80], "hv")
    assert list(path.customdata) == ["基期值", "12个月阶段目标", "目标值"]
    curve = against_goal(BY_KEY["firms_cyber"], replace(stepped, path=GoalPath.BACK_LOADED), POINTS, SPAN).data[0]
    assert len(curve.x) == 25
    assert list(curve.y) == sorted(curve.y)


def test_a_running_total_is_drawn_in_bars_with_the_years_goal() -> None:
    figure = against_goal(BY_KEY["revenue_cyber"], goal("revenue_cyber"), POINTS, SPAN)
    (bars,) = figure.data
    assert bars.type == "bar"
    assert list(bars.x) == ["2025年1—6月", "2025年1—12月"]
    assert [shape.y0 for shape in figure.layout.shapes] == [80, 30]


def test_without_data_or_goal_the_figure_is_empty_and_does_not_fail() -> None:
    for key in ("firms_cyber", "revenue_cyber"):
        figure = against_goal(BY_KEY[key], None, [], SPAN)
        assert all(len(trace.x) == 0 for trace in figure.data)


def test_it_stands_on_light_and_on_dark() -> None:
    layout = against_goal(BY_KEY["firms_cyber"], None, POINTS, SPAN).layout
    assert layout.paper_bgcolor == layout.plot_bgcolor == "rgba(0,0,0,0)"


def test_a_picture_carries_the_numbers_it_draws() -> None:
    drawn = pictured("甲园企业", BY_KEY["firms_cyber"], goal("firms_cyber"), POINTS, SPAN)
    assert [word for word, _width in drawn.sheet.columns] == [
        "报告期", "实际（家）", "数据性质", "序时目标（家）", "来源",
    ]  # fmt: skip
    actual = next(one for one in drawn.figure.data if one.name == "实际")
    assert [float(cells[1].value) for cells in drawn.sheet.rows] == list(actual.y)
    assert all(cells[1].path for cells in drawn.sheet.rows), "each number leads to its source"
    assert "目标值" in drawn.note
    assert drawn.title == "甲园企业"


def test_of_a_running_total_the_sheet_names_no_path() -> None:
    """A half-year's total since January has no 序时目标 to stand beside."""
    drawn = pictured("甲园收入", BY_KEY["revenue_cyber"], goal("revenue_cyber"), POINTS, SPAN)
    assert not [word for word, _width in drawn.sheet.columns if "序时目标" in word]
