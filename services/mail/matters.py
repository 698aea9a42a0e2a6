"""Whether what queued mails tell is still so when they go out: who has reported since, or need not, is not chased."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from sqlalchemy import Row, exists, or_, select
from sqlalchemy.orm import Session

from db import facts
from db.models import Alert, LetterPark, Obligation, ObligationAct, OutboxItem
from policy.alerts.deadlines import FAMILIES
from policy.obligations import PAPERS, receipt_state
from policy.terms import ActKind, AlertRule, ObligationKind, ReceiptState

# Only of these may something come in before the next sweep; any other matter is over when its alert is.
OF_REPORTS = (
    AlertRule.REPORT_UPCOMING, AlertRule.REPORT_DUE, AlertRule.REPORT_OVERDUE, AlertRule.NOT_RESUBMITTED,
)  # fmt: skip
ABOUT: dict[str, tuple[AlertRule, ...]] = {
    **{kind: (*family, AlertRule.NOT_RESUBMITTED) for kind, family in FAMILIES.items()},
    ObligationKind.ANNUAL_PLAN: (AlertRule.PLAN_REMINDER,),
}
"""The rules whose alerts are about an obligation of this kind."""
ANSWERABLE = frozenset(rule for rules in ABOUT.values() for rule in rules)

_Matter: TypeAlias = Row[int, str, int, str | None, date | None, bool, str, date | None]


def settled(session: Session, mail_ids: Iterable[int], day: date) -> frozenset[int]:
    """Those of the mails whose every matter is over on `day`: its alert closed, its report in with data and letter,
    or its 应报事项 put off to a later date, waived, or answered by a nil return.

    A mail that tells of no matter is never settled. Two statements for all of the mails, and two for each park whose
    letter is in.
    """
    alert, letter = Alert, LetterPark
    lettered = exists().where(letter.park_id == alert.park_id, letter.period == alert.period)
    matters = session.execute(
        select(
            OutboxItem.mail_id, alert.rule, alert.park_id, alert.period, alert.closed_on, lettered.label("lettered"),
            alert.key, alert.due_on,
        )
        .join(alert, OutboxItem.alert_id == alert.id)
        .where(OutboxItem.mail_id.in_(mail_ids))
    ).all()  # fmt: skip
    complete = _complete(session, {matter.park_id for matter in matters if _may_have_come(matter)}, day)
    excused = _excused(session, [matter for matter in matters if matter.closed_on is None], day)
    told = {matter.mail_id for matter in matters}
    return frozenset(
        told - {m.mail_id for m in matters if not _is_over(m, complete) and (m.park_id, m.key) not in excused}
    )


def _may_have_come(matter: _Matter) -> bool:
    return matter.closed_on is None and matter.lettered and matter.rule in OF_REPORTS


def _is_over(matter: _Matter, complete: frozenset[tuple[int, str]]) -> bool:
    return matter.closed_on is not None or (matter.rule in OF_REPORTS and (matter.park_id, matter.period) in complete)


def _complete(session: Session, park_ids: Iterable[int], day: date) -> frozenset[tuple[int, str]]:
    """Park and period of the reports that are in by now, whether or not a sweep has closed their alerts yet."""
    return frozenset(
        (park_id, str(period))
        for park_id in park_ids
        for period, receipt in facts.receipts(session, park_id, day).items()
        if receipt_state(receipt, day) is ReceiptState.COMPLETE
    )


def _excused(session: Session, matters: Iterable[_Matter], day: date) -> frozenset[tuple[int, str]]:
    """Park and key of the alerts whose obligation an act has answered, or given a later date than they tell."""
    found, about, act = set(), Obligation, ObligationAct
    open_matters = [matter for matter in matters if matter.rule in ANSWERABLE]
    if not open_matters:
        return frozenset()
    rows = session.execute(
        select(about.park_id, about.kind, about.period, act.kind.label("act"), act.due_on)
        .join(act, act.obligation_id == about.id)
        .where(about.park_id.in_({matter.park_id for matter in open_matters}))
        .where(act.dated <= day, or_(act.withdrawn_on.is_(None), act.withdrawn_on > day))
    )
    for row in rows:
        for matter in open_matters:
            if matter.park_id == row.park_id and _is_about(matter, row.kind, row.period):
                later = row.due_on is not None and matter.due_on is not None and row.due_on > matter.due_on
                if later or row.act != ActKind.EXTENSION:
                    found.add((matter.park_id, matter.key))
    return frozenset(found)


def _is_about(matter: _Matter, kind: str, period: str) -> bool:
    """Whether the alert is about this obligation: its rule is one of the kind's, its period the same."""
    return matter.rule in ABOUT.get(kind, ()) and (matter.period or "") == period and _same_paper(matter.key, kind)


def _same_paper(key: str, kind: str) -> bool:
    """The papers of the end share their rules and have no period: their key names them."""
    return kind not in PAPERS or key.endswith(f":{kind}")
