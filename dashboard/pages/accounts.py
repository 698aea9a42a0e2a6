"""账号: who may enter, as what, and whether the door is open."""

from __future__ import annotations

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card
from dashboard.components.forms import button, field, form, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from db.queries.accounts import AccountRow, accounts
from policy.terms import Light
from services import clock
from services.accounts import LOCK_RULE, PASSWORD_RULE

COLUMNS = (
    Column("账号", "head"),
    Column("名称"),
    Column("角色"),
    Column("单位或园区"),
    Column("状态"),
    Column("开通时间"),
    Column("办理"),
)


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        found = accounts(session, visit.today)
    shown = table("账号", COLUMNS, [_row(entry, visit) for entry in found])
    return View(
        "账号",
        body=[card("全部账号", shown), card("重置口令", _password())],
        lead=f"停用的账号立即不能登录；{LOCK_RULE}。",
    )


def _row(entry: AccountRow, visit: Visit) -> html.Tr:
    cells: tuple[Node, ...] = (
        entry.username, entry.display_name, entry.role.label, entry.place or "—", _state(entry),
        labels.stamp(entry.created_at), "—" if entry.username == visit.actor.account else _switch(entry),
    )  # fmt: skip
    return row(COLUMNS, cells)


def _state(entry: AccountRow) -> Node:
    if not entry.active:
        return lights.light(Light.GREY, "已停用")
    if entry.locked_until is not None and entry.locked_until > clock.now():
        return lights.light(Light.YELLOW, f"已锁定至{labels.stamp(entry.locked_until)}")
    if entry.ended:
        return lights.light(Light.YELLOW, "所属单位已终止")
    return lights.light(Light.GREEN, "正常")


def _switch(entry: AccountRow) -> Node:
    name = element("input", type="hidden", name="username", value=entry.username)
    target = element("input", type="hidden", name="active", value="" if entry.active else "1")
    word = "停用" if entry.active else "启用"
    return form("/admin/accounts/active", name, target, button(word, tone="small-button"), kind="line")


def _password() -> Node:
    return form(
        "/admin/accounts/password",
        field("账号", text("username", required=True, autocomplete="off")),
        field(
            "新口令",
            text("password", kind="password", required=True, autocomplete="new-password"),
            f"{PASSWORD_RULE}；重置后解除锁定",
        ),
        button("重置"),
        kind="stack narrow",
    )


PAGE = Page("accounts", "/admin/accounts", layout, menu="账号")
