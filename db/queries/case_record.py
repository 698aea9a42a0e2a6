"""办理记录: everything that happened with one park, from its approval to its title, in the order of the days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import ZONE
from db.models import (
    AcceptanceStep,
    Correction,
    EvaluationFreeze,
    IssuedDocument,
    Letter,
    LetterPark,
    Obligation,
    ObligationAct,
    Park,
    ParkChange,
    Plaque,
    ProgressReport,
    Rectification,
    Review,
    SiteVisit,
    Submission,
    Unit,
)
from db.queries.accounts import names
from db.queries.happenings import Happening, Matter
from db.queries.panel_happenings import panel_happenings
from db.queries.parks import visible
from policy.access import Scope
from policy.figures import chinese_date, plain
from policy.periods import parse_period
from policy.terms import (
    REPORTED,
    ActKind,
    ChangeKind,
    HalfYear,
    ObligationKind,
    Outcome,
    SubmissionKind,
    UnitKind,
)
from policy.workflow import StepKind, step

COMMITTEE = UnitKind.COMMITTEE.label
DEPARTMENT, GOVERNMENT = "区县经信部门", "区县政府"
OPERATOR = UnitKind.OPERATOR.label


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """`happened` by the end of `as_of`, the oldest first."""

    code: str
    title: str
    district: str
    fictional: bool
    as_of: date
    happened: tuple[Happening, ...]


def case_record(session: Session, scope: Scope, park_code: str, as_of: date) -> CaseRecord | None:
    """None for a park outside the scope."""
    park = session.scalars(
        select(Park).where(Park.code == park_code, visible(scope, Park.id, Park.district_id))
    ).first()
    if park is None:
        return None
    called = names(session)
    found = sorted((one for one in _everything(session, park) if one.on <= as_of), key=lambda one: (one.on, one.at))
    told = tuple(replace(one, by=called.get(one.by, one.by)) for one in found)
    return CaseRecord(park.code, park.title, park.district.name, park.district.fictional, as_of, told)


def _everything(session: Session, park: Park) -> Iterator[Happening]:
    yield Happening(
        park.approved_on, park.created_at, Matter.APPROVAL, f"批复同意建设，建设期至{chinese_date(park.ends_on)}",
        park.approval_no, COMMITTEE, "", f"/parks/{park.code}#about",
    )  # fmt: skip
    yield from _changes(session, park)
    yield from _letters(session, park)
    yield from _reports(session, park)
    yield from _reviews(session, park)
    yield from _corrections(session, park)
    yield from _acts(session, park)
    yield from _progress(session, park)
    yield from _visits(session, park)
    yield from _issues(session, park)
    yield from _steps(session, park)
    yield from panel_happenings(session, park)
    yield from _scores(session, park)
    yield from _plaque(session, park)
    yield from _frozen(session, park)


def _changes(session: Session, park: Park) -> Iterator[Happening]:
    for row in session.scalars(select(ParkChange).where(ParkChange.park_id == park.id)):
        yield Happening(
            row.valid_from, row.recorded_at, Matter.APPROVAL,
            f"{ChangeKind(row.kind).label}变更：由“{row.old or '—'}”变更为“{row.new}”", row.document, COMMITTEE,
            row.recorded_by, f"/parks/{park.code}#changes",
        )  # fmt: skip


def _letters(session: Session, park: Park) -> Iterator[Happening]:
    rows = session.execute(
        select(Letter, LetterPark.period, Unit.name)
        .join(LetterPark, LetterPark.letter_id == Letter.id)
        .join(Unit, Unit.id == Letter.sender_id)
        .where(LetterPark.park_id == park.id)
    )
    for letter, period, sender in rows:
        yield Happening(
            letter.received_on, letter.recorded_at, Matter.REPORT,
            f"收到{HalfYear.parse(period).label}园区发展情况函（{chinese_date(letter.dated)}）", letter.number, sender,
            letter.recorded_by, f"/parks/{park.code}#letters",
        )  # fmt: skip


def _reports(session: Session, park: Park) -> Iterator[Happening]:
    """What was reported; drafts are their owner's."""
    rows = select(Submission).where(Submission.park_id == park.id, Submission.state.in_(REPORTED))
    for row in session.scalars(rows):
        yield Happening(
            row.submitted_on or row.received_on, row.uploaded_at, Matter.REPORT, f"报送{_called(row)}", "", DEPARTMENT,
            row.uploaded_by, f"/reports/{row.id}",
        )  # fmt: skip


