"""发件箱: every mail, where it stands, and why it has not arrived."""

from __future__ import annotations

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty, tile
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.outbox import Backlog, MailRow, backlog, deliveries, mails
from policy.access import Permission
from policy.terms import Light, MailState

COLUMNS = (
    Column("主题", "head"),
    Column("收件人"),
    Column("状态"),
    Column("次数", "number"),
    Column("列入时间"),
    Column("送出时间"),
    Column("说明"),
)
LIGHTS: dict[MailState, Light] = {
    MailState.QUEUED: Light.BLUE,
    MailState.CLAIMED: Light.BLUE,
    MailState.SENT: Light.GREEN,
    MailState.UNCERTAIN: Light.YELLOW,
    MailState.FAILED: Light.RED,
    MailState.HELD: Light.GREY,
}
SHOWN = 200


def layout(visit: Visit) -> View:
    """Those who run the system see deliveries alone: no subject, recipients masked."""
    business = visit.may(Permission.VIEW_ALERTS)
    with visit.platform.database.read() as session:
        standing = backlog(session)
        if business:
            unmasked = visit.may(Permission.VIEW_CONTACTS)
            found = mails(session, visit.actor.scope, unmasked=unmasked, limit=SHOWN)
        else:
            found = deliveries(session, limit=SHOWN)
    rows = [row(COLUMNS, _cells(entry)) for entry in found]
    nothing = empty("发件箱是空的。", "到了提醒、催报的日子，系统会把邮件列入这里并自动发送。")
    return View(
        "发件箱",
        body=[_tiles(standing), card("邮件", table("邮件", COLUMNS, rows, empty=nothing), note=f"最近{SHOWN}封")],
        lead="同一事项在同一时点对同一收件人只发一封。",
    )


def _tiles(standing: Backlog) -> html.Div:
    waiting = f"最早列入 {labels.stamp(standing.oldest)}" if standing.oldest else "没有积压"
    return html.Div(
        [
            tile("待发送", standing.waiting, waiting, "/outbox", "tile-blue" if standing.waiting else ""),
            tile(
                "未获答复",
                standing.uncertain,
                "将以同一编号再试一次",
                "/outbox",
                "tile-yellow" if standing.uncertain else "",
            ),
            tile("未送达", standing.failed, "请核对联系人邮箱", "/outbox", "tile-red" if standing.failed else ""),
        ],
        className="tiles",
    )


def _cells(entry: MailRow) -> tuple[Node, ...]:
    return (
        html.Span(entry.subject or "（不显示业务内容）", title=entry.message_id),
        entry.recipient,
        lights.light(LIGHTS[entry.state], entry.state.label),
        entry.attempts,
        labels.stamp(entry.queued_at),
        labels.stamp(entry.sent_at),
        entry.error or "—",
    )


PAGE = Page("outbox", "/outbox", layout, menu="发件箱")
