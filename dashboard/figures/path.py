"""One indicator over time against its goal.

A level (面积、企业、人员) is drawn against the path from baseline to target. A running total since
January is drawn as one bar a half-year, with the year's baseline and target as lines: half-year and year are
never joined, or every January would look like a collapse.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import plotly.graph_objects as go

from dashboard.figures.picture import ACTUAL, GOAL, GRID, MUTED, WHOLE_YEAR, Cell, Picture, Sheet, framed, linked
from policy.deadlines import add_months
from policy.facts import GoalFact
from policy.figures import half_up, plain
from policy.indicators.derivation import decimal
from policy.indicators.indicator import Indicator
from policy.indicators.path import known_points, planned
from policy.indicators.progress import span_told
from policy.terms import FigureKind, GoalPath, HalfYear, Measure

HEIGHT = 250


@dataclass(frozen=True, slots=True)
class Point:
    """An accepted figure, where it was read, and the address its source is told at."""

    period: HalfYear
    value: Decimal
    source: str
    path: str
    kind: FigureKind = FigureKind.PRELIMINARY
    when: str = ""
    """What it speaks of, where that is not the period's own: twelve months."""


@dataclass(frozen=True, slots=True)
class Span:
    """The construction period and the day the page is looked at."""

    approved_on: date
    ends_on: date
    today: date


def against_goal(
    indicator: Indicator,
    goal: GoalFact | None,
    points: Sequence[Point],
    span: Span,
    goal_at: str = "",
    breaks: Iterable[HalfYear] = (),
) -> go.Figure:
    """The figure of one indicator; without points it shows the way still to go. `goal_at` tells the goal's source.

    `breaks`: the half-years from which on another 口径 holds; nothing is joined across them.
    """
    apart, stock = broken(points, breaks), indicator.measure is Measure.STOCK
    figure = level(indicator, goal, points, span, apart) if stock else _flow(indicator, goal, points, goal_at)
    for place in apart:
        _mark_change(figure, points[place].period.start.isoformat() if stock else place - 0.5)
    grid = {"xaxis": {**GRID, "showgrid": False}, "yaxis": {**GRID, "rangemode": "tozero"}}
    return framed(figure, HEIGHT, showlegend=stock, **grid)


def pictured(
    title: str,
    indicator: Indicator,
    goal: GoalFact | None,
    points: Sequence[Point],
    span: Span,
    goal_at: str = "",
    breaks: Iterable[HalfYear] = (),
) -> Picture:
    """The same with its data sheet: every report beside what the path plans for its day."""
    columns = [("报告期", 22), (f"实际（{indicator.unit}）", 16), ("数据性质", 12)]
    planned_at = goal is not None and indicator.measure is Measure.STOCK
    columns += [(f"序时目标（{indicator.unit}）", 18)] if planned_at else []
    rows = [numbers(indicator, goal if planned_at else None, point, span, goal_at) for point in points]
    sheet = Sheet((*columns, ("来源", 60)), tuple(rows))
    figure = against_goal(indicator, goal, points, span, goal_at, breaks)
    periods = f"{points[0].period.label}至{points[-1].period.label}" if points else "尚无数据"
    note = f"{periods}，审核通过的数据；{_goal_told(goal, indicator)}"
    return Picture(indicator.key, title, indicator.label, note, figure, sheet, indicator.unit)


def numbers(indicator: Indicator, goal: GoalFact | None, point: Point, span: Span, goal_at: str) -> tuple[Cell, ...]:
    """One row of the data sheet: what was reported, beside what the path plans for its day where there is a goal."""
    cells = [
        Cell(_when(indicator, point)),
        Cell(point.value, point.path, counted=bool(point.when)),
        Cell(point.kind.label),
    ]
    if goal is not None:
        due = planned(goal, span.approved_on, span.ends_on, point.period.end)
        cells.append(Cell(half_up(decimal(due), max(indicator.places, 2)), goal_at, counted=True))
    return (*cells, Cell(point.source))


def _goal_told(goal: GoalFact | None, indicator: Indicator) -> str:
    if goal is None:
        return "未登记目标"
    return f"基期值{plain(goal.baseline)}，目标值{plain(goal.target)}{indicator.unit}（{goal.path.label}）"


def broken(points: Sequence[Point], breaks: Iterable[HalfYear]) -> list[int]:
    """The places before which the series is broken."""
    changes = tuple(breaks)
    return [
        place
        for place in range(1, len(points))
        if any(points[place - 1].period < change <= points[place].period for change in changes)
    ]


def _mark_change(figure: go.Figure, x: str | float) -> None:
    figure.add_vline(x=x, line={"color": MUTED, "dash": "dot", "width": 1})
    figure.add_annotation(
        x=x, y=1, yref="paper", xanchor="left", yanchor="top", text="口径变更", showarrow=False,
        hovertext="此前的数与此后的数口径不同，不作比较",
    )  # fmt: skip


