"""现场核查: every visit, and the form to plan one."""

from __future__ import annotations

from dash import html

from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, choice, field, form, text
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.visit_parts import visits_table
from db.queries.access import ParkName, parks_in_scope
from db.queries.visits import visits
from policy.access import Permission
from policy.visits import SEEDS


def layout(visit: Visit) -> View:
    planning = visit.may(Permission.MANAGE_VISITS)
    with visit.platform.database.read() as session:
        rows = visits(session, visit.actor.scope)
        parks = parks_in_scope(session, visit.actor.scope) if planning else ()
    then = "在下面拟定，系统按抽样号从审核通过的一览表抽取企业。" if planning else "由市经济信息委拟定。"
    return View(
        "现场核查",
        body=[
            card(f"核查记录（{len(rows)}次）", visits_table(rows, empty("还没有现场核查。", then))),
            _plan(parks, visit) if planning else None,
        ],
        lead="建设期内到园区核对一览表企业；发现的问题列入问题整改台账。",
        actions=html.A("问题整改台账", href="/issues", className="button"),
    )


def _plan(parks: tuple[ParkName, ...], visit: Visit) -> Node:
    said = visit.args
    named = [("", "请选择园区"), *((park.code, park.short_name) for park in parks)]
    return card(
        "拟定现场核查",
        form(
            "/visits",
            field("园区", choice("park", named, said.get("park", ""), required=True)),
            field("核查日期", text("planned_on", said.get("planned_on", ""), kind="date", required=True)),
            field("核查单位", text("visitors", said.get("visitors", ""), required=True, maxlength=200),
                  "写单位和人数，不写姓名，如“市经济信息委2人”"),
            field("核查事由", text("purpose", said.get("purpose", ""), required=True, maxlength=500)),
            field("抽取家数", text("size", said.get("size", "8"), kind="number", required=True, min=1, max=500),
                  "每个收入档次至少抽一家"),
            field("抽样号", text("seed", said.get("seed", ""), kind="number", min=SEEDS[0], max=SEEDS[-1]),
                  "留空由系统产生；同一抽样号、同一版一览表抽出的企业相同"),
            button("拟定并抽取企业"),
            kind="stack narrow",
        ),
        id="plan",
        note="核查结果登记前，区县和园区看不到抽取的企业",
    )  # fmt: skip


PAGE = Page("visits", "/visits", layout, menu="现场核查")
