"""What may be done with a version: submit it, accept it, return it. Plain forms that post to guarded routes."""

from __future__ import annotations

from dash import html

from dashboard.components.blocks import link_button
from dashboard.components.forms import button, field, form
from dashboard.holding import told
from dashboard.markup import Node, element
from dashboard.page import Visit
from dashboard.report_comments import Remarks
from dashboard.report_tables import cell_place, first_open
from db.queries.reports import Report
from policy.access import Permission
from policy.explanations import LONGEST
from policy.reports.corrections import UNEXPLAINED
from policy.terms import ReturnReason, Severity, Status, SubmissionKind, SubmissionState


def acts(report: Report, visit: Visit, remarks: Remarks) -> list[Node]:
    """The next step for whoever looks, with the reason when there is none."""
    if report.state is SubmissionState.ATTEMPT:
        return [html.P("该文件没有入库，任何数字都不会被采用。请按下列问题更正后重新上传。"), _again(report, visit)]
    if not report.newest:
        return []
    is_report = report.kind is SubmissionKind.HALF_YEAR_REPORT
    submitting = visit.may(Permission.SUBMIT_REPORT) and report.state is SubmissionState.DRAFT
    reviewing = is_report and visit.may(Permission.REVIEW_REPORT) and report.state is SubmissionState.SUBMITTED
    deciding = visit.may(Permission.AMEND_REPORT) and report.state is SubmissionState.SUBMITTED
    return [
        _submit(report, visit) if submitting else None,
        _review(report, remarks.comments.unsent) if reviewing else None,
        html.P(NEXT[report.state], className="act") if not submitting and not reviewing else None,
        _undecided(report) if deciding else None,
        _work_on(report, visit) if report.state is SubmissionState.RETURNED else None,
    ]


def _submit(report: Report, visit: Visit) -> Node:
    """The button is always there: pressed too early it is refused with all that is missing."""
    missing = in_the_way_of_submission(report)
    pressing = form(f"/reports/{report.id}/submit", button("报送", id="submit"))
    if not missing:
        words = html.P("请核对下列问题和各项数字，无误后报送。报送后由市经济信息委审核。")
        return html.Div([words, _undecided(report), pressing], className="act")
    first = html.A("到第一处", href=f"/reports/{report.id}#{first_open(report)}")
    words = html.P([f"{missing}，不能报送。请在下列问题清单中逐条更正、说明，或修改原文件后上传新的一版。", first])
    again = _again(report, visit, tone="")
    return html.Div([words, html.Div([pressing, again], className="buttons")], className="act")


def _undecided(report: Report) -> Node:
    """What may be sent and cannot be accepted as it stands."""
    cells = [cell for cell in report.cells if cell.status is Status.CONFIRM]
    if not cells:
        return None
    may = "可以报送，但" if report.state is SubmissionState.DRAFT else ""
    told = f"还有{len(cells)}处待确认，{may}确认或更正之前不能审核通过；请逐条核对。"
    return html.P([told, html.A("到第一处", href=f"/reports/{report.id}#{cell_place(cells[0])}")], className="notice")


def in_the_way_of_submission(report: Report) -> str:
    """What keeps the district from submitting; empty when nothing does."""
    errors = report.count(Status.ERROR) + report.count_findings(Severity.ERROR)
    unsaid = sum(finding.unexplained for finding in report.findings)
    words = [f"尚有须更正的内容{errors}处" * bool(errors), f"尚有{unsaid}条核实性审核没有情况说明" * bool(unsaid)]
    return "，".join(filter(None, words))


def _review(report: Report, unsent: int) -> Node:
    """`unsent`: 批注 that a return would take along and an acceptance would leave behind."""
    in_the_way = in_the_way_of_acceptance(report)
    accepting = (
        html.P(f"{in_the_way}，不能审核通过；请区县在本页核对，或退回修改。")
        if in_the_way
        else form(
            f"/reports/{report.id}/accept",
            _why_corrected(report),
            button("审核通过", id="accept"),
            _left_behind(unsent),
        )
    )
    kinds = [
        element("option", kind.label, value=kind.value, selected=kind is ReturnReason.OTHER) for kind in ReturnReason
    ]
    category = element("select", kinds, id="return-category", name="category")
    reason = element(
        "textarea", id="return-reason", name="reason", rows="2", required=True, maxlength="2000",
        placeholder="请写明需要更正的指标、单元格和要求",
    )  # fmt: skip
    returning = form(
        f"/reports/{report.id}/return",
        field("原因类别", category),
        field("退回原因", reason, f"{unsent}条批注随退回一并发出" if unsent else None),
        button("退回修改", id="return", tone="secondary"),
        kind="line return",
    )
    return html.Div([accepting, returning], className="act review")


def _why_corrected(report: Report) -> Node:
    """Accepted figures are replaced and the district has not said why: 代录."""
    if not any(finding.code == UNEXPLAINED and finding.unexplained for finding in report.findings):
        return None
    reason = element(
        "textarea", id="correction-reason", name="correction-reason", rows="2", required=True, maxlength=str(LONGEST),
        placeholder="例如：区县电话说明，6月决算后按企业报表更正",
    )  # fmt: skip
    hint = "本版更正了已审核通过的数据，区县未写明原因；请代录，或请区县补写情况说明。"
    return field("更正原因", reason, hint)


def _left_behind(unsent: int) -> Node:
    if not unsent:
        return None
    return html.P(f"有{unsent}条批注尚未发出：只随退回发出，审核通过后仅留存备查。", className="small")


def in_the_way_of_acceptance(report: Report) -> str:
    """What keeps the committee from accepting; empty when nothing does."""
    errors = report.count(Status.ERROR) + report.count_findings(Severity.ERROR)
    open_cells = report.count(Status.CONFIRM)
    words = [f"须更正{errors}处" if errors else "", f"待确认的单元格{open_cells}处" if open_cells else ""]
    return "、".join(filter(None, words))


NEXT: dict[SubmissionState, str] = {
    SubmissionState.DRAFT: "已上传，尚未报送。",
    SubmissionState.SUBMITTED: "已报送，待市经济信息委审核。",
    SubmissionState.RETURNED: "请按退回原因修改后重新上传。",
    SubmissionState.ACCEPTED: "已审核通过，数据已作为事实显示在园区总览。如需更正，请上传新的一版。",
}


def holder(report: Report, visit: Visit) -> Node:
    """当前办理单位 of a half-year report, on its newest version."""
    held = report.holding(visit.today)
    return html.P(["当前办理单位：", html.Strong(told(held, visit.today))]) if held else None


def _work_on(report: Report, visit: Visit) -> Node:
    """After a return: another file, or the same one where only words or decisions are missing."""
    if not visit.may(Permission.SUBMIT_REPORT):
        return _again(report, visit)
    same = form(f"/reports/{report.id}/reopen", button("按原文件重新办理", id="reopen", tone="secondary"))
    hint = html.Span("原表无须改动、只需补充情况说明或重新核对时使用；已核对和说明的内容会沿用。", className="hint")
    return html.Div([html.Div([_again(report, visit), same], className="buttons"), hint], className="act")


def _again(report: Report, visit: Visit, tone: str = "primary") -> Node:
    if not visit.may(Permission.UPLOAD_REPORT):
        return None
    known = f"?park={report.park_code}&period={report.period}" if report.park_code and report.period else ""
    return html.P(link_button("重新上传", f"/reports/new{known}", tone))