def level(
    indicator: Indicator, goal: GoalFact | None, points: Sequence[Point], span: Span, apart: Sequence[int] = ()
) -> go.Figure:
    """What was reached against the path, over the days of the construction period; broken before the places `apart`."""
    figure = go.Figure()
    if goal is not None:
        known = {point.day: point for point in known_points(goal, span.approved_on, span.ends_on)}
        days = path_days(goal, known, span)
        figure.add_scatter(
            x=days, y=[float(planned(goal, span.approved_on, span.ends_on, day)) for day in days], name="序时目标",
            mode="lines+markers", marker={"symbol": "diamond", "size": [6 if day in known else 0 for day in days]},
            line={"color": GOAL, "dash": "dash", "width": 2, "shape": path_shape(goal)},
            customdata=[known[day].name if day in known else "序时目标" for day in days],
            hovertemplate="%{x|%Y年%-m月%-d日}<br>%{customdata} %{y:.4~f}" + indicator.unit + "<extra></extra>",
        )  # fmt: skip
    for start, end in pairwise((0, *apart, len(points))):
        _actual(figure, indicator, points[start:end], goal, span, first=start == 0)
    if span.approved_on <= span.today <= span.ends_on:
        figure.add_vline(x=span.today.isoformat(), line={"color": MUTED, "dash": "dot", "width": 1})
        figure.add_annotation(
            x=span.today, y=1, yref="paper", xanchor="left", yanchor="top", text="今天", showarrow=False
        )
    month = timedelta(days=20)
    return figure.update_xaxes(
        type="date",
        range=[span.approved_on - month, span.ends_on + month],
        tickformat="%Y-%m",
        nticks=6,
        tickangle=0,
        tickfont={"size": 10},
    )


def _actual(
    figure: go.Figure, indicator: Indicator, points: Sequence[Point], goal: GoalFact | None, span: Span, *, first: bool
) -> None:
    """One unbroken stretch of what was reported; each number on the side where the path does not run."""
    figure.add_scatter(
        x=[point.period.end for point in points], y=[float(point.value) for point in points], name="实际",
        mode="lines+markers+text", line={"color": ACTUAL, "width": 3}, marker={"size": 9},
        text=[_label(point) for point in points], textposition=[_beside(point, goal, span) for point in points],
        cliponaxis=False,
        customdata=[point_told(indicator, point) for point in points], hovertemplate="%{customdata}<extra></extra>",
        showlegend=first,
    )  # fmt: skip


def path_shape(goal: GoalFact) -> str:
    """How the path runs between its known points, in plotly's word."""
    return "hv" if goal.path is GoalPath.STEPPED else "linear"


def path_days(goal: GoalFact, known: Iterable[date], span: Span) -> list[date]:
    """The days the path is drawn through: its known points, and of a curve every month."""
    months = range(1, 24) if goal.path is GoalPath.BACK_LOADED else ()
    between = (add_months(span.approved_on, month) for month in months)
    return sorted({*known, *(day for day in between if day < span.ends_on)})


def _flow(indicator: Indicator, goal: GoalFact | None, points: Sequence[Point], goal_at: str) -> go.Figure:
    figure = go.Figure()
    figure.add_bar(
        x=[point.period.months_label for point in points], y=[float(point.value) for point in points],
        name="实际（累计）",
        marker={"color": [WHOLE_YEAR if point.period.half == 2 else ACTUAL for point in points]}, width=0.45,
        text=[_label(point) for point in points], textposition="outside", cliponaxis=False,
        customdata=[point_told(indicator, point) for point in points], hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    lines = () if goal is None else (("目标值（全年）", goal.target, GOAL), ("基期值（全年）", goal.baseline, MUTED))
    for word, value, colour in lines:
        said = {"text": f"{word} {linked(value, goal_at)}", "font": {"size": 11}}
        figure.add_hline(
            y=float(value), line={"color": colour, "dash": "dash", "width": 2}, annotation=said,
            annotation_position="top right",
        )  # fmt: skip
    top = max([float(point.value) for point in points] + [float(value) for _w, value, _c in lines], default=1.0)
    return figure.update_yaxes(range=[0, top * 1.2 or 1]).update_xaxes(
        type="category", range=[-0.5, len(points) + 0.2 if lines else len(points) - 0.5]
    )


def _beside(point: Point, goal: GoalFact | None, span: Span) -> str:
    behind = goal is None or point.value < planned(goal, span.approved_on, span.ends_on, point.period.end)
    return "bottom center" if behind else "top center"


def _label(point: Point) -> str:
    return f"{linked(point.value, point.path)}{point.kind.mark}"


def point_told(indicator: Indicator, point: Point) -> str:
    """What stands beside a point when it is pointed at: period, value, kind of figure, source."""
    amount = f"<b>{plain(point.value)}{indicator.unit}</b>（{point.kind.label}）"
    return f"{_when(indicator, point)}<br>{amount}<br>来源：{point.source}"


def _when(indicator: Indicator, point: Point) -> str:
    return point.when or span_told(indicator.key, point.period)
