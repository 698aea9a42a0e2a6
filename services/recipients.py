"""Whom a notice about a park goes to: the people in charge of the matter, valid on the day, whose mail arrives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import OutboxMail, Park, Unit
from db.queries.contacts import ContactRow, contacts_of, operators_of
from db.queries.contacts import people as everyone
from policy.access import FULL_SCOPE
from policy.alerts.ladder import UPWARDS, Audience
from policy.facts import Reach
from policy.masking import mask_mail
from policy.terms import ContactRole, MailState, UnitKind
from services import units

# Whom a notice to a district goes to: the B角 where no 经办人 is reached.
ADDRESSED = (ContactRole.HANDLER, ContactRole.DEPUTY)
SOON = timedelta(days=30)
"""How long before its last 经办人 ends a district is told so."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """`earlier`: the addresses at which they, or those whose work they took over, have been told so far."""

    name: str
    role: ContactRole
    mail: str
    earlier: tuple[str, ...] = ()


class AddressBook:
    """The people of one park's matters on a day, each unit read once."""

    def __init__(self, session: Session, park: Park, day: date) -> None:
        self._session, self._park, self._day = session, park, day
        self._known: dict[Audience, tuple[ContactRow, ...]] = {}

    def handlers(self, audience: Audience) -> tuple[Recipient, ...]:
        """经办人 whose mail arrives, else their B角; of the district where an operator has entered nobody."""
        roles = (ContactRole.OPERATOR,) if audience is Audience.OPERATOR else (ContactRole.HANDLER,)
        found = self._in_roles(audience, *roles) or self._in_roles(audience, ContactRole.DEPUTY)
        return found or (self.handlers(Audience.DISTRICT) if audience is Audience.OPERATOR else ())

    def in_role(self, role: ContactRole) -> tuple[Recipient, ...]:
        """People of the district in a higher role."""
        return self._in_roles(Audience.DISTRICT, role)

    def office(self, role: ContactRole) -> str:
        """To whom a formal 催报 to somebody in this role is addressed."""
        answering = units.successors(self._session, self._park.district, self._day)
        return units.office(next(iter(answering), self._park.district), role)

    def reach(self) -> Reach:
        """Whom a notice to the district finds, and which addresses of its people, in whatever role, send mail back."""
        people = self._people(Audience.DISTRICT)
        bounced = [person.mail for person in people if person.bounced]
        refused = _refused(self._session, {person.mail for person in people if not person.bounced})
        return Reach(
            handlers=len(self.handlers(Audience.DISTRICT)),
            bounced=tuple(mask_mail(mail) for mail in dict.fromkeys(bounced)),
            operators=len(self.handlers(Audience.OPERATOR)),
            roles=frozenset(role for role in UPWARDS if self.in_role(role)),
            committee=len(self.handlers(Audience.COMMITTEE)),
            refused=tuple(mask_mail(mail) for mail in sorted(refused)),
            offices=tuple(unit.name for unit in units.successors(self._session, self._park.district, self._day)),
        )

    def _in_roles(self, audience: Audience, *roles: ContactRole) -> tuple[Recipient, ...]:
        people = [person for person in self._people(audience) if person.role in roles and not person.bounced]
        found = (Recipient(person.name, person.role, person.mail, person.earlier) for person in people)
        return tuple({recipient.mail: recipient for recipient in found}.values())

    def _people(self, audience: Audience) -> tuple[ContactRow, ...]:
        if audience not in self._known:
            rows = self._entered(audience)
            self._known[audience] = tuple(row for row in rows if row.mail and row.valid_on(self._day))
        return self._known[audience]

    def _entered(self, audience: Audience) -> tuple[ContactRow, ...]:
        if audience is Audience.OPERATOR:
            return operators_of(self._session, self._park.id)
        if audience is Audience.DISTRICT:
            answering = units.successors(self._session, self._park.district, self._day) or (self._park.district,)
            return tuple(row for unit in answering for row in contacts_of(self._session, unit.id))
        return tuple(row for unit in committee(self._session) for row in contacts_of(self._session, unit.id))


def _refused(session: Session, addresses: Collection[str]) -> frozenset[str]:
    """Those of the addresses whose newest mail that came to an end was given up."""
    mail = OutboxMail
    ended = (MailState.SENT.value, MailState.FAILED.value)
    newest = (
        select(func.max(mail.id))
        .where(func.lower(mail.recipient).in_(addresses), mail.state.in_(ended))
        .group_by(func.lower(mail.recipient))
    )
    failed = select(func.lower(mail.recipient)).where(mail.id.in_(newest), mail.state == MailState.FAILED.value)
    return frozenset(session.scalars(failed)) if addresses else frozenset()


def committee(session: Session) -> Sequence[Unit]:
    """The unit whose people are told of the committee's own matters."""
    return session.scalars(select(Unit).where(Unit.kind == UnitKind.COMMITTEE).order_by(Unit.id)).all()


def committee_name(session: Session) -> str:
    return next((unit.name for unit in committee(session)), UnitKind.COMMITTEE.label)


def committee_reached(session: Session, day: date) -> bool:
    """Whether a notice to the committee finds anybody on the day."""
    return bool(committee_addresses(session, day))


def committee_addresses(session: Session, day: date) -> tuple[str, ...]:
    """The addresses of the committee's 经办人 and B角 at which a mail of the day arrives."""
    people = (row for unit in committee(session) for row in contacts_of(session, unit.id))
    return tuple(dict.fromkeys(row.mail for row in people if row.role in ADDRESSED and row.reached_on(day)))


@dataclass(frozen=True, slots=True)
class Gap:
    """A district that no notice reaches from the day `on`; `by_phone`: who is there all the same, with a telephone."""

    unit_id: int
    unit: str
    on: date
    by_phone: tuple[ContactRow, ...]


def gaps(session: Session, district_ids: Iterable[int], day: date, *, ahead: timedelta = SOON) -> tuple[Gap, ...]:
    """Those of the districts that no notice reaches on `day`, or will reach on some day until `ahead` of it: neither a
    valid 经办人 nor a valid B角 of theirs, or of their successors, has an address at which mail arrives."""
    districts = session.scalars(select(Unit).where(Unit.id.in_(set(district_ids))).order_by(Unit.position, Unit.id))
    entered: dict[int, list[ContactRow]] = {}
    for row in everyone(session, FULL_SCOPE):
        if row.park_id is None:
            entered.setdefault(row.unit_id, []).append(row)
    found = []
    for district in districts:
        answering = units.successors(session, district, day) or (district,)
        people = [row for unit in answering for row in entered.get(unit.id, ())]
        found.append(_gap(district, people, day, day + ahead))
    return tuple(gap for gap in found if gap is not None)


def _gap(district: Unit, people: Sequence[ContactRow], day: date, until: date) -> Gap | None:
    addressed = [row for row in people if row.role in ADDRESSED]
    ends = {row.valid_to + timedelta(days=1) for row in addressed if row.valid_to and day <= row.valid_to < until}
    for on in sorted({day, *ends}):
        if not any(row.reached_on(on) for row in addressed):
            return Gap(district.id, district.name, on, tuple(row for row in people if row.phone and row.valid_on(day)))
    return None
