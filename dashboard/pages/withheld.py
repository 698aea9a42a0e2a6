"""涉密误传: what was not kept for its 密级 mark; its uploader claims a false alarm, the committee looks into it."""

from __future__ import annotations

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, field, form, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.withheld import Withheld, withheld
from policy.access import Permission
from policy.terms import Light

COLUMNS = (
    Column("文件", "head"),
    Column("密级标志位置"),
    Column("上传人"),
    Column("上传时间", "day"),
    Column("状态"),
    Column("办理"),
)


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        found = withheld(session, visit.actor)
    nothing = empty("没有因密级标志未保存的文件。")
    rows = [row(COLUMNS, _cells(entry, visit), id=f"withheld-{entry.id}") for entry in found]
    return View(
        "涉密误传",
        body=card("未保存的文件", table("未保存的文件", COLUMNS, rows, empty=nothing)),
        lead=f"{labels.NON_CLASSIFIED}。带有密级标志的文件一律不保存；确属误报的，由上传人申明，经市经济信息委核对原件后可以重新上传。",
    )


def _cells(entry: Withheld, visit: Visit) -> tuple[Node, ...]:
    place = entry.where or "文件名"
    return entry.name, place, entry.uploaded_by, labels.stamp(entry.uploaded_at), _state(entry), _act(entry, visit)


def _state(entry: Withheld) -> list[Node]:
    said = html.Span(f"申明：{entry.claim}", className="small") if entry.claim else None
    if entry.released_at is not None:
        told = f"{entry.released_by} {labels.stamp(entry.released_at)}：{entry.release_reason}"
        return [lights.light(Light.GREEN, "已核为误报，可重新上传"), said, html.Span(told, className="small")]
    if entry.waits:
        return [lights.light(Light.YELLOW, "已申明误报，待核实"), said]
    return [lights.light(Light.RED, "未保存"), said]


def _act(entry: Withheld, visit: Visit) -> Node:
    if entry.released_by:
        return "—"
    if entry.own:
        return _form(entry, "claim", "申明误报", "说明标志为何不是密级标志")
    if visit.may(Permission.REVIEW_REPORT):
        return _form(entry, "release", "核为误报", "写明已核对原件")
    return "—"


def _form(entry: Withheld, act: str, word: str, hint: str) -> Node:
    reason = field("理由", text("reason", required=True), hint)
    return form(f"/withheld/{entry.id}/{act}", reason, button(word, tone="small-button"))


PAGE = Page("withheld", "/withheld", layout)
