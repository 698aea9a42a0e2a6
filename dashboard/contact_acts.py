"""What is done about people: entering, setting right, ending, 工作移交; each route makes one call into services."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.dates import required_day, typed_day
from dashboard.downloads import printed
from dashboard.notices import tell
from dashboard.page import View, current_platform, current_visit
from dashboard.pages import contact as contact_page
from dashboard.pages import contacts as contacts_page
from dashboard.serve import document
from db.queries.handovers import handover
from policy.refusal import Refused, Unknown
from policy.terms import ContactRole
from services import contacts, handovers
from services.contacts import Person
from services.documents import handover_list

PLACE = re.compile(r"(unit|park):([0-9]{1,9})")


def install(server: Flask) -> None:
    server.add_url_rule("/contacts", "add_contact", _add, methods=["POST"])
    server.add_url_rule("/contacts/<int:contact_id>", "change_contact", _change, methods=["POST"])
    server.add_url_rule("/contacts/<int:contact_id>/end", "end_contact", _end, methods=["POST"])
    server.add_url_rule("/contacts/<int:contact_id>/hand-over", "hand_over", _hand_over, methods=["POST"])
    server.add_url_rule("/handovers/<int:handover_id>.<file_format>", "handover_file", _list)


def _add() -> ResponseReturnValue:
    def act(session: Session) -> str:
        found = PLACE.fullmatch(request.form.get("place", ""))
        if found is None:
            raise Refused("请选择单位或园区")
        kind, number = found[1], int(found[2])
        added = contacts.add_at(session, g.actor, _person(), **{f"{kind}_id": number})
        return "已登记。" if added else "该联系人此前已登记，内容相同。"

    return _act(act, "/contacts", lambda typed: contacts_page.layout(current_visit(), typed))


def _change(contact_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        contacts.change_contact(session, g.actor, contact_id, _person())
        return "已保存。"

    return _act(act, "/contacts", _again(contact_id))


def _end(contact_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        contacts.end_contact(session, g.actor, contact_id, required_day("最后一天", "last_day"))
        return "有效期已登记。"

    return _act(act, "/contacts", _again(contact_id))


def _hand_over(contact_id: int) -> ResponseReturnValue:
    def act(session: Session) -> str:
        form = request.form
        to = handovers.Successor(
            form.get("to", type=int), form.get("name", ""), form.get("mail", ""), form.get("phone", "")
        )
        on = required_day("移交日期", "on")
        done = handovers.hand_over(session, g.actor, contact_id, to, on, form.get("note", ""))
        return f"已办理移交，未办结事项{len(done.items)}项，请打印移交清单签字。"

    return _act(act, "/contacts#handovers", _again(contact_id))


def _list(handover_id: int, file_format: str) -> ResponseReturnValue:
    with current_platform().database.read() as session:
        found = handover(session, g.actor, handover_id)
    if found is None:
        abort(404)
    return printed(handover_list.build(found), file_format)


def _act(act: Callable[[Session], str], to: str, again: Callable[[Mapping[str, str]], View]) -> ResponseReturnValue:
    """One act in one transaction. Refused, the form comes back with what was typed: addresses stay out of the
    address line."""
    try:
        with current_platform().database.write() as session:
            done = act(session)
    except Unknown:
        abort(404)
    except Refused as refusal:
        tell(str(refusal), "refused")
        return document(again(request.form))
    tell(done, "done")
    return redirect(to, code=303)


def _again(contact_id: int) -> Callable[[Mapping[str, str]], View]:
    return lambda typed: contact_page.layout(current_visit(), contact_id, typed)


def _person() -> Person:
    form = request.form
    role = next((role for role in ContactRole if role == form.get("role")), None)
    if role is None:
        raise Refused("请选择角色")
    start, end = typed_day("有效期起", "valid_from"), typed_day("有效期止", "valid_to")
    return Person(form.get("name", ""), role, form.get("mail", ""), form.get("phone", ""), start, end)
