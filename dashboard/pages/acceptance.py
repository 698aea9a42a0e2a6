"""验收: where the park stands in the chain, what is due, what is still missing, and the application letter."""

from __future__ import annotations

from dash import html
from flask import abort

from dashboard import labels
from dashboard.archive_parts import archive_cards
from dashboard.chain_forms import next_card, objections_card, plaque_card
from dashboard.chain_parts import chain_table, record_table
from dashboard.components import lights
from dashboard.components.blocks import card, facts, link_button
from dashboard.components.tabs import park_crumbs, park_tabs
from dashboard.condition_table import conditions_table
from dashboard.dossier_tables import results_table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.text_links import text_link
from db.queries.chain import ChainRecord, chain_of
from policy.acceptance import Readiness
from policy.access import Permission
from policy.outlines import DEPARTMENT_REVIEW
from policy.refusal import Unknown
from services.assessments import dossier
from services.dossiers import Dossier
from services.steps import awaited


def layout(visit: Visit, code: str) -> View:
    try:
        with visit.platform.database.read() as session:
            file = dossier(session, visit.actor.scope, code, visit.today)
            found = chain_of(session, visit.actor.scope, file.park.code, visit.today)
            due = awaited(session, visit.actor, file.park.code, visit.today)
    except Unknown:
        abort(404)
    assert found is not None
    base = f"/parks/{file.park.code}/acceptance"
    return View(
        f"{file.park.title}验收申请",
        body=[
            park_tabs(file.park.code, "/acceptance", visit.actor),
            next_card(file.park, found, due, visit),
            card("办理进程", chain_table(file.park.code, found), id="chain", note="依据：五(三)"),
            objections_card(file.park.code, found, visit),
            plaque_card(file.park, found, visit),
            card("验收条件", _summary(file), conditions_table(file), note=_more(file)),
            card("申请函要点", _letter(file), results_table(file)),
            *archive_cards(visit, file.park.code),
            _record(file.park.code, found, visit),
        ],
        lead=[lights.stage(file.park.stage), html.Span(f"截至{labels.day(file.as_of)}，只采用审核通过的数据")],
        actions=[
            text_link(visit.actor, DEPARTMENT_REVIEW, file.park.code),
            link_button("下载验收申请函（Word）", f"{base}.docx", "primary"),
            link_button("PDF", f"{base}.pdf"),
        ],
        crumbs=(*park_crumbs(visit.actor), (file.park.title, f"/parks/{file.park.code}")),
    )


def _more(file: Dossier) -> Node:
    more = html.A("差距清单和倒排计划", href=f"/parks/{file.park.code}/readiness")
    return ["评估指标体系另行制定，本表不作评分；", more]


def _summary(file: Dossier) -> html.P:
    met = sum(entry.readiness is Readiness.MET for entry in file.conditions)
    open_ones = [entry.label for entry in file.conditions if entry.readiness is Readiness.UNMET]
    gaps = f"差距：{'、'.join(open_ones)}。" if open_ones else "没有未具备的条件。"
    return html.P(f"共{len(file.conditions)}项，已具备{met}项。{gaps}", className="summary")


def _letter(file: Dossier) -> html.Dl:
    known = file.park
    return facts(
        [
            ("标题", f"关于申请{known.title}建设验收的函"),
            ("主送", "市经济和信息化委员会"),
            ("发函单位", file.register.government),
            ("批复", f"{labels.day(known.approved_on)}，{known.approval_no}"),
            ("建设期满", labels.day(known.ends_on)),
        ]
    )


def _record(code: str, found: ChainRecord, visit: Visit) -> Node:
    """Not for the experts: what was returned, and why, is between the offices."""
    if not visit.may(Permission.VIEW_READINESS):
        return None
    return card("办理记录", record_table(code, found), id="record", note="退回的环节一并保留")


PAGE = Page("acceptance", "/parks/<code>/acceptance", layout)
