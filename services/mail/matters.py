"""Whether what queued mails tell is still so when they go out: who has reported since is not chased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import Session

from db import facts
from db.models import Alert, LetterPark, OutboxItem
from policy.obligations import receipt_state
from policy.terms import AlertRule, ReceiptState

# Only of these may something come in before the next sweep; any other matter is over when its alert is.
OF_REPORTS = (AlertRule.REPORT_UPCOMING, AlertRule.REPORT_DUE, AlertRule.REPORT_OVERDUE)


def settled(session: Session, mail_ids: Iterable[int], day: date) -> frozenset[int]:
    """Those of the mails whose every matter is over on `day`: its alert closed, or its report in with data and letter.

    A mail that tells of no matter is never settled. One statement for all of the mails, and two for each park whose
    letter is in.
    """
    alert, letter = Alert, LetterPark
    lettered = exists().where(letter.park_id == alert.park_id, letter.period == alert.period)
    matters = session.execute(
        select(OutboxItem.mail_id, alert.rule, alert.park_id, alert.period, alert.closed_on, lettered.label("lettered"))
        .join(alert, OutboxItem.alert_id == alert.id)
        .where(OutboxItem.mail_id.in_(mail_ids))
    ).all()
    complete = _complete(session, {matter.park_id for matter in matters if _may_have_come(matter)}, day)
    told = {matter.mail_id for matter in matters}
    return frozenset(told - {matter.mail_id for matter in matters if not _is_over(matter, complete)})


def _may_have_come(matter: Row[int, str, int, str | None, date | None, bool]) -> bool:
    return matter.closed_on is None and matter.lettered and matter.rule in OF_REPORTS


def _is_over(matter: Row[int, str, int, str | None, date | None, bool], complete: frozenset[tuple[int, str]]) -> bool:
    return matter.closed_on is not None or (matter.rule in OF_REPORTS and (matter.park_id, matter.period) in complete)


def _complete(session: Session, park_ids: Iterable[int], day: date) -> frozenset[tuple[int, str]]:
    """Park and period of the reports that are in by now, whether or not a sweep has closed their alerts yet."""
    return frozenset(
        (park_id, str(period))
        for park_id in park_ids
        for period, receipt in facts.receipts(session, park_id, day).items()
        if receipt_state(receipt, day) is ReceiptState.COMPLETE
    )
