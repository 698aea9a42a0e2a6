"""公文: what is drawn up about all parks at once, and the way to each park's own papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html

from dashboard import labels
from dashboard.archive_parts import downloads
from dashboard.components.blocks import card
from dashboard.components.forms import button, choice, field, search_form
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.printing_parts import faces, made_lately
from db.queries.access import ParkName, parks_in_scope
from policy.terms import HalfYear
from services.documents.catalogue import KINDS

ALL = (Column("公文", "head"), Column("所述"), Column("下载"))
PARKS = (Column("园区", "head"), *(Column(KINDS[key].label) for key in ("half-year-letter", "application-form")),
         Column("全部公文"))  # fmt: skip
PERIODS = 6
"""Half-years to choose from, the newest first."""
WHERE = {"reporting-notice": "拟制和历次通知", "corrections": "逐项查看"}
PLACES = {"reporting-notice": "/rounds", "corrections": "/corrections"}


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        parks = parks_in_scope(session, visit.actor.scope)
    return View(
        "公文",
        body=[_programme(visit), _parks(parks), html.Div([faces(), made_lately()])],
        lead=f"按{labels.day(visit.today)}的数据生成，由发文单位编号用印前均为代拟稿",
    )


def _programme(visit: Visit) -> html.Section:
    periods = _periods(visit.today)
    wanted = visit.args.get("period", str(periods[0]))
    wanted = wanted if wanted in map(str, periods) else str(periods[0])
    kinds = [kind for kind in KINDS.values() if kind.of_all and visit.may(kind.permission)]
    rows = [row(ALL, (kind.label, _about(kind.key, wanted), _files(kind.key, wanted))) for kind in kinds]
    choosing = search_form(
        field("报告期", choice("period", [(str(period), period.label) for period in periods], wanted)),
        button("选定", tone="secondary"),
    )
    several = any(not kind.of_park for kind in kinds)
    return card("全部园区", choosing if several else None, table("全部园区的公文", ALL, rows), id="all")


def _about(key: str, period: str) -> Node:
    if key == "corrections":
        return ["截至今天，", html.A(WHERE[key], href=PLACES[key])]
    told = HalfYear.parse(period).label
    return [f"{told}，", html.A(WHERE[key], href=PLACES[key])] if key in WHERE else told


def _files(key: str, period: str) -> Node:
    return downloads(f"/documents/{key}", "" if key == "corrections" else f"?period={period}")


def _periods(today: date) -> list[HalfYear]:
    """Those that have ended, the newest first."""
    found = [HalfYear.containing(today).previous()]
    while len(found) < PERIODS:
        found.append(found[-1].previous())
    return found


def _parks(parks: Sequence[ParkName]) -> html.Section:
    rows = [
        row(PARKS, (
            html.A(park.short_name, href=f"/parks/{park.code}"),
            *(downloads(f"/parks/{park.code}/documents/{key}") for key in ("half-year-letter", "application-form")),
            html.A("自评报告、验收申请函等", href=f"/parks/{park.code}#papers"),
        ))
        for park in parks
    ]  # fmt: skip
    return card("各园区", table("各园区的公文", PARKS, rows), id="parks", note="按行政区划序")


PAGE = Page("documents", "/documents", layout, menu="公文")
