"""Whom a notice about a park goes to: the people in charge of the matter, valid on the day, whose mail arrives."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Park, Unit
from db.queries.contacts import ContactRow, contacts_of, operators_of
from policy.facts import Reach
from policy.ladder import Audience
from policy.masking import mask_mail
from policy.terms import ContactRole, UnitKind
from services import units

# Whom a notice to a district goes to: the B角 where no 经办人 is reached.
ADDRESSED = (ContactRole.HANDLER, ContactRole.DEPUTY)


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

    def reach(self) -> Reach:
        """Whom a notice to the district finds, and which addresses send mail back."""
        people = [person for person in self._people(Audience.DISTRICT) if person.role in ADDRESSED]
        bounced = [person.mail for person in people if person.bounced]
        return Reach(len(self.handlers(Audience.DISTRICT)), tuple(mask_mail(mail) for mail in dict.fromkeys(bounced)))

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
            return _answering(self._session, self._park.district, self._day)
        committee = select(Unit.id).where(Unit.kind == UnitKind.COMMITTEE).order_by(Unit.id)
        return tuple(row for unit_id in self._session.scalars(committee) for row in contacts_of(self._session, unit_id))


def unreachable(session: Session, district_ids: Iterable[int], day: date) -> frozenset[int]:
    """Those of the districts that no notice reaches on `day`: neither a valid 经办人 nor a valid B角 of theirs, or of
    their successors, has an address at which mail arrives."""
    districts = session.scalars(select(Unit).where(Unit.id.in_(set(district_ids))))
    return frozenset(
        district.id
        for district in districts
        if not any(row.role in ADDRESSED and row.reached_on(day) for row in _answering(session, district, day))
    )


def _answering(session: Session, district: Unit, day: date) -> tuple[ContactRow, ...]:
    """Everyone ever entered for the units that answer on the day: a reorganised district's successors in its place."""
    answering = units.successors(session, district, day) or (district,)
    return tuple(row for unit in answering for row in contacts_of(session, unit.id))
