"""问题整改台账 on a page: every line with its date, how it stands, and the way to what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.figure import counted as leading
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Visit
from db.queries.rectifications import IssueRow
from policy.rectification import counted

ISSUES = (
    Column("问题", "head"),
    Column("来源"),
    Column("责任单位"),
    Column("整改措施"),
    Column("整改时限", "day"),
    Column("整改进展"),
    Column("状态"),
)
PARK = Column("园区")


def path(entry: IssueRow) -> str:
    return f"/parks/{entry.park_code}/issues/{entry.fact.id}"


def issues_table(rows: Sequence[IssueRow], today: date, nothing: Node, *, parks: bool, id: str) -> html.Div:
    """`parks`: with the park of each line."""
    columns = (PARK, *ISSUES) if parks else ISSUES
    lines = [row(columns, (*([_park(entry)] if parks else []), *_cells(entry, today))) for entry in rows]
    return table("问题整改台账", columns, lines, id=id, empty=nothing)


def _park(entry: IssueRow) -> Node:
    name = html.A(labels.short_name(entry.park_title), href=f"/parks/{entry.park_code}#issues")
    return [name, html.Span(entry.district, className="small")]


def _cells(entry: IssueRow, today: date) -> tuple[Node, ...]:
    source = html.A(entry.source, href=f"/visits/{entry.visit_id}") if entry.visit_id else entry.source
    progress = entry.progress
    told = [progress.text, html.Span(labels.day(progress.dated), className="small")] if progress else "尚未填报"
    return (
        html.A(entry.fact.title, href=path(entry)), source, entry.fact.unit, entry.measure or "—",
        labels.day(entry.fact.due_on), told, standing(entry, today),
    )  # fmt: skip


def standing(entry: IssueRow, today: date) -> Node:
    state, fact = entry.state(today), entry.fact
    when = f"{labels.day(fact.closed_on)}销号" if state.is_closed else labels.until(fact.due_on, today)
    return [lights.light(state.light, state.label), html.Span(when, className="small")]


def summary(rows: Sequence[IssueRow], today: date, place: str) -> html.P:
    count = counted((entry.fact for entry in rows), today)
    return html.P(
        ["共", leading(f"{count.total}项", place), f"，已销号{count.closed}项，逾期{count.late}项。"],
        className="summary",
    )


def issues_card(rows: Sequence[IssueRow], visit: Visit) -> html.Section:
    """The ledger of one park."""
    nothing = empty("没有需要整改的问题。", "现场核查发现不符、未见的，或其他来源的问题，由市经济信息委列入。")
    return card(
        "问题整改台账",
        summary(rows, visit.today, "#issue-table") if rows else None,
        issues_table(rows, visit.today, nothing, parks=False, id="issue-table"),
        id="issues",
        note="点问题可看办理经过、填报进展",
    )
