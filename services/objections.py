"""异议 to what was made public about a park (通知未规定): registered during the 公示, answered before the title."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from db.models import AcceptanceStep, Objection, Park
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.refusal import Missing, Refused, Unknown
from policy.terms import Stage
from policy.workflow import Option, StepKind
from services import audit, clock, snapshots
from services.lengths import require_storable
from services.parks import find_park
from services.steps import course_of, in_force, send_back
from services.storage import Storage, keep_file


@dataclass(frozen=True, slots=True)
class Complaint:
    """An objection as it came in, with its paper (name, bytes) if there is one."""

    received_on: date
    raised_by: str
    matter: str
    file: tuple[str, bytes] | None = None


def record_objection(session: Session, storage: Storage, actor: Actor, park_code: str, said: Complaint) -> int:
    """Its number. Raises Refused where objections are not switched on, nothing is being made public, or it came at
    another time than the 公示; Missing without who raised it and what it says."""
    actor.require(Permission.DECIDE_ACCEPTANCE)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    course = course_of(session, park, said.received_on)
    if Option.OBJECTIONS not in course.options:
        raise Refused("“异议处理”通知未规定，所填日期未启用；确需办理的，先在规则数值中启用")
    shown = next((row for row in reversed(in_force(session, park.id)) if row.kind == StepKind.PUBLICITY), None)
    if shown is None or shown.until is None or course.stage is not Stage.PASSED:
        raise Refused(f"{park.title}目前没有正在进行的公示，不能登记异议")
    clock.require_between(said.received_on, shown.dated, "收到日期", "公示日期")
    if said.received_on > shown.until:
        raise Refused(f"公示已于{chinese_date(shown.until)}届满，{chinese_date(said.received_on)}收到的不在公示期内")
    if not said.raised_by.strip() or not said.matter.strip():
        raise Missing("登记异议须写明提出人和异议内容")
    row = Objection(
        step_id=shown.id, received_on=said.received_on, raised_by=said.raised_by.strip(), matter=said.matter.strip(),
        file_id=keep_file(session, storage, *said.file).id if said.file else None,
        recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(row)
    session.add(row)
    session.flush()
    new = {"objection": row.id, "received_on": str(row.received_on), "matter": row.matter}
    audit.record(session, actor, Act.OBJECTION_RECORD, park.title, park_id=park.id, new=new)
    return row.id


def handle_objection(
    session: Session, actor: Actor, park_code: str, number: int, handled_on: date, *, upheld: bool, answer: str
) -> None:
    """Answer it. One that is upheld takes back the 公示 and all down to the 评审结论, which is to be made anew.

    Raises Unknown for another park's, Refused for one that is answered or a date that cannot be, Missing without an
    answer.
    """
    actor.require(Permission.DECIDE_ACCEPTANCE)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    row, shown = _objection(session, park, number)
    if row.upheld is not None:
        word = "成立" if row.upheld else "不成立"
        raise Refused(f"该异议已于{chinese_date(row.handled_on or handled_on)}办结（异议{word}）")
    clock.require_between(handled_on, row.received_on, "办结日期", "收到日期")
    if not answer.strip():
        raise Missing("办结异议须写明核查情况和处理意见")
    row.upheld, row.handled_on, row.handled_by, row.answer = upheld, handled_on, actor.account, answer.strip()
    require_storable(row)
    new = {"objection": row.id, "upheld": upheld, "handled_on": str(handled_on), "answer": row.answer}
    audit.record(session, actor, Act.OBJECTION_HANDLE, park.title, park_id=park.id, new=new)
    if upheld and shown.returned_on is None:
        _take_back(session, actor, park, shown, handled_on, f"异议成立：{row.answer}")
        snapshots.rewrite(session, park.id)


def _objection(session: Session, park: Park, number: int) -> tuple[Objection, AcceptanceStep]:
    row = session.get(Objection, number)
    shown = session.get_one(AcceptanceStep, row.step_id) if row else None
    if row is None or shown is None or shown.park_id != park.id:
        raise Unknown(f"{park.title}没有编号为{number}的异议")
    return row, shown


def _take_back(session: Session, actor: Actor, park: Park, shown: AcceptanceStep, on: date, reason: str) -> None:
    """The newest first: the 公示, the 审议 and the 评审结论 of its round."""
    since = list(StepKind).index(StepKind.CONCLUSION)
    for row in reversed(in_force(session, park.id)):
        if row.round == shown.round and list(StepKind).index(StepKind(row.kind)) >= since:
            send_back(session, actor, park, row, StepKind.PUBLICITY, on, reason)
