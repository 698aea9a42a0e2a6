"""现场核查 in parts that several pages share: the list of visits, and a firm's row of the roster."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.figure import counted
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Visit
from db.queries.visits import VisitRow, VisitState
from policy.access import Permission
from policy.terms import Light, VisitFinding

LIGHTS = {VisitState.PLANNED: Light.BLUE, VisitState.DONE: Light.GREEN, VisitState.CANCELLED: Light.GREY}
FINDING_LIGHTS = {
    VisitFinding.AGREES: Light.GREEN, VisitFinding.DIFFERS: Light.YELLOW, VisitFinding.NOT_FOUND: Light.YELLOW,
}  # fmt: skip
VISITS = (
    Column("核查日期", "head"),
    Column("园区"),
    Column("核查单位"),
    Column("核查事由"),
    Column("抽取家数", "number", "家"),
    Column("状态"),
)


def state(entry: VisitRow) -> html.Span:
    return lights.light(LIGHTS[entry.state], entry.state.label)


def finding(found: VisitFinding | None) -> Node:
    return lights.light(FINDING_LIGHTS[found], found.label) if found else html.Span("未登记", className="muted")


def visits_table(rows: Sequence[VisitRow], nothing: Node, *, id: str = "visit-table") -> html.Div:
    return table("现场核查", VISITS, [_visit(entry) for entry in rows], id=id, empty=nothing)


def _visit(entry: VisitRow) -> html.Tr:
    day = html.A(labels.day(entry.visited_on or entry.planned_on), href=f"/visits/{entry.id}")
    park = [
        html.A(labels.short_name(entry.park_title), href=f"/parks/{entry.park_code}#visits"),
        html.Span(entry.district, className="small"),
    ]
    drawn = counted(str(entry.size), f"/visits/{entry.id}#firms")
    return row(VISITS, (day, park, entry.visitors, entry.purpose, drawn, state(entry)))


def visits_card(rows: Sequence[VisitRow], visit: Visit) -> html.Section:
    """The visits to one park."""
    then = html.A("拟定现场核查", href="/visits#plan") if visit.may(Permission.MANAGE_VISITS) else ""
    nothing = empty("没有现场核查记录。", then)
    return card(
        "现场核查", visits_table(rows, nothing, id="park-visits"), id="visits", note="企业从审核通过的一览表抽取"
    )
