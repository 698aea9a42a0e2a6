"""Addresses that send mail back: marked on the people who have them, until a mail arrives there again."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import watch
from db.models import Alert, Contact, OutboxItem, OutboxMail, Unit
from policy.access import Actor
from policy.acts import Act
from policy.masking import mask_mail
from policy.terms import MailState
from services import audit, clock

REASON_LENGTH = 300


def bounced(session: Session) -> frozenset[str]:
    """Every address that is marked, in small letters."""
    marked = select(func.lower(Contact.mail)).where(Contact.bounced_on.is_not(None)).distinct()
    return frozenset(session.scalars(marked))


def mark(session: Session, actor: Actor, address: str, reason: str) -> None:
    """Mail to this address is refused for good: so it stands with each person valid today who reads there."""
    today = clock.today()
    for contact, unit in _people(session, address):
        if contact.bounced_on is None and (contact.valid_to is None or contact.valid_to >= today):
            contact.bounced_on, contact.bounce_reason = today, reason[:REASON_LENGTH]
            new = _told(contact) | {"bounced_on": str(today), "reason": contact.bounce_reason}
            audit.record(session, actor, Act.CONTACT_BOUNCE, unit, new=new)


def given_up(session: Session) -> frozenset[str]:
    """Every address to which a mail was given up, in small letters."""
    failed = select(func.lower(OutboxMail.recipient)).where(OutboxMail.state == MailState.FAILED.value)
    return frozenset(session.scalars(failed.distinct()))


def look_again(session: Session, mail_id: int) -> None:
    """A mail was given up, or one arrived where others were: the next sweep judges the parks it told of."""
    told = select(Alert.park_id).join(OutboxItem, OutboxItem.alert_id == Alert.id).where(OutboxItem.mail_id == mail_id)
    watch.mark(session.connection(), [watch.Mark(park_id=park_id) for park_id in session.scalars(told.distinct())])


def clear(session: Session, actor: Actor, address: str) -> None:
    """A mail has arrived there."""
    for contact, unit in _people(session, address):
        if contact.bounced_on is not None:
            old = _told(contact) | {"bounced_on": str(contact.bounced_on)}
            contact.bounced_on, contact.bounce_reason = None, ""
            audit.record(session, actor, Act.CONTACT_UPDATE, unit, old=old, new=_told(contact) | {"bounced_on": ""})


def _people(session: Session, address: str) -> list[tuple[Contact, str]]:
    reads_there = func.lower(Contact.mail) == address.lower()
    found = select(Contact, Unit.name).join(Unit, Contact.unit_id == Unit.id).where(reads_there)
    return [(row.Contact, row.name) for row in session.execute(found.order_by(Contact.id))]


def _told(contact: Contact) -> dict[str, str]:
    return {"name": contact.name, "mail": mask_mail(contact.mail)}