def _called(row: Submission) -> str:
    """2026年上半年园区发展情况表第2版."""
    what = SubmissionKind(row.kind).label if row.kind else "报告"
    period = HalfYear.parse(row.period).label if row.period else ""
    return f"{period}{what}{row.no.label}"


def _reviews(session: Session, park: Park) -> Iterator[Happening]:
    rows = session.execute(
        select(Review, Submission)
        .join(Submission, Submission.id == Review.submission_id)
        .where(Submission.park_id == park.id)
    )
    for review, row in rows:
        told = "审核通过" if review.accepted else "退回修改"
        why = f"：{review.reason}" if review.reason else ""
        yield Happening(
            review.decided_on, review.decided_at, Matter.REPORT, f"{_called(row)}{told}{why}", "", COMMITTEE,
            review.decided_by, f"/reports/{row.id}",
        )  # fmt: skip


def _corrections(session: Session, park: Park) -> Iterator[Happening]:
    for row in session.scalars(select(Correction).where(Correction.park_id == park.id)):
        what = f"{HalfYear.parse(row.period).label}数据更正{len(row.lines)}项：{row.reason}"
        yield Happening(
            row.corrected_on, row.recorded_at, Matter.REPORT, what, "", DEPARTMENT, row.recorded_by,
            f"/parks/{park.code}#corrections",
        )  # fmt: skip


def _acts(session: Session, park: Park) -> Iterator[Happening]:
    rows = session.execute(
        select(ObligationAct, Obligation)
        .join(Obligation, Obligation.id == ObligationAct.obligation_id)
        .where(Obligation.park_id == park.id)
    )
    for act, owed in rows:
        period = parse_period(owed.period) if owed.period else None
        about = f"{period.label if period else ''}{ObligationKind(owed.kind).label}{ActKind(act.kind).label}"
        unit = COMMITTEE if ActKind(act.kind) in (ActKind.EXTENSION, ActKind.WAIVER) else GOVERNMENT
        until = f"，报送截止日改为{chinese_date(act.due_on)}" if act.due_on else ""
        gone = f"（已于{chinese_date(act.withdrawn_on)}撤销）" if act.withdrawn_on else ""
        yield Happening(
            act.dated, act.recorded_at, Matter.OBLIGATION, f"{about}{until}{gone}", act.number, unit, act.recorded_by,
            f"/parks/{park.code}/obligations/{owed.id}",
        )  # fmt: skip


def _progress(session: Session, park: Park) -> Iterator[Happening]:
    """From when it was forwarded or sent back; what is with the district yet is nobody else's."""
    rows = select(ProgressReport).where(ProgressReport.park_id == park.id, ProgressReport.forwarded_on.is_not(None))
    for row in session.scalars(rows):
        period = parse_period(row.period)
        assert row.forwarded_on is not None
        yield Happening(
            row.forwarded_on, row.uploaded_at, Matter.PROGRESS, f"转报{period.label if period else ''}建设进展", "",
            DEPARTMENT, row.forwarded_by, f"/parks/{park.code}/progress",
        )  # fmt: skip


