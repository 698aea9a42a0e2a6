"""Papers of a report and of a park to download, and 定稿."""

from __future__ import annotations

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.downloads import attachment, printed
from dashboard.notices import tell
from dashboard.page import current_platform
from db.queries.reports import report
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear
from services import clock, issuing
from services.documents import catalogue


def install(server: Flask) -> None:
    server.add_url_rule("/reports/<report_id>/table.<file_format>", "report_table_file", _table)
    server.add_url_rule("/reports/<report_id>/explanations.<file_format>", "explanations_file", _explanations)
    server.add_url_rule("/parks/<code>/corrections.<file_format>", "corrections_file", _corrections)
    server.add_url_rule("/corrections.<file_format>", "all_corrections_file", _corrections)
    server.add_url_rule("/parks/<code>/issued/<int:document_id>", "issued_file", _issued)
    server.add_url_rule("/parks/<code>/freeze", "freeze_document", _freeze, methods=["POST"])


def _table(report_id: str, file_format: str) -> ResponseReturnValue:
    return _of_report("report-table", report_id, file_format)


def _explanations(report_id: str, file_format: str) -> ResponseReturnValue:
    return _of_report("explanations", report_id, file_format)


def _of_report(kind: str, report_id: str, file_format: str) -> ResponseReturnValue:
    """The paper of exactly this version."""
    with current_platform().database.read() as session:
        found = report(session, g.actor, int(report_id))
        if found is None or not found.park_code or found.period is None or not found.version.number:
            abort(404)
        document = catalogue.compose(
            session, g.actor, kind, found.park_code, clock.today(), period=found.period, version=found.version
        )
    return printed(document, file_format)


def _corrections(file_format: str, code: str | None = None) -> ResponseReturnValue:
    """Of one park, or of every park within the scope."""
    with current_platform().database.read() as session:
        document = catalogue.compose(session, g.actor, "corrections", code, clock.today())
    return printed(document, file_format)


def _issued(code: str, document_id: int) -> ResponseReturnValue:
    platform = current_platform()
    try:
        with platform.database.read() as session:
            name, data = issuing.issued_file(session, platform, g.actor, code, document_id)
    except Unknown:
        abort(404)
    except Refused as refusal:
        tell(str(refusal), "refused")
        return redirect(f"/parks/{code}#issued", code=303)
    return attachment(data, name, "pdf")


def _period() -> HalfYear | None:
    """The half-year chosen; None leaves it to the paper."""
    asked = request.form.get("period", "")
    try:
        return HalfYear.parse(asked) if asked else None
    except ValueError:
        abort(400)


def _freeze(code: str) -> ResponseReturnValue:
    try:
        done = issuing.freeze(
            current_platform(), g.actor, request.form.get("kind", ""), code, clock.today(), period=_period()
        )
    except Refused as refusal:
        tell(str(refusal), "refused")
    else:
        told = "已定稿，内容不再改变" if done.new else "内容与此前定稿相同，未另行编号"
        tell(f"{done.title}第{done.number}版：{told}。", "done")
    return redirect(f"/parks/{code}#issued", code=303)
