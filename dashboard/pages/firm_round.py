"""一企一表 of one half-year: issue the pages, take the answers in, see where every firm stands, merge."""

from __future__ import annotations

from dash import html
from flask import abort

from dashboard.components.blocks import link_button
from dashboard.components.tabs import contents, park_crumbs, park_tabs
from dashboard.firm_acts import half_year
from dashboard.firm_parts import collecting, firms, last_batch, merging, summary, unread
from dashboard.page import Page, View, Visit
from db.queries.accounts import names
from policy.access import Permission
from policy.refusal import Unknown
from services.firm_answers import paper, standing

CONTENTS = (("collect", "发放和收回"), ("firms", "各企业情况"), ("merge", "汇总"))


def layout(visit: Visit, code: str, period: str) -> View:
    try:
        with visit.platform.database.read() as session:
            found = standing(session, visit.actor, code, half_year(period))
            people = names(session)
            may_merge = visit.may(Permission.AMEND_REPORT)
            written = paper(session, visit.actor, code, found.period) if may_merge else None
    except Unknown:
        abort(404)
    address = f"/parks/{found.park.code}/firms/{found.period}"
    return View(
        f"{found.park.short_name}{found.period.label}一企一表",
        body=[
            park_tabs(found.park.code, "/firms", visit.actor),
            contents(entry for entry in CONTENTS if may_merge or entry[0] != "merge"),
            summary(found, address),
            last_batch(found, visit.args.get("again", "")),
            html.Div(
                [collecting(found, address), merging(found, written, address) if may_merge else None],
                className="columns two",
            ),
            firms(found, people, address, visit.args.get("show", "")),
            unread(found, people, address),
        ],
        lead="给每家企业发一页预填的表，收回后逐家核对，汇总成半年报。",
        actions=link_button("下载全部一企一表", f"{address}.zip", "primary"),
        crumbs=(
            *park_crumbs(visit.actor),
            (found.park.title, f"/parks/{found.park.code}"),
            ("一企一表", f"/parks/{found.park.code}/firms"),
        ),
    )


PAGE = Page("firm_round", "/parks/<code>/firms/<period>", layout)
