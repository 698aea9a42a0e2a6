"""指标看板: every park of one's scope by every indicator with a goal, each cell a light with its newest value."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard import labels
from dashboard.all_parks import board_picture, board_rows, known_parks, on_board
from dashboard.components import lights
from dashboard.components.blocks import card, empty, link_button
from dashboard.components.figure import estimated, figure
from dashboard.components.picture import picture
from dashboard.components.tables import Column, row, table
from dashboard.figures.board import BoardCell, BoardRow
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from policy.access import Permission
from policy.figures import plain
from policy.indicators.indicator import Indicator
from policy.terms import Light

# What the board can be narrowed to: word in the address, the light a park must show on any indicator.
SHOWN: dict[str, Light | None] = {"": None, "red": Light.RED, "yellow": Light.YELLOW}


def layout(visit: Visit) -> View:
    parks = known_parks(visit)
    columns = on_board(parks)
    rows = board_rows(parks, columns)
    chosen = SHOWN.get(visit.args.get("show", ""))
    found = [one for one in rows if _shows(one, chosen)]
    return View(
        "指标看板",
        body=[_kinds(rows, chosen), card("各园区指标进度", _table(columns, found), id="board", note=NOTE)],
        lead=f"截至{labels.day(visit.today)}；判断与园区页、预警相同，将指标放在目标路径上比较；按行政区划序。",
        actions=[
            link_button("趋势研判", "/foresight") if visit.may(Permission.VIEW_FORESIGHT) else None,
            link_button("指标口径", "/indicators"),
            link_button("情况通报、情况专报", "/documents") if visit.may(Permission.MANAGE_OBLIGATIONS) else None,
        ],
    )


NOTE = "点数字可追溯来源，点指标名看各园区走势，指到判断可看算式；1—6月累计数按近12个月累计判断，没有时按上年全年数"


def live(visit: Visit) -> Node:
    shown = picture(board_picture(visit), "/board/picture.xlsx", sheet_shown=False)
    shown.className += " heat"
    return card("看板图", shown, id="picture")


def _shows(one: BoardRow, light: Light | None) -> bool:
    return light is None or any(cell.light is light for cell in one.cells)


def _kinds(rows: Sequence[BoardRow], chosen: Light | None) -> html.Nav:
    links = []
    for key, light in SHOWN.items():
        count = sum(_shows(one, light) for one in rows)
        word = "全部" if light is None else f"有{labels.PROGRESS[light]}"
        here = {"aria-current": "true"} if light is chosen else {}
        links.append(
            html.A([word, html.Span(count, className="count")], href=f"/board?show={key}" if key else "/board", **here)
        )
    return html.Nav(links, className="kinds", **{"aria-label": "筛选"})


def _table(indicators: Sequence[Indicator], rows: Sequence[BoardRow]) -> html.Div:
    columns = (
        Column("园区", "head"),
        *(Column(one.label, "cell", one.unit, f"/indicators/{one.key}") for one in indicators),
    )
    nothing = empty("没有符合条件的园区。", html.A("查看全部园区", href="/board"))
    lines = [row(columns, (_name(one), *map(_cell, one.cells))) for one in rows]
    found = table("指标看板", columns, lines, empty=nothing, wide=True)
    found.className += " board"
    return found


def _name(one: BoardRow) -> list[Node]:
    return [html.A(one.park, href=one.path, className="name"), html.Span(one.district, className="small")]


def _cell(cell: BoardCell) -> html.Div:
    light = lights.light(cell.light, cell.word, cell.sentence or None)
    if cell.value is None:
        return html.Div(light)
    kind = estimated(cell.kind) if cell.kind else None
    return html.Div([light, figure(plain(cell.value), cell.path), kind, html.Span(cell.period, className="small")])


PAGE = Page("board", "/board", layout, live, menu="指标看板")
