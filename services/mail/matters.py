"""Whether what a queued mail tells is still so when it goes out: who has reported since is not chased."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Alert, OutboxItem
from policy.obligations import receipt_state
from policy.terms import HalfYear, ReceiptState


def is_settled(session: Session, mail_id: int, day: date) -> bool:
    """Every matter the mail tells of is over on `day`: its alert closed, or its report in with data and letter."""
    matters = session.execute(
        select(Alert.park_id, Alert.period, Alert.due_on, Alert.closed_on)
        .join(OutboxItem, OutboxItem.alert_id == Alert.id)
        .where(OutboxItem.mail_id == mail_id)
    ).all()
    return bool(matters) and all(
        matter.closed_on is not None
        # Only reports fall due; a warning about figures is over when its alert is.
        or (matter.due_on is not None and _has_come(session, matter.park_id, HalfYear.parse(matter.period or ""), day))
        for matter in matters
    )


def _has_come(session: Session, park_id: int, period: HalfYear, day: date) -> bool:
    """By now, whether or not a sweep has closed the alert yet."""
    return receipt_state(facts.receipts(session, park_id, day).get(period), day) is ReceiptState.COMPLETE
