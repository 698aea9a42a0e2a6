"""建设目标: typed, imported, and the workbook to fill in; each one call into services."""

from __future__ import annotations

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.downloads import attachment
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.pages import goals as goals_page
from dashboard.serve import again
from policy.refusal import Refused, Unknown
from services import goals, screening


def install(server: Flask) -> None:
    server.add_url_rule("/parks/<code>/goals", "set_goal", _set, methods=["POST"])
    server.add_url_rule("/parks/<code>/goals/import", "import_goals", _import, methods=["POST"])
    server.add_url_rule("/parks/<code>/goals.xlsx", "goals_template", _template)


def _set(code: str) -> ResponseReturnValue:
    form = request.form
    try:
        with current_platform().database.write() as session:
            made = goals.set_goal(
                session, g.actor, code, form.to_dict(), form.get("decision", ""), as_written="as_written" in form
            )
    except Unknown:
        abort(404)
    except Refused as refusal:
        return again(refusal, lambda visit: goals_page.layout(visit, code))
    tell("目标与现行的一致，未作改动。" if made is None else f"已登记：{goals.sentence(made.new)}。", "done")
    return redirect(f"/parks/{code}/goals#standing", code=303)


def _import(code: str) -> ResponseReturnValue:
    """What is asked about can be put right in the file, or confirmed at the form, which then sends it again."""
    form, file = request.form, request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Refused("没有收到文件，请先选择文件")
        platform = current_platform()
        data = screening.admit(platform, g.actor, file.filename, file.read())
        with platform.database.write() as session:
            made = goals.import_goals(
                session, platform.storage, g.actor, code, file.filename, data, form.get("decision", ""),
                as_written="as_written" in form,
            )  # fmt: skip
    except Unknown:
        abort(404)
    except Refused as refusal:
        return again(refusal, lambda visit: goals_page.layout(visit, code))
    told = "；".join(goals.sentence(change.new) for change in made)
    tell(f"已导入{len(made)}项目标：{told}。" if made else "目标与现行的一致，未作改动。", "done")
    return redirect(f"/parks/{code}/goals#standing", code=303)


def _template(code: str) -> ResponseReturnValue:
    try:
        with current_platform().database.read() as session:
            name, data = goals.template(session, g.actor, code)
    except Unknown:
        abort(404)
    return attachment(data, name, "xlsx")
