"""What people do with 建设进展 and 重点任务: upload, download, 转报, 退回, 销号; each one call into services."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.dates import required_day
from dashboard.downloads import attachment
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.uploads import not_sent, sent
from policy.periods import Quarter, parse_period
from policy.progress_report import ProgressPeriod
from policy.refusal import Refused, Unknown
from policy.terms import HalfYear
from services import plan_tasks, progress_reports


def install(server: Flask) -> None:
    base = "/parks/<code>/progress"
    server.add_url_rule(base, "upload_progress", _upload, methods=["POST"])
    server.add_url_rule(f"{base}/<reported>.xlsx", "progress_template", _template)
    server.add_url_rule(f"{base}/<int:version_id>/file", "progress_file", _file)
    server.add_url_rule(f"{base}/<int:version_id>/forward", "forward_progress", _forward, methods=["POST"])
    server.add_url_rule(f"{base}/<int:version_id>/return", "return_progress", _return, methods=["POST"])
    server.add_url_rule("/parks/<code>/tasks/<int:task_id>/done", "close_task", _close_task, methods=["POST"])
    server.add_url_rule("/parks/<code>/tasks/<int:task_id>/reopen", "reopen_task", _reopen_task, methods=["POST"])


def _period(text: str) -> ProgressPeriod | None:
    """The period written so; None for what is none."""
    try:
        period = parse_period(text)
    except ValueError:
        return None
    return period if isinstance(period, Quarter | HalfYear) else None


def _upload(code: str) -> ResponseReturnValue:
    """Keep the file as the next version, or say everything that is wrong with it."""
    file, back = request.files.get("file"), f"/parks/{code}/progress#progress-upload"
    if file is None or not file.filename:
        return not_sent("没有收到文件，请先选择文件。", back)
    try:
        done = progress_reports.upload(
            current_platform(), g.actor, code, _period(request.form.get("period", "")), file.filename, file.read()
        )
    except Refused as refusal:
        return not_sent(str(refusal), back)
    kept = "已上传，待区县经信部门转报。" if done.stored else "这份文件此前已上传，没有重复保存。"
    return sent(f"{done.period.label}建设进展{kept}", f"/parks/{code}/progress?version={done.report_id}#report")


def _template(code: str, reported: str) -> ResponseReturnValue:
    wanted = _period(reported) or abort(404)
    try:
        with current_platform().database.read() as session:
            name, data = progress_reports.template(session, g.actor, code, wanted)
    except Refused as refusal:
        return not_sent(str(refusal), f"/parks/{code}/progress")
    return attachment(data, name, "xlsx")


def _file(code: str, version_id: int) -> ResponseReturnValue:
    """The file as it was received, never opened in the browser."""
    platform = current_platform()
    try:
        with platform.database.read() as session:
            name, sha256 = progress_reports.report_file(session, g.actor, code, version_id)
    except Unknown:
        abort(404)
    try:
        return attachment(platform.storage.open(sha256), name)
    except FileNotFoundError:
        return not_sent("原文件不在存储中。请联系系统管理员核对存储和备份。", f"/parks/{code}/progress")


def _forward(code: str, version_id: int) -> ResponseReturnValue:
    return _act(
        lambda session: progress_reports.forward(session, g.actor, code, version_id),
        "已转报，市经济信息委可以查看。",
        f"/parks/{code}/progress?version={version_id}#report",
    )


def _return(code: str, version_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _act(
        lambda session: progress_reports.send_back(session, g.actor, code, version_id, reason),
        "已退回修改，园区运营管理机构会看到退回原因。",
        f"/parks/{code}/progress?version={version_id}#report",
    )


def _close_task(code: str, task_id: int) -> ResponseReturnValue:
    form = request.form

    def close(session: Session) -> None:
        day = required_day("完成时间", "done_on")
        plan_tasks.mark_done(session, g.actor, code, task_id, day, form.get("note", ""))

    return _act(close, "已销号。", f"/parks/{code}/progress#task-{task_id}")


def _reopen_task(code: str, task_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _act(
        lambda session: plan_tasks.reopen(session, g.actor, code, str(task_id), reason),
        "已撤销销号，原完成时间记入操作日志。",
        f"/parks/{code}/progress#task-{task_id}",
    )


def _act(act: Callable[[Session], object], done: str, back: str) -> ResponseReturnValue:
    """One act in one transaction, then back to where it was done."""
    try:
        with current_platform().database.write() as session:
            act(session)
    except Unknown:
        abort(404)
    except Refused as refusal:
        return not_sent(str(refusal), back)
    tell(done, "done")
    return redirect(back, code=303)
