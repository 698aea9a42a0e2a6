"""What kind of figures a version states, its 校验码 with the papers to be sealed, and whether a seal still holds."""

from __future__ import annotations

from dash import html

from dashboard.archive_parts import draft_buttons
from dashboard.components.blocks import card, facts, link_button
from dashboard.markup import Node
from db.queries.reports import Report
from policy.terms import SubmissionKind
from services.sealing import Seal


def sealing_card(found: Report, code: str, seals: tuple[Seal, ...], letter: Node = None) -> Node:
    """Of a form the form to be printed; nothing for a paper of no registered park. `letter`: to its 半年函报's text."""
    if found.kind is SubmissionKind.APPLICATION_FORM and found.park_code:
        links = draft_buttons(f"/parks/{found.park_code}/documents/application-form", "申报表")
        return card("申报表（通知附件版式）", html.P(links, className="links"), id="sealing")
    if found.kind is not SubmissionKind.HALF_YEAR_REPORT or not code:
        return None
    base = f"/reports/{found.id}"
    rows: list[tuple[str, Node]] = [
        ("数据性质", found.figure_kind.label),
        ("校验码", [html.Code(code), html.Span("由数据生成，印在盖章表格上；数据改动即随之改变", className="small")]),
    ]
    rows += [(seal.number, seal.told) for seal in seals if seal.period == found.period]
    links = [
        link_button("园区发展情况表（PDF，供盖章）", f"{base}/table.pdf"),
        link_button("Word", f"{base}/table.docx"),
        link_button("解释说明表（PDF）", f"{base}/explanations.pdf"),
        link_button("Word", f"{base}/explanations.docx"),
        *draft_buttons(f"/parks/{found.park_code}/documents/half-year-letter", "半年函报", f"?period={found.period}"),
        letter,
    ]
    return card("用印和校验码", facts(rows), html.P(links, className="links"), id="sealing")
