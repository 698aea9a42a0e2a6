"""退回原因: how often reports came back, by district and kind of reason, so that a mistake is met at its source."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Park, Review, Submission, Unit
from db.queries.parks import visible
from policy.access import Scope
from policy.terms import ReturnReason, SubmissionKind


@dataclass(frozen=True, slots=True)
class Returned:
    """One district's returns of half-year reports."""

    district: str
    counts: Counter[ReturnReason]


def returns(session: Session, scope: Scope) -> tuple[Returned, ...]:
    """By the district that answers for the park now, in 行政区划序; a return without a kind counts as 其他."""
    rows = session.execute(
        select(Unit.name, Review.category, func.count())
        .join(Submission, Submission.id == Review.submission_id)
        .join(Park, Park.id == Submission.park_id)
        .join(Unit, Unit.id == Park.district_id)
        .where(Review.accepted.is_(False), Submission.kind == SubmissionKind.HALF_YEAR_REPORT)
        .where(visible(scope, Park.id, Park.district_id))
        .group_by(Unit.position, Unit.name, Review.category)
        .order_by(Unit.position, Unit.name)
    )
    found: dict[str, Counter[ReturnReason]] = {}
    for name, category, count in rows:
        found.setdefault(name, Counter())[ReturnReason(category or ReturnReason.OTHER)] += count
    return tuple(Returned(name, counts) for name, counts in found.items())
