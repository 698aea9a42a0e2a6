"""The life of a queued mail in statements: which may be claimed, and each step as one conditional UPDATE.

Whoever names itself in `me` changes only what it has claimed: a sender that comes back from the dead changes no row.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, and_, bindparam, case, exists, or_, update
from sqlalchemy.orm import InstrumentedAttribute

from db.models import Alert, OutboxItem, OutboxMail
from db.prepared import Prepared
from policy.terms import MailState
from services.mail.backoff import LONGEST_PAUSE

CLAIM_LASTS = timedelta(minutes=3)
MAX_ATTEMPTS = 20  # of failures of the mail's own, with the pauses about five days; a server's absence never counts
MAX_DOUBTS = 2  # without an answer: the first time, and once more

MAIL = cast("Table", OutboxMail.__table__)
_MINE = and_(MAIL.c.id == bindparam("mail_id"), MAIL.c.claimed_by == bindparam("me"))
_SETTLED = ("state", "attempts", "doubts", "try_at", "sent_at", "last_error")

# Made once, over the bare table: each is run for every mail.
HAND_OVER = Prepared(
    update(MAIL)
    .where(_MINE, MAIL.c.claimed_until > bindparam("now"))
    .values(
        state=MailState.UNCERTAIN.value,
        doubts=MAIL.c.doubts + 1,
        attempts=MAIL.c.attempts + 1,
        claimed_until=bindparam("until"),
    )
)
SETTLE = Prepared(
    update(MAIL)
    .where(_MINE)
    .values(claimed_by=None, claimed_until=None, **{name: bindparam(f"new_{name}") for name in _SETTLED})
)
_BACK = case((MAIL.c.doubts > 0, MailState.UNCERTAIN.value), else_=MailState.QUEUED.value)
RELEASE = Prepared(
    update(MAIL)
    .where(MAIL.c.claimed_by == bindparam("me"), MAIL.c.state == MailState.CLAIMED.value)
    .values(state=_BACK, claimed_by=None, claimed_until=None)
)
"""What is claimed and not tried is what it was."""


def claimable(now: datetime, *, at_once: bool) -> ColumnElement[bool]:
    """Waiting and due, or left behind by a sender whose claim has run out.

    A server that stayed silent twice has had its second try. A sender that died says nothing about the mail: it
    is tried again until an answer comes, as often as any other.
    """
    mail = OutboxMail
    unanswered = and_(mail.state == MailState.UNCERTAIN, mail.claimed_until.is_(None), mail.doubts < MAX_DOUBTS)
    held = and_(mail.state == MailState.HELD, _tells_of_an_open_alert())
    waiting = or_(mail.state == MailState.QUEUED, unanswered, held)
    abandoned = or_(
        mail.state == MailState.CLAIMED, and_(mail.state == MailState.UNCERTAIN, mail.attempts < MAX_ATTEMPTS)
    )
    due = waiting if at_once else and_(waiting, _is_over(mail.try_at, now, LONGEST_PAUSE))
    return or_(due, and_(abandoned, _is_over(mail.claimed_until, now, CLAIM_LASTS)))


def _is_over(until: InstrumentedAttribute[Any], now: datetime, longest: timedelta) -> ColumnElement[bool]:
    """What ends later than it could was written by a clock that had run ahead."""
    return or_(until <= now, until > now + 2 * longest)


def _tells_of_an_open_alert() -> ColumnElement[bool]:
    alert = exists().where(Alert.id == OutboxItem.alert_id, Alert.closed_on.is_(None))
    return exists().where(OutboxItem.mail_id == OutboxMail.id, alert)
