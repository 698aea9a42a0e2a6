"""What people do with 佐证资料: put forward, link, withdraw, download; each route makes one call into services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from flask import Flask, abort, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.downloads import attachment
from dashboard.page import current_platform
from dashboard.uploads import not_sent, sent
from policy.access import Permission
from policy.evidence import Category, ClaimKey
from policy.media import download_name
from policy.refusal import Refused
from services import evidence
from services.claims import ledger
from services.evidence_list import write_list
from services.screening import UNREADABLE


def install(server: Flask) -> None:
    base = "/parks/<code>/evidence"
    server.add_url_rule(base, "put_evidence", _put, methods=["POST"])
    server.add_url_rule(f"{base}.xlsx", "evidence_list", _list)
    server.add_url_rule(f"{base}/<int:evidence_id>", "evidence_file", _file)
    server.add_url_rule(f"{base}/<int:evidence_id>/links", "link_evidence", _link, methods=["POST"])
    server.add_url_rule(f"{base}/<int:evidence_id>/unlink", "unlink_evidence", _unlink, methods=["POST"])
    server.add_url_rule(f"{base}/<int:evidence_id>/withdraw", "withdraw_evidence", _withdraw, methods=["POST"])


def _put(code: str) -> ResponseReturnValue:
    """Keep the file, or say why not; the plain form comes back with its title and category."""
    form, file = request.form, request.files.get("file")
    typed = urlencode({name: form.get(name, "") for name in ("title", "category")})
    back = f"/parks/{code}/evidence?{typed}#put"
    if file is None or not file.filename:
        return not_sent("没有收到文件，请先选择文件。", back)
    try:
        paper = evidence.Paper(
            _category(form.get("category", "")), form.get("title", ""), _claims(), file.filename, file.stream
        )
        done = evidence.put_forward(current_platform(), g.actor, code, paper)
    except Refused as refusal:
        return not_sent(str(refusal), back)
    note = "。" if done.read else f"；{UNREADABLE}。"
    return sent(
        f"已提交“{done.title}”（{done.media.label}）{note}", f"/parks/{code}/evidence#evidence-{done.evidence_id}"
    )


def _category(text: str) -> Category:
    try:
        return Category(text)
    except ValueError:
        raise Refused("请选择佐证资料的类别") from None


def _claims() -> tuple[ClaimKey, ...]:
    try:
        return tuple(ClaimKey.parse(text) for text in request.form.getlist("claims"))
    except ValueError as error:
        raise Refused(str(error)) from None


def _file(code: str, evidence_id: int) -> ResponseReturnValue:
    """The file as it was received, a piece at a time, never opened in the browser."""
    platform = current_platform()
    with platform.database.read() as session:
        papers = ledger(session, g.actor, code).evidence
    paper = next((paper for paper in papers if paper.id == evidence_id), None)
    if paper is None or (paper.withdrawal is not None and not g.actor.may(Permission.PUT_EVIDENCE)):
        abort(404)
    try:
        file = platform.storage.open(paper.sha256)
    except FileNotFoundError:
        return not_sent("原文件不在存储中。请联系系统管理员核对存储和备份。", f"/parks/{code}/evidence")
    name = download_name(paper.file_name, paper.media)
    return attachment(file, name)


def _list(code: str) -> ResponseReturnValue:
    with current_platform().database.read() as session:
        found = ledger(session, g.actor, code)
    name = f"佐证清单-{found.short_name}.xlsx"
    return attachment(write_list(found), name, "xlsx")


def _link(code: str, evidence_id: int) -> ResponseReturnValue:
    return _act(code, evidence_id, lambda s, keys: evidence.link(s, g.actor, code, evidence_id, keys), "已添加关联。")


def _unlink(code: str, evidence_id: int) -> ResponseReturnValue:
    def act(session: Session, keys: Sequence[ClaimKey]) -> None:
        for key in keys:
            evidence.unlink(session, g.actor, code, evidence_id, key)

    return _act(code, evidence_id, act, "已取消关联。")


def _withdraw(code: str, evidence_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _act(
        code, evidence_id,
        lambda session, _keys: evidence.withdraw(session, g.actor, code, evidence_id, reason),
        "已撤回，原文件和记录都保留。",
    )  # fmt: skip


def _act(
    code: str, evidence_id: int, act: Callable[[Session, Sequence[ClaimKey]], object], done: str
) -> ResponseReturnValue:
    """One act in one transaction, then back to the paper."""
    try:
        keys = _claims()
        with current_platform().database.write() as session:
            act(session, keys)
    except Refused as refusal:
        return not_sent(str(refusal), f"/parks/{code}/evidence?paper={evidence_id}#paper")
    return sent(done, f"/parks/{code}/evidence?paper={evidence_id}#evidence-{evidence_id}")
