"""Parts of the pages about people: how each stands, the fields of an entry, and the 工作移交 that took place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import empty
from dashboard.components.forms import choice, field, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from db.queries.contacts import ContactRow
from db.queries.handovers import HandoverRow
from policy.terms import ContactRole, Light
from services.recipients import SOON


def standing(person: ContactRow, today: date) -> Node:
    """How a person stands today, the worst first."""
    if person.unit_ended is not None and person.unit_ended < today and not person.park_id:
        return lights.light(Light.GREY, "单位已终止")
    if person.valid_to is not None and person.valid_to < today:
        return lights.light(Light.GREY, "已离任")
    if person.bounced_on is not None:
        since = html.Span(f"自{labels.day(person.bounced_on)}起", className="small")
        return [lights.light(Light.RED, "邮箱退信", title=person.bounce_reason), since]
    if person.valid_from is not None and person.valid_from > today:
        return lights.light(Light.GREY, "未到任")
    if person.valid_to is not None and person.valid_to - today <= SOON:
        return lights.light(Light.YELLOW, "即将到期")
    return lights.light(Light.GREEN, "现任") if person.mail else lights.light(Light.GREY, "无邮箱")


def is_past(person: ContactRow, today: date) -> bool:
    """Nothing goes to them any more."""
    ended = person.unit_ended is not None and person.unit_ended < today and not person.park_id
    return ended or (person.valid_to is not None and person.valid_to < today)


def ends_soon(person: ContactRow, today: date) -> bool:
    return person.valid_to is not None and today <= person.valid_to <= today + SOON


def validity(person: ContactRow) -> str:
    if person.valid_from is None and person.valid_to is None:
        return "长期"
    start = labels.day(person.valid_from) if person.valid_from else ""
    return f"{start}至{labels.day(person.valid_to)}" if person.valid_to else f"{start}起"


def entry_fields(typed: Mapping[str, str]) -> list[Node]:
    """What is entered of a person; `typed` is filled in."""
    roles = [(role.value, role.label) for role in ContactRole]
    return [
        field("姓名", text("name", typed.get("name", ""), required=True, maxlength="50", autocomplete="off")),
        field("角色", choice("role", roles, typed.get("role", ContactRole.HANDLER), required=True)),
        field("邮箱", text("mail", typed.get("mail", ""), maxlength="200", autocomplete="off", inputmode="email"),
              "提醒和催报发到这里，如 name@example.gov.cn"),
        field("电话", text("phone", typed.get("phone", ""), maxlength="50", autocomplete="off", inputmode="tel")),
        field("有效期起", text("valid_from", typed.get("valid_from", ""), kind="date"), "不填：一直有效"),
        field("有效期止", text("valid_to", typed.get("valid_to", ""), kind="date"), "不填：长期"),
    ]  # fmt: skip


HANDOVERS = (
    Column("移交日期", "day"),
    Column("单位", "head"),
    Column("移交人"),
    Column("接交人"),
    Column("角色"),
    Column("移交事项"),
    Column("移交清单"),
)


def handover_table(found: Sequence[HandoverRow]) -> html.Div:
    rows = [row(HANDOVERS, _handover(entry), id=f"handover-{entry.id}") for entry in found]
    return table("工作移交", HANDOVERS, rows, empty=empty("没有工作移交。", "在联系人的页面办理。"))


def _handover(entry: HandoverRow) -> tuple[Node, ...]:
    path = f"/handovers/{entry.id}"
    files = html.Div([html.A("Word", href=f"{path}.docx"), html.A("PDF", href=f"{path}.pdf")], className="links")
    return (
        labels.day(entry.on), [entry.unit, html.Span(entry.park, className="small") if entry.park else None],
        entry.giver, entry.taker, "、".join(role.label for role in entry.roles),
        _matters(entry.items), files if entry.items is not None else "由所在单位留存",
    )  # fmt: skip


def _matters(items: Iterable[str] | None) -> Node:
    """How many; which, on demand."""
    if items is None:
        return "—"
    found = list(items)
    if not found:
        return "无未办结事项"
    listed = html.Ul([html.Li(item) for item in found], className="plain-list")
    return html.Details([html.Summary(f"{len(found)}项"), listed], className="remark")
