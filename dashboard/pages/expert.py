"""One expert: how to reach them, what binds them (回避), the panels they sat on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty, facts
from dashboard.components.forms import button, field, form, text
from dashboard.components.tables import Column, row, table
from dashboard.expert_parts import entry_fields, standing, validity
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.experts import ExpertRow, SeatRow, TieRow, expert, expert_accounts

TIES = (Column("关联单位或园区", "head"), Column("起止"), Column("关系"), Column("办理"))
SEATS = (Column("园区", "head"), Column("席位"), Column("抽取日期", "day"), Column("状态"))


def layout(visit: Visit, expert_id: int) -> View:
    with visit.platform.database.read() as session:
        found = expert(session, expert_id)
        accounts = expert_accounts(session)
    if found is None:
        abort(404)
    return View(
        found.name,
        body=[
            card("联系方式", facts(_facts(found, visit))),
            _ties(found, visit),
            html.Div([_change(found, accounts, visit), html.Div([_end(found, visit)], className="stack")],
                     className="columns"),
            card("参加的专家组", table("参加的专家组", SEATS, [row(SEATS, _seat(one)) for one in found.seats],
                                 empty=empty("还没有参加过专家组。")), id="seats"),
        ],
        lead=f"{found.code}，{found.employer}{found.post and f'，{found.post}'}",
        crumbs=(("专家库", "/experts"),),
    )  # fmt: skip


def _facts(found: ExpertRow, visit: Visit) -> list[tuple[str, Node]]:
    return [
        ("专业", "、".join(found.specialties)), ("电话", found.phone), ("邮箱", found.mail),
        ("聘期", validity(found.valid_from, found.valid_to)), ("状态", standing(found, visit.today)),
        ("登录账号", found.account or "不登录"), ("备注", found.note),
    ]  # fmt: skip


def _ties(found: ExpertRow, visit: Visit) -> html.Section:
    said = visit.args
    rows = [row(TIES, _tie(found, one, visit)) for one in found.ties]
    adding = form(
        f"/experts/{found.id}/ties",
        field("关联单位或园区", text("unit", said.get("unit", ""), required=True, maxlength=200),
              "单位全称，或园区名称、代码"),
        field("起始日期", text("since", said.get("since", ""), kind="date"), "可不填"),
        field("结束日期", text("until", said.get("until", ""), kind="date"), "不填：仍在持续"),
        field("关系", text("relation", said.get("relation", ""), maxlength=200), "如曾任职、任顾问、有合作"),
        button("登记关联关系", tone="secondary"), kind="line",
    )  # fmt: skip
    nothing = empty("没有登记关联关系。", "工作单位以外须回避的单位、企业或园区在这里登记。")
    return card(
        "关联关系（回避）", table("关联关系", TIES, rows, empty=nothing), html.H3("登记关联关系"), adding,
        id="ties", note="抽取专家组时据此回避；结束后的回避年限见规则数值",
    )  # fmt: skip


def _tie(found: ExpertRow, tie: TieRow, visit: Visit) -> list[Node]:
    name = html.A(tie.name, href=f"/parks/{tie.park_code}") if tie.park_code else tie.name
    day = text("ended_on", str(visit.today), kind="date", required=True, max=str(visit.today),
               aria_label=f"{tie.name}结束日期")  # fmt: skip
    ending = form(f"/experts/{found.id}/ties/{tie.id}/end", day, button("登记结束", tone="plain"), kind="line")
    return [name, validity(tie.since, tie.until, "持续"), tie.note or "—", "已结束" if tie.until else ending]


def _seat(one: SeatRow) -> list[Node]:
    if one.withdrawn_on:
        state = f"{labels.day(one.withdrawn_on)}退出"
    else:
        state = f"{labels.day(one.dissolved_on)}解散" if one.dissolved_on else "在任"
    return [html.A(one.park_title, href=f"/parks/{one.park_code}/panel"), one.seat.label, labels.day(one.drawn_on),
            state]  # fmt: skip


def _change(found: ExpertRow, accounts: Sequence[tuple[str, str]], visit: Visit) -> html.Section:
    entered = {
        "name": found.name, "employer": found.employer, "post": found.post, "phone": found.phone, "mail": found.mail,
        "specialties": "、".join(found.specialties), "valid_from": str(found.valid_from or ""),
        "valid_to": str(found.valid_to or ""), "account": found.account, "note": found.note,
    }  # fmt: skip
    typed: Mapping[str, str] = visit.args if "specialties" in visit.args else entered
    return card(
        "更改",
        form(f"/experts/{found.id}", *entry_fields(typed, accounts, new=False), button("保存")),
        id="change",
        note=f"专家编号{found.code}不变",
    )


def _end(found: ExpertRow, visit: Visit) -> html.Section:
    last = text("last_day", visit.args.get("last_day", str(visit.today)), kind="date", required=True)
    return card(
        "结束聘期",
        form(f"/experts/{found.id}/end", field("最后一天", last), button("结束", tone=""), kind="line"),
        note="次日起不再抽取",
    )


PAGE = Page("expert", "/experts/<int:expert_id>", layout)
