"""What still waits to go to somebody whose work has passed on: mails and 拟催报 go to the successor instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, exists, func, select
from sqlalchemy.orm import Session

from db.models import Contact, OutboxItem, OutboxMail, PressProposal
from db.session import changed
from policy.divisions import in_force
from policy.terms import MailState, ProposalState

WHY_WITHDRAWN = "工作已移交，由接交人的下一封邮件告知"
WAITING = (MailState.QUEUED.value, MailState.HELD.value)


@dataclass(frozen=True, slots=True)
class Moved:
    """The keys of the mails that go to the new address, and how many 拟催报 do."""

    mails: tuple[str, ...] = ()
    proposals: int = 0


def readdress(session: Session, old: str, new: str, name: str, day: date) -> Moved:
    """From the address `old` to `new`, at which `name` reads. Nothing that may have been handed over already moves,
    nothing that tells the successor only what they are told themselves, and nothing at all while somebody else reads
    at the old address on `day`."""
    old, new = old.lower(), new.lower()
    if not old or old == new or _is_read(session, old, day):
        return Moved()
    waiting = select(OutboxMail).where(
        func.lower(OutboxMail.recipient) == old, OutboxMail.state.in_(WAITING), OutboxMail.doubts == 0
    )
    mails = [mail.key for mail in session.scalars(waiting.order_by(OutboxMail.id)).all() if _move(session, mail, new)]
    return Moved(tuple(mails), _move_proposals(session, old, new, name))


def _is_read(session: Session, address: str, day: date) -> bool:
    others = session.execute(select(Contact.valid_from, Contact.valid_to).where(func.lower(Contact.mail) == address))
    return any(in_force(row.valid_from, row.valid_to, day) for row in others)


def _move(session: Session, mail: OutboxMail, new: str) -> bool:
    """A sender that has taken it up in the meantime keeps it."""
    theirs = [item for item in mail.items if not _knows(session, item, new)]
    if mail.items and not theirs:
        return False
    still = (OutboxMail.id == mail.id, OutboxMail.recipient == mail.recipient, OutboxMail.state.in_(WAITING))
    has_one = exists().where(func.lower(OutboxMail.recipient) == new, OutboxMail.digest_on == mail.digest_on)
    if mail.digest_on is not None and session.scalar(select(has_one)):
        _withdraw(session, mail, still)
        return False
    if not changed(session, OutboxMail, still, {"recipient": new}):
        return False
    for item in theirs:
        item.recipient = new
    session.flush()
    session.refresh(mail)
    return True


def _withdraw(session: Session, mail: OutboxMail, still: Sequence[ColumnElement[bool]]) -> None:
    """The successor has had that day's digest: what this one tells has not been told, and stands in their next one."""
    if changed(session, OutboxMail, still, {"state": MailState.HELD.value, "last_error": WHY_WITHDRAWN}):
        session.execute(delete(OutboxItem).where(OutboxItem.mail_id == mail.id))
        session.refresh(mail)


def _knows(session: Session, item: OutboxItem, address: str) -> bool:
    same = (OutboxItem.alert_id == item.alert_id, OutboxItem.stage == item.stage, OutboxItem.recipient == address)
    return bool(session.scalar(select(exists().where(*same))))


def _move_proposals(session: Session, old: str, new: str, name: str) -> int:
    """One that the successor has a like of is not made twice."""
    asked = select(PressProposal).where(
        func.lower(PressProposal.recipient) == old, PressProposal.state == ProposalState.PROPOSED.value
    )
    moved = 0
    for proposal in session.scalars(asked.order_by(PressProposal.id)).all():
        same = (PressProposal.alert_id == proposal.alert_id, PressProposal.stage == proposal.stage)
        if session.scalar(select(exists().where(*same, PressProposal.recipient == new))):
            proposal.state = ProposalState.LAPSED.value
        else:
            proposal.recipient, proposal.person = new, name
            moved += 1
        session.flush()
    return moved
