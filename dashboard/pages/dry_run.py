"""推演: what would be opened, closed and mailed on a day, to whom and by which clause; nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty, tile
from dashboard.components.figure import alert_message
from dashboard.components.forms import button, field, search_form, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.access import parks_in_scope
from policy.periods import parse_period
from policy.rulebook import NOTICE_DAY
from policy.terms import AlertRule
from services.alerting import AlertNote, SweepResult
from services.rehearsal import Rehearsal, day_told, rehearse

COLUMNS = (
    Column("园区", "head"),
    Column("事项", "day"),
    Column("报告期", "day"),
    Column("报送截止日", "day"),
    Column("情况"),
    Column("依据"),
)
WEEKDAYS = "一二三四五六日"
# Far beyond any construction period, and within what half-years can count.
LAST_DAY = date(2100, 1, 1)


def layout(visit: Visit) -> View:
    asked = visit.args.get("as_of", "") or visit.today.isoformat()
    day = _day(asked)
    form = search_form(field("推演日期", text("as_of", asked, kind="date", required=True)), button("推演"))
    body: list[Node] = [card("选择日期", form)]
    if day is None:
        body.append(
            html.P(
                f"日期应写作 2026-08-01，且不早于通知成文日期，收到“{asked}”。",
                className="notice notice-refused",
                role="alert",
            )
        )
    else:
        body += _result(visit, day)
    return View("推演", body=body, lead="按所选日期检查全部园区的时限和进度。只作推演，不开立预警，不发送邮件。")


def _day(asked: str) -> date | None:
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return None
    return day if NOTICE_DAY <= day < LAST_DAY else None


def _result(visit: Visit, day: date) -> list[Node]:
    with visit.platform.database.read() as session:
        rehearsal = rehearse(session, visit.actor, day)
        names = {park.code: park.short_name for park in parks_in_scope(session, visit.actor.scope)}
    found = rehearsal.result
    return [
        html.H2(f"{labels.day(day)}的情况", className="part"),
        html.P(f"星期{WEEKDAYS[day.weekday()]}，{day_told(rehearsal)}。", id="calendar-day"),
        _tiles(found),
        html.Div(card("将新开立", _notes("将新开立", found.opened, names, "这一天没有要新开立的事项。")), id="opened"),
        html.Div(card("将发送的邮件", _mails(rehearsal), note="经办人自动发送"), id="mails"),
        html.Div(card("拟催报", _proposals(rehearsal), note="经办人以上，批准后才发出"), id="proposals"),
        html.Div(card("将销号", _notes("将销号", found.closed, names, "这一天没有要销号的事项。")), id="closed"),
        html.Div(card("继续未销号", _notes("继续未销号", found.kept, names, "没有继续未销号的事项。")), id="kept"),
        _warnings(found),
    ]


def _tiles(found: SweepResult) -> html.Div:
    counts = (
        ("将新开立", found.opened, "opened"), ("将发送邮件", found.mails, "mails"),
        ("拟催报", found.proposals, "proposals"), ("将销号", found.closed, "closed"),
        ("继续未销号", found.kept, "kept"),
    )  # fmt: skip
    return html.Div([tile(word, len(notes), "", f"#{place}") for word, notes, place in counts], className="tiles")


def _notes(word: str, notes: Sequence[AlertNote], names: Mapping[str, str], nothing: str) -> html.Div:
    rows = [
        row(COLUMNS, (
            html.A(names.get(note.park, note.park), href=f"/parks/{note.park}", className="name"),
            AlertRule(note.rule).label,
            labels.period(note.period), labels.day(note.due), _message(note), note.clause,
        ))
        for note in notes
    ]  # fmt: skip
    return table(word, COLUMNS, rows, empty=empty(nothing))


def _message(note: AlertNote) -> Node:
    return alert_message(note.message, note.key, note.park, parse_period(note.period or ""))


MAILS = (Column("收件人", "head"), Column("时点", "day"), Column("涉及事项和依据"))
PROPOSALS = (
    Column("收件人", "head"),
    Column("时点", "day"),
    Column("事项", "day"),
    Column("情况"),
    Column("依据"),
)


def _mails(found: Rehearsal) -> html.Div:
    rows = [
        row(
            MAILS,
            (
                mail.to,
                labels.telling(mail.stage),
                html.Ul([_matter(found, key) for key in mail.alerts], className="plain-list"),
            ),
        )
        for mail in found.result.mails
    ]
    return table("将发送的邮件", MAILS, rows, empty=empty("这一天没有要发送的邮件。"))


def _matter(found: Rehearsal, key: str) -> html.Li:
    note = found.notes[key]
    return html.Li(f"{AlertRule(note.rule).label}：{note.message}（{note.clause}）")


def _proposals(found: Rehearsal) -> html.Div:
    rows = [
        row(PROPOSALS, (
            [f"{one.role.label} {one.person}", html.Span(one.to, className="small")], labels.telling(one.stage),
            AlertRule(note.rule).label, _message(note), note.clause,
        ))
        for one in found.result.proposals
        if (note := found.notes[one.alert])
    ]  # fmt: skip
    return table("拟催报", PROPOSALS, rows, empty=empty("这一天没有要报批的催报。"))


def _warnings(found: SweepResult) -> Node:
    words = [f"{entry}：未能判断" for entry in found.failed] + list(found.unreachable)
    return card("请留意", html.Ul([html.Li(word) for word in words], className="plain-list")) if words else None


PAGE = Page("dry_run", "/dry-run", layout, menu="推演")
