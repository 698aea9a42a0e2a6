"""A list of approved parks, entered line by line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from policy.access import Actor, Permission
from policy.refusal import Refused
from services import parks
from services.lists import Line, read_list

REGISTER_COLUMNS = ("title", "district", "approved_on", "approval_no", "code", "contact")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one line of a list: the park, or why not."""

    line: int
    title: str
    registered: parks.Registered | None
    error: str = ""


def register_list(session: Session, actor: Actor, text: str, *, create_unit: bool = False) -> tuple[Outcome, ...]:
    """Enter every line of a list (title,district,approved_on,approval_no,code,contact); a bad line stops no other.

    Several contacts of one line are separated by “；”. Raises Refused when the header is not that of a register.
    """
    actor.require(Permission.MANAGE_REGISTER)
    lines = read_list(text, REGISTER_COLUMNS, required=REGISTER_COLUMNS[:4])
    return tuple(_register_line(session, actor, line, create_unit=create_unit) for line in lines)


def _register_line(session: Session, actor: Actor, line: Line, *, create_unit: bool) -> Outcome:
    title = line.text("title")
    try:
        with session.begin_nested():
            return Outcome(line.number, title, parks.enter(session, actor, _entry(line), create_unit=create_unit))
    except Refused as refusal:
        return Outcome(line.number, title, None, f"第{line.number}行：{refusal}")


def _entry(line: Line) -> parks.Entry:
    approved_on = line.day("approved_on")
    if approved_on is None:
        raise Refused("缺少批复成文日期 approved_on")
    people = [person.strip() for person in re.split("[；;]", line.text("contact")) if person.strip()]
    return parks.Entry(
        line.text("title"), line.text("district"), approved_on, line.text("approval_no"),
        line.text("code") or None, contacts=people,
    )  # fmt: skip
