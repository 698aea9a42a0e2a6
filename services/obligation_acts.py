"""延期报送, 免报, 零报告 and the papers that discharge a duty: each recorded by its document, none ever changed.

One that was wrong is withdrawn, and stays. What is due moves by these acts alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Obligation, ObligationAct, Park
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.facts import ActFact
from policy.figures import chinese_date
from policy.obligation_acts import before_approval, require_possible
from policy.obligations import Obligation as Owed
from policy.refusal import Missing, Refused, Unknown
from policy.situation import Situation
from policy.terms import ActKind, ObligationKind
from services import audit, clock, snapshots
from services.lengths import require_storable
from services.parks import find_park
from services.storage import Storage, keep_file

NEEDS = {
    ActKind.EXTENSION: Permission.MANAGE_OBLIGATIONS,
    ActKind.WAIVER: Permission.MANAGE_OBLIGATIONS,
    # A nil return is a way of reporting: whoever may 报送 may sign it.
    ActKind.NIL_RETURN: Permission.SUBMIT_REPORT,
    ActKind.DISCHARGE: Permission.DISCHARGE_DUTY,
}


@dataclass(frozen=True, slots=True)
class Paper:
    """The document behind an act: its number, its 成文日期 (from which the act holds), why, and its scan (name,
    bytes) if there is one. `due_on`, `lock_on`: the new dates of an extension."""

    number: str
    dated: date
    reason: str = ""
    file: tuple[str, bytes] | None = None
    due_on: date | None = None
    lock_on: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded, and about what: `label` is 2025年上半年园区发展情况. `note`: what a person should know."""

    act_id: int
    park_code: str
    kind: ActKind
    label: str
    note: str = ""

    @property
    def what(self) -> str:
        """延期报送：2025年上半年园区发展情况; of a duty 办理：成立推进工作小组."""
        return f"{'办理' if self.kind is ActKind.DISCHARGE else self.kind.label}：{self.label}"


def record_act(
    session: Session,
    storage: Storage,
    actor: Actor,
    park_code: str,
    kind: ActKind,
    about: tuple[ObligationKind, str],
    paper: Paper,
    *,
    as_written: bool = False,
) -> Recorded:
    """Record an act about the obligation `about` (its kind and period as stored: 2026H1, 2026Q1, 2026 or empty).

    Raises AccessDenied without the permission of the act; Unknown for a park outside the scope or what the park does
    not owe; Refused where the document or the way things stand speaks against it (policy.obligation_acts), and for a
    nil return of a district without the scan of its sealed letter. `as_written`: what is Doubtful is meant.
    """
    actor.require(NEEDS[kind])
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    row = _obligation(session, park, *about)
    number = paper.number.strip()
    clock.require_past(paper.dated, "成文日期")
    situation, owed = _situation(session, park, row)
    written = ActFact(kind, paper.dated, number, paper.reason.strip(), paper.due_on, paper.lock_on)
    require_possible(situation, owed, written, as_written=as_written)
    if kind is ActKind.NIL_RETURN and paper.file is None and not actor.may(Permission.MANAGE_OBLIGATIONS):
        raise Missing("零报告须附盖章函件的扫描件，请选择文件后再登记；没有扫描件的请将函件送市经济信息委登记")
    act = _add(session, storage, actor, row, kind, paper)
    new = {
        "kind": kind, "number": number, "dated": str(paper.dated), "reason": act.reason, "due_on": _text(act.due_on),
        "lock_on": _text(act.lock_on), "file": paper.file[0] if paper.file else None,
    }  # fmt: skip
    before = situation.due(owed)
    old = {"due_on": str(before.on), "lock_on": _text(before.lock_on)} if kind is ActKind.EXTENSION else None
    subject = f"{park.title}{owed.label}{kind.label}"
    audit.record(session, actor, Act.OBLIGATION_ACT, subject, park_id=park.id, old=old, new=new)
    snapshots.rewrite(session, park.id)
    early = before_approval(situation, written)
    return Recorded(act.id, park.code, kind, owed.label, f"{early}；批复前已办理的，登记有效" if early else "")


