"""One mail: to whom, how it stands, its text as sent, and the matters it tells of."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty, facts
from dashboard.components.forms import button, form
from dashboard.components.tables import Column, row, table
from dashboard.mail_parts import addressee, next_step, state
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.outbox import MailDetail, MailRow, Matter, mail
from policy.access import Permission
from services.mail.outbox import GIVEN_UP

MATTERS = (Column("园区", "head"), Column("事项"), Column("时点", "day"), Column("情况"), Column("现状", "day"))


def layout(visit: Visit, mail_key: str) -> View:
    with visit.platform.database.read() as session:
        found = mail(session, visit.actor, mail_key)
    if found is None:
        abort(404)
    business = visit.may(Permission.VIEW_ALERTS)
    return View(
        found.row.subject or "邮件投递情况",
        body=[card("投递情况", _facts(found.row)), *(_content(found) if business else ())],
        actions=_again(found.row, visit),
        crumbs=(("发件箱", "/outbox"),),
    )


def _facts(entry: MailRow) -> html.Dl:
    return facts([
        ("收件人", html.Span(addressee(entry))), ("状态", state(entry.state)),
        ("时点", labels.telling(entry.stage) if entry.channel == "mail" else ""), ("发送次数", f"{entry.attempts}次"),
        ("列入时间", labels.stamp(entry.queued_at)), ("送出或下次发送", next_step(entry)),
        ("说明", entry.error), ("邮件编号", html.Code(entry.key)),
    ])  # fmt: skip


def _content(found: MailDetail) -> list[Node]:
    return [
        card("涉及事项", _matters(found.matters)),
        card("邮件内容", html.Div(found.text, className="as-sent"), note="与发出的文字一致"),
    ]


def _matters(found: Sequence[Matter]) -> html.Div:
    rows = [
        row(MATTERS, (
            html.A(labels.short_name(entry.park_title), href=f"/parks/{entry.park_code}"),
            html.A(entry.rule.label, href=f"/alerts/{entry.alert_id}"), labels.telling(entry.stage), entry.message,
            "已销号" if entry.closed else "未销号",
        ))
        for entry in found
    ]  # fmt: skip
    return table("涉及事项", MATTERS, rows, empty=empty("这封邮件没有列出具体事项。"))


def _again(entry: MailRow, visit: Visit) -> Node:
    """For a mail that was given up, for whoever presses."""
    allowed = visit.may(Permission.MANAGE_PRESSING) and visit.actor.scope.everything
    if not allowed or entry.state not in GIVEN_UP:
        return None
    return form(f"/outbox/{entry.key}/retry", button("重新发送"), kind="line")


PAGE = Page("mail", "/outbox/<mail_key>", layout)
