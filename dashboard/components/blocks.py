"""The few building blocks every page is made of: cards, facts, tiles, notes, progress."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from dash import html

from dashboard.components.figure import counted
from dashboard.markup import Node
from policy.figures import half_up, percent


def card(title: str, *content: Node, id: str | None = None, note: Node = None, wide: bool = False) -> html.Section:
    """A titled part of a page; `note` stands small beside the title."""
    given = {"id": id} if id else {}
    head = html.Div([html.H2(title), html.Div(note, className="note") if note else None], className="card-head")
    return html.Section([head, *content], className="card wide" if wide else "card", **given)


def facts(pairs: Iterable[tuple[str, Node]]) -> html.Dl:
    """Word and value, side by side."""
    return html.Dl([html.Div([html.Dt(word), html.Dd(value or "—")]) for word, value in pairs], className="facts")


def tile(word: str, number: Node, detail: Node, href: str, tone: str = "") -> html.A:
    """A count that leads to what it counts."""
    return html.A(
        [
            html.Span(word, className="tile-word"),
            html.Span(number, className="tile-number"),
            html.Span(detail, className="tile-detail"),
        ],
        href=href,
        className=f"tile {tone}".strip(),
    )


def empty(what: str, *then: Node) -> html.Div:
    """Nothing here: say so, and say what to do next."""
    return html.Div([html.P(what, className="empty-what"), html.P(list(then)) if then else None])


def elapsed(share: Decimal, days_left: int, href: str = "") -> html.Div:
    """序时进度 as a bar with 剩余天数 in words; `href` leads to the dates it is counted from."""
    left = f"剩{days_left}天" if days_left >= 0 else f"已满{-days_left}天"
    passed, width = percent(share, 0), f"{half_up(share * 100, 1)}%"
    return html.Div(
        [
            html.Div(
                html.Div(className="bar-fill", style={"width": width}), className="bar", **{"aria-hidden": "true"}
            ),
            html.Div([counted(passed, href) if href else html.Span(passed), html.Span(left)], className="bar-words"),
        ],
        className="elapsed",
        title=f"序时进度{percent(share)}，{left}",
    )


def link_button(word: str, href: str, tone: str = "") -> html.A:
    return html.A(word, href=href, className=f"button {tone}".strip())
