"""Uploads of a park's papers that could not be stored as a version: kept with the reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload

from db.models import Park, Submission
from db.queries.access import is_known, seen_by
from db.queries.accounts import names
from policy.access import Actor
from policy.masking import mask_phone
from policy.terms import Severity, SubmissionState

NEWEST = 20


@dataclass(frozen=True, slots=True)
class Attempt:
    """`reasons` are what stood in the way, in the words the uploader was told."""

    id: int
    file_name: str
    uploaded_by: str
    uploaded_at: datetime
    reasons: tuple[str, ...]


def attempts(session: Session, actor: Actor, park_code: str) -> tuple[Attempt, ...]:
    """Those of this park that the actor may know of, newest first: sent for it, or naming it."""
    park = session.scalars(select(Park).where(Park.code == park_code)).first()
    if park is None:
        return ()
    its_own = or_(
        Submission.park_id == park.id, and_(Submission.park_id.is_(None), Submission.park_title == park.title)
    )
    rows = session.scalars(
        select(Submission)
        .where(Submission.state == SubmissionState.ATTEMPT, its_own, seen_by(actor))
        .options(selectinload(Submission.findings))
        .order_by(Submission.id.desc())
        .limit(NEWEST)
    )
    known = names(session)
    return tuple(_attempt(row, known.get(row.uploaded_by, row.uploaded_by)) for row in rows if is_known(actor, row))


def _attempt(row: Submission, by: str) -> Attempt:
    told = [entry for entry in row.findings if entry.superseded_at is None and Severity(entry.severity).blocks]
    return Attempt(row.id, row.file_name, by, row.uploaded_at, tuple(mask_phone(entry.message) for entry in told))
