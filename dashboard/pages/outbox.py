"""发件箱: every mail, to whom it went, where it stands, and why it has not arrived."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty, tile
from dashboard.components.forms import button, choice, field, hidden, search_form, text
from dashboard.components.paging import page_number, pager
from dashboard.components.tables import Column, row, table
from dashboard.mail_parts import addressee, next_step, state
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.access import ParkName, parks_in_scope
from db.queries.outbox import Log, MailRow, Wanted, backlog, delivery_log
from policy.access import Permission
from policy.terms import MailState

COLUMNS = (
    Column("收件人", "head"),
    Column("主题"),
    Column("状态"),
    Column("次数", "number"),
    Column("列入时间", "day"),
    Column("送出或下次发送", "day"),
    Column("说明"),
)
SIZE = 50


def layout(visit: Visit) -> View:
    """Those who run the system see deliveries alone: no subject, recipients masked."""
    business = visit.may(Permission.VIEW_ALERTS)
    wanted, page = _wanted(visit), page_number(visit.args)
    with visit.platform.database.read() as session:
        found = delivery_log(session, visit.actor, wanted, page=page, size=SIZE)
        parks = parks_in_scope(session, visit.actor.scope) if business else ()
        oldest = backlog(session).oldest if visit.actor.scope.everything or not business else None
    waiting = f"最早列入 {labels.stamp(oldest)}" if oldest else ""
    rows = [row(COLUMNS, _cells(entry, business=business)) for entry in found.rows]
    nothing = empty("没有符合条件的邮件。", "到了提醒、催报的日子，系统会把邮件列入这里并自动发送。")
    asked = {name: visit.args.get(name, "") for name in ("state", "to", "park")}
    return View(
        "发件箱",
        body=[
            _tiles(found.states, waiting),
            _kinds(found, wanted, asked),
            card(
                "邮件",
                _search(wanted, parks) if business else None,
                table("邮件", COLUMNS, rows, empty=nothing),
                pager("/outbox", asked, page, found.total, SIZE),
                note=f"共{found.total}封",
            ),
        ],
        lead="同一事项在同一时点对同一收件人只发一封。"
        + ("" if visit.actor.scope.everything or not business else "这里列出只涉及本区县园区的邮件。"),
    )


def _wanted(visit: Visit) -> Wanted:
    chosen = next((kind for kind in MailState if kind == visit.args.get("state")), None)
    return Wanted(chosen, visit.args.get("to", "").strip(), visit.args.get("park", ""))


def _tiles(states: Mapping[MailState, int], oldest: str) -> html.Div:
    waiting = states.get(MailState.QUEUED, 0)
    doubtful, failed = states.get(MailState.UNCERTAIN, 0), states.get(MailState.FAILED, 0)
    told = oldest if waiting and oldest else "没有积压" if not waiting else ""
    return html.Div(
        [
            tile("待发送", waiting, told, "/outbox?state=queued", "tile-blue" if waiting else ""),
            tile("未获答复", doubtful, "以同一编号再试", "/outbox?state=uncertain", "tile-yellow" if doubtful else ""),
            tile("未送达", failed, "请核对联系人邮箱", "/outbox?state=failed", "tile-red" if failed else ""),
        ],
        className="tiles",
    )  # fmt: skip


def _kinds(found: Log, wanted: Wanted, asked: Mapping[str, str]) -> html.Nav:
    kinds: list[tuple[str, str, int]] = [("", "全部", sum(found.states.values()))]
    kinds += [(kind.value, kind.label, found.states.get(kind, 0)) for kind in MailState]
    links = []
    for key, word, count in kinds:
        query = urlencode({name: value for name, value in (dict(asked) | {"state": key}).items() if value})
        here = {"aria-current": "true"} if key == (wanted.state or "") else {}
        shown = html.Span(count, className="count")
        links.append(html.A([word, shown], href=f"/outbox?{query}".rstrip("?"), **here))
    return html.Nav(links, className="kinds", **{"aria-label": "筛选"})


def _search(wanted: Wanted, parks: tuple[ParkName, ...]) -> Node:
    options = [("", "全部园区"), *((park.code, park.short_name) for park in parks)]
    return search_form(
        hidden("state", wanted.state or ""),
        field("收件人", text("to", wanted.to, placeholder="姓名或邮箱", autocomplete="off")),
        field("园区", choice("park", options, wanted.park)),
        button("查询", tone=""),
    )


def _cells(entry: MailRow, *, business: bool) -> tuple[Node, ...]:
    path = f"/outbox/{entry.key}"
    return (
        addressee(entry),
        html.A(entry.subject, href=path) if business else html.A("（不显示业务内容）", href=path),
        state(entry.state),
        entry.attempts,
        labels.stamp(entry.queued_at),
        next_step(entry),
        entry.error or "—",
    )


PAGE = Page("outbox", "/outbox", layout, menu="发件箱")
