"""Mails as the outbox page and command list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from db.models import Alert, OutboxItem, OutboxMail, Park
from db.queries.parks import visible
from policy.access import Scope
from policy.masking import mask_mail
from policy.terms import MailState


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail. `recipient` is masked unless the reader may see it; `subject` is empty in a delivery record."""

    key: str
    recipient: str
    subject: str
    state: MailState
    message_id: str
    stage: str
    attempts: int
    queued_at: datetime
    try_at: datetime
    sent_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """How the outbox stands: `oldest` is when the longest-waiting mail was queued."""

    waiting: int
    uncertain: int
    failed: int
    oldest: datetime | None


def mails(session: Session, scope: Scope, *, unmasked: bool = False, limit: int | None = None) -> tuple[MailRow, ...]:
    """Mails that tell of nothing outside the scope, newest first."""
    found = select(OutboxMail).where(_within(scope)).order_by(OutboxMail.id.desc()).limit(limit)
    return tuple(_row(mail, unmasked=unmasked) for mail in session.scalars(found))


def deliveries(session: Session, *, limit: int | None = None) -> tuple[MailRow, ...]:
    """Every mail as those see it who run the system and see no business data: without subject, recipient masked."""
    found = select(OutboxMail).order_by(OutboxMail.id.desc()).limit(limit)
    return tuple(_row(mail, unmasked=False, subject=False) for mail in session.scalars(found))


def backlog(session: Session) -> Backlog:
    waiting = OutboxMail.state.in_((MailState.QUEUED, MailState.CLAIMED))
    row = session.execute(
        select(
            func.count().filter(waiting),
            func.count().filter(OutboxMail.state == MailState.UNCERTAIN),
            func.count().filter(OutboxMail.state == MailState.FAILED),
            func.min(OutboxMail.queued_at).filter(waiting),
        ).select_from(OutboxMail)
    ).one()
    return Backlog(*row)


def _within(scope: Scope) -> ColumnElement[bool]:
    if scope.everything:
        return true()
    matters = (
        select(OutboxItem.id)
        .join(Alert, OutboxItem.alert_id == Alert.id)
        .join(Park, Alert.park_id == Park.id)
        .where(OutboxItem.mail_id == OutboxMail.id)
    )
    inside = visible(scope, Park.id, Park.district_id)
    return matters.where(inside).exists() & ~matters.where(~inside).exists()


def _row(mail: OutboxMail, *, unmasked: bool, subject: bool = True) -> MailRow:
    return MailRow(
        key=mail.key,
        recipient=mail.recipient if unmasked else mask_mail(mail.recipient),
        subject=mail.subject if subject else "",
        state=MailState(mail.state),
        message_id=mail.message_id,
        stage=mail.stage,
        attempts=mail.attempts,
        queued_at=mail.queued_at,
        try_at=mail.try_at,
        sent_at=mail.sent_at,
        error=mail.last_error,
    )
