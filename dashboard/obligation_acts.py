"""What people record about an 应报事项, and the ledger and papers to download."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard import obligation_view
from dashboard.dates import required_day, typed_day
from dashboard.downloads import attachment
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.pages import obligation
from dashboard.serve import again
from db.queries.obligations import act_file, ledger, owed_by_id
from policy.refusal import Refused
from policy.terms import ActKind
from services import clock, screening
from services.obligation_acts import Paper, Recorded, record_act, withdraw_act
from services.obligation_list import write_list


def install(server: Flask) -> None:
    base = "/parks/<code>/obligations/<int:obligation_id>/acts"
    server.add_url_rule("/obligations.xlsx", "obligations_file", _list)
    server.add_url_rule(base, "record_act", _record, methods=["POST"])
    server.add_url_rule(f"{base}/<int:act_id>/file", "act_file", _file)
    server.add_url_rule(f"{base}/<int:act_id>/withdraw", "withdraw_act", _withdraw, methods=["POST"])


def _list() -> ResponseReturnValue:
    """Every row of what the page shows, on one sheet."""
    today, asked = clock.today(), obligation_view.Choice.of(request.args)
    with current_platform().database.read() as session:
        parks = ledger(session, g.actor.scope, today)
    found, word = obligation_view.shown(parks, asked), obligation_view.WORDS[asked.family]
    return attachment(write_list(found.rows, found.tally, word, today), f"应报事项-{word}-{today}.xlsx", "xlsx")


def _record(code: str, obligation_id: int) -> ResponseReturnValue:
    form, sent = request.form, request.files.get("file")
    platform = current_platform()

    def act(session: Session) -> Recorded:
        about = owed_by_id(session, code, obligation_id)
        if about is None:
            abort(404)
        paper = Paper(
            form.get("number", ""), required_day("成文日期", "dated"), form.get("reason", ""), file,
            typed_day("新的报送截止日", "due_on"),
            typed_day("新的封账日", "lock_on"),
        )  # fmt: skip
        meant = "as_written" in form
        return record_act(session, platform.storage, g.actor, code, _kind(), about, paper, as_written=meant)

    try:
        file = screening.admitted(platform, g.actor, (sent.filename, sent.read()) if sent and sent.filename else None)
    except Refused as refusal:
        return _refused(refusal, code, obligation_id)
    return _act(code, obligation_id, act, "已登记{}。")


def _kind() -> ActKind:
    try:
        return ActKind(request.form.get("kind", ""))
    except ValueError:
        abort(400)


def _withdraw(code: str, obligation_id: int, act_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _act(
        code, obligation_id, lambda session: withdraw_act(session, g.actor, code, act_id, reason),
        "已撤销{}，记录保留。",
    )  # fmt: skip


def _act(code: str, obligation_id: int, act: Callable[[Session], Recorded], told: str) -> ResponseReturnValue:
    """One act in one transaction, then back to what it is about."""
    try:
        with current_platform().database.write() as session:
            done = act(session)
    except Refused as refusal:
        return _refused(refusal, code, obligation_id)
    tell("".join((told.format(done.what), f"{done.note}。" if done.note else "")), "done")
    return redirect(f"/parks/{code}/obligations/{obligation_id}", code=303)


def _refused(refusal: Refused, code: str, obligation_id: int) -> str:
    """The page again, with what was typed."""
    return again(refusal, lambda visit: obligation.layout(visit, code, obligation_id))


def _file(code: str, obligation_id: int, act_id: int) -> ResponseReturnValue:
    """The scan as it was received, never opened in the browser."""
    platform = current_platform()
    with platform.database.read() as session:
        found = act_file(session, code, obligation_id, act_id)
    if found is None:
        abort(404)
    try:
        return attachment(platform.storage.open(found.sha256), found.name)
    except FileNotFoundError:
        return _refused(Refused("原文件不在存储中。请联系系统管理员核对存储和备份。"), code, obligation_id)
