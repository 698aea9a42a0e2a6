"""Whom a notice about a park goes to: the people in charge of the matter, valid on the day, whose mail arrives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Park, Unit
from db.queries.contacts import ContactRow, contacts_of
from policy.facts import Reach
from policy.ladder import Audience
from policy.masking import mask_mail
from policy.terms import ContactRole, UnitKind
from services import units


@dataclass(frozen=True, slots=True)
class Recipient:
    name: str
    role: ContactRole
    mail: str


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
        asked = (ContactRole.HANDLER, ContactRole.DEPUTY)
        bounced = [person.mail for person in self._people(Audience.DISTRICT) if person.bounced and person.role in asked]
        return Reach(len(self.handlers(Audience.DISTRICT)), tuple(mask_mail(mail) for mail in dict.fromkeys(bounced)))

    def _in_roles(self, audience: Audience, *roles: ContactRole) -> tuple[Recipient, ...]:
        people = [person for person in self._people(audience) if person.role in roles and not person.bounced]
        return tuple({person.mail: Recipient(person.name, person.role, person.mail) for person in people}.values())

    def _people(self, audience: Audience) -> tuple[ContactRow, ...]:
        if audience not in self._known:
            rows = [row for unit in self._units(audience) for row in contacts_of(self._session, unit.id)]
            own = self._park.id if audience is Audience.OPERATOR else None
            self._known[audience] = tuple(
                row for row in rows if row.mail and row.park_id == own and row.valid_on(self._day)
            )
        return self._known[audience]

    def _units(self, audience: Audience) -> tuple[Unit, ...]:
        """The units that answer on the day: a reorganised district's successors in its place."""
        if audience is Audience.COMMITTEE:
            return tuple(self._session.scalars(select(Unit).where(Unit.kind == UnitKind.COMMITTEE).order_by(Unit.id)))
        district = self._park.district
        return units.successors(self._session, district, self._day) or (district,)
