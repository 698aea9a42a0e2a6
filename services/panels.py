"""专家组 of a park's review: drawn, committed, changed when somebody steps back, dissolved; and what it held."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import (
    Expert,
    Panel,
    PanelMember,
    PanelRecord,
    Park,
    ParkChange,
    SiteVisit,
)
from db.panel_facts import panel_of
from db.queries.evaluations import system_of
from db.queries.rosters import rosters
from db.rulebook_facts import rulebook
from policy import panel as rules
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.panel import IN_FORCE, SEEDS, Candidate, Circle, RecordKind, Seat, Tie
from policy.refusal import Missing, Refused, Unknown
from policy.terms import ChangeKind, Stage
from services import audit, clock, steps
from services.lengths import require_storable
from services.parks import find_park
from services.score_sheets import closed
from services.storage import Storage, keep_file
from services.versions import storable

DRAWN_AT = (Stage.APPLIED, Stage.RECEIVED)
"""验收申请函 has come, and the review has not been held."""
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of a draw. `quotas`: of which 专业 at least how many. `seed`: None for one made by the system.

    `online`: the experts enter their marks themselves; paper is the rule.
    """

    size: int
    substitutes: int
    quotas: Mapping[str, int] = field(default_factory=dict)
    seed: int | None = None
    scores_due_on: date | None = None
    online: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """资料审核 or 实地查看 as it was held; `visit_id`: the 现场核查 of the park it goes with."""

    kind: RecordKind
    held_on: date
    place: str
    text: str
    visit_id: int | None = None
    file: tuple[str, bytes] | None = None


def draw(session: Session, actor: Actor, park_code: str, order: Order) -> Panel:
    """Draw the panel from everybody in the 专家库; who was left out and why is kept with it.

    Raises Unknown outside the scope; Refused before the 验收申请函 and after the review, while another panel stands,
    and whatever `policy.panel.draw` refuses.
    """
    actor.require(Permission.MANAGE_EXPERTS)
    audit.take_turn(session)
    park, today = find_park(session, actor.scope, park_code), clock.today()
    _require_time(session, park, order, today)
    seed = order.seed or secrets.choice(SEEDS)
    years = rulebook(session).whole("panel_tie_years", today)
    experts = {row.code: row for row in session.scalars(select(Expert).order_by(Expert.code))}
    drawn = rules.draw(
        [_candidate(row) for row in experts.values()], circle(session, park, today), seed=seed, size=order.size,
        substitutes=order.substitutes, on=today, tie_years=years, quotas=order.quotas,
    )  # fmt: skip
    system = system_of(session, today)
    row = Panel(
        park_id=park.id, round=steps.round_of(session, park.id), system_id=system.id if system else None, seed=seed,
        size=order.size, substitutes=order.substitutes, quotas=dict(order.quotas), pool=[*map(_looked, drawn.pool)],
        drawn_on=today, scores_due_on=order.scores_due_on, online=order.online, recorded_at=clock.now(),
        recorded_by=actor.account, members=list(_seats(drawn, experts)),
    )  # fmt: skip
    session.add(row)
    session.flush()
    new = {
        "seed": seed, "size": row.size, "substitutes": row.substitutes, "quotas": row.quotas, "online": row.online,
        "members": [f"{Seat(member.seat).label}{member.expert.code}" for member in row.members],
    }  # fmt: skip
    audit.record(session, actor, Act.PANEL_DRAW, park.title, park_id=park.id, new=new)
    return row


def too_early_or_late(session: Session, actor: Actor, park_code: str) -> str:
    """Why the park stands where no panel is drawn for it; empty where one may be."""
    return _at_stage(session, find_park(session, actor.scope, park_code))


def _at_stage(session: Session, park: Park) -> str:
    stage = facts.park_fact(session, park, clock.today()).stage
    if stage in DRAWN_AT:
        return ""
    return f"专家组在收到验收申请函之后、专家评审验收之前抽取（依据 五(三)），该园区目前为“{stage.label}”"


def _require_time(session: Session, park: Park, order: Order, today: date) -> None:
    if why := _at_stage(session, park):
        raise Refused(why)
    if panel_of(session, park.id) is not None:
        raise Refused(f"{park.title}已有专家组；重新抽取须先解散并写明理由")
    if order.seed is not None and order.seed not in SEEDS:
        raise Refused(f"抽取号应为{SEEDS[0]}到{SEEDS[-1]}的整数，收到{order.seed}；留空由系统产生")
    if order.scores_due_on is not None and not today <= order.scores_due_on <= today + FARTHEST:
        raise Refused(f"评分表交回期限应在今天（{chinese_date(today)}）起一年以内，请核对")


