"""A 报送通知 in a word: how it stands, and whom it is for."""

from __future__ import annotations

from dash import html

from dashboard.components import lights
from db.queries.rounds import RoundRow
from policy.terms import Light


def state(entry: RoundRow) -> html.Span:
    if entry.confirmed_on is None:
        return lights.light(Light.YELLOW, "拟稿，待确认")
    return lights.light(Light.GREEN, "已确认") if entry.covered else lights.light(Light.GREY, "已由补充通知替代")


def scope(entry: RoundRow) -> str:
    return "、".join(entry.units) if entry.units else "全部区县"
