"""生成文件: how far a document is that was asked for, and what was asked for within the day."""

from __future__ import annotations

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty, link_button
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.printing_parts import faces
from policy.refusal import Unknown
from services.printing import orders
from services.printing.orders import Printing

LEAD = "较长的文件在后台生成，可以离开本页去做别的事；生成后保存一天，只有生成的账号可以下载。"
COLUMNS = (Column("文件", "head"), Column("格式"), Column("时间", "day"), Column("情况"))
FORMATS = {"docx": "Word", "pdf": "PDF", "zip": "zip"}


def layout(visit: Visit, token: str) -> View:
    try:
        found = orders.look(visit.platform, visit.actor, token)
    except Unknown:
        abort(404)
    return View(
        f"生成{found.order.title}",
        body=card(f"{found.order.title}（{FORMATS[found.order.file_format]}）", *_state(found), _faces(found)),
        lead=LEAD,
        crumbs=(("生成文件", "/printing"),),
    )


def _faces(found: Printing) -> Node:
    return faces() if found.order.file_format == "docx" else None


def _state(found: Printing) -> tuple[Node, ...]:
    state, href = found.state, f"/printing/{found.token}/file"
    if state.refused:
        return (html.P(state.refused, className="notice notice-refused"),)
    if state.file:
        return (html.P(f"已生成：{state.file}"), link_button("下载", href, "primary"))
    bar = element("progress", max=100, value=state.percent, aria_label="生成进度")
    words = html.P(f"{state.words}……", className="printing-words", **{"aria-live": "polite"})
    again = html.P(html.A("刷新看进度", href=f"/printing/{found.token}"), className="printing-again")
    done = html.Div(link_button("下载", href, "primary"), className="printing-done", hidden=True)
    watched = {"data-printing": f"/printing/{found.token}/progress", "data-file": href}
    return (html.Div([bar, words, again, done], className="printing", **watched),)


def every(visit: Visit) -> View:
    rows = [row(COLUMNS, _row(entry)) for entry in orders.mine(visit.platform, visit.actor)]
    nothing = empty("一天内没有生成过文件。")
    return View(
        "生成文件", body=card("一天内生成的文件", table("一天内生成的文件", COLUMNS, rows, empty=nothing)), lead=LEAD
    )


def _row(entry: Printing) -> tuple[Node, ...]:
    state = entry.state
    if state.file:
        told: Node = html.A("下载", href=f"/printing/{entry.token}/file")
    else:
        told = html.A(state.refused or f"{state.percent}%，{state.words}", href=f"/printing/{entry.token}")
    return entry.order.title, FORMATS[entry.order.file_format], labels.stamp(entry.order.asked_at), told


PAGE = Page("printing", "/printing/<token>", layout)
OVERVIEW_PAGE = Page("printings", "/printing", every)
