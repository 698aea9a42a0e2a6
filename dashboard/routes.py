"""What people press and download: each route makes one call into services and says what became of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask, Response, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from dashboard import (
    alert_acts,
    archive_acts,
    calendar_acts,
    chain_acts,
    contact_acts,
    definition_acts,
    document_acts,
    evaluation_acts,
    evidence_acts,
    expert_acts,
    firm_acts,
    goal_acts,
    issue_acts,
    letter_acts,
    mail_acts,
    obligation_acts,
    panel_acts,
    paper_acts,
    picture_acts,
    printing_acts,
    progress_acts,
    projection_acts,
    readiness_acts,
    review_acts,
    round_acts,
    rule_acts,
    score_acts,
    task_acts,
    version_acts,
    visit_acts,
    withheld_acts,
    writing_acts,
)
from dashboard.downloads import attachment, printed
from dashboard.notices import tell
from dashboard.page import current_platform
from db.queries.reports import report
from policy.access import AccessDenied, Actor
from policy.refusal import Refused
from policy.terms import DecisionKind, FigureKind, HalfYear
from services import accounts, clock, decisions, explanations, submissions
from services.documents import catalogue


def install(server: Flask) -> None:
    server.add_url_rule("/reports/new", "upload_report", _upload, methods=["POST"])
    server.add_url_rule("/reports/<report_id>/file", "report_file", _report_file)
    server.add_url_rule("/reports/<report_id>/submit", "submit_report", _submit, methods=["POST"])
    server.add_url_rule("/reports/<report_id>/cells/<int:cell_id>", "decide_cell", _decide, methods=["POST"])
    server.add_url_rule("/reports/<report_id>/findings/<int:finding_id>", "explain_finding", _explain, methods=["POST"])
    server.add_url_rule("/parks/<code>/template/<period>.xlsx", "template_file", _template)
    server.add_url_rule("/parks/<code>/self-assessment.<file_format>", "self_assessment_file", _self_assessment)
    server.add_url_rule("/parks/<code>/acceptance.<file_format>", "acceptance_file", _acceptance)
    server.add_url_rule("/admin/accounts/active", "switch_account", _switch_account, methods=["POST"])
    server.add_url_rule("/admin/accounts/password", "reset_password", _reset_password, methods=["POST"])
    version_acts.install(server)
    contact_acts.install(server)
    evidence_acts.install(server)
    firm_acts.install(server)
    definition_acts.install(server)
    goal_acts.install(server)
    task_acts.install(server)
    mail_acts.install(server)
    review_acts.install(server)
    paper_acts.install(server)
    document_acts.install(server)
    archive_acts.install(server)
    printing_acts.install(server)
    picture_acts.install(server)
    progress_acts.install(server)
    withheld_acts.install(server)
    letter_acts.install(server)
    obligation_acts.install(server)
    round_acts.install(server)
    rule_acts.install(server)
    calendar_acts.install(server)
    alert_acts.install(server)
    readiness_acts.install(server)
    projection_acts.install(server)
    visit_acts.install(server)
    issue_acts.install(server)
    evaluation_acts.install(server)
    chain_acts.install(server)
    writing_acts.install(server)
    expert_acts.install(server)
    panel_acts.install(server)
    score_acts.install(server)
    server.register_error_handler(AccessDenied, lambda _denied: server.handle_user_exception(NotFound()))


def refused(message: str, back: str) -> Response:
    """Back to where the person came from, with the reason; nothing was changed."""
    tell(message, "refused")
    return redirect(back, code=303)


def _upload() -> ResponseReturnValue:
    """Keep and read the file; its page lists what was found, whatever it is."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return refused("没有收到文件，请先选择文件。", "/reports/new")
    try:
        period = _period(request.form["period"]) if request.form.get("period") else None
        done = submissions.ingest(
            current_platform(), g.actor, file.filename, file.read(),
            park=request.form.get("park") or None, period=period, figure_kind=_figure_kind(), submit=False,
        )  # fmt: skip
    except Refused as refusal:
        return refused(str(refusal), "/reports/new")
    if done.submission_id is None:  # a 密级 mark: there is nothing to show
        return refused(done.reading.findings[0].message, "/withheld")
    for finding in done.reading.findings:
        if finding.code == "duplicate_file":
            tell(finding.message)
    return redirect(f"/reports/{done.submission_id}", code=303)


