"""办理记录 of a park: everything that happened with it, in the order of the days, with the number of each paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dash import html
from flask import abort

from dashboard import labels
from dashboard.archive_parts import archive_card, draft_buttons
from dashboard.components.blocks import card, empty, link_button
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs, park_tabs
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.case_record import case_record
from db.queries.happenings import Happening, Matter

COLUMNS = (
    Column("日期", "day"),
    Column("类别", "day"),
    Column("办理事项", "head"),
    Column("文号"),
    Column("办理单位"),
    Column("登记人"),
)


def layout(visit: Visit, code: str) -> View:
    with visit.platform.database.read() as session:
        found = case_record(session, visit.actor.scope, code, visit.today)
    if found is None:
        abort(404)
    base = f"/parks/{found.code}"
    return View(
        f"{found.title}办理记录",
        body=[
            park_tabs(found.code, "/record", visit.actor),
            _list(found.happened, visit.args.get("matter", ""), f"{base}/record"),
            archive_card(found.code),
        ],
        lead=f"截至{labels.day(visit.today)}，共{len(found.happened)}项，按日期先后列出",
        actions=[
            link_button("下载表格", f"{base}/record.xlsx", "primary"),
            *draft_buttons(f"{base}/documents/case-record", "办理记录"),
        ],
        crumbs=(*park_crumbs(visit.actor), (found.title, base)),
    )


def _list(happened: Sequence[Happening], wanted: str, here: str) -> html.Section:
    counts = Counter(one.matter for one in happened)
    shown = [one for one in happened if wanted in ("", one.matter)]
    rows = [row(COLUMNS, _cells(one)) for one in shown]
    links = [_narrowed("全部", len(happened), here, current=not wanted)] + [
        _narrowed(matter.label, counts[matter], f"{here}?matter={matter}", current=wanted == matter)
        for matter in Matter
        if counts[matter]
    ]
    nothing = empty("没有这一类办理事项。")
    kinds = html.Nav(links, className="kinds", **{"aria-label": "类别"})
    return card("办理记录", kinds, table("办理记录", COLUMNS, rows, empty=nothing))


def _narrowed(word: str, count: int, href: str, *, current: bool) -> html.A:
    return html.A(f"{word} {count}", href=href, **({"aria-current": "page"} if current else {}))


def _cells(one: Happening) -> tuple[Node, ...]:
    what = html.A(one.what, href=one.path) if one.path else one.what
    return labels.day(one.on), one.matter.label, what, one.number or "—", one.unit or "—", one.by or "—"


PAGE = Page("case_record", "/parks/<code>/record", layout)
