"""The outbox: a mail is queued in the transaction that causes it, and sent afterwards.

queued → claimed → uncertain (its text is being handed over) → sent. A definite failure leads back to queued
until the attempts run out (failed). Without an answer it stays uncertain and is tried once more under the
same Message-ID. A mail whose every matter is over by then is held, and goes out after all when one of them is
open again. Every step is one conditional UPDATE: a second sender, or one that comes back from the dead
after its claim has run out, changes no row and goes no further. docs/mail.md says what happens at each fault.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from db.models import OutboxItem, OutboxMail
from policy.access import SYSTEM_ACTOR, Actor, Permission
from policy.terms import MailState
from services import clock
from services.mail.compose import Notice, Wording
from services.mail.delivery import Transport
from services.mail.message import message_id
from services.mail.sender import Round, SendReport
from services.mail.transport import open_transport
from services.platform import Platform

MAIL = "mail"
"""The channel of ordinary mails."""


def queue(session: Session, notice: Notice, wording: Wording, *, digest_on: date | None = None) -> OutboxMail:
    """Write the mail and what it tells; the unique keys refuse a second copy (IntegrityError)."""
    now = clock.now()
    mail = OutboxMail(
        key=notice.key,
        recipient=notice.recipient,
        subject=wording.subject,
        text=wording.text,
        html=wording.html,
        stage=notice.stage,
        state=MailState.QUEUED.value,
        message_id=message_id(notice.key),
        queued_at=now,
        try_at=now,
        digest_on=digest_on,
        items=[
            OutboxItem(alert_id=telling.alert_id, stage=telling.alert.stage, recipient=notice.recipient)
            for telling in notice.tellings
        ],
    )
    session.add(mail)
    session.flush()
    return mail


def send_queued(
    platform: Platform, transport: Transport | None = None, *, actor: Actor = SYSTEM_ACTOR, at_once: bool = False
) -> SendReport:
    """Send every mail that is due, each in transactions of its own; one bad mail never stops the rest.

    `at_once` does not wait for the pause after a failure. When the server itself is out of reach the
    round ends there. Raises AccessDenied.
    """
    actor.require(Permission.SEND_MAIL)
    report = SendReport()
    Round(platform, actor, MAIL, report, at_once=at_once).run(transport or open_transport(platform.settings))
    return report
