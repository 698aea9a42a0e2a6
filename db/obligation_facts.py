"""Rows of what is owed as policy facts (used by `db.facts`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from db.base import ZONE
from db.models import AcceptanceStep, Obligation, ObligationAct, Park, PlanTask, ProgressReport, ReportingRound
from policy.facts import ActFact, TaskFact
from policy.obligations import Obligation as Owed
from policy.periods import parse_period
from policy.rulebook import Rulebook
from policy.terms import ActKind, ObligationKind
from policy.workflow import StepKind

ROUNDS = frozenset({ObligationKind.HALF_YEAR_REPORT, ObligationKind.OPERATOR_REPORT})
PAPER_OF = {
    StepKind.SELF_ASSESSMENT: str(ObligationKind.SELF_ASSESSMENT),
    StepKind.DEPARTMENT_REVIEW: str(ObligationKind.DEPARTMENT_REVIEW),
    StepKind.ACCEPTANCE_LETTER: str(ObligationKind.ACCEPTANCE_LETTER),
}


def key_of(kind: ObligationKind, period: str) -> str:
    """`Obligation.key` of a row with this kind and period."""
    return Owed(kind, parse_period(period), date.max).key


def obligations(session: Session, park_id: int, rulebook: Rulebook, as_of: date = date.max) -> tuple[Owed, ...]:
    """What the park owes as it was written down, oldest first, with the acts in force on `as_of`.

    A date stands when its 报送通知 was confirmed by then; without one the rulebook says whether it is 暂定.
    """
    return obligations_of(session, (park_id,), rulebook, as_of).get(park_id, ())


def obligations_of(
    session: Session, park_ids: Collection[int], rulebook: Rulebook, as_of: date = date.max
) -> dict[int, tuple[Owed, ...]]:
    """The same for several parks, by park, in two statements."""
    rows = session.execute(
        select(
            Obligation.id, Obligation.park_id, Obligation.kind, Obligation.period, Obligation.due_on,
            Obligation.grace_on, Obligation.lock_on, Obligation.clause, ReportingRound.confirmed_on,
        )
        .outerjoin(ReportingRound, ReportingRound.id == Obligation.round_id)
        .where(Obligation.park_id.in_(park_ids))
        .order_by(Obligation.due_on, Obligation.period, Obligation.id)
    ).all()  # fmt: skip
    acts, found = _acts(session, park_ids, as_of), defaultdict[int, list[Owed]](list)
    for row in rows:
        kind = ObligationKind(row.kind)
        stands = _stands(kind, row.due_on, row.confirmed_on, rulebook, as_of)
        if not stands and row.confirmed_on is not None:
            stands = _stood(session, row.park_id, row.kind, row.period, as_of)
        found[row.park_id].append(Owed(
            kind, parse_period(row.period), row.due_on, row.clause, row.grace_on, row.lock_on, stands,
            tuple(acts.get(row.id, ())),
        ))  # fmt: skip
    return {park_id: tuple(owed) for park_id, owed in found.items()}


def _stands(kind: ObligationKind, due_on: date, confirmed_on: date | None, rulebook: Rulebook, as_of: date) -> bool:
    """Only rounds of reports are opened by a 报送通知; duties and papers follow the notice itself."""
    if kind not in ROUNDS or (confirmed_on is not None and confirmed_on <= as_of):
        return True
    return rulebook.choice("rounds", due_on, kind) == "confirmed"


def _stood(session: Session, park_id: int, kind: str, period: str, as_of: date) -> bool:
    """Whether an earlier 报送通知, which a 补充通知 has replaced since, was confirmed by then."""
    notice, unit_id = ReportingRound, select(Park.district_id).where(Park.id == park_id)
    earlier = session.scalars(
        select(notice.unit_ids).where(notice.kind == kind, notice.period == period, notice.confirmed_on <= as_of)
    ).all()
    return any(not unit_ids or session.scalar(unit_id) in unit_ids for unit_ids in earlier)


def _acts(session: Session, park_ids: Collection[int], as_of: date) -> dict[int, list[ActFact]]:
    """What was recorded about each obligation and stands on `as_of`, by the obligation's id."""
    standing = or_(ObligationAct.withdrawn_on.is_(None), ObligationAct.withdrawn_on > as_of)
    rows = session.execute(
        select(
            ObligationAct.obligation_id, ObligationAct.kind, ObligationAct.dated, ObligationAct.number,
            ObligationAct.reason, ObligationAct.due_on, ObligationAct.lock_on,
        )
        .join(Obligation, Obligation.id == ObligationAct.obligation_id)
        .where(Obligation.park_id.in_(park_ids), standing)
        .order_by(ObligationAct.id)
    )  # fmt: skip
    found: dict[int, list[ActFact]] = {}
    for row in rows:
        fact = ActFact(ActKind(row.kind), row.dated, row.number, row.reason, row.due_on, row.lock_on)
        found.setdefault(row.obligation_id, []).append(fact)
    return found


