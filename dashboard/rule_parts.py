"""What a change of rules, of the calendar or a 报送通知 would move, as the committee reads it before confirming."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from policy.alerts.alert import Alert
from policy.moves import Dates
from policy.terms import AlertRule
from services.rescheduling import Effects, Listed, Move

TABS = (("/rulebook", "规则数值"), ("/rulebook/moves", "截止日调整"), ("/calendar", "工作日历"))
MOVES = (
    Column("园区", "head"),
    Column("应报事项"),
    Column("原报送截止日"),
    Column("调整后报送截止日"),
)
ALERTS = (Column("今天的变化", "head"), Column("事项"), Column("件数", "number", "件"), Column("园区"))
NAMED = 8
"""Parks named in one line before the rest is only counted."""
PROVISIONAL = "暂定：该年放假安排未导入，按周末推算"


def rule_tabs(here: str) -> html.Nav:
    links = [
        html.A(word, href=href, **({"aria-current": "page"} if href == here else {})) for href, word in TABS
    ]  # fmt: skip
    return html.Nav(links, className="tabs", **{"aria-label": "规则"})


class Words(NamedTuple):
    """How the dates a change differs in are headed, and what is said beneath."""

    title: str
    note: str


BY_RULES = Words(
    "与更改后的规则不一致的截止日",
    "确认更改不移动这些日期，确认后在“截止日调整”页逐项调整；已报、免报、延期和已有报送通知的不调整",
)
BY_ROUND = Words("确认后将调整的截止日", "确认之前不作改动；已登记延期报送的，仍以延期为准")
OLDER = Words("此前已与现行规则不一致的截止日", "与本次更改无关，尚未调整；需要调整的见“截止日调整”页")


def effects_cards(effects: Effects, names: dict[str, str], words: Words = BY_RULES) -> list[Node]:
    """`names`: short names of parks by code; `words`: what moves, when, and what does not."""
    older = card(OLDER.title, moves_table(OLDER.title, effects.older), note=OLDER.note) if effects.older else None
    if effects.nothing:
        return [card("影响", empty("不影响已列入的应报事项和今天的预警。")), older]
    return [
        card(words.title, moves_table(words.title, effects.moves), note=words.note),
        _listed("将列入的应报事项", effects.added, ""),
        _listed("不再要求的应报事项", effects.dropped, "已列入的保留；确不须报的，请登记免报"),
        card("今天预警和催报的变化", _alerts(effects, names), note="按全部调整后的日期推算"),
        older,
    ]  # fmt: skip


def moves_table(title: str, moves: Sequence[Move]) -> html.Div:
    rows = [row(MOVES, (park_link(move.park, move.park_name), move.label, *dates_told(move))) for move in moves]
    return table(title, MOVES, rows, empty=empty("没有要调整的截止日。"))


def park_link(code: str, name: str) -> html.A:
    return html.A(name, href=f"/parks/{code}#obligations", className="name")


def dates_told(move: Move) -> tuple[Node, Node]:
    note = html.Span(PROVISIONAL, className="small") if move.provisional else None
    return three_dates(move.old), [three_dates(move.new), note]


def three_dates(dates: Dates) -> list[Node]:
    """报送截止日, and the other two beneath it where there are any."""
    rest = (("宽限截止日", dates.grace_on), ("封账日", dates.lock_on))
    below = [html.Span(f"{word}{labels.day(day)}", className="small") for word, day in rest if day is not None]
    return [labels.day(dates.due_on), *below]


def _listed(title: str, found: Sequence[Listed], note: str) -> Node:
    if not found:
        return None
    by_label = groupby(sorted(found, key=lambda one: (one.due_on, one.label)), key=lambda one: (one.label, one.due_on))
    items = [
        html.Li(f"{label}（报送截止日{labels.day(due)}）：{_named(one.park_name for one in parks)}")
        for (label, due), parks in by_label
    ]
    return card(title, html.Ul(items, className="plain-list"), note=note or None)


def _named(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    more = f"等{len(listed)}个园区" if len(listed) > NAMED else ""
    return "、".join(listed[:NAMED]) + more


def _alerts(effects: Effects, names: dict[str, str]) -> html.Div:
    rows = [
        row(ALERTS, (word, AlertRule(rule).label, len(alerts), _named(names.get(one.park, one.park) for one in alerts)))
        for word, found in (("将开立", effects.opened), ("将销号", effects.closed))
        for rule, alerts in _by_rule(found)
    ]
    return table("今天预警和催报的变化", ALERTS, rows, empty=empty("今天的预警和催报没有变化。"))


def _by_rule(found: Sequence[Alert]) -> list[tuple[AlertRule, list[Alert]]]:
    order = list(AlertRule)
    ordered = sorted(found, key=lambda alert: order.index(alert.rule))
    return [(rule, list(alerts)) for rule, alerts in groupby(ordered, key=lambda alert: alert.rule)]
