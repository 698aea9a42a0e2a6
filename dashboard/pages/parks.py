"""园区总览: every park in one table, narrowed by kind and by words."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

from dash import Dash, Input, Output, State, dcc, html

from dashboard.components.blocks import empty
from dashboard.markup import Node, flattened
from dashboard.page import Page, View, Visit, current_visit
from dashboard.parks_table import COLUMNS, SHOWN, narrowed, park_table, table_rows
from dashboard.returns_card import returns_card
from db.queries.parks import OverviewRow, overview
from db.queries.returns import returns
from policy.access import Permission


def layout(visit: Visit) -> View:
    rows = _rows(visit)
    return View(
        "园区总览",
        body=_kinds(rows, visit),
        after=_returns(visit) if visit.may(Permission.REVIEW_REPORT) else None,
        lead="按行政区划序排列；数字均取自最近一期审核通过的报告。",
    )


def live(visit: Visit) -> Node:
    words = visit.args.get("q", "")
    rows = narrowed(_rows(visit), visit.today, visit.args.get("show", ""), words)
    search = dcc.Input(
        id="park-search", type="search", value=words, placeholder="输入园区、区县或运营管理机构查找", className="search"
    )
    nothing = empty("没有符合条件的园区。", "请换个词查找，或", html.A("查看全部园区", href="/parks"), "。")
    return [html.Div(search, className="search-box"), park_table(rows, visit.today, nothing)]


def register_callbacks(app: Dash) -> None:
    @app.callback(
        Output("park-rows", "children"),
        Input("park-search", "value"),
        State("address", "search"),
        prevent_initial_call=True,
    )
    def find(words: str | None, search: str | None) -> Any:
        visit = current_visit(dict(parse_qsl((search or "").lstrip("?"))))
        found = narrowed(_rows(visit), visit.today, visit.args.get("show", ""), words or "")
        return flattened(table_rows(found, visit.today)) or html.Tr(
            html.Td("没有符合条件的园区，请换个词查找。", colSpan=len(COLUMNS))
        )


def _returns(visit: Visit) -> html.Section:
    with visit.platform.database.read() as session:
        return returns_card(returns(session, visit.actor.scope))


def _rows(visit: Visit) -> tuple[OverviewRow, ...]:
    with visit.platform.database.read() as session:
        return overview(session, visit.actor.scope)


def _kinds(rows: tuple[OverviewRow, ...], visit: Visit) -> html.Nav:
    """One link a kind, with how many there are; the address keeps the choice."""
    chosen = visit.args.get("show", "")
    links = []
    for key, (word, test) in SHOWN.items():
        count = sum(test(entry, visit.today) for entry in rows)
        href = f"/parks?{urlencode({'show': key})}" if key else "/parks"
        here = {"aria-current": "true"} if key == chosen else {}
        links.append(html.A([word, html.Span(count, className="count")], href=href, **here))
    return html.Nav(links, className="kinds", **{"aria-label": "筛选"})


PAGE = Page("parks", "/parks", layout, live, menu="园区总览", register_callbacks=register_callbacks)
