"""The outbox: a mail is queued in the transaction that causes it, and sent afterwards.

queued → claimed → uncertain (its text is being handed over) → sent. A definite failure leads back to queued
until the attempts run out (failed). Without an answer it stays uncertain and is tried once more under the
same Message-ID. A mail whose every matter is over by then is held, and goes out after all when one of them is
open again. Every step is one conditional UPDATE: a second sender, or one that comes back from the dead
after its claim has run out, changes no row and goes no further. docs/mail.md says what happens at each fault.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import OutboxItem, OutboxMail
from db.session import changed
from policy.access import SYSTEM_ACTOR, Actor, Permission
from policy.acts import Act
from policy.refusal import Refused, Unknown
from policy.terms import MailState
from services import audit, clock
from services.mail.channels import MAIL, ChannelTransport
from services.mail.compose import Notice, Wording
from services.mail.delivery import Transport
from services.mail.message import message_id
from services.mail.sender import Round, SendReport
from services.mail.transport import open_transport
from services.platform import Platform
from settings import Settings

GIVEN_UP = (MailState.FAILED, MailState.UNCERTAIN)


def queue(session: Session, notice: Notice, wording: Wording, *, digest_on: date | None = None) -> OutboxMail:
    """Write the mail and what it tells; the unique keys refuse a second copy (IntegrityError)."""
    now, key = clock.now(), _free_key(session, notice)
    mail = OutboxMail(
        key=key,
        recipient=notice.recipient,
        subject=wording.subject,
        text=wording.text,
        html=wording.html,
        stage=notice.stage,
        state=MailState.QUEUED.value,
        message_id=message_id(key),
        queued_at=now,
        try_at=now,
        digest_on=digest_on,
        office=notice.office,
        items=[
            OutboxItem(alert_id=telling.alert_id, stage=telling.alert.stage, recipient=notice.recipient)
            for telling in notice.tellings
        ],
    )
    session.add(mail)
    session.flush()
    return mail


def queue_once(session: Session, key: str, recipient: str, wording: Wording, *, stage: str) -> bool:
    """A mail that tells of no alert; whether it is a new one. One with this key is never written twice."""
    if session.scalars(select(OutboxMail.id).where(OutboxMail.key == key)).first() is not None:
        return False
    now = clock.now()
    session.add(
        OutboxMail(
            key=key, recipient=recipient, subject=wording.subject, text=wording.text, html=wording.html, stage=stage,
            state=MailState.QUEUED.value, message_id=message_id(key), queued_at=now, try_at=now,
        )
    )  # fmt: skip
    session.flush()
    return True


def _free_key(session: Session, notice: Notice) -> str:
    """The notice's own key, unless a mail bears it still that a 工作移交 has passed on to someone else, or that tells
    nothing any more since its entries went into another."""
    key, taken = notice.key, 1
    while (holder := session.scalars(select(OutboxMail).where(OutboxMail.key == key)).first()) is not None:
        if holder.recipient == notice.recipient and holder.items:
            break
        taken += 1
        key = f"{notice.key}-{taken}"
    return key


def send_queued(
    platform: Platform, transport: Transport | None = None, *, actor: Actor = SYSTEM_ACTOR, at_once: bool = False
) -> SendReport:
    """Send every mail that is due, each in transactions of its own; one bad mail never stops the rest.

    `at_once` does not wait for the pause after a failure. When the server itself is out of reach the
    round ends there. Raises AccessDenied.
    """
    actor.require(Permission.SEND_MAIL)
    report = SendReport()
    for channel, line in _channels(platform.settings, transport).items():
        Round(platform, actor, channel, report, at_once=at_once).run(line)
    return report


def _channels(settings: Settings, transport: Transport | None) -> dict[str, Transport]:
    """Mail and the further channels: what one of them cannot take waits, and keeps no other from being sent."""
    further = {name: ChannelTransport(name, url) for name, url in settings.channel_urls.items()}
    return {MAIL: transport or open_transport(settings), **further}


def retry(session: Session, actor: Actor, key: str) -> None:
    """A person sends a mail once more that was given up: the same mail under the same key and Message-ID.

    Raises AccessDenied, Unknown when there is no such mail, Refused when it is still to go or has gone.
    """
    if not actor.may(Permission.SEND_MAIL):
        actor.require(Permission.MANAGE_PRESSING)
    audit.take_turn(session)
    mail = session.scalars(select(OutboxMail).where(OutboxMail.key == key)).first()
    if mail is None or not actor.scope.everything:
        raise Unknown(f"发件箱中没有邮件“{key}”")
    old = {"state": mail.state, "attempts": mail.attempts, "error": mail.last_error}
    given_up = and_(OutboxMail.state.in_(GIVEN_UP), OutboxMail.claimed_until.is_(None))
    # What may have arrived stays in doubt: it keeps its text, and its recipient.
    queued = {
        "state": MailState.QUEUED.value, "attempts": 0, "doubts": min(mail.doubts, 1), "try_at": clock.now(),
        "last_error": "",
    }  # fmt: skip
    if not changed(session, OutboxMail, [OutboxMail.id == mail.id, given_up], queued):
        state = MailState(mail.state).label
        raise Refused(f"邮件“{key}”现为“{state}”，只有未送达和未获答复的邮件可以重新发送")
    audit.record(session, actor, Act.MAIL_RETRY, key, old=old)
