"""The recorded steps from 自评 to 授牌 (五(三)): in order, each with its paper, returns included."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, Letter, Park
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.refusal import Missing, Refused
from policy.workflow import RETURNS, Step, StepKind, require_step, stage_after
from services import audit, clock, snapshots
from services.lengths import require_storable
from services.parks import find_park
from services.storage import Storage, keep_file


def record_step(
    session: Session,
    storage: Storage,
    actor: Actor,
    park_code: str,
    kind: StepKind,
    dated: date,
    number: str = "",
    file: tuple[str, bytes] | None = None,
) -> AcceptanceStep:
    """Record one step with the date and number of its paper.

    Raises StepRefused out of order; Refused for a date to come or before the step it follows, for a 公文 without
    its number, and for an application that shares its letter with a half-year report (one letter, one matter).
    """
    actor.require(Permission.MANAGE_REGISTER)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    step = _require(session, park, kind, dated)
    number = number.strip()
    if step.numbered and not number:
        raise Refused(f"“{step.paper}”须登记发文字号")
    if kind is StepKind.ACCEPTANCE_LETTER:
        _require_letter_of_its_own(session, park, number)
    row = AcceptanceStep(
        park_id=park.id, kind=kind, dated=dated, document_no=number,
        file_id=keep_file(session, storage, *file).id if file else None,
        recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(row)
    session.add(row)
    session.flush()
    new = {"step": kind, "dated": str(dated), "number": number, "file": file[0] if file else None}
    audit.record(session, actor, Act.STEP_RECORD, park.title, park_id=park.id, new=new)
    snapshots.rewrite(session, park.id)
    return row


def return_step(
    session: Session, actor: Actor, park_code: str, kind: StepKind, dated: date, reason: str
) -> AcceptanceStep:
    """Whoever would take `kind` next sends the step before it back instead; it is to be taken anew.

    Raises Refused where the notice knows no return, without a reason, and as `record_step` does.
    """
    actor.require(Permission.MANAGE_REGISTER)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    if kind not in RETURNS:
        known = "、".join(f"“{allowed.label}”" for allowed in RETURNS)
        raise Refused(f"“{kind.label}”不能退回；可退回的环节：{known}")
    if not reason.strip():
        raise Missing("退回须写明理由")
    step = _require(session, park, kind, dated)
    sent_back = _in_force(session, park.id)[-1]
    sent_back.returned_on, sent_back.return_reason = dated, reason.strip()
    session.flush()
    audit.record(
        session, actor, Act.STEP_RETURN, park.title, park_id=park.id,
        old={"step": sent_back.kind, "dated": str(sent_back.dated)},
        new={"returned_by": step.actor, "returned_on": str(dated), "reason": reason.strip()},
    )  # fmt: skip
    snapshots.rewrite(session, park.id)
    return sent_back


def _require(session: Session, park: Park, kind: StepKind, dated: date) -> Step:
    """The step, if it may be taken on that day."""
    clock.require_past(dated, "日期")
    taken = _in_force(session, park.id)
    step = require_step(kind, stage_after((StepKind(row.kind) for row in taken), park.ends_on, dated))
    if taken and dated < taken[-1].dated:
        last, before = StepKind(taken[-1].kind), chinese_date(taken[-1].dated)
        raise Refused(f"日期{chinese_date(dated)}早于上一环节“{last.label}”的日期{before}，请核对")
    returned_on = session.scalar(select(func.max(AcceptanceStep.returned_on)).where(AcceptanceStep.park_id == park.id))
    if returned_on is not None and dated < returned_on:
        raise Refused(f"日期{chinese_date(dated)}早于退回日期{chinese_date(returned_on)}，请核对")
    return step


def _in_force(session: Session, park_id: int) -> list[AcceptanceStep]:
    """Steps taken and not sent back, in the order of the chain."""
    rows = session.scalars(
        select(AcceptanceStep).where(AcceptanceStep.park_id == park_id, AcceptanceStep.returned_on.is_(None))
    )
    return sorted(rows, key=lambda row: list(StepKind).index(StepKind(row.kind)))


def _require_letter_of_its_own(session: Session, park: Park, number: str) -> None:
    same = select(Letter).where(Letter.sender_id == park.district_id, Letter.number == number)
    if session.scalars(same).first() is not None:
        raise Refused(f"{number}已登记为半年函报；验收申请函应一文一事，单独行文")
