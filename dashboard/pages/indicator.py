"""One indicator over all parks of one's scope: small charts side by side, and how each stands as a table."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from flask import abort

from dashboard.all_parks import OWN_SCALE, indicator_picture, known_parks
from dashboard.components import lights
from dashboard.components.blocks import card, empty, link_button
from dashboard.components.figure import estimated, figure
from dashboard.components.picture import picture, sheet
from dashboard.components.tables import Column, row, table
from dashboard.labels import short_name
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.verdicts import told
from db.queries.series import ParkSeries
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY, HEADLINES
from policy.indicators.indicator import Indicator
from policy.indicators.progress import span_told
from policy.provenance import figure_path, goal_path
from policy.terms import Measure


def layout(visit: Visit, key: str) -> View:
    indicator, drawn, parks = BY_KEY.get(key), indicator_picture(visit, key), known_parks(visit, key)
    if indicator is None or drawn is None:
        abort(404)
    return View(
        indicator.label,
        body=_others(indicator),
        after=card(
            "各园区情况",
            _table(indicator, parks),
            sheet(drawn.title, drawn.sheet),
            id="parks",
            note="点数字可追溯来源；指到判断可看算式",
        ),
        lead=f"{indicator.measure.label}，{indicator.direction.label}；依据：{indicator.basis}；按行政区划序。",
        actions=link_button("指标口径", f"/indicators#{key}"),
        crumbs=(("指标看板", "/board"),),
    )


def live(visit: Visit, key: str) -> Node:
    drawn = indicator_picture(visit, key)
    if drawn is None:
        abort(404)
    own = visit.args.get("scale") == OWN_SCALE
    tail = f"?scale={OWN_SCALE}" if own else ""
    note = (
        "橙色虚线为目标路径" if BY_KEY[key].measure is Measure.STOCK else "浅蓝为1—6月累计，深蓝为全年累计，两者不相连"
    )
    # The sheet stands below as plain markup: so many cells would keep the live part waiting.
    shown = picture(drawn, f"/indicators/{key}/picture.xlsx{tail}", _scales(key, own=own), sheet_shown=False)
    shown.className += " fields"
    return card("各园区走势", shown, id="picture", note=note)


def _others(here: Indicator) -> html.Nav:
    """The way to the other headline indicators, and back to where all stand."""
    shown = [*HEADLINES] if here in HEADLINES else [here, *HEADLINES]
    links = [
        html.A(one.label, href=f"/indicators/{one.key}", **({"aria-current": "page"} if one is here else {}))
        for one in shown
    ]
    return html.Nav([*links, html.A("全部指标", href="/indicators")], className="kinds", **{"aria-label": "指标"})


def _scales(key: str, *, own: bool) -> html.Nav:
    here = {"aria-current": "true"}
    links = [
        html.A("各图纵轴相同", href=f"/indicators/{key}", **({} if own else here)),
        html.A("各图纵轴自定", href=f"/indicators/{key}?scale={OWN_SCALE}", **(here if own else {})),
    ]
    return html.Nav(links, className="kinds", **{"aria-label": "纵轴"})


def _table(indicator: Indicator, parks: Sequence[ParkSeries]) -> html.Div:
    unit = indicator.unit
    columns = (
        Column("园区", "head"), Column("判断"), Column("最新数据", "number", unit), Column("报告期", "day"),
        Column("基期值", "number", unit), Column("目标值", "number", unit),
    )  # fmt: skip
    lines = [row(columns, _cells(indicator, one)) for one in parks]
    return table("各园区情况", columns, lines, empty=empty("没有园区。", "园区登记后显示在这里。"))


def _cells(indicator: Indicator, one: ParkSeries) -> tuple[Node, ...]:
    park, key = one.park, indicator.key
    stands, newest, goal = told(one, key), one.newest(key), one.goals.get(key)
    name = [
        html.A(short_name(park.title), href=f"/parks/{park.code}", className="name"),
        html.Span(park.district, className="small"),
    ]
    value: tuple[Node, Node] = ("—", "—")
    if newest is not None:
        shown = figure(plain(newest.value), figure_path(park.code, newest.period, key))
        value = ([shown, estimated(newest.kind)], span_told(key, newest.period))
    ends: tuple[Node, Node] = ("—", "—")
    if goal is not None:
        path = goal_path(park.code, key)
        ends = (figure(plain(goal.baseline), path), figure(plain(goal.target), path, again=True))
    return (name, lights.light(stands.light, stands.word, stands.sentence or None), *value, *ends)


PAGE = Page("indicator", "/indicators/<key>", layout, live)