def looked_over(session: Session, actor: Actor, park_code: str) -> tuple[tuple[Candidate, str], ...]:
    """Everybody of the 专家库 with why they could not be drawn today for the park, empty for who could; by code."""
    actor.require(Permission.MANAGE_EXPERTS)
    park, today = find_park(session, actor.scope, park_code), clock.today()
    around, years = circle(session, park, today), rulebook(session).whole("panel_tie_years", today)
    found = [_candidate(row) for row in session.scalars(select(Expert).order_by(Expert.code))]
    return tuple((one, rules.why_left_out(one, around, today, years)) for one in found)


def circle(session: Session, park: Park, on: date) -> Circle:
    """Whom the park's experts may have nothing to do with: its operators, its district and the firms of its rosters."""
    units: dict[str, str] = {}
    changed = select(ParkChange.old).where(ParkChange.park_id == park.id, ParkChange.kind == ChangeKind.OPERATOR)
    for roster in rosters(session, park.id, on):
        units |= {firm.name: "一览表企业" for firm in roster.firms}
    units |= {name: "原园区运营管理机构" for name in session.scalars(changed)}
    units |= {park.host_park: "主体园区", park.operator: "园区运营管理机构"}
    return Circle(park.id, park.title, park.district.name, {name: what for name, what in units.items() if name.strip()})


def _candidate(row: Expert) -> Candidate:
    ties = tuple(Tie(tie.name, tie.park_id, tie.since, tie.until) for tie in row.ties)
    return Candidate(
        row.code, row.name, row.employer, tuple(row.specialties), ties, row.valid_from, row.valid_to
    )  # fmt: skip


def _looked(one: rules.Looked) -> dict[str, object]:
    return {
        "expert": one.candidate.code, "name": one.candidate.name, "employer": one.candidate.employer,
        "specialties": list(one.candidate.specialties), "lot": one.lot, "left_out": one.left_out,
    }  # fmt: skip


def _seats(drawn: rules.Drawn, experts: Mapping[str, Expert]) -> Iterator[PanelMember]:
    """The first drawn is 组长, until another is named."""
    for place, one in enumerate((*drawn.members, *drawn.substitutes), start=1):
        seat = Seat.MEMBER if place <= len(drawn.members) else Seat.SUBSTITUTE
        yield PanelMember(expert=experts[one.code], seat=Seat.LEADER if place == 1 else seat, place=place)


def commit(
    session: Session,
    storage: Storage,
    actor: Actor,
    park_code: str,
    member_id: int,
    on: date,
    file: tuple[str, bytes] | None = None,
) -> PanelMember:
    """The signed 保密及回避承诺书 of one member: from now on they see the park. Recorded again with its scan, or to put
    the day right; the log keeps both.

    The caller has looked at the file for a 密级 mark (`screening.admit`). Raises Unknown for no such member; Refused
    for who stepped back, and a day before the draw or to come.
    """
    park, row, member = _seated(session, actor, park_code, member_id)
    clock.require_between(on, row.drawn_on, "承诺书签署日期", "抽取专家组之日")
    old = {"committed_on": str(member.committed_on)} if member.committed_on else None
    member.committed_on = on
    if file is not None:
        member.commitment_file_id = keep_file(session, storage, *file).id
    session.flush()
    new = {"committed_on": str(on), "file": file[0] if file else None}
    audit.record(session, actor, Act.PANEL_COMMIT, _told(park, member), park_id=park.id, old=old, new=new)
    return member


def withdraw(
    session: Session, actor: Actor, park_code: str, member_id: int, on: date, reason: str
) -> PanelMember | None:
    """Somebody steps back and sees the park no longer; the next 候补 who steps in, None when there is none left or a
    候补 stepped back. Of a 组长 the office passes to the next expert by place.

    Raises Unknown for no such member; Refused without a reason, twice, for a day before the draw or to come, and once
    the conclusion is signed.
    """
    park, row, member = _seated(session, actor, park_code, member_id)
    clock.require_between(on, row.drawn_on, "退出日期", "抽取专家组之日")
    if not reason.strip():
        raise Missing("退出须写明理由，如“与一览表企业有合作，申请回避”")
    if closed(session, row) is not None:
        raise Refused("专家评审意见已签署，不再更换专家；评审已结束的，可解散专家组")
    was = Seat(member.seat)
    member.withdrawn_on, member.withdraw_reason = on, storable(reason.strip())
    new = _step_in(row, member) if was in IN_FORCE else None
    if was is Seat.LEADER:
        _pass_lead(row)
    session.flush()
    told = {"reason": member.withdraw_reason, "on": str(on), "instead": new.expert.code if new else None}
    audit.record(session, actor, Act.PANEL_WITHDRAW, _told(park, member), park_id=park.id, old=was, new=told)
    return new


def _step_in(row: Panel, leaver: PanelMember) -> PanelMember | None:
    """The first 候补 by place."""
    new = next((one for one in row.members if one.seat == Seat.SUBSTITUTE and one.withdrawn_on is None), None)
    if new is not None:
        new.seat, new.replaces_id = Seat.MEMBER, leaver.id
    return new