def _visits(session: Session, park: Park) -> Iterator[Happening]:
    for row in session.scalars(select(SiteVisit).where(SiteVisit.park_id == park.id)):
        if row.visited_on is not None:
            on, what = row.visited_on, f"现场核查：{row.result or row.purpose}"
        elif row.cancelled_on is not None:
            on, what = row.cancelled_on, f"取消{chinese_date(row.planned_on)}的现场核查：{row.cancel_reason}"
        else:
            on, what = row.planned_on, f"拟定现场核查{f'：{row.purpose}' if row.purpose else ''}"
        yield Happening(on, row.recorded_at, Matter.VISIT, what, "", COMMITTEE, row.recorded_by, f"/visits/{row.id}")


def _issues(session: Session, park: Park) -> Iterator[Happening]:
    for row in session.scalars(select(Rectification).where(Rectification.park_id == park.id)):
        path = f"/parks/{park.code}/issues/{row.id}"
        yield Happening(
            row.found_on, row.recorded_at, Matter.VISIT,
            f"列入问题整改台账：{row.problem}（{row.unit}，{chinese_date(row.due_on)}前）", "", COMMITTEE,
            row.recorded_by, path,
        )  # fmt: skip
        if row.closed_on is not None:
            what = f"问题整改销号：{row.problem}"
            yield Happening(row.closed_on, row.recorded_at, Matter.VISIT, what, "", COMMITTEE, row.closed_by, path)


def _steps(session: Session, park: Park) -> Iterator[Happening]:
    """Every step that was taken, and every return with its reason."""
    path = f"/parks/{park.code}/acceptance"
    for row in session.scalars(select(AcceptanceStep).where(AcceptanceStep.park_id == park.id)):
        known = step(StepKind(row.kind))
        parts = (
            known.kind.label,
            f"（第{row.round}轮）" if row.round > 1 else "",
            f"：{Outcome(row.outcome).label}" if row.outcome else "",
            f"，至{chinese_date(row.until)}" if row.until else "",
            f"；{row.note}" if row.note else "",
            "（代录）" if row.on_behalf else "",
        )
        yield Happening(
            row.dated, row.recorded_at, Matter.ACCEPTANCE, "".join(parts), row.document_no, known.actor,
            row.recorded_by, path,
        )  # fmt: skip
        if row.returned_on is not None:
            at = step(StepKind(row.returned_at)).actor if row.returned_at else ""
            yield Happening(
                row.returned_on, row.recorded_at, Matter.ACCEPTANCE, f"退回“{known.kind.label}”：{row.return_reason}",
                "", at, row.returned_by, path,
            )  # fmt: skip


def _scores(session: Session, park: Park) -> Iterator[Happening]:
    for row in session.scalars(select(EvaluationFreeze).where(EvaluationFreeze.park_id == park.id)):
        total = f"，总分{plain(row.total)}" if row.total is not None else ""
        yield Happening(
            row.frozen_on, row.recorded_at, Matter.PANEL, f"评分定稿：{row.purpose}{total}", "", COMMITTEE,
            row.recorded_by, f"/parks/{park.code}/evaluation",
        )  # fmt: skip


def _plaque(session: Session, park: Park) -> Iterator[Happening]:
    for row in session.scalars(select(Plaque).where(Plaque.park_id == park.id)):
        where = f"，{row.place}" if row.place else ""
        yield Happening(
            row.handed_on, row.recorded_at, Matter.ACCEPTANCE, f"授牌：{row.title}，由{row.received_by}领取{where}",
            row.certificate_no, COMMITTEE, row.recorded_by, f"/parks/{park.code}/acceptance",
        )  # fmt: skip


def _frozen(session: Session, park: Park) -> Iterator[Happening]:
    for row in session.scalars(select(IssuedDocument).where(IssuedDocument.park_id == park.id)):
        what = f"{row.title}第{row.number}版定稿（数据截至{chinese_date(row.as_of)}）"
        yield Happening(
            row.issued_at.astimezone(ZONE).date(), row.issued_at, Matter.DOCUMENT, what, "", "", row.issued_by,
            f"/parks/{park.code}#issued",
        )  # fmt: skip
