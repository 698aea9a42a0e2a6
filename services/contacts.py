"""People to write to: several a unit, each in a role and for their days; those of a park's 园区运营管理机构, too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from email.utils import parseaddr

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.models import Contact, Park, Unit
from db.queries.contacts import contacts_of
from policy.access import Actor, Permission
from policy.acts import Act
from policy.divisions import in_force
from policy.figures import chinese_date
from policy.masking import mask_mail, mask_phone
from policy.refusal import Refused, Unknown
from policy.terms import ContactRole
from services import audit, clock, units
from services.lengths import require_storable

# What every mail server takes: no Chinese or full-width character, which would come back undelivered.
MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


@dataclass(frozen=True, slots=True)
class Person:
    """What is entered of one person in one role; an empty end of validity is open."""

    name: str
    role: ContactRole
    mail: str = ""
    phone: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def stripped(self) -> Person:
        """As it is stored: addresses that differ in letter case alone are one mailbox, written in small letters."""
        return replace(self, name=self.name.strip(), mail=self.mail.strip().lower(), phone=self.phone.strip())


def add_contact(session: Session, actor: Actor, unit: Unit, person: Person, park: Park | None = None) -> int | None:
    """Enter one person of a unit, or of a park's 园区运营管理机构: the row; None when exactly this stands already.

    A new address takes the place of one of the same person, in the same role, at which mail comes back. Raises
    Refused on what cannot be used, Unknown for a unit or park outside the actor's scope.
    """
    actor.require(Permission.MANAGE_CONTACTS)
    unit = park.district if park else unit
    require_own(actor, unit.id, park)
    person = person.stripped()
    check(person, of_park=park is not None)
    _require_standing(session, unit, person.valid_to)
    audit.take_turn(session)
    known = session.scalars(select(Contact).where(*same_person(unit, park, person), *_entry(person))).first()
    if known is not None and (known.phone, known.valid_to) == (person.phone, person.valid_to):
        return None
    if known is None:
        _supersede(session, actor, unit, park, person)
    return enter(session, actor, unit, person, park, known).id


def add_at(
    session: Session, actor: Actor, person: Person, *, unit_id: int | None = None, park_id: int | None = None
) -> int | None:
    """`add_contact` to the unit or the park of this number; raises Unknown when there is none."""
    park = session.get(Park, park_id) if park_id else None
    unit = park.district if park else session.get(Unit, unit_id) if unit_id else None
    if unit is None:
        raise Unknown("请选择单位或园区")
    return add_contact(session, actor, unit, person, park)


def enter(
    session: Session, actor: Actor, unit: Unit, person: Person, park: Park | None = None, known: Contact | None = None
) -> Contact:
    """Write a checked entry, anew or over the one `known`, and the audit of it."""
    old = told(known, park) if known else None
    contact = known or Contact(unit_id=unit.id, park_id=park.id if park else None)
    if person.mail.lower() != (contact.mail or "").lower():
        contact.bounced_on, contact.bounce_reason = None, ""
    for name in Person.__dataclass_fields__:
        setattr(contact, name, getattr(person, name))
    require_storable(contact)
    session.add(contact)
    session.flush()
    new = told(contact, park)
    audit.record(
        session, actor, Act.CONTACT_UPDATE if known else Act.CONTACT_ADD, unit.name,
        park_id=park.id if park else None, old=old, new=new,
    )  # fmt: skip
    return contact


def change_contact(session: Session, actor: Actor, contact_id: int, person: Person) -> int:
    """Set right what is entered of a person; the row they stand in from now on.

    Where mails went to the old address before today, that stays on record: the old address is valid until yesterday,
    the new one from today. Raises Unknown outside the scope, Refused on what cannot be used.
    """
    actor.require(Permission.MANAGE_CONTACTS)
    audit.take_turn(session)
    standing, unit, park = find_contact(session, actor, contact_id)
    person, today = person.stripped(), clock.today()
    known: Contact | None = standing
    if person.mail != standing.mail.lower() and _has_served(standing, today):
        end_contact(session, actor, contact_id, today - timedelta(days=1))
        known, person = None, replace(person, valid_from=today)
    check(person, of_park=park is not None)
    twin = select(Contact.id).where(*same_person(unit, park, person), *_entry(person), Contact.id != contact_id)
    if session.scalars(twin).first() is not None:
        raise Refused(f"{person.name}已作为{person.role.label}以同一邮箱登记，没有改动")
    return enter(session, actor, unit, person, park, known).id


def end_contact(session: Session, actor: Actor, contact_id: int, last_day: date) -> None:
    """Nothing goes to this person after `last_day`. Raises Unknown outside the scope, Refused before their first."""
    actor.require(Permission.MANAGE_CONTACTS)
    contact, unit, park = find_contact(session, actor, contact_id)
    person = replace(entered(contact), valid_to=last_day)
    check(person, of_park=park is not None)
    enter(session, actor, unit, person, park, contact)


def entered(contact: Contact) -> Person:
    """What is entered of them."""
    person = Person(*(getattr(contact, name) for name in Person.__dataclass_fields__))
    return replace(person, role=ContactRole(contact.role)).stripped()


def find_contact(session: Session, actor: Actor, contact_id: int) -> tuple[Contact, Unit, Park | None]:
    """The person, who answers for them, and their park when they are an operator's. Raises Unknown outside the
    actor's scope, as if there were none."""
    contact = session.get(Contact, contact_id)
    if contact is None:
        raise Unknown("没有找到该联系人")
    park = session.get_one(Park, contact.park_id) if contact.park_id else None
    unit = session.get_one(Unit, contact.unit_id)
    require_own(actor, unit.id, park)
    return contact, unit, park


