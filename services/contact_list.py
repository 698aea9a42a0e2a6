"""People to write to, from a list: the whole of it or nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from db.models import Park
from policy.access import Actor, Permission
from policy.refusal import Refused, Unknown
from policy.terms import ContactRole
from services import contacts, units
from services.contacts import Person
from services.lists import Line, read_list

COLUMNS = ("unit", "name", "role", "mail", "phone", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines were new or changed, how many stood already; or what is wrong, line by line (then nothing
    was imported)."""

    added: int
    unchanged: int
    errors: tuple[str, ...] = ()


def import_contacts(session: Session, actor: Actor, text: str) -> Imported:
    """A list with the columns unit,name,role,mail,phone,valid_from,valid_to.

    `unit` names a unit, or for a person of a 园区运营管理机构 the park (code, title, short name) or that operator.
    """
    actor.require(Permission.MANAGE_REGISTER)
    changed, errors = [], []
    with session.begin_nested() as attempt:
        for line in read_list(text, COLUMNS, required=("unit", "name", "role")):
            try:
                changed.append(_import_line(session, actor, line) is not None)
            except Refused as refusal:
                errors.append(f"第{line.number}行：{refusal}")
        if errors:
            attempt.rollback()
    if errors:
        return Imported(0, 0, tuple(errors))
    if not changed:
        raise Refused("文件中没有联系人，表头之下至少一行")
    return Imported(sum(changed), len(changed) - sum(changed))


def _import_line(session: Session, actor: Actor, line: Line) -> int | None:
    valid_from, valid_to = line.day("valid_from"), line.day("valid_to")
    role = _role(line.text("role"))
    person = Person(line.text("name"), role, line.text("mail"), line.text("phone"), valid_from, valid_to)
    named = line.text("unit")
    unit, park = units.find_unit(session, named), _park(session, named)
    # A 管委会 may be a unit and run a park: the role tells which is meant.
    if park is not None and (role is ContactRole.OPERATOR or unit is None):
        return contacts.add_contact(session, actor, park.district, person, park)
    if unit is None:
        raise Unknown(f"没有找到单位或园区“{named}”。{units.near_names(session, named)}")
    return contacts.add_contact(session, actor, unit, person)


def _park(session: Session, named: str) -> Park | None:
    """The park of this code, title or short name, or the one run by this operator. Raises Refused for several."""
    if not named:
        return None
    fits = or_(
        Park.title == named, func.upper(Park.code) == named.upper(), Park.short_name == named, Park.operator == named
    )
    found = session.scalars(select(Park).where(fits).order_by(Park.id)).all()
    if len(found) > 1:
        codes = "、".join(f"{park.code}（{park.short_name}）" for park in found)
        raise Refused(f"“{named}”对应多个园区：{codes}，请用园区代码")
    return found[0] if found else None


def _role(text: str) -> ContactRole:
    role = next((role for role in ContactRole if text in (role.value, role.label)), None)
    if role is None:
        known = "、".join(f"{role.value}（{role.label}）" for role in ContactRole)
        raise Refused(f"角色应为 {known} 之一，收到“{text}”")
    return role
