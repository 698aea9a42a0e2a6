"""One alert: what it says and by which rule, everything that was done about its matter, and what can be done now."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from flask import abort

from dashboard import labels
from dashboard.alert_forms import acts, to_call
from dashboard.alert_parts import holder
from dashboard.components import lights
from dashboard.components.blocks import card, empty, facts
from dashboard.components.figure import alert_message
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from db.queries.alert_story import Event, story
from db.queries.alerts import AlertRow, Handled, alert, handled
from policy.access import Permission
from policy.alerts.alert import OVERDUE
from policy.alerts.short_text import LONGEST, short_text
from services.mail.compose import ACTS

COLUMNS = (Column("日期", "day"), Column("事项", "head"), Column("内容"), Column("经办"))


def layout(visit: Visit, alert_id: int) -> View:
    scope = visit.actor.scope
    with visit.platform.database.read() as session:
        entry = alert(session, scope, alert_id)
        if entry is None:
            abort(404)
        said = handled(session, scope, visit.today).get(entry.matter, Handled())
        events = story(
            session, scope, alert_id,
            unmasked=visit.may(Permission.VIEW_CONTACTS), proposals=visit.may(Permission.MANAGE_PRESSING),
        )  # fmt: skip
        reached = to_call(session, entry, visit)
    forms = acts(entry, said, reached, visit) if entry.closed_on is None else []
    return View(
        f"{labels.short_name(entry.park_title)}：{entry.rule.label}",
        body=[
            card("情况", html.P(_message(entry)), _facts(entry, said, visit)),
            card("办理过程", _story(events), note="该事项历次提醒、催报、反馈和通话，均留存"),
            html.Div([*forms, _short(entry, visit)], className="columns"),
        ],
        actions=_letters(entry, visit),
        crumbs=(("预警与催报", "/alerts"),),
    )


def _message(entry: AlertRow) -> Node:
    return alert_message(entry.message, entry.key, entry.park_code, entry.period)


def _facts(entry: AlertRow, said: Handled, visit: Visit) -> html.Dl:
    left = (
        f"（{labels.of_alert(entry.rule, entry.due_on, visit.today)}）"
        if entry.due_on and entry.closed_on is None
        else ""
    )
    paused = f"至{labels.day(said.paused_until)}" if said.paused_until else ""
    return facts(
        (
            ("园区", html.A(entry.park_title, href=f"/parks/{entry.park_code}")),
            ("事项", lights.light(entry.light, entry.rule.label)),
            ("报告期", entry.period.label if entry.period else ""),
            ("时限", f"{labels.day(entry.due_on)}{left}" if entry.due_on else ""),
            ("当前办理单位", holder(entry) if entry.closed_on is None else "已销号"),
            ("依据", entry.clause),
            ("规则", f"第{entry.rulebook}版"),
            ("开立日期", labels.day(entry.opened_on)),
            ("销号日期", labels.day(entry.closed_on) if entry.closed_on else ""),
            ("承诺时限", labels.day(said.promised_on) if said.promised_on else ""),
            ("暂缓催报", paused),
        )
    )


def _story(events: Sequence[Event]) -> html.Div:
    rows = [row(COLUMNS, _event(event)) for event in events]
    return table("办理过程", COLUMNS, rows, empty=empty("尚无办理记录。"))


def _event(event: Event) -> tuple[Node, ...]:
    point = f"{labels.telling(event.stage)}：" if event.stage else ""
    when = labels.stamp(event.at) if event.at else labels.day(event.on)
    return when, event.word, f"{point}{event.detail}", event.by or "系统"


def _short(entry: AlertRow, visit: Visit) -> Node:
    """For any messenger: to be copied by hand, no script needed."""
    if entry.closed_on is not None:
        return None
    words = short_text(entry.rule, ACTS[entry.rule], entry.message, entry.due_on, visit.today)
    box = element("textarea", words, id="short-text", readonly=True, rows=4, aria_label="短信文字")
    return card("短信文字", box, note=f"{len(words)}字，不超过{LONGEST}字，不含个人信息；选中后复制")


def _letters(entry: AlertRow, visit: Visit) -> Node:
    if not visit.may(Permission.MANAGE_PRESSING) or entry.rule not in OVERDUE:
        return None
    base = f"/parks/{entry.park_code}/reminder-letter"
    links = ((".docx", "催报函（Word）"), (".pdf", "催报函（PDF）"), (".docx?whole=1", "催报函（全区县）"))
    return [html.A(word, href=f"{base}{rest}", className="button") for rest, word in links]


PAGE = Page("alert", "/alerts/<int:alert_id>", layout)
