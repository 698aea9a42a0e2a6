"""What is done about a 专家组: drawn, committed, changed, recorded, dissolved; and its papers. One call into services
each."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.dates import required_day, typed_day
from dashboard.downloads import attachment, printed
from dashboard.notices import tell
from dashboard.numbers import required_whole, typed_whole
from dashboard.page import current_platform
from dashboard.pages import panel as panel_page
from dashboard.serve import again
from db.queries.panels import PanelFile, panels
from policy.panel import RecordKind
from policy.refusal import Refused, Unknown
from services import clock, panel_papers, screening
from services import panels as services
from services.documents import commitment, panel_draw
from services.documents.content import Document
from services.panels import Held, Order


def install(server: Flask) -> None:
    base = "/parks/<code>/panel"
    member = f"{base}/members/<int:member_id>"
    server.add_url_rule(base, "draw_panel", _draw, methods=["POST"])
    server.add_url_rule(f"{base}/dissolve", "dissolve_panel", _dissolve, methods=["POST"])
    server.add_url_rule(f"{base}/records", "record_panel", _record, methods=["POST"])
    server.add_url_rule(f"{base}/records/<int:record_id>/file", "panel_record_file", _record_file)
    server.add_url_rule(f"{base}/draw.<file_format>", "panel_draw_file", _draw_file)
    server.add_url_rule(f"{base}/commitments.<file_format>", "commitments_file", _commitments)
    server.add_url_rule(f"{member}/letter.<file_format>", "commitment_letter", _letter)
    server.add_url_rule(f"{member}/commitment", "commit_member", _commit, methods=["POST"])
    server.add_url_rule(f"{member}/commitment", "commitment_scan", _scan)
    server.add_url_rule(f"{member}/withdraw", "withdraw_member", _withdraw, methods=["POST"])
    server.add_url_rule(f"{member}/leader", "appoint_leader", _appoint, methods=["POST"])


def _draw(code: str) -> ResponseReturnValue:
    form = request.form

    def act(session: Session) -> str:
        order = Order(
            required_whole("专家组人数", "size"), required_whole("候补人数", "substitutes"), _quotas(),
            typed_whole("抽取号", "seed"), typed_day("评分表交回期限", "scores_due_on"), form.get("online") == "1",
        )  # fmt: skip
        made = services.draw(session, g.actor, code, order)
        return f"已抽取，抽取号{made.seed}。请打印抽取记录和承诺书。"

    return _act(code, act, "#members")


def _quotas() -> dict[str, int]:
    """Of the 专业 that were chosen."""
    wanted: dict[str, int] = {}
    for number in range(1, panel_page.QUOTAS + 1):
        name = request.form.get(f"specialty-{number}", "").strip()
        if name in wanted:
            raise Refused(f"专业“{name}”选了两次，请只选一次")
        if name:
            wanted[name] = required_whole(f"专业“{name}”的人数", f"least-{number}")
    return wanted


def _commit(code: str, member_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        member = services.commit(
            session, current_platform().storage, g.actor, code, member_id,
            required_day("承诺书签署日期", "committed_on"), file,
        )  # fmt: skip
        return f"{member.expert.name}的承诺书已登记。"

    file, refusal = _file()
    return _refused(refusal, code) if refusal else _act(code, act, "#members")


def _withdraw(code: str, member_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        on, reason = required_day("退出日期", "withdrawn_on"), request.form.get("reason", "")
        new = services.withdraw(session, g.actor, code, member_id, on, reason)
        return f"已登记退出，由{new.expert.name}递补，请办理承诺书。" if new else "已登记退出。"

    return _act(code, act, "#members")


def _appoint(code: str, member_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        return f"组长改为{services.appoint_leader(session, g.actor, code, member_id).expert.name}。"

    return _act(code, act, "#members")


def _record(code: str) -> ResponseReturnValue:
    def act(session: Session) -> str:
        kind = next((kind for kind in RecordKind if kind == form.get("kind")), None)
        if kind is None:
            raise Refused("请选择资料审核或实地查看")
        held = Held(
            kind, required_day("日期", "held_on"), form.get("place", ""), form.get("text", ""),
            typed_whole("现场核查", "visit"), file,
        )  # fmt: skip
        services.record(session, current_platform().storage, g.actor, code, held)
        return f"{kind.label}已登记。"

    form = request.form
    file, refusal = _file()
    return _refused(refusal, code) if refusal else _act(code, act, "#records")


def _dissolve(code: str) -> ResponseReturnValue:
    def act(session: Session) -> str:
        services.dissolve(session, g.actor, code, request.form.get("why", ""))
        return "专家组已解散，专家不再能查看该园区；全部记录保留。"

    return _act(code, act, "")


def _file() -> tuple[tuple[str, bytes] | None, Refused | None]:
    """The scan that was sent, looked at before any transaction; or why it may not come in."""
    scan = request.files.get("file")
    sent = (scan.filename, scan.read()) if scan and scan.filename else None
    try:
        return screening.admitted(current_platform(), g.actor, sent), None
    except Refused as refusal:
        return None, refusal


def _act(code: str, act: Callable[[Session], str], place: str) -> ResponseReturnValue:
    """One act in one transaction, then back to the panel."""
    try:
        with current_platform().database.write() as session:
            done = act(session)
    except Unknown:
        abort(404)
    except Refused as refusal:
        return _refused(refusal, code)
    tell(done, "done")
    return redirect(f"/parks/{code}/panel{place}", code=303)


def _refused(refusal: Refused, code: str) -> str:
    """The page again, with what was typed."""
    return again(refusal, lambda visit: panel_page.layout(visit, code))


def _draw_file(code: str, file_format: str) -> ResponseReturnValue:
    return _paper(file_format, lambda session: panel_draw.build(panel_papers.drawn_panel(session, g.actor, code)))


def _commitments(code: str, file_format: str) -> ResponseReturnValue:
    today = clock.today()
    return _paper(file_format, lambda session: commitment.build(panel_papers.commitment(session, g.actor, code, today)))


def _letter(code: str, member_id: int, file_format: str) -> ResponseReturnValue:
    today = clock.today()
    return _paper(
        file_format,
        lambda session: commitment.build(panel_papers.commitment(session, g.actor, code, today, member_id)),
    )


def _paper(file_format: str, build: Callable[[Session], Document]) -> ResponseReturnValue:
    """404 where there is no panel to write of."""
    try:
        with current_platform().database.read() as session:
            document = build(session)
    except Refused:
        abort(404)
    return printed(document, file_format)


def _scan(code: str, member_id: int) -> ResponseReturnValue:
    with current_platform().database.read() as session:
        found = [
            one.commitment for panel in panels(session, g.actor.scope, code) for one in panel.members
            if one.id == member_id
        ]  # fmt: skip
    return _stored(found[0] if found else None, code)


def _record_file(code: str, record_id: int) -> ResponseReturnValue:
    with current_platform().database.read() as session:
        found = [
            one.file for panel in panels(session, g.actor.scope, code) for one in panel.records if one.id == record_id
        ]
    return _stored(found[0] if found else None, code)


def _stored(file: PanelFile | None, code: str) -> ResponseReturnValue:
    """As it was received, never opened in the browser."""
    if file is None:
        abort(404)
    try:
        return attachment(current_platform().storage.open(file.sha256), file.name)
    except FileNotFoundError:
        tell("原文件不在存储中。请联系系统管理员核对存储和备份。", "refused")
        return redirect(f"/parks/{code}/panel", code=303)
