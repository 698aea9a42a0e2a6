"""收文登记, and putting right the dates a letter was recorded with; each one call into services."""

from __future__ import annotations

import re

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.dates import required_day
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.pages import letter as letter_page
from dashboard.pages import park as park_page
from dashboard.serve import again
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear, LetterMedium
from services import letters, screening


def install(server: Flask) -> None:
    server.add_url_rule("/letters/new", "record_letter", _record, methods=["POST"])
    server.add_url_rule("/parks/<code>/letters/correct", "correct_letter", _correct, methods=["POST"])


def _record() -> ResponseReturnValue:
    form, scan = request.form, request.files.get("file")
    try:
        sent = (scan.filename, scan.read()) if scan and scan.filename else None
        file = screening.admitted(current_platform(), g.actor, sent)
        with current_platform().database.write() as session:
            done = letters.record_letter(
                session, current_platform().storage, g.actor,
                parks=form.getlist("parks"), period=_period(form.get("period", "")),
                number=form.get("number", ""), dated=required_day("成文日期", "dated"),
                received_on=required_day("收文日期", "received_on"),
                medium=LetterMedium.ELECTRONIC if form.get("medium") == "electronic" else LetterMedium.PAPER,
                file=file, codes=re.split("[,，、;；]", form.get("codes", "")), as_written="as_written" in form,
            )  # fmt: skip
    except Refused as refusal:
        return again(refusal, letter_page.layout, park=",".join(form.getlist("parks")))
    told = f"已登记{done.sender}来函，涉及{len(done.codes)}个园区" if done.codes else "该函此前已登记"
    nothing_new = [] if done.codes or done.notes else ["没有新的内容"]
    tell("".join(f"{sentence}。" for sentence in (told, *nothing_new, *done.notes)), "done")
    return redirect(f"/parks/{done.codes[0]}#obligations" if done.codes else "/letters/new", code=303)


def _correct(code: str) -> ResponseReturnValue:
    form = request.form
    try:
        with current_platform().database.write() as session:
            letter = letters.correct_dates(
                session, g.actor, code, form.get("number", ""), required_day("成文日期", "dated"),
                required_day("收文日期", "received_on"), form.get("reason", ""),
            )  # fmt: skip
    except Unknown:
        abort(404)
    except Refused as refusal:
        return again(refusal, lambda visit: park_page.layout(visit, code))
    tell(f"已更正{letter.number}的日期，原日期和原因记入操作日志。", "done")
    return redirect(f"/parks/{code}#letters", code=303)


def _period(text: str) -> HalfYear:
    try:
        return HalfYear.parse(text)
    except ValueError as error:
        raise Refused(str(error)) from None
