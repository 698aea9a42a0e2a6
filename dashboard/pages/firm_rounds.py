"""一企一表 of a park: one round a half-year, the last ones that ended and the one under way."""

from __future__ import annotations

from dash import html
from flask import abort

from dashboard.components.blocks import card
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs, park_tabs
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from policy.firm_round import FirmState
from policy.refusal import Unknown
from policy.terms import HalfYear
from services.firm_answers import Standing, standing

SHOWN = 4
COLUMNS = (
    Column("报告期", "head"),
    Column("名录取自"),
    Column("企业", "number", "家"),
    *(Column(state.label, "number", "家") for state in FirmState),
)


def layout(visit: Visit, code: str) -> View:
    period, rounds = HalfYear.containing(visit.today), []
    try:
        with visit.platform.database.read() as session:
            for _ in range(SHOWN):
                rounds.append(standing(session, visit.actor, code, period))
                period = period.previous()
    except Unknown:
        abort(404)
    park = rounds[0].park
    return View(
        f"{park.short_name}一企一表",
        body=[
            park_tabs(park.code, "/firms", visit.actor),
            card("各报告期", table("各报告期一企一表", COLUMNS, [row(COLUMNS, _cells(found)) for found in rounds])),
        ],
        lead="按上期名录给每家企业发一页预填的表，收回后汇总成半年报。",
        crumbs=(*park_crumbs(visit.actor), (park.title, f"/parks/{park.code}")),
    )


def _cells(found: Standing) -> tuple[Node, ...]:
    link = html.A(found.period.label, href=f"/parks/{found.park.code}/firms/{found.period}")
    counts = (found.round.counted(state) for state in FirmState)
    return link, found.listed_of or "尚无名录", len(found.round.firms), *counts


PAGE = Page("firm_rounds", "/parks/<code>/firms", layout)