def require_own(actor: Actor, unit_id: int, park: Park | None) -> None:
    """Raises Unknown unless the unit, or the park's operator, is the actor's to keep the people of."""
    if not (actor.scope.everything or unit_id in actor.scope.unit_ids):
        raise Unknown("没有找到该园区" if park else "没有找到该单位")


def check(person: Person, *, of_park: bool) -> None:
    """Raises Refused for what cannot be used, in a sentence that says how to mend it."""
    name, mail = person.name, person.mail
    if not name:
        raise Refused("缺少姓名")
    if of_park and person.role is not ContactRole.OPERATOR:
        told = f"园区只登记“{ContactRole.OPERATOR.label}”的联系人，收到角色“{person.role.label}”"
        raise Refused(f"{name}：{told}；区县的人员请写区县名称")
    if not of_park and person.role is ContactRole.OPERATOR:
        raise Refused(f"{name}：“{person.role.label}”的联系人须写明园区代码、名称或运营管理机构名称")
    if not mail and not person.phone:
        raise Refused(f"{name}：邮箱和电话至少填写一项")
    if mail and not (mail.isascii() and MAIL.fullmatch(mail)):
        raise Refused(f"{name}：邮箱应写作 name@example.gov.cn（不含中文和全角字符），收到“{mail}”")
    start, end = person.valid_from, person.valid_to
    if start and end and end < start:
        raise Refused(f"{name}：有效期止{chinese_date(end)}早于有效期起{chinese_date(start)}")


def told(contact: Contact, park: Park | None = None) -> dict[str, str]:
    """For the audit log, which everyone who may read it should be able to read without seeing phones."""
    return {
        "name": contact.name,
        "role": contact.role,
        "mail": mask_mail(contact.mail),
        "phone": mask_phone(contact.phone),
        "valid_from": str(contact.valid_from or ""),
        "valid_to": str(contact.valid_to or ""),
    } | ({"park": park.code} if park else {})


def add_handler(session: Session, actor: Actor, unit: Unit, text: str) -> None:
    """A handler written 姓名<mail>, unless they stand already; raises Refused when it is written otherwise."""
    name, mail = _handler(text)
    add_contact(session, actor, unit, Person(name, ContactRole.HANDLER, mail))


def _handler(text: str) -> tuple[str, str]:
    name, mail = parseaddr(text.replace("＜", "<").replace("＞", ">"))
    if not name or not mail:
        raise Refused(f"联系人应写作“姓名<邮箱>”，收到“{text}”")
    return name, mail


def not_among_handlers(session: Session, unit: Unit, texts: Iterable[str]) -> tuple[str, ...]:
    """Names of those written 姓名<mail> who do not stand as handlers of the unit; raises Refused as `add_handler`."""
    handlers = {(row.name, row.mail) for row in contacts_of(session, unit.id) if row.role is ContactRole.HANDLER}
    return tuple(name for name, mail in map(_handler, texts) if (name, mail.lower()) not in handlers)


def _require_standing(session: Session, unit: Unit, valid_to: date | None) -> None:
    """A unit that has ended can only have people whose time has ended too."""
    today = clock.today()
    if not units.is_valid(unit, today) and (valid_to is None or valid_to >= today):
        heirs = "或".join(heir.name for heir in units.successors(session, unit, today))
        raise Refused(f"{units.not_valid(unit)}，请写{heirs or '现单位'}")


def _supersede(session: Session, actor: Actor, unit: Unit, park: Park | None, person: Person) -> None:
    """Where mail comes back nobody reads: such an address of the same person ends with the new one's beginning."""
    if not person.mail:
        return
    start = person.valid_from or clock.today()
    for other in session.scalars(
        select(Contact).where(*same_person(unit, park, person), Contact.bounced_on.is_not(None))
    ):
        last = start - timedelta(days=1)
        if in_force(other.valid_from, other.valid_to, start) and (other.valid_from is None or other.valid_from <= last):
            end_contact(session, actor, other.id, last)


def same_person(unit: Unit, park: Park | None, person: Person) -> tuple[ColumnElement[bool], ...]:
    """The rows of the same person in the same role."""
    of = Contact.park_id == park.id if park else (Contact.unit_id == unit.id) & Contact.park_id.is_(None)
    return of, Contact.name == person.name, Contact.role == person.role


def _entry(person: Person) -> tuple[ColumnElement[bool], ...]:
    """At the same address from the same day."""
    start = Contact.valid_from == person.valid_from if person.valid_from else Contact.valid_from.is_(None)
    return func.lower(Contact.mail) == person.mail.lower(), start


def _has_served(contact: Contact, today: date) -> bool:
    """Whether mails may have gone to its address before today, and would go there from today on."""
    began = contact.valid_from is None or contact.valid_from < today
    return bool(contact.mail) and began and (contact.valid_to is None or contact.valid_to >= today)
