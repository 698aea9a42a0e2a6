"""Taking 验收申请材料 and 归档材料 as a whole, and 办理记录 as a list."""

from __future__ import annotations

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.downloads import attachment
from dashboard.page import current_platform
from db.queries.case_record import case_record
from services import clock
from services.archive.assembling import Whole
from services.printing import orders
from services.record_list import write_record

FORMATS = ("zip", "pdf")


def install(server: Flask) -> None:
    server.add_url_rule("/parks/<code>/application", "take_application", _application, methods=["POST"])
    server.add_url_rule("/parks/<code>/archive", "take_archive", _archive, methods=["POST"])
    server.add_url_rule("/parks/<code>/record.xlsx", "case_record_sheet", _sheet)


def _application(code: str) -> ResponseReturnValue:
    return _taken(Whole.APPLICATION, code)


def _archive(code: str) -> ResponseReturnValue:
    return _taken(Whole.ARCHIVE, code)


def _taken(whole: Whole, code: str) -> ResponseReturnValue:
    """Begun here, made in the background, fetched from the page that shows how far it is."""
    wanted = request.form.get("as", "zip")
    if wanted not in FORMATS:
        abort(400)
    return redirect(f"/printing/{orders.order(current_platform(), g.actor, whole, wanted, park=code)}", code=303)


def _sheet(code: str) -> ResponseReturnValue:
    with current_platform().database.read() as session:
        found = case_record(session, g.actor.scope, code, clock.today())
    if found is None:
        abort(404)
    return attachment(write_record(found), f"办理记录-{found.code}.xlsx", "xlsx")
