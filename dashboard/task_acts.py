"""重点任务 entered by the committee: typed one by one, imported, and the workbook to fill in."""

from __future__ import annotations

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.dates import required_day
from dashboard.downloads import attachment
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.pages import progress as progress_page
from dashboard.serve import again
from policy.figures import chinese_date
from policy.refusal import Refused, Unknown
from services import plan_tasks, screening
from services.plan_tasks import TYPED, TaskChange, TaskLine

NOTHING = "与台账一致，未作改动。"


def install(server: Flask) -> None:
    server.add_url_rule("/parks/<code>/tasks", "set_task", _set, methods=["POST"])
    server.add_url_rule("/parks/<code>/tasks/import", "import_tasks", _import, methods=["POST"])
    server.add_url_rule("/parks/<code>/tasks.xlsx", "tasks_template", _template)


def _set(code: str) -> ResponseReturnValue:
    form = request.form
    try:
        line = TaskLine(
            form.get("name", ""), form.get("unit", "").strip(), required_day("完成时限", "due_on"),
            form.get("progress", "").strip(), None, TYPED,
        )  # fmt: skip
        with current_platform().database.write() as session:
            made = plan_tasks.set_task(session, g.actor, code, line, form.get("decision", ""))
    except Unknown:
        abort(404)
    except Refused as refusal:
        return again(refusal, lambda visit: progress_page.layout(visit, code))
    tell(NOTHING if made is None else f"已登记：{_told(made)}。", "done")
    return redirect(f"/parks/{code}/progress#tasks", code=303)


def _import(code: str) -> ResponseReturnValue:
    form, file = request.form, request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Refused("没有收到文件，请先选择文件")
        platform = current_platform()
        data = screening.admit(platform, g.actor, file.filename, file.read())
        with platform.database.write() as session:
            made = plan_tasks.import_tasks(
                session, platform.storage, g.actor, code, file.filename, data, form.get("decision", "")
            )
    except Unknown:
        abort(404)
    except Refused as refusal:
        return again(refusal, lambda visit: progress_page.layout(visit, code))
    told = "；".join(_told(change) for change in made)
    tell(f"已导入{len(made)}项任务：{told}。" if made else NOTHING, "done")
    return redirect(f"/parks/{code}/progress#tasks", code=303)


def _told(change: TaskChange) -> str:
    note = f"（{change.note}）" if change.note else ""
    return f"{change.line.name}，时限{chinese_date(change.line.due_on)}{note}"


def _template(code: str) -> ResponseReturnValue:
    try:
        with current_platform().database.read() as session:
            name, data = plan_tasks.template(session, g.actor, code)
    except Unknown:
        abort(404)
    return attachment(data, name, "xlsx")
