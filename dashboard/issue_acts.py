"""What is done about a line of the 问题整改台账, and the ledger to download."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.dates import required_day
from dashboard.downloads import attachment
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.pages import issue as issue_page
from dashboard.pages import issues as issues_page
from dashboard.serve import again
from policy.refusal import Refused, Unknown
from services import clock, rectifications
from services.issue_list import write_list
from services.rectifications import Demand, Problem


def install(server: Flask) -> None:
    base = "/parks/<code>/issues/<int:issue_id>"
    server.add_url_rule("/issues", "enter_issue", _enter, methods=["POST"])
    server.add_url_rule("/issues.xlsx", "issues_file", _list)
    server.add_url_rule(f"{base}/progress", "report_rectification", _progress, methods=["POST"])
    server.add_url_rule(f"{base}/close", "close_issue", _close, methods=["POST"])
    server.add_url_rule(f"{base}/reopen", "reopen_issue", _reopen, methods=["POST"])
    server.add_url_rule(f"{base}/change", "change_issue", _change, methods=["POST"])


def _list() -> ResponseReturnValue:
    """Every line of what the page shows."""
    today, asked = clock.today(), issues_page.Choice.of(request.args)
    with current_platform().database.read() as session:
        rows = issues_page.chosen(session, g.actor.scope, asked, today)
    return attachment(write_list(rows, today), f"问题整改台账-{today}.xlsx", "xlsx")


def _demand() -> Demand:
    form = request.form
    return Demand(form.get("unit", ""), required_day("整改时限", "due_on"), form.get("measure", ""))


def _enter() -> ResponseReturnValue:
    form = request.form
    try:
        found = Problem(
            form.get("problem", ""), form.get("source", ""), required_day("发现日期", "found_on"), _demand(),
            form.get("firm", None, type=int),
        )  # fmt: skip
        with current_platform().database.write() as session:
            row = rectifications.enter(session, g.actor, form.get("park", ""), found)
            number, code = row.id, form.get("park", "")
    except Refused as refusal:
        return again(refusal, issues_page.layout)
    tell("已列入问题整改台账。", "done")
    return redirect(f"/parks/{code}/issues/{number}", code=303)


def _progress(code: str, issue_id: int) -> ResponseReturnValue:
    text, paper = request.form.get("text", ""), request.form.get("evidence", None, type=int)
    return _act(
        code, issue_id,
        lambda session: rectifications.report_progress(session, g.actor, code, issue_id, text, paper),
        "整改进展已填报。",
    )  # fmt: skip


def _close(code: str, issue_id: int) -> ResponseReturnValue:
    note = request.form.get("note", "")
    return _act(
        code, issue_id,
        lambda session: rectifications.close(
            session, g.actor, code, issue_id, required_day("销号日期", "closed_on"), note
        ),
        "已销号。",
    )  # fmt: skip


def _reopen(code: str, issue_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _act(
        code, issue_id, lambda session: rectifications.reopen(session, g.actor, code, issue_id, reason),
        "已撤销销号，原记录保留。",
    )  # fmt: skip


def _change(code: str, issue_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _act(
        code, issue_id, lambda session: rectifications.change(session, g.actor, code, issue_id, _demand(), reason),
        "整改要求已调整，原要求在办理经过中保留。",
    )  # fmt: skip


def _act(code: str, issue_id: int, act: Callable[[Session], object], done: str) -> ResponseReturnValue:
    """One act in one transaction, then back to the line."""
    try:
        with current_platform().database.write() as session:
            act(session)
    except Unknown:
        abort(404)
    except Refused as refusal:
        return again(refusal, lambda visit: issue_page.layout(visit, code, issue_id))
    tell(done, "done")
    return redirect(f"/parks/{code}/issues/{issue_id}", code=303)
