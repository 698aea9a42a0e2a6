"""趋势与测算 of a park: where its goals lead, in three words, and what each remaining half-year must bring."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty, link_button
from dashboard.components.figure import figure
from dashboard.components.forms import button, field, search_form, text
from dashboard.components.picture import undrawn
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs, park_tabs
from dashboard.figures.picture import Undrawn
from dashboard.foresight_parts import INTERNAL, chance_word, paces
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.park_pictures import outlooks, shown
from dashboard.projection_parts import assumptions, projection_card, projection_sheet
from db.queries.park_detail import detail
from policy.access import Permission
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.provenance import figure_path, goal_path
from policy.refusal import Unknown
from policy.terms import HalfYear
from services.outlooks import Foreseen, ParkForesight, foresight_of

OUTLOOKS = (
    Column("指标", "head"),
    Column("目标值", "number"),
    Column("最新数据", "number"),
    Column("研判"),
    Column("今后每半年"),
    Column("说明"),
)


def layout(visit: Visit, code: str) -> View:
    first_half, given, wrong = assumptions(visit.args)
    try:
        with visit.platform.database.read() as session:
            found = foresight_of(session, visit.actor, code, visit.today, given, first_half)
    except Unknown:
        abort(404)
    return View(
        f"{found.park.short_name}趋势与测算",
        body=[
            park_tabs(found.park.code, "/foresight", visit.actor),
            *(html.P(message, className="notice notice-refused", role="alert") for message in wrong),
            _outlooks(found) if visit.may(Permission.VIEW_FORESIGHT) else None,
        ],
        after=[
            *(projection_card(found, one) for one in found.goals),
            None if found.goals else card("测算表", empty("尚未登记建设目标，无从测算。")),
            _form(found, visit.args) if found.goals else None,
        ],
        lead="按审核通过的数据，看各项建设目标期满时能否达到，以及今后每半年需完成多少。",
        actions=[
            link_button("各园区研判", "/foresight") if visit.may(Permission.VIEW_FORESIGHT) else None,
            link_button("下载测算表", projection_sheet(code, visit.args)) if found.goals else None,
            link_button("建设目标", f"/parks/{found.park.code}/goals"),
        ],
        crumbs=(*park_crumbs(visit.actor), (found.park.title, f"/parks/{found.park.code}")),
    )


def live(visit: Visit, code: str) -> Node:
    """Every goal with the range of its forecast, for whoever may see one."""
    if not visit.may(Permission.VIEW_FORESIGHT):
        return None
    with visit.platform.database.read() as session:
        park = detail(session, visit.actor.scope, code, visit.today)
        if park is None:
            abort(404)
        found = foresight_of(session, visit.actor, code, visit.today, {})
    pictures = outlooks(found, park, visit.today)
    drawn = [undrawn(one) if isinstance(one, Undrawn) else shown(one, code) for one in pictures]
    if not drawn:
        return None
    return card(
        "实际与目标路径（内部参考）", html.Div(drawn, className="charts"), id="ranges",
        note=[INTERNAL, "；阴影为期满日的研判区间（八成把握），只作示意；收入等累计数按近12个月合计"],
    )  # fmt: skip


def _outlooks(found: ParkForesight) -> html.Section:
    rows = [
        row(
            OUTLOOKS,
            (
                BY_KEY[one.projection.course.indicator].label,
                _goal(found, one),
                _newest(found, one),
                chance_word(one.chance),
                paces(one.projection.course, found.as_of),
                one.why or labels_of(one),
            ),
        )
        for one in found.goals
    ]
    note = [
        INTERNAL,
        f"；{labels.day(found.worked_out_on)}研判，每日4时重算" if found.worked_out_on else "；每日4时研判",
    ]
    return card(
        "趋势研判（内部参考）",
        table("趋势研判", OUTLOOKS, rows, empty=empty("尚未登记建设目标，无从研判。")),
        id="foresight",
        note=note,
    )


def labels_of(one: Foreseen) -> str:
    """What the word stands on."""
    return "" if one.chance is None else f"依据{len(one.projection.course.reports)}期数据和同类园区的走势"


def _goal(found: ParkForesight, one: Foreseen) -> Node:
    course = one.projection.course
    return [figure(plain(course.target), goal_path(found.park.code, course.indicator)), BY_KEY[course.indicator].unit]


def _newest(found: ParkForesight, one: Foreseen) -> Node:
    course = one.projection.course
    if not course.reports:
        return "尚无"
    last = course.reports[-1]
    period = HalfYear.containing(last.period_end)
    unit = BY_KEY[course.indicator].unit
    value = figure(plain(last.value), figure_path(found.park.code, period, course.indicator))
    return [value, unit, f"（{period.label}）"]


def _form(found: ParkForesight, args: Mapping[str, str]) -> html.Section:
    """The assumptions in the address, so that a changed table can be kept and passed on as a link."""
    fields = [
        field(
            "上半年占全年份额（%）",
            text("h1", args.get("h1", ""), kind="number", min=1, max=99, step="any"),
            "收入等累计数用",
        ),
        *(
            field(
                f"{BY_KEY[one.projection.course.indicator].label}，{stretch.period.label}",
                text(name, args.get(name, ""), kind="number", min=0, step="any"),
                BY_KEY[one.projection.course.indicator].unit,
            )
            for one in found.goals
            for stretch in one.projection.stretches
            for name in (f"{one.projection.course.indicator}.{stretch.period}",)
        ),
    ]
    reset = link_button("恢复", f"/parks/{found.park.code}/foresight")
    pressed = html.P([button("按所填数重算"), " ", reset])
    form = search_form(html.Div(fields, className="field-grid"), pressed, kind="stack")
    return card("更改假设", form, id="assumptions", note="所填的半年以所填为准，其余各期分摊余数；只改本页，不存入系统")


PAGE = Page("foresight", "/parks/<code>/foresight", layout, live)