def _figure_kind() -> FigureKind | None:
    """As chosen for a paper that may not say it; None: the paper alone decides."""
    return next((kind for kind in FigureKind if kind == request.form.get("figure_kind")), None)


def _act(report_id: str, act: Callable[[Session, Actor, int, date], object], done: str, place: str = "") -> Response:
    """One decision in one transaction, then back to the report, to the part of it named by `place`."""
    back = f"/reports/{report_id}{place}"
    try:
        with current_platform().database.write() as session:
            act(session, g.actor, int(report_id), clock.today())
    except Refused as refusal:
        return refused(str(refusal), back)
    tell(done, "done")
    return redirect(back, code=303)


def _submit(report_id: str) -> Response:
    return _act(report_id, submissions.submit, "已报送，待市经济信息委审核。")


def _decide(report_id: str, cell_id: int) -> Response:
    """确认, 否定 or 改为 one cell of the problem list."""
    form = request.form
    try:
        kind = DecisionKind(form.get("kind", ""))
    except ValueError:
        abort(400)
    answer = decisions.Answer(
        kind, form.get("value", ""), form.get("reason", ""), form.get("seen", type=int), "alike" in form
    )
    return _act(
        report_id,
        lambda session, actor, number, _on: decisions.decide(session, actor, number, cell_id, answer),
        f"{kind.label}，各项检查已按核对后的数据重新进行。",
        "#problems",
    )


def _explain(report_id: str, finding_id: int) -> Response:
    text = request.form.get("text", "")
    return _act(
        report_id,
        lambda session, actor, number, _on: explanations.explain(session, actor, number, finding_id, text),
        "情况说明已保存。",
        "#problems",
    )


def _period(text: str) -> HalfYear:
    try:
        return HalfYear.parse(text)
    except ValueError as error:
        raise Refused(str(error)) from None


def _report_file(report_id: str) -> ResponseReturnValue:
    """The file as it was received, never opened in the browser."""
    platform = current_platform()
    with platform.database.read() as session:
        found = report(session, g.actor, int(report_id))
    if found is None:
        abort(404)
    try:
        data = platform.storage.get(found.file_sha256)
    except FileNotFoundError:
        return refused("原文件不在存储中，读出的数据不受影响。请联系系统管理员核对存储和备份。", f"/reports/{found.id}")
    return attachment(data, found.file_name)


def _template(code: str, period: str) -> ResponseReturnValue:
    try:
        wanted = HalfYear.parse(period)
    except ValueError:
        abort(404)
    with current_platform().database.read() as session:
        name, data = submissions.template(session, g.actor, code, wanted)
    return attachment(data, name, "xlsx")


def _self_assessment(code: str, file_format: str) -> ResponseReturnValue:
    return printing_acts.asked_for("self-assessment", file_format, park=code)


def _acceptance(code: str, file_format: str) -> ResponseReturnValue:
    return _document("acceptance-letter", code, file_format)


def _document(kind: str, code: str, file_format: str) -> ResponseReturnValue:
    """Composed from today's accepted data."""
    with current_platform().database.read() as session:
        document = catalogue.compose(session, g.actor, kind, code, clock.today())
    return printed(document, file_format)


def _switch_account() -> Response:
    active = bool(request.form.get("active"))
    word = "启用" if active else "停用"
    return _account(lambda session, name: accounts.set_active(session, g.actor, name, active=active), word)


def _reset_password() -> Response:
    password = request.form.get("password", "")
    return _account(lambda session, name: accounts.set_password(session, g.actor, name, password), "重置口令")


def _account(act: Callable[[Session, str], object], word: str) -> Response:
    name, back = request.form.get("username", "").strip(), "/admin/accounts"
    try:
        with current_platform().database.write() as session:
            act(session, name)
    except Refused as refusal:
        return refused(str(refusal), back)
    tell(f"已{word}：{name}", "done")
    return redirect(back, code=303)
