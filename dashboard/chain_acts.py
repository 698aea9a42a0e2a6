"""What is done about a park's acceptance: steps taken and sent back, objections, the plaque; one call each."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from dashboard.dates import required_day, typed_day
from dashboard.downloads import attachment
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.pages import acceptance as acceptance_page
from dashboard.serve import again
from db.queries import chain
from db.queries.chain import PaperFile
from policy.refusal import Refused
from policy.terms import Outcome
from policy.workflow import StepKind
from services import objections, plaques, screening, steps
from services.objections import Complaint
from services.plaques import Handing
from services.step_terms import Taking


def install(server: Flask) -> None:
    base = "/parks/<code>"
    server.add_url_rule(f"{base}/steps/<kind>", "take_step", _take, methods=["POST"])
    server.add_url_rule(f"{base}/steps/<kind>/return", "return_step", _return, methods=["POST"])
    server.add_url_rule(f"{base}/steps/<int:step_id>/file", "step_file", _step_file)
    server.add_url_rule(f"{base}/objections", "record_objection", _object, methods=["POST"])
    server.add_url_rule(f"{base}/objections/<int:number>", "handle_objection", _handle, methods=["POST"])
    server.add_url_rule(f"{base}/objections/<int:number>/file", "objection_file", _objection_file)
    server.add_url_rule(f"{base}/plaque", "record_plaque", _plaque, methods=["POST"])
    server.add_url_rule(f"{base}/plaque/file", "plaque_file", _plaque_file)


def _kind(text: str) -> StepKind:
    try:
        return StepKind(text)
    except ValueError:
        abort(404)


def _outcome() -> Outcome | None:
    said = request.form.get("outcome", "")
    try:
        return Outcome(said) if said else None
    except ValueError:  # none the form offers
        abort(400)


def _looked_at(file: FileStorage | None) -> tuple[str, bytes] | None:
    """The file that came along, once it has been looked at for a 密级 mark."""
    sent = (file.filename, file.read()) if file and file.filename else None
    return screening.admitted(current_platform(), g.actor, sent)


def _take(code: str, kind: str) -> ResponseReturnValue:
    wanted, form = _kind(kind), request.form
    try:
        dated, paper = required_day("材料的成文日期", "dated"), _looked_at(request.files.get("file"))
        taking = Taking(
            wanted, dated, form.get("number", ""), paper, _outcome(), typed_day("期限", "until"),
            form.get("note", ""), "as_written" in form,
        )  # fmt: skip
        done = steps.take_step(current_platform(), g.actor, code, taking)
    except Refused as refusal:
        return again(refusal, lambda seen: acceptance_page.layout(seen, code))
    tell("；".join((f"已登记“{done.kind.label}”", *done.notes)) + "。", "done")
    return redirect(f"/parks/{code}/acceptance", code=303)


def _return(code: str, kind: str) -> ResponseReturnValue:
    wanted, reason = _kind(kind), request.form.get("reason", "")

    def act(session: Session) -> str:
        done = steps.return_step(session, g.actor, code, wanted, required_day("退回日期", "dated"), reason)
        return f"已退回“{done.kind.label}”，待重新办理。"

    return _act(code, act)


def _object(code: str) -> ResponseReturnValue:
    form = request.form

    def act(session: Session) -> str:
        said = Complaint(
            required_day("收到日期", "received_on"), form.get("raised_by", ""), form.get("matter", ""), sent
        )
        objections.record_objection(session, current_platform().storage, g.actor, code, said)
        return "已登记异议，办结后方可授牌。"

    try:
        sent = _looked_at(request.files.get("file"))
    except Refused as refusal:
        return again(refusal, lambda seen: acceptance_page.layout(seen, code))
    return _act(code, act, "#objections")


def _handle(code: str, number: int) -> ResponseReturnValue:
    upheld, answer = request.form.get("upheld") == "yes", request.form.get("answer", "")

    def act(session: Session) -> str:
        on = required_day("办结日期", "handled_on")
        objections.handle_objection(session, g.actor, code, number, on, upheld=upheld, answer=answer)
        return "异议已办结：成立，评审结论已退回重新作出。" if upheld else "异议已办结：不成立。"

    return _act(code, act, "#objections")


def _plaque(code: str) -> ResponseReturnValue:
    form = request.form

    def act(session: Session) -> str:
        handing = Handing(
            required_day("授牌日期", "handed_on"), form.get("received_by", ""), form.get("certificate_no", ""),
            form.get("place", ""), form.get("note", ""), sent,
        )  # fmt: skip
        plaques.record_plaque(session, current_platform().storage, g.actor, code, handing)
        return "证书和授牌已登记。"

    try:
        sent = _looked_at(request.files.get("file"))
    except Refused as refusal:
        return again(refusal, lambda seen: acceptance_page.layout(seen, code))
    return _act(code, act, "#plaque")


def _act(code: str, act: Callable[[Session], str], place: str = "") -> ResponseReturnValue:
    """One act in one transaction, then back to the acceptance, to the part of it named by `place`."""
    try:
        with current_platform().database.write() as session:
            done = act(session)
    except Refused as refusal:
        return again(refusal, lambda seen: acceptance_page.layout(seen, code))
    tell(done, "done")
    return redirect(f"/parks/{code}/acceptance{place}", code=303)


def _step_file(code: str, step_id: int) -> ResponseReturnValue:
    return _file(code, lambda session: chain.step_file(session, g.actor.scope, code, step_id))


def _objection_file(code: str, number: int) -> ResponseReturnValue:
    return _file(code, lambda session: chain.objection_file(session, g.actor.scope, code, number))


def _plaque_file(code: str) -> ResponseReturnValue:
    return _file(code, lambda session: chain.plaque_file(session, g.actor.scope, code))


def _file(code: str, find: Callable[[Session], PaperFile | None]) -> ResponseReturnValue:
    """The file as it was received, never opened in the browser."""
    with current_platform().database.read() as session:
        found = find(session)
    if found is None:
        abort(404)
    try:
        return attachment(current_platform().storage.open(found.sha256), found.name)
    except FileNotFoundError:
        tell("原文件不在存储中。请联系系统管理员核对存储和备份。", "refused")
        return redirect(f"/parks/{code}/acceptance", code=303)
