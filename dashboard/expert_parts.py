"""Parts of the pages about experts: how each stands, the fields of an entry, what binds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboard import labels
from dashboard.components import lights
from dashboard.components.forms import choice, field, text
from dashboard.markup import Node
from db.queries.experts import ExpertRow
from policy.terms import Light


def standing(row: ExpertRow, today: date) -> Node:
    if row.valid_from is not None and today < row.valid_from:
        return lights.light(Light.GREY, "未到聘期")
    return lights.light(Light.GREEN, "在聘") if row.valid_on(today) else lights.light(Light.GREY, "聘期届满")


def validity(since: date | None, until: date | None, always: str = "长期") -> str:
    if since is None and until is None:
        return always
    start = labels.day(since) if since else ""
    return f"{start}至{labels.day(until)}" if until else f"{start}起"


def entry_fields(typed: Mapping[str, str], accounts: Sequence[tuple[str, str]], *, new: bool) -> list[Node]:
    """What is entered of an expert; `typed` is filled in, `accounts` may be theirs."""
    own = [("", "不登录"), *((name, f"{shown}（{name}）") for name, shown in accounts)]
    code = text("code", typed.get("code", ""), maxlength="40", autocomplete="off")
    return [
        field("姓名", text("name", typed.get("name", ""), required=True, maxlength="50", autocomplete="off")),
        field("专家编号", code, "不填由系统编，如 ZJ001") if new else None,
        field("工作单位", text("employer", typed.get("employer", ""), required=True, maxlength="200"),
              "写法定全称：抽取时与园区运营管理机构、区县政府和经信部门、一览表企业核对"),
        field("职务职称", text("post", typed.get("post", ""), maxlength="100")),
        field("专业", text("specialties", typed.get("specialties", ""), required=True, maxlength="200"),
              "多个用顿号隔开，如“密码、数据安全”"),
        field("电话", text("phone", typed.get("phone", ""), maxlength="50", autocomplete="off", inputmode="tel")),
        field("邮箱", text("mail", typed.get("mail", ""), maxlength="200", autocomplete="off", inputmode="email")),
        field("聘期起", text("valid_from", typed.get("valid_from", ""), kind="date"), "不填：一直有效"),
        field("聘期止", text("valid_to", typed.get("valid_to", ""), kind="date"), "不填：长期"),
        field("登录账号", choice("account", own, typed.get("account", "")),
              "只能查看其在任且已签承诺书的专家组的园区；账号由系统管理员开通"),
        field("备注", text("note", typed.get("note", ""), maxlength="500")),
    ]  # fmt: skip
