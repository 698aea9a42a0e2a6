"""Indicator systems come in after a look at what is in them; marks are given and scores kept, each in one call."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.components.blocks import card
from dashboard.components.forms import button, form, hidden
from dashboard.dates import typed_day
from dashboard.downloads import attachment
from dashboard.evaluation_parts import system_cards, system_facts, watermarked
from dashboard.notices import tell
from dashboard.page import View, current_platform, current_visit
from dashboard.pages import evaluations as evaluations_page
from dashboard.serve import again, document
from db.queries.evaluations import system
from policy.evaluation.reading import NotASystem, read_system
from policy.evaluation.system import TRIAL
from policy.refusal import Refused
from services import evaluations
from services.evaluations import Given
from services.screening import admit


def install(server: Flask) -> None:
    server.add_url_rule("/evaluation/<int:system_id>/file", "evaluation_file", _file)
    server.add_url_rule("/evaluation/preview", "preview_evaluation", _preview, methods=["POST"])
    server.add_url_rule("/evaluation", "import_evaluation", _import, methods=["POST"])
    server.add_url_rule("/parks/<code>/evaluation/marks", "mark_evaluation", _mark, methods=["POST"])
    server.add_url_rule("/parks/<code>/evaluation/freezes", "freeze_evaluation", _freeze, methods=["POST"])


def _file(system_id: int) -> ResponseReturnValue:
    """The system as it was imported, to the letter: it can be imported again as it is."""
    with current_platform().database.read() as session:
        found = system(session, system_id)
    if found is None:
        abort(404)
    return attachment(found.text.encode(), f"{found.system.name}-{found.system.version}.toml")


def _preview() -> ResponseReturnValue:
    """What the file would put in force, or all that is wrong with it; nothing is written."""
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Refused("没有收到文件，请先选择文件。")
        data = admit(current_platform(), g.actor, file.filename, file.read())
        return _looked_at(file.filename, evaluations.decoded(data))
    except NotASystem as wrong:
        g.evaluation_file, g.evaluation_problems = request.files["file"].filename, wrong.problems
        return document(evaluations_page.layout(current_visit()))
    except Refused as refusal:
        return again(refusal, evaluations_page.layout)


def _looked_at(name: str, text: str) -> str:
    with current_platform().database.read() as session:
        standing = evaluations.check(session, g.actor, text)
    found = read_system(text)
    if standing is not None:
        raise Refused(f"“{found.name}”{found.version}版已导入，内容与本文件相同，未作改动。")
    confirming = form(
        "/evaluation", hidden("name", name), hidden("text", text), button("确认导入"), files=True, kind="stack narrow"
    )
    body = [
        card("将要导入", system_facts(found), note=name),
        watermarked(TRIAL if found.trial else "", *system_cards(found)),
        card("确认", confirming),
    ]
    return document(View(
        f"核对：{found.name}", body=body, lead="文件无误，尚未导入。核对后确认；不确认则关闭本页。",
        crumbs=(("评估指标体系", "/evaluation"),),
    ))  # fmt: skip


def _import() -> ResponseReturnValue:
    form_ = request.form
    name, data = (
        form_.get("name", "")[:200] or "评估指标体系.toml",
        form_.get("text", "").replace("\r\n", "\n").encode(),
    )
    try:
        admit(current_platform(), g.actor, name, data)
        with current_platform().database.write() as session:
            done = evaluations.import_system(session, current_platform().storage, g.actor, name, data)
    except Refused as refusal:
        tell(str(refusal), "refused")
        return redirect("/evaluation#import", code=303)
    tell("已导入。" if done.created else "内容与已导入的体系相同，未作改动。", "done")
    return redirect(f"/evaluation/{done.system_id}", code=303)


def _mark(code: str) -> ResponseReturnValue:
    typed = {name: request.form.get(name, "") for name in ("system", "item", "value", "giver", "basis", "given_on")}

    def act(session: Session) -> None:
        day = typed_day("评定日期", "given_on")
        given = Given(typed["item"], typed["value"], typed["basis"], typed["giver"], day)
        evaluations.mark(session, g.actor, code, _system_id(), given)

    done = "评定已登记" if typed["value"].strip() else "先前的评定已撤回"
    return _act(act, f"/parks/{code}/evaluation", f"{done}，得分已重新计算。", "marks", typed)


def _freeze(code: str) -> ResponseReturnValue:
    typed = {"system": request.form.get("system", "")}

    def act(session: Session) -> None:
        evaluations.freeze(session, g.actor, code, request.form.get("purpose", ""), _system_id())

    return _act(act, f"/parks/{code}/evaluation", "评分已定稿，逐项保存。", "kept", typed)


def _act(
    act: Callable[[Session], None], page: str, done: str, place: str, typed: dict[str, str]
) -> ResponseReturnValue:
    """One act in one transaction, then back to its part of the page; refused, with what was typed."""
    try:
        with current_platform().database.write() as session:
            act(session)
    except Refused as refusal:
        tell(str(refusal), "refused")
        return redirect(f"{page}?{urlencode(typed)}#{place}", code=303)
    tell(done, "done")
    return redirect(f"{page}?{urlencode({'system': typed['system']})}#{place}", code=303)


def _system_id() -> int:
    number = request.form.get("system", type=int)
    if number is None:
        abort(400)
    return number
