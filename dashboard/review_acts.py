"""The committee's decision on a version and its comments: plain forms that post here."""

from __future__ import annotations

from flask import Flask, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.notices import tell
from dashboard.page import current_platform
from db.queries.access import ID
from policy.refusal import Refused
from policy.terms import ReturnReason
from services import clock, comments, reviews


def install(server: Flask) -> None:
    server.add_url_rule("/reports/<report_id>/accept", "accept_report", _accept, methods=["POST"])
    server.add_url_rule("/reports/<report_id>/return", "return_report", _return, methods=["POST"])
    server.add_url_rule("/reports/<report_id>/comments", "comment_report", _comment, methods=["POST"])


def _accept(report_id: str) -> ResponseReturnValue:
    try:
        with current_platform().database.write() as session:
            said = request.form.get("correction-reason", "")
            done = reviews.accept(session, g.actor, int(report_id), clock.today(), said)
    except Refused as refusal:
        return _back(report_id, str(refusal), "refused")
    kept = f"{done.unsent}条批注未曾发出，仅留存备查。" if done.unsent else ""
    return _back(report_id, f"审核通过，数据已作为事实显示在园区总览。{kept}", "done")


def _return(report_id: str) -> ResponseReturnValue:
    form = request.form
    named = form.get("category", "")
    category = ReturnReason(named) if named in set(ReturnReason) else ReturnReason.OTHER
    try:
        with current_platform().database.write() as session:
            done = reviews.return_report(
                session, g.actor, int(report_id), form.get("reason", ""), clock.today(), category
            )
    except Refused as refusal:
        return _back(report_id, str(refusal), "refused")
    sent = f"和{done.sent}条批注" if done.sent else ""
    return _back(report_id, f"已退回修改，区县会看到退回原因{sent}。", "done")


def _comment(report_id: str) -> ResponseReturnValue:
    """Written, written anew, or taken back; then back to its place in the list."""
    form = request.form
    text = "" if form.get("remove") else form.get("text", "")
    reading, finding = _number("reading"), _number("finding")
    place = f"cell-{reading}" if reading else f"finding-{finding}"
    try:
        with current_platform().database.write() as session:
            comments.comment(session, g.actor, int(report_id), comments.Target(reading, finding), text)
    except Refused as refusal:
        return _back(report_id, str(refusal), "refused", place)
    told = "批注已保存，退回修改时一并发出。" if text.strip() else "批注已撤回。"
    return _back(report_id, told, "done", place if text.strip() else "problems")


def _number(name: str) -> int | None:
    given = request.form.get(name, "")
    return int(given) if ID.fullmatch(given) else None


def _back(report_id: str, told: str, kind: str, place: str = "") -> ResponseReturnValue:
    tell(told, kind)
    return redirect(f"/reports/{report_id}{f'#{place}' if place else ''}", code=303)
