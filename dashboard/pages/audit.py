"""操作日志: who, what, old → new, when; newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, field, search_form, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.access import ID
from db.queries.audit import Entry, entries

COLUMNS = (
    Column("序号", "head"),
    Column("时间", "day"),
    Column("账号", "day"),
    Column("操作", "day"),
    Column("对象"),
    Column("原内容"),
    Column("新内容"),
)
PAGE_SIZE = 100


def layout(visit: Visit) -> View:
    words = visit.args.get("q", "")
    before = visit.args.get("before", "")
    with visit.platform.database.read() as session:
        found = entries(session, words, int(before) if ID.fullmatch(before) else None, PAGE_SIZE)
    search = search_form(
        field("查找账号、操作或对象", text("q", words, kind="search")), button("查找", tone="secondary")
    )
    shown = table("操作日志", COLUMNS, [_row(entry) for entry in found], empty=empty("没有符合条件的记录。"))
    older = html.P(html.A("更早的记录", href=f"?q={words}&before={found[-1].seq}")) if len(found) == PAGE_SIZE else None
    return View(
        "操作日志", body=card("记录", search, shown, older), lead="只增不改，逐条相连；改动或删除任何一条都会被发现。"
    )


def _row(entry: Entry) -> html.Tr:
    cells: tuple[Node, ...] = (
        html.Span(entry.seq, className="day"),
        labels.stamp(entry.at),
        entry.actor,
        html.Span(labels.act(entry.action), title=entry.action),
        entry.subject,
        _value(entry.old),
        _value(entry.new),
    )
    return row(COLUMNS, cells)


def _value(value: Any) -> Node:
    if value is None:
        return "—"
    words = "；".join(_pairs(value)) if isinstance(value, dict) else _word(value)
    return html.Span(words if len(words) <= 120 else f"{words[:120]}…", title=words, className="small-text")


def _pairs(value: dict[str, Any]) -> Iterator[str]:
    return (f"{key}：{_word(entry)}" for key, entry in value.items())


def _word(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


PAGE = Page("audit", "/admin/audit", layout, menu="操作日志")
