"""Mails as the outbox page and command list them: what, to whom, how each stands, and why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session

from db.base import ZONE
from db.models import Alert, OutboxItem, OutboxMail, Park
from db.queries.contacts import ContactRow, people
from db.queries.parks import visible
from policy.access import FULL_SCOPE, Actor, Permission, Scope
from policy.masking import mask_mail
from policy.terms import AlertRule, ContactRole, MailState


@dataclass(frozen=True, slots=True)
class MailRow:
    """One mail. `recipient` is masked unless the reader may see it; `subject` is empty in a delivery record. `name`,
    `role` and `unit`: who reads there, where that is known and theirs to know."""

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
    channel: str
    name: str = ""
    role: ContactRole | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which mails: in a state, to a person whose name or address contains `to`, about a park."""

    state: MailState | None = None
    to: str = ""
    park: str = ""


@dataclass(frozen=True, slots=True)
class Log:
    """One page of the delivery log, newest first; how many there are on all pages, and how many in each state."""

    rows: tuple[MailRow, ...]
    total: int
    states: dict[MailState, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Matter:
    """One of the matters a mail tells of; `stage`: at which it was told."""

    alert_id: int
    rule: AlertRule
    park_code: str
    park_title: str
    message: str
    stage: str
    closed: bool


@dataclass(frozen=True, slots=True)
class MailDetail:
    """A mail with its text as sent and its matters; both empty for those who see deliveries alone."""

    row: MailRow
    text: str
    matters: tuple[Matter, ...]


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


def delivery_log(session: Session, actor: Actor, wanted: Wanted, *, page: int = 1, size: int = 50) -> Log:
    """One page of the mails the actor may know of: a district those about its own parks alone, the committee all.

    Who runs the system and sees no business data gets every delivery without its subject.
    """
    where = [_known_to(actor), *_about(wanted.park), *_to(session, actor, wanted.to)]
    counts = session.execute(select(OutboxMail.state, func.count()).where(*where).group_by(OutboxMail.state))
    states = {MailState(state): count for state, count in counts}
    chosen = [OutboxMail.state == wanted.state] if wanted.state else []
    found = select(OutboxMail).where(*where, *chosen).order_by(OutboxMail.id.desc())
    rows = session.scalars(found.offset((page - 1) * size).limit(size)).all()
    total = states.get(wanted.state, 0) if wanted.state else sum(states.values())
    return Log(_seen(session, actor, rows), total, states)


def mail(session: Session, actor: Actor, key: str) -> MailDetail | None:
    """One mail; None when there is none the actor may know of."""
    found = session.scalars(select(OutboxMail).where(OutboxMail.key == key, _known_to(actor))).first()
    if found is None:
        return None
    (row,) = _seen(session, actor, [found])
    if not _sees_business(actor):
        return MailDetail(row, "", ())
    return MailDetail(row, found.text, _matters(session, found.id))


def _matters(session: Session, mail_id: int) -> tuple[Matter, ...]:
    rows = session.execute(
        select(Alert.id, Alert.rule, Park.code, Park.title, Alert.message, OutboxItem.stage, Alert.closed_on)
        .join(Alert, OutboxItem.alert_id == Alert.id)
        .join(Park, Alert.park_id == Park.id)
        .where(OutboxItem.mail_id == mail_id)
        .order_by(OutboxItem.id)
    )
    return tuple(
        Matter(row.id, AlertRule(row.rule), row.code, row.title, row.message, row.stage, row.closed_on is not None)
        for row in rows
    )


def _sees_business(actor: Actor) -> bool:
    return actor.may(Permission.VIEW_ALERTS)


def _known_to(actor: Actor) -> ColumnElement[bool]:
    return _within(actor.scope) if _sees_business(actor) else true()


def _about(park: str) -> list[ColumnElement[bool]]:
    if not park:
        return []
    told = select(OutboxItem.id).join(Alert, OutboxItem.alert_id == Alert.id).join(Park, Alert.park_id == Park.id)
    return [told.where(OutboxItem.mail_id == OutboxMail.id, Park.code == park).exists()]


def _to(session: Session, actor: Actor, text: str) -> list[ColumnElement[bool]]:
    """Only among the people one may know of: nobody learns an address by asking for it."""
    if not text or not _sees_business(actor):
        return []
    known = {row.mail for row in people(session, actor.scope) if text in row.name or text.lower() in row.mail.lower()}
    whole = [OutboxMail.recipient.icontains(text, autoescape=True)] if actor.scope.everything else []
    return [or_(func.lower(OutboxMail.recipient).in_(known - {""}), *whole)]


def _seen(session: Session, actor: Actor, mails: Sequence[OutboxMail]) -> tuple[MailRow, ...]:
    """With who reads there; in clear for those who may see contacts, of their own people alone."""
    if not _sees_business(actor):
        return tuple(_row(mail, unmasked=False, subject=False) for mail in mails)
    readers: dict[str, list[ContactRow]] = {}
    for row in people(session, FULL_SCOPE):
        readers.setdefault(row.mail, []).append(row)
    return tuple(_addressed(mail, readers.get(mail.recipient.lower(), ()), actor) for mail in mails)


def _addressed(mail: OutboxMail, readers: Sequence[ContactRow], actor: Actor) -> MailRow:
    reader = _reader(mail, readers)
    own = actor.scope.everything or (reader is not None and reader.unit_id in actor.scope.unit_ids)
    row = _row(mail, unmasked=own and actor.may(Permission.VIEW_CONTACTS))
    if reader is None:
        return row
    return replace(row, name=reader.name if own else "", role=reader.role, unit=reader.unit)


def _reader(mail: OutboxMail, readers: Sequence[ContactRow]) -> ContactRow | None:
    """Who read at the address when the mail was queued, else whoever was entered last."""
    then = [row for row in readers if row.valid_on(mail.queued_at.astimezone(ZONE).date())]
    return next(reversed(then or list(readers)), None)


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
        channel=mail.channel,
    )
