"""Documents that take their time: asked for here, made by a process of their own, fetched when they are done."""

from __future__ import annotations

from flask import Flask, abort, g, jsonify, redirect
from flask.typing import ResponseReturnValue

from dashboard.downloads import PRINTED, attachment
from dashboard.notices import tell
from dashboard.page import current_platform
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear
from services.printing import orders


def install(server: Flask) -> None:
    server.add_url_rule("/printing/<token>/progress", "printing_progress", _progress)
    server.add_url_rule("/printing/<token>/file", "printing_file", _file)


def asked_for(
    kind: str, file_format: str, *, park: str = "", period: HalfYear | None = None, whole_district: bool = False
) -> ResponseReturnValue:
    """Begin to make a document of the catalogue and show how far it is; 404 for a format there is none in."""
    if file_format not in PRINTED:
        abort(404)
    token = orders.order(
        current_platform(), g.actor, kind, file_format, park=park, period=period, whole_district=whole_district
    )
    return redirect(f"/printing/{token}", code=303)


def _progress(token: str) -> ResponseReturnValue:
    try:
        state = orders.look(current_platform(), g.actor, token).state
    except Unknown:
        abort(404)
    return jsonify(percent=state.percent, words=state.words, file=state.file, refused=state.refused)


def _file(token: str) -> ResponseReturnValue:
    try:
        name, path = orders.fetch(current_platform(), g.actor, token)
    except Unknown:
        abort(404)
    except Refused as refusal:
        tell(str(refusal), "refused")
        return redirect(f"/printing/{token}", code=303)
    return attachment(path.open("rb"), name, name.rpartition(".")[2])
