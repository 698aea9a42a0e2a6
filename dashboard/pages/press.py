"""拟催报清单: mails over the handler's head, grouped by recipient, read before they are approved in one go."""

from __future__ import annotations

from datetime import date

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, form
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from services.pressing import Draft, Waiting, drafts

COLUMNS = (
    Column("选择", "day"),
    Column("事项", "head"),
    Column("情况"),
    Column("依据"),
    Column("时点", "day"),
    Column("已过时限", "number", "天"),
)


def layout(visit: Visit) -> View:
    settings = visit.platform.settings
    with visit.platform.database.read() as session:
        found = drafts(session, visit.actor, base_url=settings.base_url, content=settings.mail_content)
    live = [draft for draft in found if draft.live]
    matters = sum(len(draft.live) for draft in live)
    return View(
        "拟催报清单",
        body=_list(found, matters, visit.today) if found else card(
            "待批", empty("没有待批的催报。", "事项逾期到一定天数，须报审核人、负责人或区县政府的催报会出现在这里。")
        ),
        lead=f"经办人以上的催报，批准后才发出：待批{matters}项，{len(live)}封邮件。",
        crumbs=(("预警与催报", "/alerts"),),
    )  # fmt: skip


def _list(found: tuple[Draft, ...], matters: int, today: date) -> Node:
    everything = button(f"全部批准（{matters}项）", name="decision", value="approve_all", disabled=not matters)
    return form(
        "/press",
        html.Div(
            [
                everything,
                button("批准所选", tone="", name="decision", value="approve"),
                button("所选不予催报", tone="", name="decision", value="decline"),
            ],
            className="buttons",
        ),
        *(_mail(draft, today) for draft in found),
        kind="stack press",
    )


def _mail(draft: Draft, today: date) -> html.Section:
    rows = [row(COLUMNS, _cells(entry, today)) for entry in draft.entries]
    note = f"{draft.role.label} {draft.person} · {draft.recipient}"
    return card(_office(draft), table("待批事项", COLUMNS, rows), _wording(draft), note=note)


def _office(draft: Draft) -> str:
    return draft.entries[0].addressed if len({entry.addressed for entry in draft.entries}) == 1 else draft.district


def _cells(entry: Waiting, today: date) -> tuple[Node, ...]:
    alert = entry.telling.alert
    days = (today - alert.due).days if alert.due else ""
    state = html.Span(f"（{entry.idle.partition('：')[2]}）", className="small") if entry.idle else None
    tick = element(
        "input", type="checkbox", name="proposals", value=entry.id, checked=not entry.idle,
        aria_label=f"选择{alert.title}",
    )  # fmt: skip
    return (
        tick,
        html.A(alert.rule.label, href=f"/alerts/{entry.alert_id}"),
        [alert.message, state],
        alert.clause,
        labels.telling(entry.stage),
        days,
    )


def _wording(draft: Draft) -> Node:
    if draft.wording is None:
        return html.P("所列事项均不再需要催报，批准时不会发出。", className="muted")
    words = [html.Strong(draft.wording.subject), element("pre", draft.wording.text, class_="letter-text")]
    return html.Details([html.Summary("查看邮件全文"), *words], className="remark")


PAGE = Page("press", "/press", layout)
