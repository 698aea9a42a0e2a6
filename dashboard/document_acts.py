"""Every kind of document through one family of addresses; who may have which is said by the catalogue."""

from __future__ import annotations

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.downloads import printed
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.printing_acts import asked_for
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear
from services import clock
from services.documents import catalogue

LONG = ("self-assessment", "bulletin")
"""Made by a process of their own."""


def install(server: Flask) -> None:
    server.add_url_rule("/parks/<code>/documents/<kind>.<file_format>", "park_document", _of_park)
    server.add_url_rule("/documents/<programme_kind>.<file_format>", "programme_document", _of_programme)


def _of_park(code: str, kind: str, file_format: str) -> ResponseReturnValue:
    return _document(kind, code, file_format, f"/parks/{code}#papers")


def _of_programme(programme_kind: str, file_format: str) -> ResponseReturnValue:
    """About every park within the scope."""
    return _document(programme_kind, None, file_format, "/documents")


def _document(kind: str, code: str | None, file_format: str, back: str) -> ResponseReturnValue:
    """As of today, of the half-year in the address if one is named. What there is none of is told where one came
    from."""
    known = catalogue.KINDS.get(kind)
    if known is None or not (known.of_park if code else known.of_all):
        abort(404)
    if kind in LONG:
        return asked_for(kind, file_format, park=code or "", period=_period())
    try:
        with current_platform().database.read() as session:
            document = catalogue.compose(session, g.actor, kind, code, clock.today(), period=_period())
    except Unknown:
        abort(404)
    except Refused as refusal:
        tell(str(refusal), "refused")
        return redirect(back, code=303)
    return printed(document, file_format)


def _period() -> HalfYear | None:
    asked = request.args.get("period", "")
    try:
        return HalfYear.parse(asked) if asked else None
    except ValueError:
        abort(404)
