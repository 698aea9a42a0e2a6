"""联系人: who is written to, by unit; adding somebody; 工作移交 that took place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlencode

from dash import html

from dashboard.components.blocks import card, empty, link_button
from dashboard.components.forms import button, choice, field, form
from dashboard.components.tables import Column, row, table
from dashboard.contact_parts import ends_soon, entry_fields, handover_table, is_past, standing, validity
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.reach import listed, notice, reach
from db.queries.contacts import ContactRow, Place, districts_with_parks, people, places
from db.queries.handovers import handovers

COLUMNS = (
    Column("姓名", "head"),
    Column("单位"),
    Column("角色"),
    Column("邮箱"),
    Column("电话"),
    Column("有效期"),
    Column("状态"),
)
Chosen = Callable[[ContactRow], bool]


def layout(visit: Visit, typed: Mapping[str, str] | None = None) -> View:
    """`typed`: what a refused entry said, to be set right."""
    with visit.platform.database.read() as session:
        found = people(session, visit.actor.scope)
        offered = places(session, visit.actor.scope, visit.today)
        handed = handovers(session, visit.actor)
        reached = reach(session, visit, districts_with_parks(session, visit.actor.scope))
    unit = visit.args.get("unit", "")
    of_unit = [entry for entry in found if unit in ("", str(entry.unit_id))]
    views = _views(visit)
    show = visit.args.get("show", "") if visit.args.get("show", "") in views else ""
    shown = [entry for entry in of_unit if views[show][1](entry)]
    return View(
        "联系人",
        body=[
            (listed if visit.actor.scope.everything else notice)(reached, visit.today),
            _kinds(of_unit, views, show, unit),
            card(_unit_name(of_unit, unit), _table(shown, visit), note="电话、邮箱已作遮盖，点姓名查看和办理"),
            card("新增联系人", _form(offered, visit, typed or {}), id="add"),
            card("工作移交", handover_table(handed), id="handovers"),
        ],
        actions=link_button("新增联系人", "#add"),
        lead="提醒和催报发给经办人；经办人的邮箱退信或无效时发给B角，并提醒市经济信息委。",
    )


def _views(visit: Visit) -> dict[str, tuple[str, Chosen]]:
    """What can be shown: word and choice."""
    today = visit.today
    return {
        "": ("现任", lambda entry: not is_past(entry, today)),
        "bounced": ("邮箱退信", lambda entry: entry.bounced and not is_past(entry, today)),
        "ending": ("30天内到期", lambda entry: ends_soon(entry, today)),
        "past": ("已离任或单位已终止", lambda entry: is_past(entry, today)),
    }


def _kinds(found: Sequence[ContactRow], views: Mapping[str, tuple[str, Chosen]], show: str, unit: str) -> html.Nav:
    links = []
    for key, (word, chosen) in views.items():
        asked = urlencode({name: value for name, value in (("unit", unit), ("show", key)) if value})
        count = html.Span(sum(map(chosen, found)), className="count")
        here = {"aria-current": "true"} if key == show else {}
        links.append(html.A([word, count], href=f"/contacts?{asked}".rstrip("?"), **here))
    if unit:
        links.append(html.A("全部单位", href="/contacts"))
    return html.Nav(links, className="kinds", **{"aria-label": "筛选"})


def _unit_name(found: Sequence[ContactRow], unit: str) -> str:
    return f"{found[0].unit}联系人" if unit and found else "联系人"


def _table(shown: Sequence[ContactRow], visit: Visit) -> html.Div:
    nothing = empty("没有符合条件的联系人。", "没有经办人就无法发送提醒和催报，请尽快登记。")
    rows = [row(COLUMNS, _cells(entry.masked(), visit), id=f"contact-{entry.id}") for entry in shown]
    return table("联系人", COLUMNS, rows, empty=nothing)


def _cells(entry: ContactRow, visit: Visit) -> tuple[Node, ...]:
    park = html.Span(f"{entry.park}运营管理机构", className="small") if entry.park else None
    return (
        html.A(entry.name, href=f"/contacts/{entry.id}"), [entry.unit, park], entry.role.label, entry.mail or "—",
        entry.phone or "—", validity(entry), standing(entry, visit.today),
    )  # fmt: skip


def _form(offered: Sequence[Place], visit: Visit, typed: Mapping[str, str]) -> Node:
    options = [("", "请选择"), *((place.key, place.name) for place in offered)]
    chosen = typed.get("place", "") or (f"unit:{visit.args['unit']}" if visit.args.get("unit") else "")
    return form(
        "/contacts",
        field("单位", choice("place", options, chosen, required=True), "园区的人员请选园区运营管理机构"),
        *entry_fields(typed),
        button("登记"),
        kind="stack narrow",
    )


PAGE = Page("contacts", "/contacts", layout, menu="联系人")
