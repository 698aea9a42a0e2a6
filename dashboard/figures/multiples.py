"""One indicator of all parks as small charts of one size: actual against path for a level, bars for a running total.

All charts are drawn on one pair of axes, each in a field of its own: with axes for every park a browser takes ten times
as long over forty parks. So what plotly is given are places on the sheet; the figures themselves stand beside each
point and in the data sheet. All share one scale, unless each is asked for on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from math import floor, log10
from typing import Any

import plotly.graph_objects as go

from dashboard.figures.path import Point, Span, broken, path_days, point_told
from dashboard.figures.picture import ACTUAL, GOAL, MUTED, WHOLE_YEAR, Cell, Picture, Sheet, framed, linked
from policy.facts import GoalFact
from policy.figures import chinese_date, half_up, plain
from policy.indicators.derivation import decimal
from policy.indicators.indicator import Indicator
from policy.indicators.path import known_points, planned
from policy.indicators.progress import span_told
from policy.terms import GoalPath, HalfYear, Light, Measure

COLUMNS, WIDTH = 4, 0.86
"""Charts in a line, and how much of its share of the line a chart takes."""
HEAD, FIELD, FOOT, ABOVE = 40, 116, 40, 34
"""Pixels above a chart's field, of the field, of the axis below it, and of the legend."""
LINE = "rgba(128,140,155,.3)"
# Seen on white and on dark.
SHAPE_COLOURS = {
    Light.RED: "#d6453b", Light.YELLOW: "#c98a00", Light.GREEN: "#2f9960", Light.BLUE: "#2f7fc1", Light.GREY: MUTED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Small:
    """One park: its light with shape and word, `path` its page, `goal_at` where its goal's source is told;
    `breaks`: the half-years from which on another 口径 holds."""

    park: str
    district: str
    path: str
    light: Light
    shape: str
    word: str
    points: tuple[Point, ...]
    goal: GoalFact | None
    span: Span
    goal_at: str = ""
    breaks: tuple[HalfYear, ...] = ()

    @property
    def marked(self) -> str:
        return f"{self.shape} {self.word}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """From days or half-years, and values, to places in the field at `left`, `bottom`; a value of `top` fills it."""

    days: tuple[date, date]
    periods: tuple[HalfYear, ...]
    top: float
    left: float = 0.0
    bottom: float = 0.0

    def day(self, day: date) -> float:
        first, last = self.days
        return self.left + WIDTH * (day - first).days / max((last - first).days, 1)

    def period(self, period: HalfYear) -> float:
        return self.left + WIDTH * (self.periods.index(period) + 0.5) / len(self.periods)

    def y(self, value: float) -> float:
        return self.bottom - FIELD * value / self.top


@dataclass(slots=True)
class _Marks:
    """What is drawn in one stroke over all fields: places, and what is told of each."""

    x: list[float | None] = field(default_factory=list)
    y: list[float | None] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def add(self, points: Iterable[tuple[float, float, str]]) -> None:
        """A line of its own: nothing joins it to the next."""
        for x, y, told in (*points, (None, None, "")):
            self.x.append(x)
            self.y.append(y)
            self.told.append(told)


def multiples(indicator: Indicator, parks: Sequence[Small], *, own_scale: bool = False) -> Picture:
    """`own_scale`: every chart as high as its own numbers; else all as high as the highest."""
    scale = "各图纵轴自定，图间不可比高低" if own_scale else "各图纵轴相同"
    told = "与目标路径比" if _level(indicator) else "自1月起累计，半年数与全年数分列"
    return Picture(
        "picture", f"各园区{indicator.label}", f"各园区{indicator.label}",
        f"审核通过的数据，{told}；{scale}；按行政区划序", _drawn(indicator, parks, own_scale=own_scale),
        _sheet(indicator, parks), indicator.unit,
    )  # fmt: skip


def _drawn(indicator: Indicator, parks: Sequence[Small], *, own_scale: bool) -> go.Figure:
    common, lines = _scale(indicator, parks), max(-(-len(parks) // COLUMNS), 1)
    marks: dict[str, _Marks] = {name: _Marks() for name in ("", "left", "below", "口径变更", *STROKES)}
    heads: list[dict[str, Any]] = []
    for number, park in enumerate(parks):
        line, column = divmod(number, COLUMNS)
        top = _scale(indicator, [park]).top if own_scale else common.top
        place = _Scale(common.days, common.periods, top, column, (line + 1) * (HEAD + FIELD + FOOT) - FOOT)
        _frame(indicator, place, marks, named=own_scale or column == 0)
        heads.append(_head(indicator, park, place))
        (_level_marks if _level(indicator) else _flow_marks)(indicator, park, place, marks)
    figure = framed(
        go.Figure(list(_traces(marks, 0.6 * WIDTH / max(len(common.periods), 1)))),
        lines * (HEAD + FIELD + FOOT) + ABOVE,
        barmode="overlay",
    )
    off = {"visible": False, "fixedrange": True}
    return figure.update_layout(
        annotations=heads,
        margin={"l": 40, "r": 0, "t": ABOVE, "b": 0}, legend={"y": 1, "yanchor": "bottom"},
        xaxis={**off, "range": [0, COLUMNS - 1 + WIDTH]}, yaxis={**off, "range": [lines * (HEAD + FIELD + FOOT), 0]},
    )  # fmt: skip


def _level(indicator: Indicator) -> bool:
    return indicator.measure is Measure.STOCK


STROKES: dict[str, dict[str, Any]] = {
    "序时目标": {"mode": "lines", "line": {"color": GOAL, "dash": "dash", "width": 1.5}},
    "实际": {"mode": "lines+markers", "line": {"color": ACTUAL, "width": 2}, "marker": {"size": 6}},
    "1—6月累计": {"type": "bar", "marker": {"color": ACTUAL}},
    "全年累计": {"type": "bar", "marker": {"color": WHOLE_YEAR}},
    "目标值（全年）": {"mode": "lines", "line": {"color": GOAL, "dash": "dash", "width": 1.5}},
    "基期值（全年）": {"mode": "lines", "line": {"color": MUTED, "dash": "dash", "width": 1.5}},
}
WRITTEN = {"left": ("middle left", 10), "below": ("bottom center", 10)}


def _traces(marks: dict[str, _Marks], wide: float) -> Iterator[dict[str, Any]]:
    """Lines of the fields first, then what is read in them, the words last. `wide`: of a bar."""
    still = {"hoverinfo": "skip", "showlegend": False, "cliponaxis": False}
    yield _trace(marks[""]) | still | {"mode": "lines", "line": {"color": LINE, "width": 1}}
    for name, look in STROKES.items():
        if marks[name].x:
            more = _bars(marks[name], wide) if look.get("type") == "bar" else {"cliponaxis": False}
            yield _trace(marks[name]) | {"name": name, "customdata": marks[name].told} | look | more
    changed = marks["口径变更"]
    yield _trace(changed) | still | {
        "mode": "lines+text", "line": {"color": MUTED, "dash": "dot", "width": 1}, "text": changed.told,
        "textposition": "bottom right", "textfont": {"size": 10}, "name": "口径变更",
    }  # fmt: skip
    for name, (position, size) in WRITTEN.items():
        written = {"mode": "text", "text": marks[name].told, "textposition": position, "textfont": {"size": size}}
        yield _trace(marks[name]) | still | written


def _trace(marks: _Marks) -> dict[str, Any]:
    return {"type": "scatter", "x": marks.x, "y": marks.y, "hovertemplate": "%{customdata}<extra></extra>"}


def _bars(marks: _Marks, wide: float) -> dict[str, Any]:
    """From the foot of its field up to its place."""
    line = HEAD + FIELD + FOOT
    feet = [None if y is None else (y // line + 1) * line - FOOT for y in marks.y]
    tall = [None if y is None or foot is None else y - foot for y, foot in zip(marks.y, feet, strict=True)]
    return {"base": feet, "y": tall, "width": wide}


def _frame(indicator: Indicator, place: _Scale, marks: dict[str, _Marks], *, named: bool) -> None:
    """Lines at round values, and what the axes say; `named`: with the values."""
    for tick in _ticks(place.top):
        marks[""].add([(place.left, place.y(tick), ""), (place.left + WIDTH, place.y(tick), "")])
        if named:
            marks["left"].add([(place.left, place.y(tick), f"{tick:g}")])
    under = place.bottom + 5
    if not _level(indicator):
        for period in place.periods:
            marks["below"].add([(place.period(period), under, f"1—{period.end.month}月<br>{period.year}年")])
        return
    first, last = place.days
    for year in range(first.year + 1, last.year + 1):
        x = place.day(date(year, 1, 1))
        marks[""].add([(x, place.bottom, ""), (x, place.bottom + 3, "")])
        marks["below"].add([(x, under, f"{year}年初")])


def _ticks(top: float) -> list[float]:
    """Round values from 0 up, five at most."""
    rough = top / 4
    unit = 10.0 ** floor(log10(rough))
    step = next(size * unit for size in (1, 2, 5, 10) if size * unit >= rough)
    return [round(step * place, 10) for place in range(int(top / step) + 1)]


def _scale(indicator: Indicator, parks: Sequence[Small]) -> _Scale:
    values = [point.value for park in parks for point in park.points]
    for park in parks:
        if park.goal is not None:
            known = known_points(park.goal, park.span.approved_on, park.span.ends_on)
            values += [point.value for point in known] if _level(indicator) else [park.goal.target, park.goal.baseline]
    days = [day for park in parks for day in (park.span.approved_on, park.span.ends_on)]
    days += [point.period.end for park in parks for point in park.points]
    periods = tuple(sorted({point.period for park in parks for point in park.points}))
    return _Scale(
        (min(days, default=date.min), max(days, default=date.min)), periods, float(max(values, default=0)) * 1.05 or 1.0
    )


def _head(indicator: Indicator, park: Small, place: _Scale) -> dict[str, Any]:
    """Whose chart it is, how it stands, and the newest value with the way to its source; an annotation, for a link in
    the drawing itself cannot be clicked on."""
    words = "尚无审核通过的数据"
    if park.points:
        newest = park.points[-1]
        when = span_told(indicator.key, newest.period)
        words = f"{linked(newest.value, newest.path)}{indicator.unit}{newest.kind.mark} {when}"
    # The shape in its light's colour, the word in the ink of the page.
    shape = f"<span style='color:{SHAPE_COLOURS[park.light]}'>{park.shape}</span>"
    return {
        "x": place.left, "y": place.bottom - FIELD - 2, "xanchor": "left", "yanchor": "bottom", "align": "left",
        "showarrow": False, "font": {"size": 12},
        "text": f"<a href='{park.path}' target='_self'><b>{park.park}</b></a> {shape} {park.word}<br>{words}",
    }  # fmt: skip


def _level_marks(indicator: Indicator, park: Small, place: _Scale, marks: dict[str, _Marks]) -> None:
    if park.goal is not None:
        marks["序时目标"].add(_path(indicator, park, park.goal, place))
    apart = broken(park.points, park.breaks)
    for start, end in pairwise((0, *apart, len(park.points))):
        marks["实际"].add(
            (place.day(point.period.end), place.y(float(point.value)), _told(indicator, park, point))
            for point in park.points[start:end]
        )
    for at in apart:
        _mark_change(place, place.day(park.points[at].period.start), marks)


def _path(indicator: Indicator, park: Small, goal: GoalFact, place: _Scale) -> Iterator[tuple[float, float, str]]:
    span, before = park.span, None
    known = {point.day for point in known_points(goal, span.approved_on, span.ends_on)}
    for day in path_days(goal, known, span):
        due = planned(goal, span.approved_on, span.ends_on, day)
        value, y = half_up(decimal(due), indicator.places), place.y(float(due))
        told = f"{park.park}<br>{chinese_date(day)}<br>序时目标{plain(value)}{indicator.unit}"
        if goal.path is GoalPath.STEPPED and before is not None:
            yield place.day(day), before, told
        yield place.day(day), y, told
        before = y


def _flow_marks(indicator: Indicator, park: Small, place: _Scale, marks: dict[str, _Marks]) -> None:
    for point in park.points:
        name = "全年累计" if point.period.half == 2 else "1—6月累计"
        y = place.y(float(point.value))
        marks[name].add([(place.period(point.period), y, _told(indicator, park, point))])
    for at in broken(park.points, park.breaks):
        _mark_change(place, place.period(park.points[at].period) - WIDTH / len(place.periods) / 2, marks)
    if park.goal is None:
        return
    for name, value in (("目标值（全年）", park.goal.target), ("基期值（全年）", park.goal.baseline)):
        told = f"{park.park}<br>{name}{plain(value)}{indicator.unit}"
        y = place.y(float(value))
        marks[name].add([(place.left, y, told), (place.left + WIDTH, y, told)])


def _mark_change(place: _Scale, x: float, marks: dict[str, _Marks]) -> None:
    """Where another 口径 begins between two reports."""
    marks["口径变更"].add([(x, place.y(place.top), "口径变更"), (x, place.bottom, "")])


def _told(indicator: Indicator, park: Small, point: Point) -> str:
    return f"{park.park}<br>{point_told(indicator, point)}"


def _sheet(indicator: Indicator, parks: Sequence[Small]) -> Sheet:
    planned_at = _level(indicator)
    columns = [("园区", 20), ("所属区县", 14), ("判断", 14), ("报告期", 20), (f"实际（{indicator.unit}）", 16)]
    columns += [("数据性质", 12), ("口径", 12)]
    columns += [(f"序时目标（{indicator.unit}）", 18)] if planned_at else []
    columns += [(f"目标值（{indicator.unit}）", 16), ("来源", 60)]
    return Sheet(tuple(columns), tuple(row for park in parks for row in _rows(indicator, park, planned_at=planned_at)))


def _rows(indicator: Indicator, park: Small, *, planned_at: bool) -> Iterator[tuple[Cell, ...]]:
    head, goal = (Cell(park.park, park.path), Cell(park.district), Cell(park.marked)), park.goal
    target = Cell("") if goal is None else Cell(goal.target, park.goal_at)
    if not park.points:
        yield (*head, Cell("尚无"), *[Cell("")] * (4 if planned_at else 3), target, Cell(""))
    apart = broken(park.points, park.breaks)
    for place, point in enumerate(park.points):
        due = _due(indicator, goal, park, point)
        yield (
            *head, Cell(span_told(indicator.key, point.period)), Cell(point.value, point.path), Cell(point.kind.label),
            Cell("口径变更" if place in apart else ""), *((due,) if planned_at else ()), target, Cell(point.source),
        )  # fmt: skip


def _due(indicator: Indicator, goal: GoalFact | None, park: Small, point: Point) -> Cell:
    if goal is None:
        return Cell("")
    value = decimal(planned(goal, park.span.approved_on, park.span.ends_on, point.period.end))
    return Cell(half_up(value, max(indicator.places, 2)), park.goal_at)
