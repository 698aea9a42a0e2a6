"""The table of all parks: what the home page and the overview share."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dash import html

from dashboard import labels
from dashboard.components import blocks, lights
from dashboard.components.figure import counted, estimated, figure
from dashboard.components.tables import Column, row, table
from dashboard.holding import pending_marks
from dashboard.markup import Node
from db.queries.parks import OverviewRow, Owed
from policy.provenance import figure_path
from policy.terms import Light, ReceiptState, Stage

COLUMNS = (
    Column("园区", "head"),
    Column("阶段"),
    Column("批复日期", "day"),
    Column("建设周期（2年）"),
    Column("下一报送截止日"),
    Column("应报", "number"),
    Column("已报", "number"),
    Column("逾期", "number"),
    Column("网络安全产业收入", "number", "亿元"),
    Column("网络安全企业", "number", "家"),
    Column("指标进度"),
    Column("待审核"),
)
LAGGING = (Light.YELLOW, Light.RED)


def park_table(rows: Iterable[Node], empty: Node) -> html.Div:
    """Of `table_rows`, or of what they were drawn as."""
    return table("园区总览", COLUMNS, rows, id="park-table", body_id="park-rows", empty=empty, wide=True)


def table_rows(rows: Iterable[OverviewRow], today: date) -> list[html.Tr]:
    return [_row(entry, today) for entry in rows]


def _row(entry: OverviewRow, today: date) -> html.Tr:
    tally, owed = entry.tally(today), f"/parks/{entry.code}#obligations"
    cells = (
        _name(entry),
        lights.stage(entry.stage(today)),
        labels.day(entry.approved_on),
        blocks.elapsed(entry.elapsed(today), entry.days_left(today), f"/parks/{entry.code}#about"),
        _next_due(entry.next_due(today), today),
        _count(tally.owed, owed),
        _count(tally.received, owed),
        counted(lights.light(Light.RED, f"{tally.overdue}"), owed) if tally.overdue else _count(0, owed),
        _figure(entry, "revenue_cyber"),
        _figure(entry, "firms_cyber"),
        lights.light(entry.light, title="；".join(v.sentence for v in entry.verdicts if v.light in LAGGING) or None),
        _pending(entry),
    )
    return row(COLUMNS, cells)


def _name(entry: OverviewRow) -> list[Node]:
    return [
        html.A(labels.short_name(entry.title), href=f"/parks/{entry.code}", className="name", title=entry.title),
        html.Span(entry.district, className="small"),
    ]


def _count(number: int, href: str) -> Node:
    """A zero stands back, so that the others are seen."""
    return counted(number, href) if number else html.Span(0, className="muted")


def _pending(entry: OverviewRow) -> Node:
    """The versions that wait for a decision, beside the figures, which are those of accepted ones."""
    marks = pending_marks((period, receipt.pending) for period, receipt in entry.receipts.items())
    return marks or _count(entry.pending, f"/parks/{entry.code}#versions")


def _next_due(owed: Owed | None, today: date) -> Node:
    if owed is None:
        return html.Span("无", className="muted")
    soon = (owed.due_on - today).days <= 30
    left = labels.left(owed.due_on, today, provisional=owed.provisional)
    state = None if owed.state is ReceiptState.NOTHING else lights.receipt(owed.state)
    return [
        labels.day(owed.due_on),
        html.Span(f"{owed.period.label} · {left}", className="small"),
        state or (lights.light(Light.BLUE) if soon and not owed.provisional else None),
    ]


def _figure(entry: OverviewRow, key: str) -> Node:
    known = entry.figures.get(key)
    if known is None:
        return html.Span("—", className="muted", title="尚无审核通过的数据")
    shown = figure(labels.amount(known.value), figure_path(entry.code, known.period, key))
    return [shown, estimated(known.kind), html.Span(known.period.months_label, className="small")]


def is_overdue(entry: OverviewRow, today: date) -> bool:
    return entry.tally(today).overdue > 0


def is_lagging(entry: OverviewRow, _today: date) -> bool:
    return entry.light in LAGGING


def is_pending(entry: OverviewRow, _today: date) -> bool:
    return entry.pending > 0


def in_acceptance(entry: OverviewRow, today: date) -> bool:
    return entry.stage(today) not in (Stage.BUILDING, Stage.FAILED, Stage.TITLED)
