"""Where parks stand in their 24 months: a strip each, with what was due, what came, and today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dash import html

from dashboard.labels import SHAPES
from policy.terms import Light

MONTHS = 24
LAST_DUE = timedelta(days=92)
"""How long after the two years the last report may fall due: so far a strip reaches."""


@dataclass(frozen=True, slots=True)
class Due:
    """One report on a strip: its date, and in words how it stands."""

    on: date
    light: Light
    words: str


@dataclass(frozen=True, slots=True)
class Strip:
    name: str
    href: str
    starts: date
    ends: date
    dues: Sequence[Due]
    dues_href: str


def strip(one: Strip, today: date) -> html.Li:
    """Each mark is read out in words and leads to what the park owes."""

    def place(day: date) -> str:
        share = (day - one.starts) / (one.ends + LAST_DUE - one.starts)
        return f"{100 * min(max(share, 0), 1):.1f}%"

    marks = [
        html.A(
            [html.Span(SHAPES[due.light], **{"aria-hidden": "true"}), html.Span(due.words, className="unseen")],
            href=one.dues_href, title=due.words, className=f"mark mark-{due.light.value}",
            style={"left": place(due.on)},
        )
        for due in one.dues
    ]  # fmt: skip
    passed = html.Span(className="strip-passed", style={"width": place(min(today, one.ends))})
    end = html.Span(className="strip-end", style={"left": place(one.ends)}, title="建设期满")
    now = html.Span(className="strip-today", style={"left": place(today)}, title="今天")
    track = html.Div([passed, end, now, *marks], className="strip-track")
    return html.Li([html.A(one.name, href=one.href, className="strip-name"), track], className="strip")


def scale() -> html.Div:
    """Above the strips: months since approval, each strip being on its own two years."""
    words = [html.Span(f"第{month}月" if month else "批复") for month in range(0, MONTHS, 6)]
    return html.Div([*words, html.Span("期满")], className="strip-scale", **{"aria-hidden": "true"})
