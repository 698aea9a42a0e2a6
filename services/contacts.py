"""People to write to, by unit, role and days of validity."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from email.utils import parseaddr

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Contact, Unit
from db.queries.contacts import ContactRow, contacts_of
from policy.access import Actor, Permission
from policy.acts import Act
from policy.divisions import in_force
from policy.figures import chinese_date
from policy.masking import mask_mail, mask_phone
from policy.refusal import Refused
from policy.terms import ContactRole
from services import audit, clock, units
from services.lengths import require_storable
from services.lists import Line, read_list

# What every mail server takes: no Chinese or full-width character, which would come back undelivered.
MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
COLUMNS = ("unit", "name", "role", "mail", "phone", "valid_from", "valid_to")


def add_contact(
    session: Session,
    actor: Actor,
    unit: Unit,
    *,
    name: str,
    role: ContactRole,
    mail: str = "",
    phone: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> bool:
    """Enter one person; False when exactly this entry stands already. Raises Refused on a line that cannot be used."""
    actor.require(Permission.MANAGE_REGISTER)
    name, mail, phone = name.strip(), mail.strip(), phone.strip()
    _check(name, mail, phone, valid_from, valid_to)
    audit.take_turn(session)
    same = select(Contact).where(
        Contact.unit_id == unit.id, Contact.name == name, Contact.role == role, Contact.mail == mail,
        Contact.valid_from == valid_from if valid_from else Contact.valid_from.is_(None),
    )  # fmt: skip
    known = session.scalars(same).first()
    if known is not None and (known.phone, known.valid_to) == (phone, valid_to):
        return False
    old = _masked(known) if known else None
    contact = known or Contact(unit_id=unit.id, name=name, role=role, mail=mail, valid_from=valid_from)
    contact.phone, contact.valid_to = phone, valid_to
    require_storable(contact)
    session.add(contact)
    session.flush()
    act = Act.CONTACT_UPDATE if known else Act.CONTACT_ADD
    audit.record(session, actor, act, unit.name, old=old, new=_masked(contact))
    return True


def _check(name: str, mail: str, phone: str, valid_from: date | None, valid_to: date | None) -> None:
    if not name:
        raise Refused("缺少姓名")
    if not mail and not phone:
        raise Refused(f"{name}：邮箱和电话至少填写一项")
    if mail and not (mail.isascii() and MAIL.fullmatch(mail)):
        raise Refused(f"{name}：邮箱应写作 name@example.gov.cn（不含中文和全角字符），收到“{mail}”")
    if valid_from and valid_to and valid_to < valid_from:
        raise Refused(f"{name}：有效期止{chinese_date(valid_to)}早于有效期起{chinese_date(valid_from)}")


def _masked(contact: Contact) -> dict[str, str]:
    """For the audit log, which everyone who may read it should be able to read without seeing phones."""
    return {
        "name": contact.name,
        "role": contact.role,
        "mail": mask_mail(contact.mail),
        "phone": mask_phone(contact.phone),
        "valid_from": str(contact.valid_from or ""),
        "valid_to": str(contact.valid_to or ""),
    }


def add_handler(session: Session, actor: Actor, unit: Unit, text: str) -> bool:
    """A handler written 姓名<mail>; raises Refused when it is written otherwise."""
    name, mail = _handler(text)
    return add_contact(session, actor, unit, name=name, role=ContactRole.HANDLER, mail=mail)


def _handler(text: str) -> tuple[str, str]:
    name, mail = parseaddr(text.replace("＜", "<").replace("＞", ">"))
    if not name or not mail:
        raise Refused(f"联系人应写作“姓名<邮箱>”，收到“{text}”")
    return name, mail


def not_among_handlers(session: Session, unit: Unit, texts: Iterable[str]) -> tuple[str, ...]:
    """Names of those written 姓名<mail> who do not stand as handlers of the unit; raises Refused as `add_handler`."""
    handlers = {(row.name, row.mail) for row in contacts_of(session, unit.id) if row.role is ContactRole.HANDLER}
    return tuple(person[0] for person in map(_handler, texts) if person not in handlers)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many lines were new or changed, how many stood already; or what is wrong, line by line (then nothing
    was imported)."""

    added: int
    unchanged: int
    errors: tuple[str, ...] = ()


def import_contacts(session: Session, actor: Actor, text: str) -> Imported:
    """A list with the columns unit,name,role,mail,phone,valid_from,valid_to: the whole of it or nothing."""
    actor.require(Permission.MANAGE_REGISTER)
    changed, errors = [], []
    with session.begin_nested() as attempt:
        for line in read_list(text, COLUMNS, required=("unit", "name", "role")):
            try:
                changed.append(_import_line(session, actor, line))
            except Refused as refusal:
                errors.append(f"第{line.number}行：{refusal}")
        if errors:
            attempt.rollback()
    if errors:
        return Imported(0, 0, tuple(errors))
    return Imported(sum(changed), len(changed) - sum(changed))


def _import_line(session: Session, actor: Actor, line: Line) -> bool:
    valid_to = line.day("valid_to")
    return add_contact(
        session,
        actor,
        _unit(session, line.text("unit"), valid_to),
        name=line.text("name"),
        role=_role(line.text("role")),
        mail=line.text("mail"),
        phone=line.text("phone"),
        valid_from=line.day("valid_from"),
        valid_to=valid_to,
    )


def _unit(session: Session, name: str, valid_to: date | None) -> Unit:
    """A unit that has ended can only have people whose time has ended too."""
    unit, today = units.require_unit(session, name), clock.today()
    if not units.is_valid(unit, today) and (valid_to is None or valid_to >= today):
        heirs = "或".join(heir.name for heir in units.successors(session, unit, today))
        raise Refused(f"{units.not_valid(unit)}，请写{heirs or '现单位'}")
    return unit


def _role(text: str) -> ContactRole:
    role = next((role for role in ContactRole if text in (role.value, role.label)), None)
    if role is None:
        known = "、".join(f"{role.value}（{role.label}）" for role in ContactRole)
        raise Refused(f"角色应为 {known} 之一，收到“{text}”")
    return role


def mailboxes(session: Session, district: Unit, day: date) -> tuple[str, ...]:
    """Where the handlers of a district read mail on `day`; of its successors once it has ended."""
    answering = units.successors(session, district, day) or (district,)
    people = (person for unit in answering for person in recipients(session, unit.id, ContactRole.HANDLER, day))
    return tuple(dict.fromkeys(person.mail for person in people))


def unreachable(session: Session, district_ids: Iterable[int], day: date) -> frozenset[int]:
    """Those of the districts that no mail of notice reaches on `day`: no valid handler with a mailbox."""
    asked = set(district_ids)
    handlers = session.execute(
        select(Contact.unit_id, Contact.valid_from, Contact.valid_to)
        .join(Unit, Contact.unit_id == Unit.id)
        .where(Contact.role == ContactRole.HANDLER, Contact.mail != "", Unit.id.in_(asked), Unit.valid_to.is_(None))
    )
    reached = {row.unit_id for row in handlers if in_force(row.valid_from, row.valid_to, day)}
    # The few that are left are looked at one by one, with those that came after them.
    rest = session.scalars(select(Unit).where(Unit.id.in_(asked - reached)))
    return frozenset(district.id for district in rest if not mailboxes(session, district, day))


def recipients(session: Session, unit_id: int, role: ContactRole, day: date) -> tuple[ContactRow, ...]:
    """People of a unit in a role, valid on `day`, who have a mail address."""
    people = contacts_of(session, unit_id)
    return tuple(person for person in people if person.role is role and person.mail and person.valid_on(day))
