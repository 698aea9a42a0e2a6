"""Saving a document's text, taking an earlier one up again, and 已核对; each one call into services.

A script that saves while somebody types asks for JSON: {"number", "told", "found"} when saved, {"error"} when not,
and with it {"number", "theirs"} when somebody else has saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard import labels
from dashboard.markup import render
from dashboard.notices import tell
from dashboard.numbers import required_whole
from dashboard.page import current_platform
from dashboard.pages import writing
from dashboard.serve import again
from dashboard.text_parts import findings
from dashboard.uploads import wants_json
from db.queries.dossier_texts import SavedText
from policy.outlines import DEPARTMENT_REVIEW, HALF_YEAR_LETTER, SELF_ASSESSMENT
from policy.refusal import Refused, Unknown
from services import clock, dossier_texts, written_base
from services.dossier_texts import Overtaken


def install(server: Flask) -> None:
    for page, document in zip(writing.PAGES, (SELF_ASSESSMENT, DEPARTMENT_REVIEW, HALF_YEAR_LETTER), strict=True):
        name = page.name.removesuffix("_text")
        server.add_url_rule(page.path, f"write_{name}", _of(document), methods=["POST"])


def _of(document: str) -> Callable[..., ResponseReturnValue]:
    def act(code: str, period: str = "") -> ResponseReturnValue:
        try:
            return ACTS.get(request.form.get("act", "save"), _save)(document, code, period)
        except Unknown:
            abort(404)
        except Refused as refusal:
            return _refused(refusal, document, code, period)

    return act


def _save(document: str, code: str, period: str) -> ResponseReturnValue:
    section, text = request.form.get("section", ""), request.form.get("text")
    if text is None:
        abort(400)  # left out is not emptied
    number = required_whole("稿次", "number")

    def save(session: Session) -> SavedText:
        return dossier_texts.save(session, g.actor, code, document, section, text, number, period)

    with current_platform().database.write() as session:
        saved = save(session)
        found = _found(session, document, code, period, saved.text) if wants_json() else ""
    if wants_json():
        return jsonify(number=saved.number, told=f"{labels.stamp(saved.saved_at)}　已保存", found=found)
    return _done("已保存。", section)


def _found(session: Session, document: str, code: str, period: str, text: str) -> str:
    """What stands below the text: how it will read, and what in it contradicts the data."""
    at = dossier_texts.place(session, g.actor, code, document, period)
    base = written_base.base(session, g.actor, at.outline, at.park, clock.today(), at.half_year)
    return str(render(findings(text, base)))


def _restore(document: str, code: str, period: str) -> ResponseReturnValue:
    section = request.form.get("section", "")
    wanted, number = required_whole("稿次", "restore"), required_whole("稿次", "number")
    with current_platform().database.write() as session:
        dossier_texts.restore(session, g.actor, code, document, section, wanted, number, period)
    return _done(f"已恢复第{wanted}稿，原来的一稿保留在历次保存中。", section)


def _checked(document: str, code: str, period: str) -> ResponseReturnValue:
    with current_platform().database.write() as session:
        dossier_texts.checked(session, g.actor, code, document, period)
    tell("已记为核对，此后的数据变化另行列出。", "done")
    return redirect(request.path, code=303)


ACTS: dict[str, Callable[[str, str, str], ResponseReturnValue]] = {
    "save": _save, "restore": _restore, "checked": _checked,
}  # fmt: skip


def _done(told: str, section: str) -> ResponseReturnValue:
    tell(told, "done")
    return redirect(f"{request.path}#section-{section.replace('.', '-')}", code=303)


def _refused(refusal: Refused, document: str, code: str, period: str) -> ResponseReturnValue:
    if not wants_json():
        return again(refusal, lambda visit: writing.layout(visit, document, code, period))
    if isinstance(refusal, Overtaken):
        return jsonify(error=str(refusal), number=refusal.theirs.number, theirs=refusal.theirs.text)
    return jsonify(error=str(refusal))
