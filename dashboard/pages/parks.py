"""园区总览: every park in one table, where each stands in its two years, narrowed by kind and by words.

All of it is in the page as it comes; overview.js narrows it as one types and looks for changes every minute.
"""

from __future__ import annotations

from dash import html
from markupsafe import Markup

from dashboard import overview
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.returns_card import returns_card
from db.queries.returns import returns
from policy.access import Permission


def layout(visit: Visit) -> View:
    shown = overview.shown(visit)
    return View(
        "园区总览",
        body=_live(shown, visit),
        after=_returns(visit) if visit.may(Permission.REVIEW_REPORT) else None,
        lead="按行政区划序排列；数字均取自最近一期审核通过的报告。",
    )


def _live(shown: overview.Shown, visit: Visit) -> Node:
    """The parts where overview.js finds them; the search in between is never replaced under somebody's hands."""
    part = {name: html.Div(text, id=name, className="part") for name, text in shown.parts.items()}
    pictures = html.Div([part["overview-map"], part["overview-strips"]], className="pictures")
    about = {"data-source": "/api/overview.json", "data-version": shown.sent.tag}
    body = [part["overview-kinds"], _search(visit), pictures, part["overview-table"], part["overview-pages"]]
    return html.Div(body, id="overview", **about)


def _search(visit: Visit) -> Markup:
    """Without scripts it is sent as any form is."""
    words = visit.args.get("q", "")
    kind = visit.args.get("show", "")
    return element(
        "form",
        element("input", type="hidden", name="show", value=kind) if kind else None,
        element(
            "input", type="search", id="park-search", name="q", value=words, class_="search", autocomplete="off",
            placeholder="输入园区、区县或运营管理机构查找", aria_label="查找园区",
        ),
        element("button", "查找", type="submit", class_="plain"),
        method="get", action="/parks", class_="search-box", role="search",
    )  # fmt: skip


def _returns(visit: Visit) -> html.Section:
    with visit.platform.database.read() as session:
        return returns_card(returns(session, visit.actor.scope))


def tag(visit: Visit) -> str:
    """Names what the page says to whoever looks."""
    return overview.shown(visit).sent.tag


PAGE = Page("parks", "/parks", layout, menu="园区总览", tag=tag)
