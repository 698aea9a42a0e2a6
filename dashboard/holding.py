"""当前办理单位 in words, and the mark that a newer version waits for the committee's decision."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from db.queries.owed import Owed
from db.queries.parks import OverviewRow
from policy.facts import Pending
from policy.holding import Holder, Holding
from policy.terms import HalfYear, Light


def told(held: Holding, today: date) -> str:
    """`市经济信息委，2026年1月20日起，已41天`; on the first day `市经济信息委，今日起`."""
    if held.holder is Holder.NOBODY:
        return f"{held.holder.label}（{labels.day(held.since)}审核通过）"
    return f"{held.holder.label}，{_since(held, today)}"


def _since(held: Holding, today: date) -> str:
    days = held.days(today)
    return f"{labels.day(held.since)}起，已{days}天" if days else "今日起"


def cell(held: Holding | None, today: date) -> Node:
    """The holder, and below it since when."""
    if held is None:
        return html.Span("报告期未结束", className="muted")
    if held.holder is Holder.NOBODY:
        return held.holder.label
    return [held.holder.label, html.Span(_since(held, today), className="small")]


def pending_mark(pending: Pending, period: HalfYear) -> html.A:
    """Leads to the version that waits; what is shown beside it is still the accepted one."""
    said = f"{period.label}{pending.version.label}已报送，待市经济信息委审核；审核通过前仍显示原数据"
    return html.A(lights.light(Light.BLUE, "有待审版本"), href=f"/reports/{pending.submission_id}", title=said)


def pending_marks(receipts: Iterable[tuple[HalfYear, Pending | None]]) -> list[Node]:
    """A mark a period, the period below it."""
    return [
        [pending_mark(pending, period), html.Span(period.label, className="small")]
        for period, pending in receipts
        if pending is not None
    ]


def pending_notice(owed: Iterable[Owed], linked: bool) -> Node:
    """Above a park's figures: which versions wait, so that nobody takes the figures for the last word."""
    waiting = [(entry.period, entry.receipt.pending) for entry in owed if entry.receipt and entry.receipt.pending]
    if not waiting:
        return None
    words: list[Node] = ["有待审版本："]
    for place, (period, pending) in enumerate(waiting):
        word = f"{period.label}{pending.version.label}"
        words += ["、" if place else "", html.A(word, href=f"/reports/{pending.submission_id}") if linked else word]
    return html.P([*words, "。以下数据仍为审核通过的版本。"], className="notice notice-message")


HOLDINGS = (
    Column("园区", "head"),
    Column("报告期", "day"),
    Column("当前办理单位"),
    Column("起始日期", "day"),
    Column("已办天数", "number", "天"),
    Column("收报状态"),
)


def holdings_card(rows: Iterable[OverviewRow], today: date) -> html.Section:
    """在谁手里、多少天: every report of a period that has ended and is not 已办结, the longest first."""
    held = [
        (entry.holding, entry, park)
        for park in rows
        for entry in park.owed(today)
        if entry.holding is not None and entry.holding.holder is not Holder.NOBODY
    ]
    lines = [_line(*one, today) for one in sorted(held, key=lambda one: one[0].since)]
    nothing = empty("各期报告均已办结。", "报告期结束后，未办结的报告会出现在这里。")
    listed = html.Div(table("各报告当前办理单位", HOLDINGS, lines, id="holdings", empty=nothing), className="tall")
    return card("当前办理单位", listed, note="已结束的报告期中未办结的，时间最长的在前")


def _line(held: Holding, owed: Owed, park: OverviewRow, today: date) -> html.Tr:
    pending = owed.receipt.pending if owed.receipt else None
    link = f"/reports/{pending.submission_id}" if pending else f"/parks/{park.code}#obligations"
    name = [html.A(labels.short_name(park.title), href=link), html.Span(park.district, className="small")]
    cells = (
        name, owed.period.label, held.holder.label, labels.day(held.since), held.days(today),
        lights.receipt(owed.state, overdue=owed.overdue),
    )  # fmt: skip
    return row(HOLDINGS, cells)
