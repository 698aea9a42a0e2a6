"""问题整改台账: listed by the committee, told of by district and operator, 销号 by the committee; nothing is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Evidence, Park, Rectification, RectificationNote, SiteVisit, VisitedFirm
from db.queries.access import ID
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.rectification import NoteKind
from policy.refusal import Missing, Refused, Unknown
from services import audit, clock, snapshots
from services.lengths import require_storable
from services.parks import find_park
from services.versions import storable

MIN_NOTE = 4
"""Characters: 已整改 alone says nothing of the proof."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked for: by whom, by when, and how."""

    unit: str
    due_on: date
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """`source`: 现场核查 or where else it was found; `firm_id`: the visited firm whose finding it follows from."""

    problem: str
    source: str
    found_on: date
    demand: Demand
    firm_id: int | None = None


def enter(session: Session, actor: Actor, park_code: str, found: Problem) -> Rectification:
    """A new line of the ledger.

    Raises Unknown for a park outside the scope or a firm no visit to it has looked at; Refused for an empty text, a
    date that cannot be, and a finding that has its line already.
    """
    actor.require(Permission.MANAGE_VISITS)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    problem, source = storable(found.problem.strip()), storable(found.source.strip())
    if not problem or not source:
        raise Missing("请填写问题和来源，如“示例公司收入与一览表不符”“现场核查”")
    clock.require_between(found.found_on, park.approved_on, "发现日期", "批复同意建设之日")
    visit_id = _visit_of(session, park, found.firm_id) if found.firm_id is not None else None
    row = Rectification(
        park_id=park.id, visit_id=visit_id, firm_id=found.firm_id, source=source, problem=problem,
        found_on=found.found_on, recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    _demand(row, found.demand)
    require_storable(row)
    session.add(row)
    session.flush()
    new = {"problem": problem, "source": source, "found_on": str(row.found_on), **_asked(row)}
    return _written(session, actor, Act.ISSUE_OPEN, park, row, None, new)


def _visit_of(session: Session, park: Park, firm_id: int) -> int:
    visit = session.scalars(select(SiteVisit).join(VisitedFirm).where(VisitedFirm.id == firm_id)).first()
    if visit is None or visit.park_id != park.id:
        raise Unknown(f"{park.title}的现场核查中没有编号为{firm_id}的企业")
    if session.scalar(select(Rectification.id).where(Rectification.firm_id == firm_id)) is not None:
        raise Refused("这家企业的核查结果已列入问题整改台账，没有重复列入")
    return visit.id


def _demand(row: Rectification, demand: Demand) -> None:
    unit = storable(demand.unit.strip())
    if not unit:
        raise Missing("请填写责任单位")
    if demand.due_on < row.found_on:
        due, found = chinese_date(demand.due_on), chinese_date(row.found_on)
        raise Refused(f"整改时限{due}早于发现日期{found}，请核对")
    row.unit, row.due_on, row.measure = unit, demand.due_on, storable(demand.measure.strip())


def change(session: Session, actor: Actor, park_code: str, issue_id: int, demand: Demand, reason: str) -> Rectification:
    """Another unit, date or measure, with a reason; what was asked before stays in the notes and the log."""
    actor.require(Permission.MANAGE_VISITS)
    park, row = _locked(session, actor, park_code, issue_id)
    _require_open(row)
    if not reason.strip():
        raise Missing("调整整改要求须写明理由，如“设备到货推迟，经批准延长”")
    old = _asked(row)
    _demand(row, demand)
    if old == (new := _asked(row)):
        raise Refused("责任单位、整改时限和整改措施都没有改动")
    told = "；".join(f"{WORDS[key]}{_from_to(old[key], new[key])}" for key in old if old[key] != new[key])
    _note(session, actor, row, NoteKind.CHANGED, clock.today(), f"{told}；理由：{reason.strip()}")
    return _written(session, actor, Act.ISSUE_CHANGE, park, row, old, new | {"reason": reason.strip()})


def _from_to(old: str, new: str) -> str:
    if not old:
        return f"补充为“{new}”"
    return f"由“{old}”改为“{new}”" if new else f"“{old}”删去"


def report_progress(
    session: Session, actor: Actor, park_code: str, issue_id: int, text: str, evidence_id: int | None = None
) -> Rectification:
    """整改进展 as of today, with the 佐证资料 that proves it if there is one; earlier texts are kept.

    Raises Unknown outside the scope, Refused for an empty text, a closed line and a paper that is not the park's.
    """
    actor.require(Permission.REPORT_RECTIFICATION)
    park, row = _locked(session, actor, park_code, issue_id)
    _require_open(row)
    if len(text.strip()) < MIN_NOTE:
        raise Missing("请写明整改进展，如“已核对账目，更正数据随下期报告报送”")
    if evidence_id is not None:
        paper = session.get(Evidence, evidence_id)
        if paper is None or paper.park_id != park.id or paper.withdrawn_at is not None:
            raise Unknown(f"{park.title}没有编号为{evidence_id}的佐证资料，请先在佐证资料页提交")
    _note(session, actor, row, NoteKind.PROGRESS, clock.today(), text, evidence_id)
    new = {"progress": text.strip(), "evidence": evidence_id}
    return _written(session, actor, Act.ISSUE_PROGRESS, park, row, None, new)


def close(session: Session, actor: Actor, park_code: str, issue_id: int, on: date, note: str) -> Rectification:
    """销号: the problem is put right since `on`; `note` says by what that is seen.

    Raises Unknown outside the scope, Refused for a closed line, a day before it was found or to come, and no note.
    """
    actor.require(Permission.MANAGE_VISITS)
    park, row = _locked(session, actor, park_code, issue_id)
    _require_open(row)
    clock.require_between(on, row.found_on, "销号日期", "发现日期")
    if len(note.strip()) < MIN_NOTE:
        raise Missing("销号须写明整改结果和依据，如“复核与账目一致，见佐证资料”")
    row.closed_on, row.closed_by = on, actor.account
    _note(session, actor, row, NoteKind.CLOSED, on, note)
    new = {"closed_on": str(on), "note": note.strip()}
    return _written(session, actor, Act.ISSUE_CLOSE, park, row, {"closed_on": None}, new)


def reopen(session: Session, actor: Actor, park_code: str, issue_id: int, reason: str) -> Rectification:
    """撤销销号: it was not put right after all. Raises Refused for a line that is open, and without a reason."""
    actor.require(Permission.MANAGE_VISITS)
    park, row = _locked(session, actor, park_code, issue_id)
    if row.closed_on is None:
        raise Refused(f"问题“{_title(row)}”没有销号，不须撤销")
    if not reason.strip():
        raise Missing("撤销销号须写明原因，如“复查发现数据仍不一致”")
    old = {"closed_on": str(row.closed_on)}
    _note(session, actor, row, NoteKind.REOPENED, clock.today(), reason)
    row.closed_on, row.closed_by = None, ""
    return _written(session, actor, Act.ISSUE_REOPEN, park, row, old, {"closed_on": None, "reason": reason.strip()})


def _locked(session: Session, actor: Actor, park_code: str, issue_id: int) -> tuple[Park, Rectification]:
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    row = session.get(Rectification, issue_id) if ID.fullmatch(str(issue_id)) else None
    if row is None or row.park_id != park.id:
        raise Unknown(f"{park.title}的问题整改台账中没有编号为{issue_id}的问题")
    return park, row


def _require_open(row: Rectification) -> None:
    if row.closed_on is not None:
        raise Refused(f"问题“{_title(row)}”已于{chinese_date(row.closed_on)}销号")


def _note(
    session: Session, actor: Actor, row: Rectification, kind: NoteKind, dated: date, text: str,
    evidence_id: int | None = None,
) -> None:  # fmt: skip
    note = RectificationNote(
        rectification_id=row.id, kind=kind, dated=dated, text=storable(text.strip()), evidence_id=evidence_id,
        recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(note)
    row.notes.append(note)
    session.flush()


def _written(
    session: Session, actor: Actor, act: Act, park: Park, row: Rectification, old: object, new: object
) -> Rectification:
    session.flush()
    audit.record(session, actor, act, f"{park.title}问题“{_title(row)}”", park_id=park.id, old=old, new=new)
    snapshots.rewrite(session, park.id)
    return row


def _title(row: Rectification) -> str:
    return " ".join(row.problem.split())[:60]


WORDS = {"unit": "责任单位", "due_on": "整改时限", "measure": "整改措施"}


def _asked(row: Rectification) -> dict[str, str]:
    return {"unit": row.unit, "due_on": chinese_date(row.due_on), "measure": row.measure}
