"""The committee's decision on a version: 审核通过 makes its figures facts, 退回修改 reopens the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Review, Submission, SubmissionFinding
from db.queries.access import seen_by
from policy.access import Actor, Permission
from policy.acts import Act
from policy.refusal import Missing, Refused
from policy.terms import REPORTED, HalfYear, ReturnReason, Severity, SubmissionKind, SubmissionState
from policy.version_no import VersionNo
from services import audit, clock, comments, corrections, rejudging, snapshots, versions
from services.parks import find_park


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a paper: its row, its number, and where it stands."""

    submission_id: int
    version: VersionNo
    state: SubmissionState


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided. `explain`: the messages of findings at confirm that were let pass; `sent`: how many 批注
    went out with the return; `unsent`: how many an acceptance leaves with the committee."""

    submission_id: int
    park: str | None
    told: str
    accepted: bool
    decided_on: date
    explain: tuple[str, ...] = ()
    sent: int = 0
    unsent: int = 0


def newest(session: Session, actor: Actor, park_code: str, period: HalfYear) -> Version:
    """The newest version of a park's half-year report that the actor may know of.

    Raises Unknown for the park, Refused when there is none.
    """
    park = find_park(session, actor.scope, park_code)
    rows = select(Submission).where(
        Submission.park_id == park.id,
        Submission.kind == SubmissionKind.HALF_YEAR_REPORT,
        Submission.period == str(period),
        Submission.state != SubmissionState.ATTEMPT,
        seen_by(actor),
    )
    row = session.scalars(rows.order_by(Submission.version.desc()).limit(1)).first()
    if row is None:
        raise Refused(f"{park.title}没有{period.label}的报告，请先上传")
    return Version(row.id, row.no, SubmissionState(row.state))


def accept(session: Session, actor: Actor, submission_id: int, on: date, correction_reason: str = "") -> Decision:
    """审核通过. Only from here on are the version's figures facts.

    `correction_reason`: why it replaces accepted figures, 代录 where the district has not written it.

    Raises Refused while any cell is at confirm or error or any finding is at error (how many, where), for a
    version not submitted or overtaken by a newer one, and for one that corrects accepted figures while nobody has
    said why. Findings at confirm do not stand in the way; the log
    lists them. 批注 not sent with a return before stay with the committee, for the record.
    """
    row = _decidable(session, actor, submission_id, on)
    if row.state != SubmissionState.SUBMITTED:
        raise Refused(_not_submitted(session, row))
    in_the_way = versions.blocking(session, row)
    if in_the_way:
        raise Refused(f"{versions.told(row)}{in_the_way}，不能审核通过；请退回修改，或由区县更正后重新上传")
    findings = session.execute(
        select(SubmissionFinding.code, SubmissionFinding.message).where(
            SubmissionFinding.submission_id == row.id,
            SubmissionFinding.severity == Severity.CONFIRM,
            SubmissionFinding.superseded_at.is_(None),
        )
    ).all()
    explained = {"confirmed": [finding.code for finding in findings]}
    _decide(session, row, Review(accepted=True, decided_by=actor.account, decided_on=on), actor, explained)
    corrections.record(session, actor, row, on, correction_reason)
    messages = tuple(finding.message for finding in findings)
    return Decision(row.id, _code(row), versions.told(row), True, on, messages, unsent=comments.unsent(session, row))


def return_report(
    session: Session,
    actor: Actor,
    submission_id: int,
    reason: str,
    on: date,
    category: ReturnReason = ReturnReason.OTHER,
) -> Decision:
    """退回修改, with a reason and its kind: the report counts as not received until a newer version comes.

    The 批注 made on its cells go out with it.

    A version that is accepted may be returned too, and one that could not be submitted for its errors, by whoever
    may know of it: what was entered from paper (代录) and what came in unattended. Raises Refused without a reason,
    when it is returned already, not submitted yet, or overtaken by a newer version.
    """
    reason = reason.strip()
    if not reason:
        raise Missing("退回修改须写明原因，请说明需要更正的内容")
    row = _decidable(session, actor, submission_id, on)
    if row.state == SubmissionState.RETURNED or (row.state == SubmissionState.DRAFT and not row.has_errors):
        raise Refused(_not_submitted(session, row))
    review = Review(accepted=False, category=category, reason=reason, decided_by=actor.account, decided_on=on)
    _decide(session, row, review, actor, {"category": category, "reason": reason})
    return Decision(row.id, _code(row), versions.told(row), False, on, sent=comments.send(session, review))


def _code(row: Submission) -> str | None:
    return row.park.code if row.park else None


def _decidable(session: Session, actor: Actor, submission_id: int, on: date) -> Submission:
    actor.require(Permission.REVIEW_REPORT)
    row = versions.locked(session, actor, submission_id)
    if row.state == SubmissionState.ATTEMPT:
        raise Refused(f"{versions.told(row)}不是入库的报告，无需审核")
    newer = versions.newer_than(session, actor, row, *REPORTED)
    if newer is not None:
        raise Refused(f"{versions.told(row)}之后已有{newer.no.label}，请审核最新的版本")
    decided = [review.decided_on for review in row.reviews]
    clock.require_between(on, max([row.received_on, *decided]), "审核日期", "上次审核日期" if decided else "收到日期")
    return row


def _not_submitted(session: Session, row: Submission) -> str:
    text = f"{versions.told(row)}目前为“{SubmissionState(row.state).label}”"
    if row.state != SubmissionState.DRAFT:
        return f"{text}，无需再次审核；如有更正，请区县上传新的版本"
    in_the_way = versions.blocking(session, row)
    advice = "不能审核；请区县更正并报送，有误的可退回修改"
    return "，".join((text, in_the_way, advice) if in_the_way else (text, advice))


def _decide(session: Session, row: Submission, review: Review, actor: Actor, details: Mapping[str, object]) -> None:
    old, state = row.state, SubmissionState.ACCEPTED if review.accepted else SubmissionState.RETURNED
    review.decided_at = clock.now()
    with rejudging.later_drafts(session, row):
        row.state = state
        row.reviews.append(review)
        session.flush()
    act = Act.REVIEW_ACCEPT if review.accepted else Act.REVIEW_RETURN
    new = {"state": state, "decided_on": str(review.decided_on), **details}
    audit.record(session, actor, act, versions.told(row), park_id=row.park_id, old={"state": old}, new=new)
    if row.park_id is not None:
        snapshots.rewrite(session, row.park_id)
