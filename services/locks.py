"""封账日: after it nothing more is 报送 for a period, until an 延期报送 with a new one opens it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db import facts
from db.models import Obligation, ObligationAct, Submission
from db.rulebook_facts import rulebook
from policy.figures import chinese_date
from policy.findings import Finding
from policy.periods import Period
from policy.refusal import Refused
from policy.terms import HalfYear, ObligationKind, Severity, SubmissionKind
from services.versions import Place

CODE = "period_locked"


def locked_on(session: Session, park_id: int, period: HalfYear, day: date) -> date | None:
    """The 封账日 of the half-year report when it has passed by `day`; None while the period is open."""
    if not _has_lock(session, park_id, period):
        return None
    situation = facts.situation(session, park_id, day, rulebook(session))
    return next((situation.locked_on(owed) for owed in situation.reports() if owed.period == period), None)


def _has_lock(session: Session, park_id: int, period: HalfYear) -> bool:
    """Most periods have none, and then nothing else need be read."""
    known = (
        select(Obligation.id)
        .outerjoin(ObligationAct, ObligationAct.obligation_id == Obligation.id)
        .where(
            Obligation.park_id == park_id,
            Obligation.kind == ObligationKind.HALF_YEAR_REPORT,
            Obligation.period == str(period),
            or_(Obligation.lock_on.is_not(None), ObligationAct.lock_on.is_not(None)),
        )
    )
    return session.scalars(known.limit(1)).first() is not None


def told(period: Period, locked: date) -> str:
    """What is locked and how to mend it, in one sentence."""
    return (
        f"{period.label}已于{chinese_date(locked)}封账，不再接收报送，数据更正也须先延期；"
        "请市经济信息委在该期应报事项页登记“延期报送”，写明新的报送截止日和新的封账日，之后即可报送"
    )


def finding(session: Session, place: Place, received_on: date) -> Iterator[Finding]:
    """That a paper came after its 封账日: it is kept as a draft."""
    if place.park is None or place.period is None or place.kind is not SubmissionKind.HALF_YEAR_REPORT:
        return
    locked = locked_on(session, place.park.id, place.period, received_on)
    if locked is not None:
        message = f"{chinese_date(received_on)}收到时，{told(place.period, locked)}。本版已存为草稿，内容不丢失"
        yield Finding(CODE, Severity.NOTE, "", message, "封账日")


def require_open(session: Session, row: Submission, on: date) -> None:
    """Raises Refused when the period of this version is locked on the day."""
    if row.park_id is None or row.period is None:
        return
    period = HalfYear.parse(row.period)
    locked = locked_on(session, row.park_id, period, on)
    if locked is not None:
        raise Refused(f"{told(period, locked)}。本版保留为草稿")
