"""What is done about a 现场核查: planned, added to, recorded, called off; each route makes one call into services."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.dates import required_day
from dashboard.downloads import attachment, printed
from dashboard.notices import tell
from dashboard.numbers import required_whole, typed_whole
from dashboard.page import current_platform
from dashboard.pages import visit as visit_page
from dashboard.pages import visits as visits_page
from dashboard.serve import again
from db.queries.visits import VisitRow, visit
from policy.refusal import Refused
from policy.terms import VisitFinding
from services import screening, visits
from services.documents import visit_sheet
from services.visits import VisitPlan, VisitResult


def install(server: Flask) -> None:
    base = "/visits/<visit_id>"
    server.add_url_rule("/visits", "plan_visit", _plan, methods=["POST"])
    server.add_url_rule(f"{base}/firms", "add_visited_firm", _add, methods=["POST"])
    server.add_url_rule(f"{base}/record", "record_visit", _record, methods=["POST"])
    server.add_url_rule(f"{base}/cancel", "cancel_visit", _cancel, methods=["POST"])
    server.add_url_rule(f"{base}/sheet.<file_format>", "visit_sheet", _sheet)
    server.add_url_rule(f"{base}/file", "visit_file", _file)


def _plan() -> ResponseReturnValue:
    form = request.form
    try:
        wanted = VisitPlan(
            required_day("核查日期", "planned_on"), form.get("visitors", ""), form.get("purpose", ""),
            required_whole("抽取家数", "size"), typed_whole("抽样号", "seed"),
        )  # fmt: skip
        with current_platform().database.write() as session:
            made = visits.plan(session, g.actor, form.get("park", ""), wanted)
            number, seed, count = made.id, made.seed, len(made.firms)
    except Refused as refusal:
        return again(refusal, visits_page.layout)
    tell(f"已拟定，抽样号{seed}，抽取{count}家企业。请下载核查表。", "done")
    return redirect(f"/visits/{number}", code=303)


def _add(visit_id: str) -> ResponseReturnValue:
    name, reason = request.form.get("name", ""), request.form.get("why", "")
    return _act(visit_id, lambda session: visits.add_firm(session, g.actor, int(visit_id), name, reason), "已增加。")


def _cancel(visit_id: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _act(visit_id, lambda session: visits.cancel(session, g.actor, int(visit_id), reason), "已取消，记录保留。")


def _record(visit_id: str) -> ResponseReturnValue:
    platform, scan = current_platform(), request.files.get("file")
    try:
        sent = (scan.filename, scan.read()) if scan and scan.filename else None
        found = VisitResult(
            required_day("核查日期", "visited_on"), _findings(_known(visit_id)), request.form.get("result", ""),
            screening.admitted(platform, g.actor, sent),
        )  # fmt: skip
    except Refused as refusal:
        return _refused(refusal, visit_id)
    return _act(
        visit_id,
        lambda session: visits.record(session, platform.storage, g.actor, int(visit_id), found),
        "核查结果已登记。不符、未见的，请列入问题整改台账。",
    )


def _findings(entry: VisitRow) -> dict[int, tuple[VisitFinding, str]]:
    """Of the firms for which one was chosen."""
    form = request.form
    try:
        return {
            firm.id: (VisitFinding(form[f"finding-{firm.id}"]), form.get(f"note-{firm.id}", ""))
            for firm in entry.firms
            if form.get(f"finding-{firm.id}")
        }
    except ValueError:  # none the form offers
        abort(400)


def _act(visit_id: str, act: Callable[[Session], object], done: str) -> ResponseReturnValue:
    """One act in one transaction, then back to the visit."""
    try:
        with current_platform().database.write() as session:
            act(session)
    except Refused as refusal:
        return _refused(refusal, visit_id)
    tell(done, "done")
    return redirect(f"/visits/{visit_id}", code=303)


def _refused(refusal: Refused, visit_id: str) -> str:
    """The page again, with what was typed."""
    return again(refusal, lambda seen: visit_page.layout(seen, visit_id))


def _known(visit_id: str) -> VisitRow:
    with current_platform().database.read() as session:
        found = visit(session, g.actor, visit_id)
    if found is None:
        abort(404)
    return found


def _sheet(visit_id: str, file_format: str) -> ResponseReturnValue:
    """Nothing for whoever may not know yet which firms were drawn."""
    entry = _known(visit_id)
    if not entry.firms:
        abort(404)
    return printed(visit_sheet.build(entry), file_format)


def _file(visit_id: str) -> ResponseReturnValue:
    """The scan as it was received, never opened in the browser."""
    entry = _known(visit_id)
    if not entry.file_sha256:
        abort(404)
    try:
        return attachment(current_platform().storage.open(entry.file_sha256), entry.file_name)
    except FileNotFoundError:
        tell("原文件不在存储中。请联系系统管理员核对存储和备份。", "refused")
        return redirect(f"/visits/{visit_id}", code=303)
