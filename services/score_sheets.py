"""专家评分表: signed on paper and entered by one person, checked by another; or given online by the expert.

A sheet is never changed: what is wrong is sent back with the reason and entered anew. Its marks count from the day it
was checked, once, in the name of the expert's code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import panel_facts
from db.models import (
    AcceptanceStep,
    Account,
    EvaluationMark,
    Evidence,
    Panel,
    PanelConclusion,
    PanelMember,
    Park,
    ScoreSheet,
)
from db.queries import evaluations as systems
from db.queries.evaluations import SystemRow
from policy.access import Actor, Permission
from policy.acts import Act
from policy.evaluation.system import Item, System
from policy.figures import chinese_date, plain
from policy.panel import IN_FORCE
from policy.refusal import Missing, Refused, Unknown
from policy.scoring import most, scored_items
from policy.workflow import StepKind
from services import audit, clock
from services.evaluations import marked_value
from services.lengths import require_storable
from services.parks import find_park
from services.storage import Storage, keep_file
from services.versions import storable

LONGEST_BASIS = 500


@dataclass(frozen=True, slots=True)
class TypedMark:
    """One line of a sheet as it is typed; `evidence`: 佐证编号, empty for none."""

    value: str
    basis: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """A sheet of paper: the day of its signature, its marks by item, and the scan (name, bytes)."""

    signed_on: date
    marks: Mapping[str, TypedMark]
    file: tuple[str, bytes] | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A panel that still takes sheets, one of its members, and what they score by."""

    park: Park
    panel: Panel
    member: PanelMember
    system: SystemRow

    @property
    def told(self) -> str:
        return f"{self.park.title} {self.member.expert.code}"


def enter(
    session: Session, storage: Storage, actor: Actor, park_code: str, member_id: int, sheet: Signed
) -> ScoreSheet:
    """代录: a signed sheet as it stands on paper; it waits for a second person (`check`).

    The caller has looked at the scan for a 密级 mark (`screening.admit`). Raises Unknown outside the scope or for who
    is not of the panel; Refused while another sheet of theirs stands, once the panel has concluded, before they have
    signed the 保密及回避承诺书, for a day out of order, marks missing or out of bounds, and without the scan.
    """
    actor.require(Permission.ENTER_SCORES)
    desk = _desk(session, actor, park_code, member_id)
    committed = desk.member.committed_on or desk.panel.drawn_on
    clock.require_between(sheet.signed_on, committed, "评分表签字日期", "签署保密及回避承诺书之日")
    marks = list(_marks(session, desk, sheet.marks))
    if sheet.file is None:
        raise Missing("代录须附专家签字的评分表扫描件，请选择文件")
    row = _add(session, actor, desk, marks, sheet.signed_on)
    row.file_id = keep_file(session, storage, *sheet.file).id
    session.flush()
    _record(session, actor, Act.SCORES_ENTER, desk.park, desk.told, row, file=sheet.file[0])
    return row


def submit(session: Session, actor: Actor, park_code: str, typed: Mapping[str, TypedMark]) -> ScoreSheet:
    """在线评分: the expert's own marks, signed by the account; they count at once.

    Raises Unknown outside the scope; Refused for who is not of the panel, where the panel scores on paper, and as
    `enter` does.
    """
    actor.require(Permission.GIVE_SCORES)
    desk = _desk(session, actor, park_code, _own_seat(session, actor, park_code))
    if not desk.panel.online:
        raise Refused("本专家组采用纸质评分：请在评分表上签字后交市经济信息委代录")
    row = _add(session, actor, desk, list(_marks(session, desk, typed)), clock.today())
    row.online, row.checked_at = True, row.entered_at
    session.flush()
    _count(session, actor, desk.park, desk.system.id, row)
    _record(session, actor, Act.SCORES_SUBMIT, desk.park, desk.told, row)
    return row


def check(session: Session, actor: Actor, park_code: str, sheet_id: int) -> ScoreSheet:
    """复核 by another account than the one that entered it: the sheet agrees with its scan, and its marks count.

    Raises Unknown for no such sheet; Refused for the same account, one that is settled already, or of somebody who has
    stepped back, and once the panel has concluded.
    """
    actor.require(Permission.ENTER_SCORES)
    park, panel, row = _sheet(session, actor, park_code, sheet_id)
    if row.returned_at is not None or row.checked_at is not None:
        raise Refused(f"第{row.number}号评分表{'已退回' if row.returned_at else '已复核'}，不需再复核")
    if row.entered_by == actor.account:
        raise Refused(f"第{row.number}号评分表由您代录，须由另一账号对照扫描件复核")
    _require_seat(row.member)
    row.checked_at, row.checked_by = clock.now(), actor.account
    session.flush()
    _count(session, actor, park, _system(session, panel).id, row)
    _record(session, actor, Act.SCORES_CHECK, park, f"{park.title} {row.member.expert.code}", row)
    return row


