"""预警与催报: what is open and why, who has it in hand, whom it was told to, and what was closed lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from dash import html

from dashboard import labels
from dashboard.alert_parts import KINDS, holder, kind_of
from dashboard.components import lights
from dashboard.components.blocks import card, empty, link_button
from dashboard.components.figure import alert_message, counted
from dashboard.components.forms import button, field, hidden, search_form, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.reach import of_committee
from db.queries.alerts import AlertRow, Handled, closed_alerts, handled, open_alerts
from policy.access import Permission
from policy.terms import Light

COLUMNS = (
    Column("园区", "head"),
    Column("事项"),
    Column("情况"),
    Column("时限", "day"),
    Column("当前办理单位"),
    Column("已发邮件"),
    Column("反馈与暂缓"),
    Column("办理", "day"),
)
CLOSED_SHOWN = timedelta(days=90)
NOBODY = Handled()


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        found = open_alerts(session, visit.actor.scope)
        closed = closed_alerts(session, visit.actor.scope, since=visit.today - CLOSED_SHOWN)
        said = handled(session, visit.actor.scope, visit.today)
        unreached = of_committee(session, visit)
    kind, words = visit.args.get("kind", ""), visit.args.get("q", "").strip()
    named = [entry for entry in found if words in f"{entry.park_title}{entry.district}"]
    shown = [entry for entry in named if kind in ("", kind_of(entry.rule))]
    return View(
        "预警与催报",
        body=[
            unreached,
            _search(words, kind),
            _kinds(named, kind, words),
            card("未销号", _open_table(shown, said, visit, filtered=bool(kind or words)), note="每日7时检查时限和进度"),
            card("近90日已销号", _closed_table(closed)),
        ],
        lead="临近时限提醒、到期和逾期催报、指标进度滞后预警；每条都注明依据。",
        actions=_doors(visit),
    )


def _doors(visit: Visit) -> Node:
    doors = []
    if visit.may(Permission.MANAGE_PRESSING):
        doors.append(link_button("拟催报清单", "/press"))
    if visit.may(Permission.RUN_SWEEP):
        doors.append(link_button("推演某一天", "/dry-run"))
    return doors


def _search(words: str, kind: str) -> Node:
    given = text("q", words, kind="search", placeholder="园区或区县")
    return search_form(hidden("kind", kind) if kind else None, field("查询", given), button("查询", tone=""))


def _kinds(found: Sequence[AlertRow], chosen: str, words: str) -> html.Nav:
    links = []
    for key, (word, rules) in KINDS.items():
        count = sum(not key or entry.rule in rules for entry in found)
        if not count and key not in ("", chosen):
            continue
        here = {"aria-current": "true"} if key == chosen else {}
        asked = "&".join(f"{name}={value}" for name, value in (("kind", key), ("q", words)) if value)
        href = f"/alerts?{asked}" if asked else "/alerts"
        links.append(html.A([word, html.Span(count, className="count")], href=href, **here))
    return html.Nav(links, className="kinds", **{"aria-label": "筛选"})


def _open_table(found: Sequence[AlertRow], said: Mapping[str, Handled], visit: Visit, *, filtered: bool) -> html.Div:
    nothing = (
        empty("没有符合条件的预警和催报。", html.A("查看全部", href="/alerts"))
        if filtered
        else empty("没有未销号的预警和催报。", "系统每日检查，临近时限或进度滞后时会出现在这里。")
    )
    rows = [row(COLUMNS, _cells(entry, said.get(entry.matter, NOBODY), visit)) for entry in found]
    return table("未销号", COLUMNS, rows, empty=nothing)


def _cells(entry: AlertRow, said: Handled, visit: Visit) -> tuple[Node, ...]:
    left = labels.of_alert(entry.rule, entry.due_on, visit.today) if entry.due_on else ""
    return (
        [html.A(labels.short_name(entry.park_title), href=f"/parks/{entry.park_code}", className="name"),
         html.Span(entry.district, className="small")],
        lights.light(entry.light, entry.rule.label),
        [_message(entry), _clause(entry)],
        [labels.day(entry.due_on), html.Span(left, className="small")],
        holder(entry),
        _told(entry, visit),
        _said(said, visit),
        html.A("办理", href=f"/alerts/{entry.id}", **{"aria-label": f"办理：{entry.message[:40]}"}),
    )  # fmt: skip


def _message(entry: AlertRow) -> Node:
    return alert_message(entry.message, entry.key, entry.park_code, entry.period)


def _clause(entry: AlertRow) -> Node:
    """Where the message does not name it itself."""
    return None if entry.clause in entry.message else html.Span(f"依据：{entry.clause}", className="small")


def _told(entry: AlertRow, visit: Visit) -> Node:
    if entry.told == 0:
        return html.Span("无", className="muted", title="尚未到提醒日，或没有登记可通知的联系人")
    words = f"已发出{entry.sent}封" if entry.sent == entry.told else f"{entry.told}封，已发出{entry.sent}封"
    return counted(words, "/outbox") if visit.may(Permission.VIEW_OUTBOX) else words


def _said(said: Handled, visit: Visit) -> Node:
    """Paused, promised, or nothing heard."""
    words: list[Node] = []
    if said.paused_until:
        words.append(lights.light(Light.GREY, f"暂缓至{labels.day(said.paused_until)}"))
    if said.promised_on:
        broken = said.promised_on < visit.today
        words.append(html.Span(f"承诺{labels.day(said.promised_on)}前{'，已过' if broken else ''}", className="small"))
    return words or html.Span("未反馈", className="muted")


CLOSED = (
    Column("园区", "head"),
    Column("事项"),
    Column("情况"),
    Column("开立日期", "day"),
    Column("销号日期", "day"),
    Column("办理", "day"),
)


def _closed_table(found: Sequence[AlertRow]) -> html.Div:
    rows = [
        row(CLOSED, (
            html.A(labels.short_name(entry.park_title), href=f"/parks/{entry.park_code}"), entry.rule.label,
            _message(entry), labels.day(entry.opened_on), labels.day(entry.closed_on),
            html.A("办理过程", href=f"/alerts/{entry.id}"),
        ))
        for entry in found
    ]  # fmt: skip
    return table("近90日已销号", CLOSED, rows, empty=empty("近90日没有销号的事项。"))


PAGE = Page("alerts", "/alerts", layout, menu="预警与催报")
