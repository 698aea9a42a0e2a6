"""What an evaluation looks at beside a park's own facts: marks given by people, and the group's figures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db import facts, panel_facts
from db.models import EvaluationMark, Review, Submission, SubmissionReading
from policy.evaluation.inputs import Mark
from policy.terms import REPORTED, HalfYear, SubmissionKind


def marks(session: Session, park_id: int, system_id: int, as_of: date) -> dict[str, tuple[Mark, ...]]:
    """By item the newest mark of every giver by the end of the day, in the order the givers came; one that was taken
    back (no value) is left out. Of experts only those who sit on the park's panel that day count, once it has one."""
    counting = panel_facts.givers(session, park_id, system_id, as_of)
    rows = session.execute(
        select(
            EvaluationMark.item, EvaluationMark.giver, EvaluationMark.value, EvaluationMark.basis,
            EvaluationMark.given_on, EvaluationMark.recorded_at,
        )
        .where(
            EvaluationMark.park_id == park_id,
            EvaluationMark.system_id == system_id,
            EvaluationMark.given_on <= as_of,
        )
        .order_by(EvaluationMark.given_on, EvaluationMark.id)
    )  # fmt: skip
    newest: dict[tuple[str, str], Mark | None] = {}
    for row in rows:
        if row.giver and counting is not None and not counting.counts(row.giver, row.recorded_at):
            continue
        given = None if row.value is None else Mark(row.value, row.basis, row.given_on, row.giver)
        newest[row.item, row.giver] = given
    found: dict[str, tuple[Mark, ...]] = {}
    for (item, _giver), mark in newest.items():
        if mark is not None:
            found[item] = (*found.get(item, ()), mark)
    return found


def group(
    session: Session, wanted: Collection[tuple[str, HalfYear]], as_of: date
) -> dict[tuple[str, HalfYear], tuple[Decimal, ...]]:
    """The accepted figures of all parks by key and half-year, as known at the end of the day; no park is named."""
    if not wanted:
        return {}
    decided = select(func.max(Review.id)).where(Review.decided_on <= as_of).group_by(Review.submission_id)
    newest = (
        select(func.max(Submission.id))
        .join(Review, Review.submission_id == Submission.id)
        .where(
            Review.id.in_(decided), Review.accepted, Submission.park_id.is_not(None),
            Submission.kind == SubmissionKind.HALF_YEAR_REPORT, Submission.state.in_(REPORTED),
            Submission.period.in_({str(period) for _key, period in wanted}),
        )
        .group_by(Submission.park_id, Submission.period)
    )  # fmt: skip
    rows = session.execute(
        select(SubmissionReading.key, Submission.period, SubmissionReading.effective_value)
        .join(Submission, Submission.id == SubmissionReading.submission_id)
        .where(
            Submission.id.in_(newest),
            SubmissionReading.table == "figures",
            SubmissionReading.column == "current",
            SubmissionReading.key.in_({key for key, _period in wanted}),
            SubmissionReading.effective_status.in_(facts.READ_AS_FACT),
            SubmissionReading.effective_value.is_not(None),
        )
        .order_by(Submission.park_id)
    )
    found: dict[tuple[str, HalfYear], tuple[Decimal, ...]] = {}
    for key, period, value in rows:
        place = (key, HalfYear.parse(period or ""))
        found[place] = (*found.get(place, ()), Decimal(value or 0))
    return found
