"""报送通知: drafted, confirmed, taken back, downloaded; each route makes one call into services."""

from __future__ import annotations

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.dates import required_day, typed_day
from dashboard.downloads import printed
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.pages import round as round_page
from dashboard.pages import rounds as rounds_page
from dashboard.serve import again
from policy.periods import parse_period
from policy.refusal import Refused, Unknown
from policy.terms import ObligationKind
from services import clock, round_paper, rounds, screening
from services.documents import reporting_notice


def install(server: Flask) -> None:
    base = "/rounds/<int:round_id>"
    server.add_url_rule("/rounds", "draft_round", _draft, methods=["POST"])
    server.add_url_rule(f"{base}/confirm", "confirm_round", _confirm, methods=["POST"])
    server.add_url_rule(f"{base}/discard", "discard_round", _discard, methods=["POST"])
    server.add_url_rule(f"{base}.<file_format>", "round_file", _file)


def _draft() -> ResponseReturnValue:
    form = request.form
    try:
        kind, _, period = form.get("round", "").partition(":")
        asked = parse_period(period)
        if asked is None:
            raise Refused("请选择报告期")
        with current_platform().database.write() as session:
            round_id = rounds.draft(
                session, g.actor, ObligationKind(kind), asked, due_on=required_day("报送截止日", "due_on"),
                grace_on=typed_day("宽限截止日", "grace_on"), lock_on=typed_day("封账日", "lock_on"),
                unit_names=form.getlist("units"),
            )  # fmt: skip
    except Refused as refusal:
        return again(refusal, rounds_page.layout, units=",".join(form.getlist("units")))
    except ValueError:  # a kind or period no list of ours offers
        abort(400)
    tell("已拟制。请下载代拟稿印发；印发后填写发文字号和成文日期确认。", "done")
    return redirect(f"/rounds/{round_id}", code=303)


def _confirm(round_id: int) -> ResponseReturnValue:
    form, scan = request.form, request.files.get("file")
    try:
        dated = required_day("成文日期", "dated")
        sent = (scan.filename, scan.read()) if scan and scan.filename else None
        file = screening.admitted(current_platform(), g.actor, sent)
        with current_platform().database.write() as session:
            made = rounds.confirm(
                session, current_platform().storage, g.actor, round_id,
                number=form.get("number", ""), dated=dated, file=file, supplementary="supplementary" in form,
            )  # fmt: skip
    except Unknown:
        abort(404)
    except Refused as refusal:
        return again(refusal, lambda visit: round_page.layout(visit, round_id))
    tell(f"报送通知已确认，涉及{made.covered}项应报事项，其中调整日期{made.moved}项。", "done")
    return redirect(f"/rounds/{round_id}", code=303)


def _discard(round_id: int) -> ResponseReturnValue:
    try:
        with current_platform().database.write() as session:
            rounds.discard(session, g.actor, round_id)
    except Unknown:
        abort(404)
    except Refused as refusal:
        tell(str(refusal), "refused")
        return redirect(f"/rounds/{round_id}", code=303)
    tell("拟稿已撤销。", "done")
    return redirect("/rounds", code=303)


def _file(round_id: int, file_format: str) -> ResponseReturnValue:
    try:
        with current_platform().database.read() as session:
            row = rounds.find(session, round_id)
            paper = round_paper.of_round(session, g.actor, row, clock.today())
    except Unknown:
        abort(404)
    return printed(reporting_notice.build(paper), file_format)
