"""The outbox: a mail is queued in the transaction that causes it, and sent afterwards.

queued → claimed → uncertain (its text is being handed over) → sent. A definite failure leads back to queued
until the attempts run out (failed). Without an answer it stays uncertain and is tried once more under the
same Message-ID. A mail whose every matter is over by then is held, and goes out after all when one of them is
open again. Every step is one conditional UPDATE: a second sender, or one that comes back from the dead
after its claim has run out, changes no row and goes no further.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from db.models import Alert, OutboxItem, OutboxMail
from db.session import changed
from policy.access import SYSTEM_ACTOR, Actor, Permission
from policy.acts import Act
from policy.terms import MailState
from services import audit, clock
from services.mail.compose import Notice, Wording
from services.mail.matters import is_settled
from services.mail.message import build, message_id
from services.mail.transport import Transport, Unanswered, Undelivered, open_transport
from services.platform import Platform

logger = logging.getLogger(__name__)

CLAIM_LASTS = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
MAX_ATTEMPTS = 20  # with these pauses about five days
MAX_DOUBTS = 2  # the first time, and once more
WHY_HELD = "所告事项均已办结或销号，不再发送"
# What the log is told of; a mail that waits for its next attempt has not ended.
ENDINGS = {
    MailState.SENT: Act.MAIL_SENT,
    MailState.UNCERTAIN: Act.MAIL_UNCERTAIN,
    MailState.FAILED: Act.MAIL_FAILED,
}


def queue(session: Session, notice: Notice, wording: Wording) -> OutboxMail:
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
        items=[
            OutboxItem(alert_id=telling.alert_id, stage=telling.alert.stage, recipient=notice.recipient)
            for telling in notice.tellings
        ],
    )
    session.add(mail)
    session.flush()
    return mail


@dataclass(slots=True)
class SendReport:
    """What one round of sending came to: mail keys by outcome, and why it stopped early, if it did."""

    sent: list[str] = field(default_factory=list)
    postponed: list[str] = field(default_factory=list)
    uncertain: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.problems


class LostClaim(Exception):
    """The claim ran out and someone else may be sending this mail now."""


def send_queued(
    platform: Platform, transport: Transport | None = None, *, actor: Actor = SYSTEM_ACTOR, at_once: bool = False
) -> SendReport:
    """Send every mail that is due, each in transactions of its own; one bad mail never stops the rest.

    `at_once` does not wait for the pause after a failure. When the server itself is out of reach the
    round ends there. Raises AccessDenied.
    """
    actor.require(Permission.SEND_MAIL)
    sender = _Sender(platform, transport or open_transport(platform.settings), actor)
    for mail_id in _due(platform, at_once=at_once):
        if not sender.send(mail_id, at_once=at_once):
            break
    return sender.report


def _due(platform: Platform, *, at_once: bool) -> tuple[int, ...]:
    with platform.database.read() as session:
        due = select(OutboxMail.id).where(_claimable(clock.now(), at_once=at_once)).order_by(OutboxMail.id)
        return tuple(session.scalars(due))


def _claimable(now: datetime, *, at_once: bool) -> ColumnElement[bool]:
    """Waiting and due, or left behind by a sender whose claim has run out."""
    waiting = or_(
        OutboxMail.state == MailState.QUEUED,
        and_(OutboxMail.state == MailState.UNCERTAIN, OutboxMail.claimed_until.is_(None)),
        and_(OutboxMail.state == MailState.HELD, _tells_of_an_open_alert()),
    )
    due = waiting if at_once else and_(waiting, OutboxMail.try_at <= now)
    left_behind = and_(OutboxMail.state.in_((MailState.CLAIMED, MailState.UNCERTAIN)), OutboxMail.claimed_until <= now)
    return and_(or_(due, left_behind), OutboxMail.doubts < MAX_DOUBTS)


def _tells_of_an_open_alert() -> ColumnElement[bool]:
    alert = exists().where(Alert.id == OutboxItem.alert_id, Alert.closed_on.is_(None))
    return exists().where(OutboxItem.mail_id == OutboxMail.id, alert)


class _Sender:
    """One round of sending, under one name."""

    def __init__(self, platform: Platform, transport: Transport, actor: Actor) -> None:
        self.platform = platform
        self.transport = transport
        self.actor = actor
        self.name = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"
        self.report = SendReport()

    def send(self, mail_id: int, *, at_once: bool) -> bool:
        """Try one mail; False when no further mail would go out now."""
        mail = self._claim(mail_id, at_once=at_once)
        if mail is None:
            return True
        try:
            self._deliver(mail)
        except LostClaim:
            logger.warning("claim on mail %s ran out before it was handed over", mail.key)
        except Unanswered as doubt:
            self._unanswered(mail, str(doubt))
        except Undelivered as failure:
            self._undelivered(mail, failure)
            return not failure.server
        else:
            self._sent(mail)
        return True

    def _claim(self, mail_id: int, *, at_once: bool) -> OutboxMail | None:
        """The mail, for this sender alone; None when another has it, or when it is held."""
        now = clock.now()
        waits = [OutboxMail.id == mail_id, _claimable(now, at_once=at_once)]
        claimed = {
            "state": MailState.CLAIMED.value,
            "claimed_by": self.name,
            "claimed_until": now + CLAIM_LASTS,
            "attempts": OutboxMail.attempts + 1,
        }
        with self.platform.database.write() as session:
            if is_settled(session, mail_id, clock.today()):
                self._hold(session, mail_id, waits)
                return None
            return session.get_one(OutboxMail, mail_id) if changed(session, OutboxMail, waits, claimed) else None

    def _hold(self, session: Session, mail_id: int, waits: Iterable[ColumnElement[bool]]) -> None:
        """Nobody is chased for what has come in."""
        held = {"state": MailState.HELD.value, "claimed_until": None, "last_error": WHY_HELD}
        if changed(session, OutboxMail, [*waits, OutboxMail.state != MailState.HELD], held):
            key = session.get_one(OutboxMail, mail_id).key
            self.report.held.append(key)
            audit.record(session, self.actor, Act.MAIL_HELD, key, new={"reason": WHY_HELD})

    def _deliver(self, mail: OutboxMail) -> None:
        handed_over = False

        def handing_over() -> None:
            nonlocal handed_over
            self._handing_over(mail)
            handed_over = True

        try:
            message = build(mail, self.platform.settings.mail_from)
        except ValueError as error:
            raise Undelivered(f"邮件无法生成：{error}", permanent=True) from error
        try:
            self.transport.deliver(message, mail.recipient, handing_over)
        except (Undelivered, Unanswered, LostClaim):
            raise
        except Exception as error:  # one bad mail must not stop the rest
            logger.exception("mail %s", mail.key)
            raise (Unanswered if handed_over else Undelivered)(f"发送中出错：{error}") from error

    def _handing_over(self, mail: OutboxMail) -> None:
        """From here on a failure cannot be told from a delivery: say so before it happens."""
        now = clock.now()
        doubt = {
            "state": MailState.UNCERTAIN.value,
            "doubts": OutboxMail.doubts + 1,
            "claimed_until": now + CLAIM_LASTS,
        }
        with self.platform.database.write() as session:
            if not changed(session, OutboxMail, [*self._mine(mail), OutboxMail.claimed_until > now], doubt):
                raise LostClaim(mail.key)

    def _sent(self, mail: OutboxMail) -> None:
        self.report.sent.append(mail.key)
        self._settle(mail, MailState.SENT, "", sent_at=clock.now(), doubts=0)

    def _unanswered(self, mail: OutboxMail, reason: str) -> None:
        self.report.uncertain.append(mail.key)
        self._settle(mail, MailState.UNCERTAIN, reason)

    def _undelivered(self, mail: OutboxMail, failure: Undelivered) -> None:
        """The doubt of this attempt is taken back; one left by an earlier attempt remains (`mail` is as claimed)."""
        if failure.permanent or mail.attempts >= MAX_ATTEMPTS:
            self.report.failed.append(mail.key)
            state = MailState.FAILED
        else:
            self.report.postponed.append(mail.key)
            state = MailState.UNCERTAIN if mail.doubts else MailState.QUEUED
        self._settle(mail, state, str(failure), doubts=mail.doubts)

    def _settle(self, mail: OutboxMail, state: MailState, error: str, **columns: Any) -> None:
        """Write down how the attempt ended and give the claim back."""
        if error:
            self.report.problems.append(f"{mail.key}：{error}")
        settled = {
            "state": state.value,
            "claimed_by": None,
            "claimed_until": None,
            "try_at": clock.now() + pause(mail.attempts),
            "last_error": error,
        }
        with self.platform.database.write() as session:
            if not changed(session, OutboxMail, self._mine(mail), settled | columns):
                logger.warning("mail %s ended as %s after its claim had run out", mail.key, state)
                return
            if state in ENDINGS:
                new = {"attempts": mail.attempts, "error": error}
                audit.record(session, self.actor, ENDINGS[state], mail.key, new=new)

    def _mine(self, mail: OutboxMail) -> list[ColumnElement[bool]]:
        return [OutboxMail.id == mail.id, OutboxMail.claimed_by == self.name]


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: one minute, then twice as long each time, at most half a day."""
    return min(FIRST_PAUSE * (1 << min(attempts - 1, 20)), LONGEST_PAUSE)
