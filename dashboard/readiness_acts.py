"""办文周期: set by the district on the page of one of its parks."""

from __future__ import annotations

from flask import Flask, g, redirect
from flask.typing import ResponseReturnValue

from dashboard.notices import tell
from dashboard.numbers import required_whole
from dashboard.page import current_platform
from dashboard.pages import readiness as readiness_page
from dashboard.serve import again
from policy.obligations import PAPERS
from policy.refusal import Refused
from services.readiness import set_office_cycle


def install(server: Flask) -> None:
    server.add_url_rule("/parks/<code>/readiness/cycle", "set_office_cycle", _set, methods=["POST"])


def _set(code: str) -> ResponseReturnValue:
    try:
        days = {kind: required_whole(f"{kind.label}的办文周期（个工作日）", kind.value) for kind in PAPERS}
        with current_platform().database.write() as session:
            done = set_office_cycle(session, g.actor, code, days)
    except Refused as refusal:
        return again(refusal, lambda visit: readiness_page.layout(visit, code))
    tell(f"已设定：{'、'.join(done)}。", "done")
    return redirect(f"/parks/{code}/readiness#plan", code=303)