def withdraw_act(session: Session, actor: Actor, park_code: str, act_id: int, reason: str) -> Recorded:
    """撤销: the act no longer holds from today on; it is kept with who withdrew it and when.

    The committee may withdraw any, others only what they recorded themselves. Raises Unknown outside the scope,
    Refused without a reason or for one that is withdrawn already.
    """
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    act = session.get(ObligationAct, act_id)
    row = session.get_one(Obligation, act.obligation_id) if act else None
    if act is None or row is None or row.park_id != park.id:
        raise Unknown(f"{park.title}没有编号为{act_id}的办理记录")
    kind = ActKind(act.kind)
    actor.require(NEEDS[kind] if act.recorded_by == actor.account else Permission.MANAGE_OBLIGATIONS)
    if act.withdrawn_on is not None:
        raise Refused(f"{kind.label}（{act.number}）已于{chinese_date(act.withdrawn_on)}撤销")
    if not reason.strip():
        raise Missing("撤销须写明理由")
    act.withdrawn_on, act.withdrawn_by = clock.today(), actor.account
    session.flush()
    _, owed = _situation(session, park, row)
    old, new = {"kind": kind, "number": act.number, "dated": str(act.dated)}, {"reason": reason.strip()}
    subject = f"{park.title}{owed.label}{kind.label}"
    audit.record(session, actor, Act.OBLIGATION_ACT_WITHDRAW, subject, park_id=park.id, old=old, new=new)
    snapshots.rewrite(session, park.id)
    return Recorded(act.id, park.code, kind, owed.label)


def _obligation(session: Session, park: Park, kind: ObligationKind, period: str) -> Obligation:
    rows = session.scalars(
        select(Obligation)
        .where(Obligation.park_id == park.id, Obligation.kind == kind)
        .order_by(Obligation.due_on, Obligation.period)
    ).all()
    found = next((row for row in rows if row.period == period), None)
    if found is None:
        raise _no_such(park, kind, period, rows)
    return found


def _no_such(park: Park, kind: ObligationKind, period: str, rows: Sequence[Obligation]) -> Refused:
    """Which period was meant is left out, is none of the park's, or there is none to name."""
    known = "、".join(row.period for row in rows if row.period)
    if not rows:
        return Unknown(f"{park.title}没有“{kind.label}”应报事项，请核对园区和事项")
    if not known:
        return Unknown(f"“{kind.label}”不分报告期，请不写报告期，收到{period}")
    if not period:
        return Missing(f"“{kind.label}”按报告期分别登记，请写明报告期；{park.title}应报的报告期：{known}")
    return Unknown(f"{park.title}没有{period}的“{kind.label}”应报事项；应报的报告期：{known}")


def _situation(session: Session, park: Park, row: Obligation) -> tuple[Situation, Owed]:
    """How the park stands today, and the obligation of this row within it."""
    situation = facts.situation(session, park.id, clock.today(), rulebook(session))
    wanted = (row.kind, row.period)
    owed = next(one for one in situation.obligations() if (one.kind, str(one.period or "")) == wanted)
    return situation, owed


def _add(
    session: Session, storage: Storage, actor: Actor, row: Obligation, kind: ActKind, paper: Paper
) -> ObligationAct:
    scan = keep_file(session, storage, *paper.file) if paper.file else None
    extends = kind is ActKind.EXTENSION
    act = ObligationAct(
        obligation_id=row.id, kind=kind, dated=paper.dated, number=paper.number.strip(), reason=paper.reason.strip(),
        due_on=paper.due_on if extends else None, lock_on=paper.lock_on if extends else None,
        file_id=scan.id if scan else None, recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(act)
    session.add(act)
    session.flush()
    return act


def _text(day: date | None) -> str | None:
    return str(day) if day else None
