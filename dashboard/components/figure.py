"""A number on a page and the way to where it comes from: nothing reported is printed but through here."""

from __future__ import annotations

import re
from collections.abc import Callable

from dash import html

from dashboard.markup import Node
from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.periods import Period
from policy.provenance import Working, figure_path, goal_path, working_key
from policy.terms import FigureKind, HalfYear


def figure(value: Node, path: str, *, told: str = "", again: bool = False) -> html.A:
    """A reported or worked-out figure; `path` tells its source (policy.provenance), `told` in short on hovering.

    `again`: the same row leads there already, so the keyboard need not stop once more.
    """
    given = {"title": told} if told else {}
    if again:
        given["tabIndex"] = "-1"
    return html.A(value, href=path, className="traced", **{"data-figure": "source"}, **given)


def estimated(kind: FigureKind) -> Node:
    """The small word beside a figure that is 预计数."""
    return html.Span(kind.label, className="tag") if kind is FigureKind.ESTIMATE else None


def counted(number: Node, href: str) -> html.A:
    """A count that leads to the list of what it counts."""
    return html.A(number, href=href, className="traced", **{"data-figure": "count"})


# The figures in a sentence about an indicator's pace (policy.alerts.indicators.explain), and what each of them is.
PACE = Working.PACE
IN_SENTENCE = re.compile(
    r"(?P<actual>(?<=为)\d[\d.]*(?=[^\d，]*，(?:比|不低于)序时目标))"
    r"|(?P<pace>(?<=序时目标)\d[\d.]*|(?<=上半年|年全年)\d[\d.]*|(?<=低)\d[\d.]*%|(?<=(?:时|段)进度)\d[\d.]*%|\d+天／\d+天)"
    r"|(?P<now>(?<=（（)\d[\d.]*)|(?P<then>(?<=[－÷])\d[\d.]*(?=[^\d.%]*(?:）÷|），低于计划增幅)))"
    r"|(?P<goal>(?<=基期值|目标值)\d[\d.]*|(?<=阶段目标|个半年末)\d[\d.]*)"
)


def sentence(words: str, park: str, key: str, period: HalfYear) -> list[Node]:
    """The sentence with every figure in it leading to its source."""
    path: dict[str, Callable[[], str]] = {
        "actual": lambda: figure_path(park, period, working_key(key, PACE) if "近12个月" in words else key),
        "now": lambda: figure_path(park, period, key),
        "then": lambda: figure_path(park, period.year_before(), key),
        "pace": lambda: figure_path(park, period, working_key(key, PACE)),
        "goal": lambda: goal_path(park, key),
    }
    nodes: list[Node] = []
    end, told = 0, set[str]()
    for found in IN_SENTENCE.finditer(words):
        what = found.lastgroup or ""
        nodes += [words[end : found.start()], figure(found[0], path[what](), again=what in told)]
        end = found.end()
        told.add(what)
    return [*nodes, words[end:]]


def alert_message(words: str, key: str, park: str, period: Period | None) -> Node:
    """What an alert says; one about an indicator (its key ends with the indicator's) leads to the figures' sources."""
    indicator = key.rpartition(":")[2]
    if indicator in INDICATORS and isinstance(period, HalfYear):
        return sentence(words, park, indicator, period)
    return words