def send_back(session: Session, actor: Actor, park_code: str, sheet_id: int, reason: str) -> ScoreSheet:
    """退回 a sheet that waits or counts; its marks count no longer, and the expert's sheet is to be entered anew.

    Raises Unknown for no such sheet; Refused without a reason, for one sent back before, and once the panel has
    concluded.
    """
    actor.require(Permission.ENTER_SCORES)
    park, panel, row = _sheet(session, actor, park_code, sheet_id)
    if row.returned_at is not None:
        raise Refused(f"第{row.number}号评分表已于{chinese_date(clock.civil(row.returned_at).date())}退回")
    if not reason.strip():
        raise Missing("退回须写明理由，如“指标2的评分与扫描件不符”")
    row.returned_at, row.returned_by, row.returned_reason = clock.now(), actor.account, storable(reason.strip())
    require_storable(row)
    session.flush()
    if row.checked_at is not None:
        _count(session, actor, park, _system(session, panel).id, row, taken_back=True)
    _record(session, actor, Act.SCORES_RETURN, park, f"{park.title} {row.member.expert.code}", row, reason=reason)
    return row


def closed(session: Session, panel: Panel) -> PanelConclusion | None:
    """The conclusion that no sheet may change any more; None before there is one, and where the review was sent back
    since, so that it is held again."""
    newest = session.scalars(
        select(PanelConclusion).where(PanelConclusion.panel_id == panel.id).order_by(PanelConclusion.number.desc())
    ).first()
    if newest is None:
        return None
    step = AcceptanceStep
    again = select(step.id).where(
        step.park_id == panel.park_id, step.kind == StepKind.EXPERT_REVIEW, step.round == panel.round,
        step.returned_on >= newest.signed_on,
    )  # fmt: skip
    return None if session.scalar(again.limit(1)) is not None else newest


def _panel(session: Session, actor: Actor, park_code: str) -> tuple[Park, Panel]:
    """The panel whose sheets may still come in or change."""
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    panel = panel_facts.panel_of(session, park.id, clock.today())
    if panel is None:
        raise Refused(f"{park.title}尚未组成专家组，没有可评分的专家")
    done = closed(session, panel)
    if done is not None:
        raise Refused(
            f"专家组已于{chinese_date(done.signed_on)}签署评审意见，评分不再改变；"
            "确需改的，先退回“专家评审验收”环节并写明理由"
        )
    return park, panel


def _desk(session: Session, actor: Actor, park_code: str, member_id: int) -> Desk:
    """Where a member's next sheet is entered, when one is wanted."""
    park, panel = _panel(session, actor, park_code)
    member = next((one for one in panel.members if one.id == member_id), None)
    if member is None:
        raise Unknown("该专家不在专家组中，请从列表中选择")
    _require_seat(member)
    if member.committed_on is None:
        raise Refused(f"{member.expert.name}尚未登记保密及回避承诺书，登记后方可评分")
    standing = session.scalars(
        select(ScoreSheet).where(ScoreSheet.member_id == member.id, ScoreSheet.returned_at.is_(None))
    ).first()
    if standing is not None:
        how = "待复核" if standing.checked_at is None else "已计入"
        raise Refused(f"{member.expert.name}的第{standing.number}号评分表{how}；有误的请先退回，再重新录入")
    return Desk(park, panel, member, _system(session, panel))


def _require_seat(member: PanelMember) -> None:
    if member.withdrawn_on is not None:
        raise Refused(f"{member.expert.name}已于{chinese_date(member.withdrawn_on)}退出专家组，其评分不计入")
    if member.seat not in IN_FORCE:
        raise Refused(f"{member.expert.name}是候补专家，尚未递补，不评分")


def _own_seat(session: Session, actor: Actor, park_code: str) -> int:
    """The seat of whoever is signed in."""
    park = find_park(session, actor.scope, park_code)
    panel = panel_facts.panel_of(session, park.id, clock.today())
    account = session.scalars(select(Account.id).where(Account.username == actor.account)).first()
    for member in panel.members if panel is not None and account is not None else ():
        if member.expert.account_id == account:
            return member.id
    raise Refused(f"您不在{park.title}的专家组中，不能评分")


