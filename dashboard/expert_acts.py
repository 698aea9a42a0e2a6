"""What is done about the 专家库: entered, changed, ended, bound, imported; each one call into services."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.dates import required_day, typed_day
from dashboard.downloads import attachment
from dashboard.notices import tell
from dashboard.page import View, Visit, current_platform
from dashboard.pages import expert as expert_page
from dashboard.pages import experts as experts_page
from dashboard.serve import again
from policy.refusal import Refused
from services import expert_import, experts, screening
from services.experts import Bond, Entry
from services.intake.expert_list import split


def install(server: Flask) -> None:
    one = "/experts/<int:expert_id>"
    server.add_url_rule("/experts", "enter_expert", _enter, methods=["POST"])
    server.add_url_rule("/experts/import", "import_experts", _import, methods=["POST"])
    server.add_url_rule("/experts/template.xlsx", "experts_template", _template)
    server.add_url_rule(one, "change_expert", _change, methods=["POST"])
    server.add_url_rule(f"{one}/end", "end_expert", _end, methods=["POST"])
    server.add_url_rule(f"{one}/ties", "bind_expert", _bind, methods=["POST"])
    server.add_url_rule(f"{one}/ties/<int:tie_id>/end", "end_expert_tie", _end_tie, methods=["POST"])


def _enter() -> ResponseReturnValue:
    def act(session: Session) -> str:
        row = experts.enter(session, g.actor, _entry())
        return f"已登记{row.name}，编号{row.code}。"

    return _act(act, "/experts", experts_page.layout)


def _change(expert_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        experts.change(session, g.actor, expert_id, _entry())
        return "已保存。"

    return _act_on(expert_id, act)


def _end(expert_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        experts.end(session, g.actor, expert_id, required_day("聘期最后一天", "last_day"))
        return "聘期已登记；已抽中的专家组席位不变，须退出的在专家组页面办理。"

    return _act_on(expert_id, act)


def _bind(expert_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        form = request.form
        bond = Bond(form.get("unit", ""), typed_day("起始日期", "since"), typed_day("结束日期", "until"),
                    form.get("relation", ""))  # fmt: skip
        experts.add_tie(session, g.actor, expert_id, bond)
        return "关联关系已登记，抽取时据此回避。"

    return _act_on(expert_id, act, "#ties")


def _end_tie(expert_id: int, tie_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        experts.end_tie(session, g.actor, expert_id, tie_id, required_day("结束日期", "ended_on"))
        return "结束日期已登记。"

    return _act_on(expert_id, act, "#ties")


def _import() -> ResponseReturnValue:
    file, platform = request.files.get("file"), current_platform()
    try:
        if file is None or not file.filename:
            raise Refused("没有收到文件，请先选择文件")
        name, data = file.filename, screening.admit(platform, g.actor, file.filename, file.read())
    except Refused as refusal:
        return again(refusal, experts_page.layout)

    def act(session: Session) -> str:
        done = expert_import.import_experts(session, platform.storage, g.actor, name, data)
        told = f"新登记{done.added}人、更新{done.changed}人、未变{done.unchanged}条，新登记关联关系{done.ties}条"
        return f"已导入：{told}。"

    return _act(act, "/experts", experts_page.layout)


def _template() -> ResponseReturnValue:
    name, data = expert_import.template(g.actor)
    return attachment(data, name, "xlsx")


def _act_on(expert_id: int, act: Callable[[Session], str], place: str = "") -> ResponseReturnValue:
    return _act(act, f"/experts/{expert_id}{place}", lambda visit: expert_page.layout(visit, expert_id))


def _act(act: Callable[[Session], str], to: str, layout: Callable[[Visit], View]) -> ResponseReturnValue:
    """One act in one transaction; refused, the form comes back with what was typed."""
    try:
        with current_platform().database.write() as session:
            done = act(session)
    except Refused as refusal:
        return again(refusal, layout)
    tell(done, "done")
    return redirect(to, code=303)


def _entry() -> Entry:
    form = request.form
    return Entry(
        form.get("name", ""), form.get("employer", ""), split(form.get("specialties", "")), form.get("code", ""),
        form.get("post", ""), form.get("phone", ""), form.get("mail", ""), typed_day("聘期起", "valid_from"),
        typed_day("聘期止", "valid_to"), form.get("note", ""), form.get("account", ""),
    )  # fmt: skip
