"""佐证资料 of a park: what nothing proves yet, a form to put papers forward, and the papers by category."""

from __future__ import annotations

from dash import html
from flask import abort

from dashboard.components.blocks import link_button
from dashboard.components.figure import counted
from dashboard.components.tabs import contents, park_crumbs, park_tabs
from dashboard.evidence_parts import chosen_claim, chosen_paper, gaps, papers, proven, put_form, withdrawn
from dashboard.page import Page, View, Visit
from policy.access import Permission
from policy.refusal import Unknown
from services.claims import Ledger, ledger

CONTENTS = (
    ("gaps", "缺少佐证的事项"), ("put", "提交佐证资料"), ("papers", "佐证资料"), ("proven", "已有佐证的事项"),
)  # fmt: skip


def layout(visit: Visit, code: str) -> View:
    try:
        with visit.platform.database.read() as session:
            found = ledger(session, visit.actor, code)
    except Unknown:
        abort(404)
    may_put = visit.may(Permission.PUT_EVIDENCE)
    return View(
        f"{found.title}佐证资料",
        body=[
            park_tabs(found.code, "/evidence", visit.actor),
            contents(entry for entry in CONTENTS if may_put or entry[0] != "put"),
            _summary(found),
            chosen_claim(found, visit),
            chosen_paper(found, visit),
            gaps(found, visit),
            put_form(found, visit) if may_put else None,
            papers(found, visit),
            proven(found),
            withdrawn(found, visit),
        ],
        lead="依据申报表第八部分“相关佐证资料”；文件按内容识别，只供有权查看该园区的人员下载。",
        actions=link_button("下载佐证清单", f"/parks/{found.code}/evidence.xlsx"),
        crumbs=(*park_crumbs(visit.actor), (found.title, f"/parks/{found.code}")),
    )


def _summary(found: Ledger) -> html.P:
    """Every count leads to the list of what it counts."""
    stated, missing = len(found.claims), len(found.unproven)
    return html.P(
        [
            f"应佐证{stated}项，已有佐证", counted(f"{stated - missing}项", "#proven"), "，缺少佐证",
            counted(f"{missing}项", "#gaps"), "；共有资料", counted(f"{len(found.standing)}件", "#papers"), "。",
        ],
        className="summary",
    )  # fmt: skip


PAGE = Page("evidence", "/parks/<code>/evidence", layout)
