"""情况说明: the district's reason why a finding at confirm is true all the same (核实性审核)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.models import FindingExplanation, Submission, SubmissionFinding
from policy.access import Actor, Permission
from policy.acts import Act
from policy.explanations import explanation
from policy.refusal import Refused
from policy.terms import Severity, SubmissionState
from services import audit, clock, versions

OPEN = (SubmissionState.DRAFT, SubmissionState.SUBMITTED)


def require_open(session: Session, actor: Actor, row: Submission) -> None:
    """Refused once the committee has decided on the version, or when a newer one stands beside it."""
    if row.state not in OPEN:
        raise Refused(
            f"{versions.told(row)}目前为“{SubmissionState(row.state).label}”，不能再核对或说明；如需更正，请上传新的一版"
        )
    newer = versions.newer_than(session, actor, row)
    if newer is not None:
        raise Refused(f"{versions.told(row)}之后已有{newer.no.label}，请在最新的版本上核对和说明")


def explain(session: Session, actor: Actor, submission_id: int, finding_id: int, text: str) -> None:
    """Store a 情况说明. Until the version is submitted it may be written anew; the earlier one is kept.

    Raises Unknown outside the scope; Refused for a text that gives no reason, and for a finding that needs none.
    """
    actor.require(Permission.SUBMIT_REPORT)
    row = versions.locked(session, actor, submission_id)
    require_open(session, actor, row)
    finding = session.get(SubmissionFinding, finding_id)
    if finding is None or finding.submission_id != row.id or finding.superseded_at is not None:
        raise Refused(f"{versions.told(row)}没有这条核实内容，请从问题清单中选择")
    if finding.severity != Severity.CONFIRM:
        raise Refused("只有核实性审核可以用情况说明通过；强制性审核须更正，提示无需说明")
    if row.state == SubmissionState.SUBMITTED and finding not in unexplained(session, row):
        raise Refused("情况说明已随报告报送；如需修改，请市经济信息委退回修改")
    text = versions.storable(explanation(text))
    session.add(FindingExplanation(finding_id=finding.id, text=text, written_by=actor.account, written_at=clock.now()))
    new = {"finding": finding.code, "cell": finding.where, "text": text}
    audit.record(session, actor, Act.FINDING_EXPLAIN, versions.told(row), park_id=row.park_id, new=new)


def unexplained(session: Session, row: Submission) -> Sequence[SubmissionFinding]:
    """Findings at confirm without a 情况说明, in the order they were found."""
    written = exists().where(FindingExplanation.finding_id == SubmissionFinding.id)
    found = select(SubmissionFinding).where(
        SubmissionFinding.submission_id == row.id,
        SubmissionFinding.severity == Severity.CONFIRM,
        SubmissionFinding.superseded_at.is_(None),
        ~written,
    )
    return session.scalars(found.order_by(SubmissionFinding.id)).all()


def missing(session: Session, row: Submission) -> str:
    """How many findings at confirm have no 情况说明, and where; empty when all have."""
    unsaid = unexplained(session, row)
    if not unsaid:
        return ""
    places = [finding.where or finding.message for finding in unsaid]
    shown = "、".join(places[: versions.SHOWN_PLACES]) + ("等" if len(places) > versions.SHOWN_PLACES else "")
    return f"尚有{len(unsaid)}条核实性审核没有情况说明（{shown}）"


def carry(session: Session, row: Submission) -> None:
    """A matter explained before (same check, same indicator or firm) keeps its explanation, marked as carried."""
    missing = unexplained(session, row)
    often = Counter((finding.code, finding.subject) for finding in missing)
    earlier = _earlier(session, row) if missing else {}
    for finding in missing:
        matter = finding.code, finding.subject
        if often[matter] == 1 and matter in earlier:
            old = earlier[matter]
            session.add(
                FindingExplanation(
                    finding_id=finding.id, text=old.text, written_by=old.written_by, written_at=old.written_at,
                    carried_from=old.id,
                )
            )  # fmt: skip
    session.flush()


def _earlier(session: Session, row: Submission) -> dict[tuple[str, str], FindingExplanation]:
    """The newest explanation by matter, of this version's overtaken findings too."""
    rows = session.execute(
        select(SubmissionFinding.code, SubmissionFinding.subject, FindingExplanation)
        .join(FindingExplanation, FindingExplanation.finding_id == SubmissionFinding.id)
        .where(SubmissionFinding.submission_id.in_([*versions.earlier_than(session, row), row.id]))
        .order_by(SubmissionFinding.submission_id, FindingExplanation.id)
    )
    return {(code, subject): made for code, subject, made in rows}
