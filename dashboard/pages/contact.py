"""One person: how to reach them; setting right, ending the validity, 工作移交 to a successor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, facts
from dashboard.components.forms import button, choice, field, form, text
from dashboard.contact_parts import entry_fields, is_past, standing, validity
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from db.queries.contacts import ContactRow, people


def layout(visit: Visit, contact_id: int, typed: Mapping[str, str] | None = None) -> View:
    """`typed`: what a refused form said, to be set right. Somebody else's people are as unknown as nobody."""
    with visit.platform.database.read() as session:
        found = people(session, visit.actor.scope)
    person = next((entry for entry in found if entry.id == contact_id), None)
    if person is None:
        abort(404)
    typed = typed or {}
    change = card("更改", _change(person, typed), id="change")
    acts = [] if is_past(person, visit.today) else [_end(person, visit), _hand_over(person, found, visit, typed)]
    return View(
        person.name,
        body=[
            card("联系方式", _facts(person, visit)),
            html.Div([change, html.Div(acts, className="stack")], className="columns"),
        ],
        lead=f"{person.unit}{person.park}，{person.role.label}",
        crumbs=(("联系人", "/contacts"),),
    )


def _facts(person: ContactRow, visit: Visit) -> html.Dl:
    bounced = f"自{labels.day(person.bounced_on)}起退信：{person.bounce_reason}" if person.bounced_on else ""
    return facts([
        ("邮箱", person.mail), ("电话", person.phone), ("有效期", validity(person)),
        ("状态", standing(person, visit.today)), *([("退信", bounced)] if bounced else []),
    ])  # fmt: skip


def _change(person: ContactRow, typed: Mapping[str, str]) -> Node:
    entered = {
        "name": person.name, "role": person.role.value, "mail": person.mail, "phone": person.phone,
        "valid_from": str(person.valid_from or ""), "valid_to": str(person.valid_to or ""),
    }  # fmt: skip
    said = entered | dict(typed) if "role" in typed else entered
    return form(
        f"/contacts/{person.id}",
        *entry_fields(said),
        html.P("更换邮箱自当日起生效，此前发往原邮箱的记录保留。", className="hint"),
        button("保存"),
    )


def _end(person: ContactRow, visit: Visit) -> html.Section:
    last = text("last_day", str(visit.today), kind="date", required=True)
    return card(
        "结束有效期",
        form(f"/contacts/{person.id}/end", field("最后一天", last), button("结束", tone=""), kind="line"),
        note="有接任人的，请办理工作移交",
    )


def _hand_over(person: ContactRow, found: Sequence[ContactRow], visit: Visit, typed: Mapping[str, str]) -> html.Section:
    """To somebody who stands already, or to somebody new."""
    colleagues = {
        entry.name: entry
        for entry in found
        if (entry.unit_id, entry.park_id) == (person.unit_id, person.park_id) and entry.reached_on(visit.today)
    }
    options = [("", "另行填写"), *((str(entry.id), name) for name, entry in colleagues.items() if name != person.name)]
    said = typed if "on" in typed else {}
    return card(
        "工作移交",
        form(
            f"/contacts/{person.id}/hand-over",
            field("移交日期", text("on", said.get("on", str(visit.today)), kind="date", required=True,
                                   max=str(visit.today)), f"{person.name}的有效期至前一日止"),
            field("接交人", choice("to", options, said.get("to", ""))),
            field("姓名", text("name", said.get("name", ""), maxlength="50", autocomplete="off"), "接交人未登记时填写"),
            field("邮箱", text("mail", said.get("mail", ""), maxlength="200", autocomplete="off")),
            field("电话", text("phone", said.get("phone", ""), maxlength="50", autocomplete="off")),
            field("说明", element("textarea", said.get("note", ""), name="note", maxlength="500")),
            button("办理移交"),
        ),
        id="hand-over",
        note="未办结事项列入移交清单，待发邮件改发接交人",
    )  # fmt: skip


PAGE = Page("contact", "/contacts/<int:contact_id>", layout)
