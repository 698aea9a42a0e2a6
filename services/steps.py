"""The recorded steps from 自评 to 授牌 (五(三)): in order, each with its paper, returns and rounds included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, Letter, Park
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.refusal import Doubtful, Missing, Refused
from policy.terms import Outcome
from policy.workflow import Course, Step, StepKind, Taken, options, require_return, require_step, stage_after, step
from services import audit, clock, issuing, snapshots, step_papers, step_terms
from services.documents.catalogue import compose
from services.issuing import Prepared
from services.lengths import require_storable
from services.parks import find_park
from services.platform import Platform
from services.step_terms import Taking, Terms
from services.storage import Storage


@dataclass(frozen=True, slots=True)
class Recorded:
    """A step as it stands now; `returned_on` and `reason` of one sent back. `notes`: what a person should know."""

    step_id: int
    kind: StepKind
    dated: date
    number: str
    returned_on: date | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()


def take_step(platform: Platform, actor: Actor, park_code: str, taking: Taking, *, draft_ok: bool = False) -> Recorded:
    """`record_step`, where the system draws up the paper that is wanting: rendered before anything is locked.

    Raises Doubtful for a paper that is a 草稿 as yet, unless that is meant (`draft_ok`, or `as_written` of the step).
    """
    with platform.database.read() as session:
        park, entry, course = _permitted(session, actor, park_code, taking)
        code, missing = park.code, taking.file is None and course.files(entry) and step_papers.drawable(entry)
        to_draw = missing and step_papers.frozen(session, park, entry, *_span(session, park, taking)) is None
        step_terms.settle(session, park, entry, course, taking)
        document = compose(session, actor, entry.document, code, taking.dated) if to_draw else None
    if document is not None and document.lacking and not (draft_ok or taking.as_written):
        raise Doubtful(
            f"系统代拟的“{entry.paper}”尚为草稿（{'；'.join(document.lacking)}），请补充后再办理，或选择文件"
        )
    drawn = issuing.prepare(platform, entry.document, code, document) if document is not None else None
    with platform.database.write() as session:
        return record_step(session, platform.storage, actor, park_code, taking, drawn)


@dataclass(frozen=True, slots=True)
class Awaited:
    """A step that may be taken now: whether by the one who asks, whether that is 代录, and its paper in words."""

    entry: Step
    may: bool
    on_behalf: bool
    paper: str


def awaited(session: Session, actor: Actor, park_code: str, day: date) -> tuple[Awaited, ...]:
    """What may be taken on that day: the step that is due, and an extension besides."""
    park = find_park(session, actor.scope, park_code)
    course = course_of(session, park, day)
    due = (*course.beside, *((course.next,) if course.next else ()))
    return tuple(_awaited(session, actor, park, course, entry, day) for entry in due)


def _awaited(session: Session, actor: Actor, park: Park, course: Course, entry: Step, day: date) -> Awaited:
    span = _span(session, park, Taking(entry.kind, day))
    paper = step_papers.told(session, park, entry, span, needed=course.files(entry))
    return Awaited(entry, actor.may(entry.needs), _on_behalf(actor, entry), paper)


def record_step(
    session: Session,
    storage: Storage,
    actor: Actor,
    park_code: str,
    taking: Taking,
    drawn: Prepared | None = None,
) -> Recorded:
    """Record one step with the date, number and paper it needs; by the committee for others it is 代录.

    Raises AccessDenied without the permission of the step; StepRefused out of order or where it is not switched on;
    Refused for a date to come or before the step it follows, and for an application that shares its letter (one
    letter, one matter); Missing for a 公文 without its number, a step without its paper, a term left out; Doubtful for
    what is strange and may yet be meant.
    """
    audit.take_turn(session)
    park, entry, course = _permitted(session, actor, park_code, taking)
    terms = step_terms.settle(session, park, entry, course, taking)
    paper = step_papers.keep(
        session, storage, actor, park, entry, taking.file, drawn, _span(session, park, taking),
        needed=course.files(entry),
    )  # fmt: skip
    row = _add(session, actor, park, entry, course, taking, terms, paper)
    step_terms.follow(session, storage, actor, park, entry, taking)
    snapshots.rewrite(session, park.id)
    return _told(row, *filter(None, (paper.note, *terms.notes)))


def _add(
    session: Session,
    actor: Actor,
    park: Park,
    entry: Step,
    course: Course,
    taking: Taking,
    terms: Terms,
    paper: step_papers.StepPaper,
) -> AcceptanceStep:
    row = AcceptanceStep(
        park_id=park.id, kind=entry.kind, round=course.round_of(entry.kind), dated=taking.dated,
        document_no=taking.number.strip(), file_id=paper.file_id, issued_id=paper.issued_id,
        outcome=terms.outcome or "", until=terms.until, note=taking.note.strip(), on_behalf=_on_behalf(actor, entry),
        recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(row)
    session.add(row)
    session.flush()
    new = {
        "step": entry.kind, "round": row.round, "dated": str(row.dated), "number": row.document_no,
        "file": taking.file[0] if taking.file else None, "issued": row.issued_id, "outcome": row.outcome or None,
        "until": str(row.until) if row.until else None, "on_behalf": row.on_behalf,
    }  # fmt: skip
    audit.record(session, actor, Act.STEP_RECORD, park.title, park_id=park.id, new=new)
    return row


def return_step(session: Session, actor: Actor, park_code: str, kind: StepKind, dated: date, reason: str) -> Recorded:
    """Whoever would take `kind` next sends the step before it back instead; it is to be taken anew.

    Raises AccessDenied without the permission of `kind`, Refused where there is nothing to send back or for a date
    that cannot be, Missing without a reason.
    """
    audit.take_turn(session)
    park, entry = find_park(session, actor.scope, park_code), step(kind)
    actor.require(entry.needs)
    clock.require_past(dated, "日期")
    require_return(kind, course_of(session, park, dated))
    if not reason.strip():
        raise Missing("退回须写明理由")
    _require_after(session, park, dated)
    row = in_force(session, park.id)[-1]
    send_back(session, actor, park, row, kind, dated, reason.strip())
    snapshots.rewrite(session, park.id)
    return _told(row)


def send_back(
    session: Session, actor: Actor, park: Park, row: AcceptanceStep, at: StepKind, dated: date, reason: str
) -> None:
    """Take one step out of force and say so in the log; for a use case that has looked whether it may."""
    entry = step(at)
    row.returned_on, row.return_reason = dated, reason
    row.returned_at, row.returned_by = at, actor.account
    require_storable(row)
    session.flush()
    new = {"returned_by": entry.actor, "at": at, "returned_on": str(dated), "reason": reason}
    audit.record(
        session, actor, Act.STEP_RETURN, park.title, park_id=park.id,
        old={"step": row.kind, "round": row.round, "dated": str(row.dated)},
        new=new | {"on_behalf": _on_behalf(actor, entry)},
    )  # fmt: skip


def in_force(session: Session, park_id: int) -> list[AcceptanceStep]:
    """Steps taken and not sent back, in the order of the chain, the newest round last."""
    rows = session.scalars(
        select(AcceptanceStep).where(AcceptanceStep.park_id == park_id, AcceptanceStep.returned_on.is_(None))
    )
    return sorted(rows, key=lambda row: taken(row).place)


def round_of(session: Session, park_id: int) -> int:
    """The round the park is in: 1, and one more with each 整改 that was reported."""
    rows = in_force(session, park_id)
    return rows[-1].round if rows else 1


def taken(row: AcceptanceStep) -> Taken:
    return Taken(StepKind(row.kind), row.round, Outcome(row.outcome) if row.outcome else None)


def course_of(session: Session, park: Park, day: date) -> Course:
    """How far the park has come by the steps in force now; what is switched on, and 建设期满, as of `day`."""
    known = tuple(taken(row) for row in in_force(session, park.id))
    return Course(known, stage_after(known, park.ends_on, day), options(rulebook(session), day))


def _permitted(session: Session, actor: Actor, park_code: str, taking: Taking) -> tuple[Park, Step, Course]:
    """The park, the step, and how far things have come, if the step may be taken on that day with that number."""
    park, entry = find_park(session, actor.scope, park_code), step(taking.kind)
    actor.require(entry.needs)
    clock.require_past(taking.dated, "日期")
    course = course_of(session, park, taking.dated)
    require_step(entry.kind, course)
    _require_after(session, park, taking.dated)
    if entry.numbered and not taking.number.strip():
        raise Missing(f"“{entry.paper}”须登记发文字号")
    if entry.kind is StepKind.ACCEPTANCE_LETTER:
        _require_letter_of_its_own(session, park, taking.number.strip())
    return park, entry, course


def _require_after(session: Session, park: Park, dated: date) -> None:
    """Dates are in order: none before the step in force last, none before the last return."""
    known = in_force(session, park.id)
    if known and dated < known[-1].dated:
        last, before = StepKind(known[-1].kind), chinese_date(known[-1].dated)
        raise Refused(f"日期{chinese_date(dated)}早于上一环节“{last.label}”的日期{before}，请核对")
    returned_on = _last_return(session, park)
    if returned_on is not None and dated < returned_on:
        raise Refused(f"日期{chinese_date(dated)}早于退回日期{chinese_date(returned_on)}，请核对")


def _last_return(session: Session, park: Park) -> date | None:
    return session.scalar(select(func.max(AcceptanceStep.returned_on)).where(AcceptanceStep.park_id == park.id))


def _span(session: Session, park: Park, taking: Taking) -> tuple[date, date]:
    """From which day to which a 定稿 may be to serve as the paper of this step; a 公示稿 says from when it is shown."""
    if taking.kind is StepKind.PUBLICITY:
        return taking.dated, taking.dated
    days = [row.dated for row in in_force(session, park.id)]
    returned_on = _last_return(session, park)
    since = max((*days, *((returned_on,) if returned_on else ())), default=park.ends_on + timedelta(days=1))
    return since, taking.dated


def _on_behalf(actor: Actor, entry: Step) -> bool:
    """代录: by those who decide, of what is another's to do."""
    return entry.needs is not Permission.DECIDE_ACCEPTANCE and actor.may(Permission.DECIDE_ACCEPTANCE)


def _told(row: AcceptanceStep, *notes: str) -> Recorded:
    return Recorded(
        row.id, StepKind(row.kind), row.dated, row.document_no, row.returned_on, row.return_reason, tuple(notes)
    )


def _require_letter_of_its_own(session: Session, park: Park, number: str) -> None:
    same = select(Letter).where(Letter.sender_id == park.district_id, Letter.number == number)
    if session.scalars(same).first() is not None:
        raise Refused(f"{number}已登记为半年函报；验收申请函应一文一事，单独行文")
    other = (
        select(Park.title)
        .join(AcceptanceStep, AcceptanceStep.park_id == Park.id)
        .where(Park.district_id == park.district_id, Park.id != park.id)
        .where(AcceptanceStep.kind == StepKind.ACCEPTANCE_LETTER, AcceptanceStep.document_no == number)
    )
    title = session.scalars(other).first()
    if title is not None:
        raise Refused(f"{number}已登记为{title}的验收申请函；验收申请函应一文一事，一个园区一函")
