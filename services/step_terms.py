"""What single steps of the chain ask for beyond their paper: an outcome, a term, the end of a 公示."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, Objection, Obligation, Panel, PanelConclusion, Park
from db.rulebook_facts import calendar, rulebook
from policy.access import Actor
from policy.deadlines import unknown_year
from policy.figures import chinese_date
from policy.obligations import papers
from policy.refusal import Doubtful, Missing, Refused
from policy.terms import ActKind, ChangeKind, Outcome
from policy.workflow import Course, Step, StepKind
from services import obligation_acts, parks
from services.obligation_acts import Paper
from services.storage import Storage


@dataclass(frozen=True, slots=True)
class Taking:
    """A step as it is to be recorded: the date and number of its paper and the scan (name, bytes), if there is one.

    `outcome`: of a conclusion; `until`: the last day of what it opens (整改, 公示, the extension); `as_written`: what
    is Doubtful is meant.
    """

    kind: StepKind
    dated: date
    number: str = ""
    file: tuple[str, bytes] | None = None
    outcome: Outcome | None = None
    until: date | None = None
    note: str = ""
    as_written: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    outcome: Outcome | None = None
    until: date | None = None
    notes: tuple[str, ...] = ()


def settle(session: Session, park: Park, entry: Step, course: Course, taking: Taking) -> Terms:
    """Outcome and term of the step; raises Refused, Missing or Doubtful where they are wanting or cannot be."""
    if taking.outcome is not None and entry.kind is not StepKind.CONCLUSION:
        raise Refused(f"“{entry.kind.label}”没有评审结论可登记")
    if entry.kind is StepKind.CONCLUSION:
        return _conclusion(session, park, course, taking)
    if entry.kind is StepKind.PUBLICITY:
        return _publicity(session, taking)
    if entry.kind is StepKind.EXTENSION:
        return _extension(park, taking)
    if taking.until is not None:
        raise Refused(f"“{entry.kind.label}”不设期限，请不填写期限")
    if entry.kind is StepKind.RECTIFICATION:
        _require_in_time(session, park, taking)
    if entry.kind is StepKind.TITLE:
        _require_published(session, park, course, taking)
    return Terms()


def _conclusion(session: Session, park: Park, course: Course, taking: Taking) -> Terms:
    """As the panel concluded, unless said; 限期整改 with its term."""
    signed = _signed(session, park, course.round)
    if signed is not None and taking.dated < signed.signed_on:
        raise Refused(
            f"日期{chinese_date(taking.dated)}早于专家组评审意见的签署日期{chinese_date(signed.signed_on)}，请核对"
        )
    panel = Outcome(signed.outcome) if signed else None
    outcome = taking.outcome or panel or Outcome.PASSED
    if panel is not None and outcome is not panel and not taking.as_written:
        raise Doubtful(f"专家组评审意见为“{panel.label}”，所填评审结论为“{outcome.label}”，请核对")
    if outcome is not Outcome.RECTIFYING and taking.until is not None:
        raise Refused(f"评审结论为“{outcome.label}”，不设整改期限，请不填写期限")
    if outcome is Outcome.RECTIFYING and taking.until is None:
        raise Missing("评审结论为“限期整改”的，须写明整改期限")
    if taking.until is not None and taking.until <= taking.dated:
        raise Refused(f"整改期限{chinese_date(taking.until)}应在评审结论日期{chinese_date(taking.dated)}之后")
    source = "取自组长签署的专家组评审意见" if panel else "未填写评审结论，按“达标”登记"
    return Terms(outcome, taking.until, () if taking.outcome else (f"评审结论：{outcome.label}（{source}）",))


def _signed(session: Session, park: Park, number: int) -> PanelConclusion | None:
    """What the panel of this round concluded."""
    return session.scalars(
        select(PanelConclusion)
        .join(Panel, Panel.id == PanelConclusion.panel_id)
        .where(Panel.park_id == park.id, Panel.round == number, Panel.dissolved_on.is_(None))
        .order_by(PanelConclusion.panel_id.desc(), PanelConclusion.number.desc())
        .limit(1)
    ).first()


def _publicity(session: Session, taking: Taking) -> Terms:
    """At least as many working days as the rulebook says; the day of publication is day 1."""
    days, days_off = rulebook(session).whole("publicity_days", taking.dated), calendar(session)
    least = days_off.last_of(taking.dated, days)
    until = taking.until or least
    if until < least:
        raise Refused(
            f"公示期不少于{days}个工作日（当日为第1日），自{chinese_date(taking.dated)}起应至{chinese_date(least)}，"
            f"所填为{chinese_date(until)}"
        )
    if until != least and taking.file is None:
        raise Missing(f"公示期长于{days}个工作日的，请附写明公示截止日的公示稿")
    unsure = next((day for day in (taking.dated, until) if days_off.is_provisional(day)), None)
    return Terms(until=until, notes=(f"公示至{chinese_date(until)}", *((unknown_year(unsure),) if unsure else ())))


def _extension(park: Park, taking: Taking) -> Terms:
    if taking.until is None:
        raise Missing("延期验收须写明延期后的期限")
    if taking.until <= park.ends_on:
        raise Refused(f"延期后的期限{chinese_date(taking.until)}应晚于建设期满之日{chinese_date(park.ends_on)}")
    return Terms(until=taking.until)


def _require_in_time(session: Session, park: Park, taking: Taking) -> None:
    until = _last(session, park, StepKind.CONCLUSION).until
    if until is not None and taking.dated > until and not taking.as_written:
        raise Doubtful(f"整改期限为{chinese_date(until)}，整改报告日期{chinese_date(taking.dated)}已超过期限")


def _require_published(session: Session, park: Park, course: Course, taking: Taking) -> None:
    """The 公示 of this round, where there was one, is over, and nothing that was said against it is open."""
    if not any((one.kind, one.round) == (StepKind.PUBLICITY, course.round) for one in course.taken):
        return
    shown = _last(session, park, StepKind.PUBLICITY)
    if shown.until is not None and taking.dated <= shown.until:
        first = chinese_date(shown.until + timedelta(days=1))
        raise Refused(f"公示至{chinese_date(shown.until)}届满，{first}起方可授予称号、授牌")
    unanswered = (
        select(func.count())
        .select_from(Objection)
        .join(AcceptanceStep, AcceptanceStep.id == Objection.step_id)
        .where(AcceptanceStep.park_id == park.id, Objection.upheld.is_(None))
    )
    if count := session.scalar(unanswered):
        raise Refused(f"公示期内收到的异议还有{count}件未办结，办结后方可授予称号、授牌")


def _last(session: Session, park: Park, kind: StepKind) -> AcceptanceStep:
    return session.scalars(
        select(AcceptanceStep)
        .where(AcceptanceStep.park_id == park.id, AcceptanceStep.kind == kind, AcceptanceStep.returned_on.is_(None))
        .order_by(AcceptanceStep.round.desc())
        .limit(1)
    ).one()


def follow(session: Session, storage: Storage, actor: Actor, park: Park, entry: Step, taking: Taking) -> None:
    """What a step brings with it. An extension is a 变更事项, and the papers of the end fall due so much later; the
    two years themselves end when they end (五(一))."""
    if entry.kind is not StepKind.EXTENSION or taking.until is None:
        return
    parks.record_change(
        session, actor, park.code, ChangeKind.EXTENSION, taking.dated, taking.number, taking.until.isoformat()
    )
    listed = session.scalars(select(Obligation.kind).where(Obligation.park_id == park.id)).all()
    for owed in papers(taking.until, rulebook(session), calendar(session)):
        if owed.kind in listed:
            why = f"延期验收至{chinese_date(taking.until)}"
            paper = Paper(taking.number, taking.dated, why, due_on=owed.due_on)
            obligation_acts.record_act(
                session, storage, actor, park.code, ActKind.EXTENSION, (owed.kind, ""), paper, as_written=True
            )
