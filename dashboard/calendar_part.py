"""时限日历 on the page of 应报事项: the file to download, and the addresses one has subscribed with."""

from __future__ import annotations

from dash import html
from sqlalchemy.orm import Session

from dashboard import labels
from dashboard.components.blocks import card, link_button
from dashboard.components.forms import button, form
from dashboard.markup import Node
from dashboard.page import Visit
from policy.access import Permission
from services.due_calendar import Subscription, is_open, subscriptions

HOW = "日历文件可用手机、电脑自带的日历或WPS日历打开，内有本账号范围内尚未报送事项的报送截止日，不含个人信息。"
CLOSED = "订阅未开放（规则数值“时限日历订阅”）。日期变动后请重新下载。"
OPEN = "订阅后日历会自动更新。订阅地址等同于查看权限，请勿转发；不用时请撤销。"


def calendar_card(session: Session, visit: Visit) -> Node:
    """Nothing for those who may not have it."""
    if not visit.may(Permission.SUBSCRIBE_CALENDAR):
        return None
    opened = is_open(session)
    held = subscriptions(session, visit.actor)
    new = form("/calendar/tokens", button("开通订阅地址", tone="secondary"), kind="line") if opened else None
    parts = [
        html.P(HOW),
        html.P(link_button("下载日历文件", "/calendar/due.ics")),
        html.P(OPEN if opened else CLOSED, className="muted"),
        html.Ul([_held(one) for one in held], className="items") if held else None,
        new,
    ]
    return card("时限日历", html.Div(parts, className="stack"), id="calendar")


def _held(one: Subscription) -> html.Li:
    revoke = form(f"/calendar/tokens/{one.id}/revoke", button("撤销", tone="secondary small-button"), kind="line")
    return html.Li([html.Span(f"订阅地址，{labels.stamp(one.created_at)}开通"), revoke])
