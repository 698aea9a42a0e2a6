"""What was decided and explained about a problem, and the plain forms to decide and explain it in its row."""

from __future__ import annotations

from dash import html

from dashboard import labels
from dashboard.components.forms import button, form, hidden, text
from dashboard.markup import Node, element
from dashboard.page import Visit
from db.queries.reports import Cell, FindingRow, Report
from policy.access import Permission
from policy.explanations import LONGEST
from policy.terms import Severity, SubmissionState

CARRIED = "（沿用前一版）"


def decision(cell: Cell, report: Report, visit: Visit, alike: int = 0) -> list[Node]:
    """Who decided what about the cell; below it the forms, while it may be decided.

    `alike`: how many cells of its column ask the same, this one being the first; they can be decided together.
    """
    nodes: list[Node] = []
    if cell.decided is not None:
        proposed = "" if cell.proposed == cell.value or cell.proposed is None else f"，原取值{cell.proposed}{cell.unit}"
        carried = CARRIED if cell.decided.carried else ""
        nodes.append(html.Span(f"{cell.decided.told}{proposed}{carried}", className="small decided"))
    may = _may(report, visit, Permission.AMEND_REPORT, still_open=cell.status.blocks)
    if may and not cell.asked and cell.decided is not None and report.state is SubmissionState.DRAFT:
        nodes.append(html.Div(_amending(cell, report), className="decide"))
    elif may and cell.asked:
        nodes += [_cell_forms(cell, report), _together(cell, report, alike) if alike else None]
    return nodes


def _together(cell: Cell, report: Report, alike: int) -> html.Div:
    """One answer for all cells of the column that ask the same; each keeps its own decision."""
    action, both = f"/reports/{report.id}/cells/{cell.id}", (hidden("seen", 0), hidden("alike", 1))
    told = html.Span(f"“{cell.label}”一栏共有{alike}处同样的问题，可一并核对：", className="small")
    proposed = button(f"{alike}处均按建议取值", tone="secondary", name="kind", value="confirm")
    written = button(f"{alike}处原数均无误", tone="secondary", name="kind", value="amend")
    why = text("reason", required=True, placeholder="原因", aria_label=f"“{cell.label}”一栏原数无误的原因",
               maxlength="500", autocomplete="off")  # fmt: skip
    may_stay = len(set(cell.candidates) - {cell.value}) == 1
    forms = [form(action, *both, proposed, kind="line"), form(action, *both, why, written, kind="line")]
    return html.Div([told, *forms[: 2 if may_stay else 1]], className="decide")


def explanation(entry: FindingRow, report: Report, visit: Visit) -> list[Node]:
    """The 情况说明 of a finding at confirm; below it the form, while it may be written."""
    if entry.severity is not Severity.CONFIRM:
        return []
    nodes: list[Node] = []
    said = entry.explanation
    if said is not None:
        told = f"情况说明：{said.text}（{said.by} {labels.stamp(said.at)}）{CARRIED if said.carried else ''}"
        nodes.append(html.Span(told, className="small explained"))
    if _may(report, visit, Permission.SUBMIT_REPORT, still_open=entry.unexplained):
        nodes.append(_explanation_form(entry, report))
    return nodes


def mending(entry: FindingRow, report: Report, visit: Visit) -> list[Node]:
    """Forms to type anew what a check objects to, though it was read with certainty; in a draft alone. What was not
    read with certainty, or is decided already, has its forms in its own row."""
    draft = report.state is SubmissionState.DRAFT and report.newest and visit.may(Permission.AMEND_REPORT)
    if not draft or not entry.severity.blocks or not entry.where:
        return []
    certain = [cell for cell in report.cells if cell.where == entry.where and not cell.asked and cell.decided is None]
    return [html.Div(_amending(cell, report), className="decide") for cell in certain]


def _may(report: Report, visit: Visit, permission: Permission, *, still_open: bool) -> bool:
    """A draft may be worked on freely; once submitted, only what still stands open."""
    if not visit.may(permission) or not report.newest:
        return False
    return report.state is SubmissionState.DRAFT or (report.state is SubmissionState.SUBMITTED and still_open)


def _cell_forms(cell: Cell, report: Report) -> html.Div:
    """Two forms, so that Enter in a field never confirms the proposal by mistake."""
    confirming = (
        form(
            f"/reports/{report.id}/cells/{cell.id}",
            _seen(cell),
            button(f"确认{cell.proposed}{cell.unit}", tone="secondary", name="kind", value="confirm"),
            kind="line",
        )
        if cell.readable
        else None
    )
    rejecting = (
        button("否定", tone="secondary", name="kind", value="reject", formnovalidate=True)
        if cell.readable and report.state is SubmissionState.DRAFT
        else None
    )
    return html.Div([confirming, _amending(cell, report, rejecting)], className="decide")


def _amending(cell: Cell, report: Report, rejecting: Node = None) -> Node:
    """A figure read with certainty is named in its field: the row may be a check's, which speaks of several."""
    wanted = f"{'' if cell.asked else cell.label}改为{f'（{cell.unit}）' if cell.unit else ''}"
    name = cell.where or cell.label
    return form(
        f"/reports/{report.id}/cells/{cell.id}",
        _seen(cell),
        text("value", required=True, placeholder=wanted, aria_label=f"{name}改为", maxlength="2000",
             autocomplete="off"),
        text("reason", required=True, placeholder="原因", aria_label=f"{name}更正原因", maxlength="500",
             autocomplete="off"),
        button("改为", tone="secondary", name="kind", value="amend"),
        rejecting,
        kind="line",
    )  # fmt: skip


def _seen(cell: Cell) -> Node:
    return hidden("seen", cell.decided.number if cell.decided else 0)


def _explanation_form(entry: FindingRow, report: Report) -> Node:
    """To be changed, what was said stands in the field again."""
    area = element(
        "textarea", entry.explanation.text if entry.explanation else None,
        name="text", rows="2", required=True, maxlength=str(LONGEST),
        aria_label=f"{entry.where or '全文'}情况说明", placeholder="情况说明：数字为何如此、依据什么",
    )  # fmt: skip
    word = "修改情况说明" if entry.explanation else "保存情况说明"
    return form(f"/reports/{report.id}/findings/{entry.id}", area, button(word, tone="secondary"), kind="line decide")
