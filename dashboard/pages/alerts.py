"""预警与催报: what is open and why, whom it was told to, and what was closed lately."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.figure import alert_message, counted
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.alerts import AlertRow, closed_alerts, open_alerts
from policy.access import Permission
from policy.terms import AlertRule

COLUMNS = (
    Column("园区", "head"),
    Column("事项"),
    Column("报告期", "day"),
    Column("报送截止日", "day"),
    Column("情况"),
    Column("依据"),
    Column("开立日期", "day"),
    Column("已发邮件"),
)
CLOSED_SHOWN = timedelta(days=90)


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        found = open_alerts(session, visit.actor.scope)
        closed = closed_alerts(session, visit.actor.scope, since=visit.today - CLOSED_SHOWN)
    shown = [entry for entry in found if visit.args.get("rule", "") in ("", entry.rule)]
    rehearse = html.A("推演某一天", href="/dry-run", className="button") if visit.may(Permission.RUN_SWEEP) else None
    return View(
        "预警与催报",
        body=[
            _kinds(found, visit.args.get("rule", "")),
            card("未销号", _open_table(shown, visit), note="每日7时检查时限和进度"),
            card("近90日已销号", _closed_table(closed)),
        ],
        lead="临近时限提醒、到期和逾期催报、指标进度滞后预警；每条都注明依据。",
        actions=rehearse,
    )


def _kinds(found: Sequence[AlertRow], chosen: str) -> html.Nav:
    rules = (("", "全部"), *((rule.value, rule.label) for rule in AlertRule))
    links = []
    for key, word in rules:
        count = sum(key in ("", entry.rule) for entry in found)
        here = {"aria-current": "true"} if key == chosen else {}
        links.append(
            html.A(
                [word, html.Span(count, className="count")], href=f"/alerts?rule={key}" if key else "/alerts", **here
            )
        )
    return html.Nav(links, className="kinds", **{"aria-label": "筛选"})


def _open_table(found: Sequence[AlertRow], visit: Visit) -> html.Div:
    nothing = empty("没有未销号的预警和催报。", "系统每日检查，临近时限或进度滞后时会出现在这里。")
    return table("未销号", COLUMNS, [row(COLUMNS, _cells(entry, visit)) for entry in found], empty=nothing)


def _cells(entry: AlertRow, visit: Visit) -> tuple[Node, ...]:
    left = labels.until(entry.due_on, visit.today) if entry.due_on else ""
    return (
        [html.A(labels.short_name(entry.park_title), href=f"/parks/{entry.park_code}", className="name"),
         html.Span(entry.district, className="small")],
        lights.light(entry.light, entry.rule.label),
        entry.period.label if entry.period else "—",
        [labels.day(entry.due_on), html.Span(left, className="small")],
        _message(entry),
        entry.clause,
        labels.day(entry.opened_on),
        _told(entry, visit),
    )  # fmt: skip


def _message(entry: AlertRow) -> Node:
    return alert_message(entry.message, entry.key, entry.park_code, entry.period)


def _told(entry: AlertRow, visit: Visit) -> Node:
    if entry.told == 0:
        return html.Span("无收件人", className="muted", title="尚未到提醒日，或区县没有登记经办人")
    words = f"{entry.told}封，已发出{entry.sent}封"
    return counted(words, "/outbox") if visit.may(Permission.VIEW_OUTBOX) else words


CLOSED = (
    Column("园区", "head"),
    Column("事项"),
    Column("报告期", "day"),
    Column("情况"),
    Column("开立日期", "day"),
    Column("销号日期", "day"),
)


def _closed_table(found: Sequence[AlertRow]) -> html.Div:
    rows = [
        row(CLOSED, (
            html.A(labels.short_name(entry.park_title), href=f"/parks/{entry.park_code}"), entry.rule.label,
            entry.period.label if entry.period else "—", _message(entry), labels.day(entry.opened_on),
            labels.day(entry.closed_on),
        ))
        for entry in found
    ]  # fmt: skip
    return table("近90日已销号", CLOSED, rows, empty=empty("近90日没有销号的事项。"))


PAGE = Page("alerts", "/alerts", layout, menu="预警与催报")
