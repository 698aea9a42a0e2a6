"""数据更正: when a later version of accepted figures is accepted, what changed is written down in the same act."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db import facts
from db.models import Correction, CorrectionLine, FindingExplanation, Review, Submission, SubmissionFinding
from policy.access import Actor
from policy.acts import Act
from policy.corrections import Change, Stated, changes, stated
from policy.explanations import LONGEST
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.refusal import Refused
from policy.reports.corrections import UNEXPLAINED
from policy.terms import FigureKind, HalfYear, SubmissionKind
from services import audit, clock, versions

UNSAID = "报送时未写明"


def record(session: Session, actor: Actor, row: Submission, on: date, said: str = "") -> Correction | None:
    """Write down what `row`, accepted on `on`, changes against the version accepted before it; None when nothing.

    `said`: the reason where the district has written none. Raises Refused when it was asked for one and nobody gave it.

    A version that was returned after its acceptance counts too: its figures were facts, and documents may state them.
    """
    old = _replaced(session, row)
    if old is None or row.period is None or row.park_id is None:
        return None
    changed = _changed(session, old, row, HalfYear.parse(row.period))
    if not changed:
        return None
    reason = _reason(session, old, row) or said.strip()
    if not reason and _asked(session, row):
        raise Refused(
            f"{versions.told(row)}更正了已审核通过的数据，尚未写明更正原因；"
            f"请区县在问题清单中补写情况说明，或由审核人代录更正原因后再审核通过"
        )
    correction = Correction(
        park_id=row.park_id, period=row.period, old_submission_id=old.id, new_submission_id=row.id,
        reason=versions.storable(reason or UNSAID)[:LONGEST],
        corrected_on=on, recorded_by=actor.account, recorded_at=clock.now(),
        lines=[_line(change) for change in changed],
    )  # fmt: skip
    session.add(correction)
    session.flush()
    new = {"replaces": old.no.number, "figures": [change.key for change in changed], "reason": correction.reason}
    audit.record(session, actor, Act.CORRECTION_RECORD, versions.told(row), park_id=row.park_id, new=new)
    return correction


def _replaced(session: Session, row: Submission) -> Submission | None:
    """The newest earlier version of the same report that was ever accepted."""
    if row.kind != SubmissionKind.HALF_YEAR_REPORT:
        return None
    accepted = exists().where(Review.submission_id == Submission.id, Review.accepted)
    earlier = select(Submission).where(Submission.id.in_(versions.earlier_than(session, row)), accepted)
    return session.scalars(earlier.order_by(Submission.version.desc()).limit(1)).first()


def _changed(session: Session, old: Submission, new: Submission, period: HalfYear) -> tuple[Change, ...]:
    before, after = (stated(facts.version_figures(session, one.id, period)) for one in (old, new))
    return changes(before, FigureKind(old.figure_kind), after, FigureKind(new.figure_kind))


def _line(change: Change) -> CorrectionLine:
    return CorrectionLine(
        key=change.key, unit=BY_KEY[change.key].unit,
        old_value=_text(change.old), old_kind=change.old.kind, new_value=_text(change.new), new_kind=change.new.kind,
    )  # fmt: skip


def _text(figure: Stated) -> str | None:
    return None if figure.value is None else plain(figure.value)


def _asked(session: Session, row: Submission) -> bool:
    """Whether the check that asks for the reason stands on this version."""
    found = exists().where(
        SubmissionFinding.submission_id == row.id, SubmissionFinding.code == UNEXPLAINED,
        SubmissionFinding.superseded_at.is_(None),
    )  # fmt: skip
    return bool(session.scalar(select(found)))


def _reason(session: Session, old: Submission, row: Submission) -> str:
    """What the district wrote; else why the committee asked for it; else the kind that took another's place."""
    written = session.scalars(
        select(FindingExplanation.text)
        .join(SubmissionFinding, SubmissionFinding.id == FindingExplanation.finding_id)
        .where(SubmissionFinding.submission_id == row.id, SubmissionFinding.code == UNEXPLAINED)
        .order_by(FindingExplanation.id.desc())
        .limit(1)
    ).first()
    if written:
        return written
    if old.reviews and not old.reviews[-1].accepted:
        return f"退回修改：{old.reviews[-1].reason}"
    before, after = FigureKind(old.figure_kind), FigureKind(row.figure_kind)
    return f"{before.label}更新为{after.label}" if before is not after else ""
