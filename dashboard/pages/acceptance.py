"""验收: what stands between the park and its acceptance, and the application letter."""

from __future__ import annotations

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, facts, link_button
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs, park_tabs
from dashboard.condition_table import conditions_table
from dashboard.dossier_tables import results_table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from policy.acceptance import Readiness
from policy.refusal import Unknown
from policy.terms import Light
from policy.workflow import STEPS
from services.assessments import dossier
from services.dossiers import Dossier


def layout(visit: Visit, code: str) -> View:
    try:
        with visit.platform.database.read() as session:
            file = dossier(session, visit.actor.scope, code, visit.today)
    except Unknown:
        abort(404)
    base = f"/parks/{file.park.code}/acceptance"
    return View(
        f"{file.park.title}验收申请",
        body=[
            park_tabs(file.park.code, "/acceptance", visit.actor),
            card("验收条件", _summary(file), conditions_table(file), note=_more(file)),
            card("申请函要点", _letter(file), results_table(file)),
            card("办理进程", _chain(file), note="依据：五(三)"),
        ],
        lead=[lights.stage(file.park.stage), html.Span(f"截至{labels.day(file.as_of)}，只采用审核通过的数据")],
        actions=[link_button("下载验收申请函（Word）", f"{base}.docx", "primary"), link_button("PDF", f"{base}.pdf")],
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


CHAIN = (
    Column("环节", "head"),
    Column("办理单位"),
    Column("文件"),
    Column("状态"),
    Column("日期", "day"),
    Column("文号"),
)


def _chain(file: Dossier) -> html.Div:
    """The seven steps from 自评 to 授牌, as recorded."""
    done = {entry.kind: entry for entry in file.steps}
    rows = []
    for step in STEPS:
        entry = done.get(step.kind)
        state = lights.light(Light.GREEN, "已办理") if entry else lights.light(Light.GREY, "未办理")
        cells: tuple[Node, ...] = (
            step.kind.label, step.actor, step.paper, state,
            labels.day(entry.dated if entry else None), (entry.document_no if entry else "") or "—",
        )  # fmt: skip
        rows.append(row(CHAIN, cells))
    return table("办理进程", CHAIN, rows)


PAGE = Page("acceptance", "/parks/<code>/acceptance", layout)