def _system(session: Session, panel: Panel) -> SystemRow:
    """The system the panel was drawn for, else the one that counts today; it must ask experts for something."""
    wanted = panel.system_id
    row = systems.system(session, wanted) if wanted else systems.system_of(session, clock.today())
    if row is None:
        raise Refused("没有生效的评估指标体系，不能评分；请先导入评估指标体系")
    if not scored_items(row.system):
        raise Refused(f"“{row.system.name}”没有由专家评分的指标")
    return row


def _marks(session: Session, desk: Desk, typed: Mapping[str, TypedMark]) -> Iterator[dict[str, Any]]:
    """One a scored item, in the order of the system; Refused for one that is missing, unknown or out of bounds."""
    items = scored_items(desk.system.system)
    unknown = typed.keys() - {item.id for item in items}
    if unknown:
        raise Refused(f"{'、'.join(_named(desk.system.system, one) for one in sorted(unknown))}不由专家评分")
    blank = [item.name for item in items if not typed.get(item.id, TypedMark("")).value.strip()]
    if blank:
        raise Missing(f"还有{len(blank)}项没有评分：{'、'.join(blank)}；请逐项填写，最低可评0分")
    for item in items:
        yield _mark(session, desk.park, item, typed[item.id])


def _named(system: System, item_id: str) -> str:
    item = system.item(item_id)
    return f"“{item.name if item else item_id}”"


def _mark(session: Session, park: Park, item: Item, typed: TypedMark) -> dict[str, Any]:
    value, basis = marked_value(item, typed.value.strip()), storable(typed.basis.strip())
    assert value is not None
    assert value <= most(item)
    if len(basis) > LONGEST_BASIS:
        raise Refused(f"“{item.name}”的评分依据{len(basis)}字，不能超过{LONGEST_BASIS}字")
    return {
        "item": item.id,
        "value": plain(value),
        "basis": basis,
        "evidence_id": _evidence(session, park, item, typed),
    }


def _evidence(session: Session, park: Park, item: Item, typed: TypedMark) -> int | None:
    number = typed.evidence.strip()
    if not number:
        return None
    row = session.get(Evidence, int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else None
    if row is None or row.park_id != park.id or row.withdrawn_at is not None:
        raise Refused(f"“{item.name}”的佐证编号{number[:20]}不在{park.title}的佐证资料中，请从列表中选择")
    return row.id


def _add(session: Session, actor: Actor, desk: Desk, marks: list[dict[str, Any]], signed_on: date) -> ScoreSheet:
    numbers = session.scalars(select(ScoreSheet.number).where(ScoreSheet.member_id == desk.member.id)).all()
    row = ScoreSheet(
        member_id=desk.member.id, number=max(numbers, default=0) + 1, marks=marks, signed_on=signed_on,
        entered_at=clock.now(), entered_by=actor.account,
    )  # fmt: skip
    require_storable(row)
    session.add(row)
    desk.panel.system_id = desk.system.id  # the first sheet settles by which system the panel scores
    session.flush()
    return row


def _sheet(session: Session, actor: Actor, park_code: str, sheet_id: int) -> tuple[Park, Panel, ScoreSheet]:
    park, panel = _panel(session, actor, park_code)
    row = session.get(ScoreSheet, sheet_id)
    if row is None or row.member.panel_id != panel.id:
        raise Unknown("没有这份评分表，请从列表中选择")
    return park, panel, row


def _count(
    session: Session, actor: Actor, park: Park, system_id: int, row: ScoreSheet, *, taken_back: bool = False
) -> None:
    """Its marks count from today on, or no longer; the day it was signed stands in their ground."""
    signed = f"{chinese_date(row.signed_on)}{'在线提交' if row.online else '签字'}的第{row.number}号评分表"
    for mark in row.marks:
        said = f"退回：{row.returned_reason}" if taken_back else mark["basis"]
        made = EvaluationMark(
            park_id=park.id, system_id=system_id, item=mark["item"], giver=row.member.expert.code,
            value=None if taken_back else Decimal(mark["value"]), basis="；".join(filter(None, (signed, said))),
            evidence_id=mark["evidence_id"], given_on=clock.today(), recorded_at=clock.now(),
            recorded_by=actor.account,
        )  # fmt: skip
        require_storable(made)
        session.add(made)
    session.flush()


def _record(
    session: Session, actor: Actor, act: Act, park: Park, subject: str, row: ScoreSheet, **more: object
) -> None:
    marks = {mark["item"]: mark["value"] for mark in row.marks}
    new = {"number": row.number, "signed_on": str(row.signed_on), "marks": marks, **more}
    audit.record(session, actor, act, subject, park_id=park.id, new=new)
