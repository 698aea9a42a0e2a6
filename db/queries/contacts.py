"""Contacts of a unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Contact, Unit
from policy.divisions import in_force
from policy.masking import mask_mail, mask_phone
from policy.terms import ContactRole


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One person of a unit; personal data, to be masked for whoever need not write or call."""

    unit: str
    name: str
    role: ContactRole
    mail: str
    phone: str
    valid_from: date | None
    valid_to: date | None
    park_id: int | None = None
    """Set for a person of that park's 园区运营管理机构."""
    bounced: bool = False
    """Mail to this address comes back."""

    def valid_on(self, day: date) -> bool:
        return in_force(self.valid_from, self.valid_to, day)

    def masked(self) -> ContactRow:
        return replace(self, mail=mask_mail(self.mail), phone=mask_phone(self.phone))


def contacts_of(session: Session, unit_id: int) -> tuple[ContactRow, ...]:
    """Everyone ever entered for a unit, in the order of entry, unmasked."""
    rows = session.execute(
        select(Unit.name.label("unit"), Contact.name, Contact.role, Contact.mail, Contact.phone)
        .add_columns(Contact.valid_from, Contact.valid_to, Contact.park_id, Contact.bounced_on)
        .join(Contact, Contact.unit_id == Unit.id)
        .where(Unit.id == unit_id)
        .order_by(Contact.id)
    )
    return tuple(
        ContactRow(
            row.unit,
            row.name,
            ContactRole(row.role),
            row.mail,
            row.phone,
            row.valid_from,
            row.valid_to,
            row.park_id,
            row.bounced_on is not None,
        )
        for row in rows
    )