def _pass_lead(row: Panel) -> None:
    left = next((one for one in row.members if one.seat == Seat.MEMBER and one.withdrawn_on is None), None)
    if left is not None:
        left.seat = Seat.LEADER


def appoint_leader(session: Session, actor: Actor, park_code: str, member_id: int) -> PanelMember:
    """Another 组长 than the first drawn. Raises Refused for a 候补 and once the conclusion is signed."""
    park, row, member = _seated(session, actor, park_code, member_id)
    if member.seat not in IN_FORCE:
        raise Refused(f"{member.expert.name}是候补，递补后才能任组长")
    if closed(session, row) is not None:
        raise Refused("专家评审意见已由组长签署，不再更换组长")
    for one in row.members:
        if one.seat == Seat.LEADER and one.withdrawn_on is None:
            one.seat = Seat.MEMBER
    member.seat = Seat.LEADER
    session.flush()
    audit.record(session, actor, Act.PANEL_LEADER, _told(park, member), park_id=park.id, new=member.expert.code)
    return member


def record(session: Session, storage: Storage, actor: Actor, park_code: str, held: Held) -> PanelRecord:
    """资料审核 or 实地查看 as it was held; none is changed, what is wrong is followed by another.

    Raises Refused without a word, for a day before the draw or to come, while somebody has not signed the
    保密及回避承诺书, and for a 现场核查 of another park or not made yet.
    """
    park, row = _standing(session, actor, park_code)
    clock.require_between(held.held_on, row.drawn_on, f"{held.kind.label}日期", "抽取专家组之日")
    if not held.text.strip():
        raise Missing(f"请填写{held.kind.label}情况，如看了哪些资料、查看了哪些地方、发现的问题")
    late = [one.expert.name for one in _reviewing(row) if one.committed_on is None or one.committed_on > held.held_on]
    if late:
        raise Refused(f"{'、'.join(late)}在{chinese_date(held.held_on)}尚未签署保密及回避承诺书，请先登记承诺书")
    if held.visit_id is not None:
        _require_visit(session, park, held.visit_id)
    made = PanelRecord(
        panel_id=row.id, kind=held.kind, held_on=held.held_on, place=storable(held.place.strip()),
        text=storable(held.text.strip()), visit_id=held.visit_id,
        file_id=keep_file(session, storage, *held.file).id if held.file else None,
        recorded_at=clock.now(), recorded_by=actor.account,
    )  # fmt: skip
    require_storable(made)
    session.add(made)
    session.flush()
    new = {"kind": held.kind, "held_on": str(held.held_on), "text": made.text, "file": held.file and held.file[0]}
    audit.record(session, actor, Act.PANEL_RECORD, park.title, park_id=park.id, new=new)
    return made


def _require_visit(session: Session, park: Park, visit_id: int) -> None:
    visit = session.get(SiteVisit, visit_id)
    if visit is None or visit.park_id != park.id:
        raise Unknown(f"没有编号为{visit_id}的现场核查")
    if visit.visited_on is None:
        raise Refused(f"计划于{chinese_date(visit.planned_on)}的现场核查尚未登记结果，不能引用")


def dissolve(session: Session, actor: Actor, park_code: str, reason: str) -> Panel:
    """The panel's work is over, or it is to be drawn anew: its members see the park no longer; all stays on record."""
    park, row = _standing(session, actor, park_code)
    if not reason.strip():
        raise Missing("解散须写明理由，如“评审已结束”或“候补用尽，重新抽取”")
    row.dissolved_on, row.dissolve_reason = clock.today(), storable(reason.strip())
    session.flush()
    audit.record(session, actor, Act.PANEL_DISSOLVE, park.title, park_id=park.id, new={"reason": row.dissolve_reason})
    return row


def _reviewing(row: Panel) -> list[PanelMember]:
    return [one for one in row.members if one.seat in IN_FORCE and one.withdrawn_on is None]


def _standing(session: Session, actor: Actor, park_code: str) -> tuple[Park, Panel]:
    """The park and the panel that stands. Raises Unknown outside the scope, Refused without a panel."""
    actor.require(Permission.MANAGE_EXPERTS)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    row = panel_of(session, park.id)
    if row is None:
        raise Refused(f"{park.title}没有专家组，请先抽取")
    return park, row


def _seated(session: Session, actor: Actor, park_code: str, member_id: int) -> tuple[Park, Panel, PanelMember]:
    """The same with one of its members who has not stepped back. Raises Unknown for no such member."""
    park, row = _standing(session, actor, park_code)
    member = next((one for one in row.members if one.id == member_id), None)
    if member is None:
        raise Unknown(f"专家组中没有编号为{member_id}的成员")
    if member.withdrawn_on is not None:
        raise Refused(f"{member.expert.name}已于{chinese_date(member.withdrawn_on)}退出：{member.withdraw_reason}")
    return park, row, member


def _told(park: Park, member: PanelMember) -> str:
    return f"{park.short_name}专家组{member.expert.name}（{member.expert.code}）"