def done(session: Session, park_id: int, as_of: date) -> dict[str, date]:
    """The day each paper and each 建设进展 was in, by the obligation's key."""
    return done_of(session, (park_id,), as_of).get(park_id, {})


def done_of(session: Session, park_ids: Collection[int], as_of: date) -> dict[int, dict[str, date]]:
    """The same for several parks, by park."""
    in_force = or_(AcceptanceStep.returned_on.is_(None), AcceptanceStep.returned_on > as_of)
    papers = session.execute(
        select(AcceptanceStep.park_id, AcceptanceStep.kind, AcceptanceStep.dated).where(
            AcceptanceStep.park_id.in_(park_ids), AcceptanceStep.dated <= as_of, in_force
        )
    )
    found = defaultdict[int, dict[str, date]](dict)
    for row in papers:
        if (step := StepKind(row.kind)) in PAPER_OF:
            found[row.park_id][PAPER_OF[step]] = row.dated
    for sent in _progress(session, park_ids, as_of):
        if sent.forwarded_on is not None and sent.forwarded_on <= as_of:
            # The oldest comes last: the first that was passed on counts.
            found[sent.park_id][f"{ObligationKind.OPERATOR_REPORT}:{sent.period}"] = sent.forwarded_on
    return dict(found)


def uploaded(session: Session, park_id: int, as_of: date) -> frozenset[str]:
    """Keys of 建设进展 whose newest version the district has in hand: neither passed on nor sent back."""
    return uploaded_of(session, (park_id,), as_of).get(park_id, frozenset())


def uploaded_of(session: Session, park_ids: Collection[int], as_of: date) -> dict[int, frozenset[str]]:
    """The same for several parks, by park."""
    newest = {(row.park_id, row.period): row for row in reversed(_progress(session, park_ids, as_of))}
    found = defaultdict[int, set[str]](set)
    for (park_id, period), row in newest.items():
        if not _by(row.forwarded_on, as_of) and not _by(row.returned_on, as_of):
            found[park_id].add(f"{ObligationKind.OPERATOR_REPORT}:{period}")
    return {park_id: frozenset(keys) for park_id, keys in found.items()}


def _by(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of


def _progress(
    session: Session, park_ids: Collection[int], as_of: date
) -> Sequence[Row[int, str, date | None, date | None]]:
    """Versions of 建设进展 received by `as_of`, the newest first."""
    report = ProgressReport
    return session.execute(
        select(report.park_id, report.period, report.forwarded_on, report.returned_on)
        .where(report.park_id.in_(park_ids), report.received_on <= as_of)
        .order_by(report.version.desc())
    ).all()


def tasks(session: Session, park_id: int, as_of: date) -> tuple[TaskFact, ...]:
    """The 重点任务 known and in force at the end of `as_of`, by their dates."""
    task = PlanTask
    rows = session.execute(
        select(task.id, task.name, task.unit, task.due_on, task.done_on, task.recorded_at)
        .where(task.park_id == park_id, or_(task.replaced_on.is_(None), task.replaced_on > as_of))
        .order_by(task.due_on, task.id)
    )
    return tuple(
        TaskFact(row.id, row.name, row.unit, row.due_on, row.done_on)
        for row in rows
        if row.recorded_at.astimezone(ZONE).date() <= as_of
    )
