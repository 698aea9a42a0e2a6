"""What may be done with a version: submit it, accept it, return it. Plain forms that post to guarded routes."""

from __future__ import annotations

from dash import html

from dashboard.components.blocks import link_button
from dashboard.components.forms import button, field, form
from dashboard.markup import Node, element
from dashboard.page import Visit
from db.queries.reports import Report
from policy.access import Permission
from policy.terms import Severity, Status, SubmissionKind, SubmissionState


def acts(report: Report, visit: Visit) -> list[Node]:
    """The next step for whoever looks, with the reason when there is none."""
    if report.state is SubmissionState.ATTEMPT:
        return [html.P("该文件没有入库，任何数字都不会被采用。请按下列问题更正后重新上传。"), _again(report, visit)]
    if not report.newest:
        return []
    is_report = report.kind is SubmissionKind.HALF_YEAR_REPORT
    submitting = visit.may(Permission.SUBMIT_REPORT) and report.state is SubmissionState.DRAFT
    reviewing = is_report and visit.may(Permission.REVIEW_REPORT) and report.state is SubmissionState.SUBMITTED
    return [
        _submit(report, visit) if submitting else None,
        _review(report) if reviewing else None,
        _holder(report) if not submitting and not reviewing else None,
        _again(report, visit) if report.state is SubmissionState.RETURNED else None,
    ]


def _submit(report: Report, visit: Visit) -> Node:
    if report.has_errors:
        words = html.P("尚有须更正的内容，不能报送。请在下列问题清单中直接填写正确的值，或修改原文件后上传新的一版。")
        return html.Div([words, _again(report, visit)], className="act")
    missing = sum(finding.unexplained for finding in report.findings)
    if missing:
        words = html.P(f"尚有{missing}条核实性审核没有情况说明，请在下列问题清单中逐条说明后报送，或更正后重新上传。")
        return html.Div([words, _again(report, visit)], className="act")
    words = html.P("请核对下列问题和各项数字，无误后报送。报送后由市经济信息委审核。")
    return html.Div([words, form(f"/reports/{report.id}/submit", button("报送", id="submit"))], className="act")


def _review(report: Report) -> Node:
    in_the_way = in_the_way_of_acceptance(report)
    accepting = (
        html.P(f"{in_the_way}，不能审核通过；请退回修改。")
        if in_the_way
        else form(f"/reports/{report.id}/accept", button("审核通过", id="accept"))
    )
    reason = element(
        "textarea", id="return-reason", name="reason", rows="2", required=True, maxlength="2000",
        placeholder="请写明需要更正的指标、单元格和要求",
    )  # fmt: skip
    returning = form(
        f"/reports/{report.id}/return",
        field("退回原因", reason),
        button("退回修改", id="return", tone="secondary"),
        kind="line return",
    )
    return html.Div([accepting, returning], className="act review")


def in_the_way_of_acceptance(report: Report) -> str:
    """What keeps the committee from accepting; empty when nothing does."""
    errors = report.count(Status.ERROR) + report.count_findings(Severity.ERROR)
    open_cells = report.count(Status.CONFIRM)
    words = [f"须更正{errors}处" if errors else "", f"待确认的单元格{open_cells}处" if open_cells else ""]
    return "、".join(filter(None, words))


HOLDERS: dict[SubmissionState, str] = {
    SubmissionState.DRAFT: "当前办理单位：区县经信部门（已上传，尚未报送）。",
    SubmissionState.SUBMITTED: "已报送，待市经济信息委审核。",
    SubmissionState.RETURNED: "当前办理单位：区县经信部门（请按退回原因修改后重新上传）。",
    SubmissionState.ACCEPTED: "已审核通过，数据已作为事实显示在园区总览。如需更正，请上传新的一版。",
}


def _holder(report: Report) -> Node:
    words = HOLDERS.get(report.state, "")
    return html.P(words, className="act") if words else None


def _again(report: Report, visit: Visit) -> Node:
    if not visit.may(Permission.UPLOAD_REPORT):
        return None
    known = f"?park={report.park_code}&period={report.period}" if report.park_code and report.period else ""
    return html.P(link_button("重新上传", f"/reports/new{known}", "primary"))
