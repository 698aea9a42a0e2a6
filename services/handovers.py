"""工作移交: on a day one person's work passes to another, with a list of what was open then for both to sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from db.handling_facts import promised
from db.models import Alert, Contact, Handover, Park, PressProposal, Unit
from db.queries.reports import waiting
from policy.access import Actor, Permission
from policy.acts import Act
from policy.alerts.alert import matter_of
from policy.alerts.ladder import COMMITTEE_RULES
from policy.divisions import in_force
from policy.figures import chinese_date
from policy.refusal import Refused
from policy.terms import AlertRule, ContactRole, ProposalState, SubmissionState, UnitKind
from services import audit, clock, contacts
from services.contacts import Person
from services.lengths import require_storable
from services.readdressing import readdress


@dataclass(frozen=True, slots=True)
class Successor:
    """Someone entered already, by the number of their row, or someone new."""

    contact_id: int | None = None
    name: str = ""
    mail: str = ""
    phone: str = ""


def hand_over(session: Session, actor: Actor, contact_id: int, to: Successor, on: date, note: str = "") -> Handover:
    """The person's work, in every role they serve in, passes to the successor on the day `on`.

    What still waits to be sent to the old address goes to the new one. What the predecessor has been told is not
    told again: it stands on the list. Raises Unknown outside the actor's scope; Refused for a day to come or outside
    the validity, for the same person, another unit, a successor without an address at which mail arrives.
    """
    actor.require(Permission.MANAGE_CONTACTS)
    audit.take_turn(session)
    contact, unit, park = contacts.find_contact(session, actor, contact_id)
    _require_serving(contact, on)
    successor = _successor(session, actor, contact, to)
    items = list(_open_matters(session, actor, unit, park))
    serving = _roles(session, contact, on)
    for row in serving:
        contacts.end_contact(session, actor, row.id, on - timedelta(days=1))
    begun = [_begin(session, actor, unit, park, replace(successor, role=ContactRole(row.role)), on) for row in serving]
    moved = readdress(session, contact.mail, successor.mail, successor.name, on)
    handover = Handover(
        unit_id=unit.id, from_id=contact.id, to_id=begun[0], on=on, note=note.strip(), items=items,
        recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(handover)
    session.add(handover)
    session.flush()
    audit.record(
        session, actor, Act.HANDOVER, unit.name, park_id=park.id if park else None,
        old={"name": contact.name, "roles": [row.role for row in serving]},
        new={"name": successor.name, "on": str(on), "items": len(items), "mails": list(moved.mails),
             "proposals": moved.proposals},
    )  # fmt: skip
    return handover


def _require_serving(contact: Contact, on: date) -> None:
    """Someone serves the day before; a day to come has not been handed over yet."""
    clock.require_past(on, "移交日期")
    if contact.valid_from and on <= contact.valid_from:
        since = f"{contact.name}的有效期自{chinese_date(contact.valid_from)}起"
        raise Refused(f"{since}，移交日期{chinese_date(on)}须在其后，请核对")
    if contact.valid_to and on > contact.valid_to + timedelta(days=1):
        raise Refused(f"{contact.name}的有效期已于{chinese_date(contact.valid_to)}结束，不能再办理移交")


def _successor(session: Session, actor: Actor, contact: Contact, to: Successor) -> Person:
    if to.contact_id is None:
        person = Person(to.name, ContactRole(contact.role), to.mail, to.phone).stripped()
        contacts.check(person, of_park=contact.park_id is not None)
    else:
        other, _unit, _park = contacts.find_contact(session, actor, to.contact_id)
        if other.park_id != contact.park_id or (other.park_id is None and other.unit_id != contact.unit_id):
            raise Refused(f"{other.name}不在同一单位，工作移交限于同一单位的人员")
        if other.bounced_on is not None:
            raise Refused(f"接交人{other.name}的邮箱自{chinese_date(other.bounced_on)}起退信，请先更换邮箱")
        person = contacts.entered(other)
    if person.name == contact.name:
        raise Refused(f"移交人和接交人都是{person.name}，请选择或填写另一人")
    if not person.mail:
        raise Refused(f"接交人{person.name}没有邮箱，提醒和催报无法送达，请先填写邮箱")
    return replace(person, valid_from=None, valid_to=None)


def _roles(session: Session, contact: Contact, on: date) -> list[Contact]:
    """Every row in which the person serves the day before, the one asked about first."""
    of_unit = (Contact.unit_id == contact.unit_id) & Contact.park_id.is_(None)
    of = Contact.park_id == contact.park_id if contact.park_id else of_unit
    rows = session.scalars(select(Contact).where(of, Contact.name == contact.name).order_by(Contact.id))
    others = [row for row in rows if row is not contact and _served(row, on)]
    return [contact, *others]


def _served(row: Contact, on: date) -> bool:
    return in_force(row.valid_from, row.valid_to, on - timedelta(days=1)) and (
        row.valid_from is None or row.valid_from < on
    )


def _begin(session: Session, actor: Actor, unit: Unit, park: Park | None, person: Person, on: date) -> int:
    """The row in which the successor serves from the day on: one that stands, or a new one."""
    same = func.lower(Contact.mail) == person.mail.lower()
    standing = select(Contact).where(*contacts.same_person(unit, park, person), same)
    for row in session.scalars(standing.order_by(Contact.id)):
        if in_force(row.valid_from, row.valid_to, on):
            return row.id
    begun = contacts.add_contact(session, actor, unit, replace(person, valid_from=on), park)
    assert begun is not None
    return begun


def _open_matters(session: Session, actor: Actor, unit: Unit, park: Park | None) -> Iterator[str]:
    """What is open today, in words: alerts with what was promised of them, reports in hand, and for the committee
    what waits for it alone."""
    of_committee = unit.kind == UnitKind.COMMITTEE
    parks = _parks(unit, park)
    yield from _alerts(session, parks, of_committee=of_committee)
    states = (SubmissionState.SUBMITTED,) if of_committee else (SubmissionState.DRAFT, SubmissionState.RETURNED)
    codes = set(session.scalars(select(Park.code).where(parks)))
    for entry in waiting(session, actor, *states):
        if entry.park_code in codes:
            period = entry.period.label if entry.period else ""
            since = chinese_date(entry.since)
            yield f"{entry.park_title}{period}园区发展情况表{entry.version.label}，{entry.state.label}，自{since}起"
    if of_committee:
        yield from _proposals(session)


def _parks(unit: Unit, park: Park | None) -> ColumnElement[bool]:
    if unit.kind == UnitKind.COMMITTEE:
        return true()
    return Park.id == park.id if park else Park.district_id == unit.id


def _alerts(session: Session, parks: ColumnElement[bool], *, of_committee: bool) -> Iterator[str]:
    its_own = Alert.rule.in_(COMMITTEE_RULES) if of_committee else Alert.rule.not_in(COMMITTEE_RULES)
    rows = session.execute(
        select(Alert.rule, Alert.key, Alert.message, Alert.park_id)
        .join(Park, Alert.park_id == Park.id)
        .where(parks, its_own, Alert.closed_on.is_(None))
        .order_by(Park.title, Alert.id)
    ).all()
    said = {park_id: promised(session, park_id, clock.today()) for park_id in {row.park_id for row in rows}}
    for row in rows:
        day = said[row.park_id].get(matter_of(row.key))
        yield f"{AlertRule(row.rule).label}：{row.message}" + (f"；承诺时限{chinese_date(day)}" if day else "")


def _proposals(session: Session) -> Iterator[str]:
    rows = session.execute(
        select(PressProposal.person, PressProposal.role, PressProposal.proposed_on, Alert.message)
        .join(Alert, PressProposal.alert_id == Alert.id)
        .where(PressProposal.state == ProposalState.PROPOSED.value)
        .order_by(PressProposal.id)
    )
    for row in rows:
        who = f"{row.person}（{ContactRole(row.role).label}）"
        yield f"拟催报{who}，{chinese_date(row.proposed_on)}列入、待批：{row.message}"
