"""测算表 to download, by the assumptions in the address."""

from __future__ import annotations

from flask import Flask, abort, g, request
from flask.typing import ResponseReturnValue

from dashboard.downloads import attachment
from dashboard.page import current_platform
from dashboard.projection_parts import assumptions
from policy.refusal import Unknown
from services import clock
from services.outlooks import foresight_of
from services.projection_sheet import write_projection


def install(server: Flask) -> None:
    server.add_url_rule("/parks/<code>/foresight.xlsx", "projection_sheet", _sheet)


def _sheet(code: str) -> ResponseReturnValue:
    """What could not be read of the assumptions is left out, as on the page."""
    first_half, given, _wrong = assumptions(request.args)
    today = clock.today()
    try:
        with current_platform().database.read() as session:
            found = foresight_of(session, g.actor, code, today, given, first_half)
    except Unknown:
        abort(404)
    return attachment(write_projection(found), f"{found.park.short_name}测算表-{today}.xlsx", "xlsx")
