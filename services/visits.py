"""现场核查: planned with firms drawn from the newest accepted roster, carried out, or called off with a reason."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Park, SiteVisit, VisitedFirm
from db.queries.access import ID
from db.queries.rosters import firms_of
from policy.access import Actor, Permission
from policy.acts import Act
from policy.figures import chinese_date
from policy.refusal import Missing, Refused, Unknown
from policy.terms import VisitFinding
from policy.visits import SEEDS, draw
from services import audit, clock
from services.intake.text import squash
from services.lengths import require_storable
from services.parks import find_park
from services.storage import Storage, keep_file
from services.versions import storable

FARTHEST = timedelta(days=366)
FINDINGS = tuple(VisitFinding)


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """`visitors`: units and how many people, no names. `seed`: None for one drawn by the system."""

    planned_on: date
    visitors: str
    purpose: str
    size: int
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class VisitResult:
    """`findings` by the visited firm's id, each with its note; `file`: the signed 核查表 (name, bytes)."""

    visited_on: date
    findings: Mapping[int, tuple[VisitFinding, str]]
    result: str = ""
    file: tuple[str, bytes] | None = None


def plan(session: Session, actor: Actor, park_code: str, wanted: VisitPlan) -> SiteVisit:
    """Draw the firms and write the visit down; its number and the roster draw the same firms again.

    Raises Unknown outside the scope; Refused without purpose or visitors, for a day before the approval or beyond a
    year, for a number out of range, and where no accepted roster has that many firms.
    """
    actor.require(Permission.MANAGE_VISITS)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    _require_planned(park, wanted)
    accepted = facts.accepted_versions(session, park.id, clock.today())
    roster = firms_of(session, accepted[max(accepted)]) if accepted else ()
    if not roster:
        raise Refused(f"{park.title}尚无审核通过的一览表，无法抽取企业；请待园区发展情况表审核通过后再拟定")
    seed = wanted.seed or secrets.choice(SEEDS)
    drawn = draw(roster, wanted.size, seed)
    row = SiteVisit(
        park_id=park.id, planned_on=wanted.planned_on, purpose=storable(wanted.purpose.strip()),
        visitors=storable(wanted.visitors.strip()), submission_id=accepted[max(accepted)], seed=seed, size=wanted.size,
        recorded_at=clock.now(), recorded_by=actor.account,
        firms=[VisitedFirm(row=firm.row, name=firm.name) for firm in drawn],
    )  # fmt: skip
    require_storable(row)
    session.add(row)
    session.flush()
    new = {
        "planned_on": str(row.planned_on), "purpose": row.purpose, "visitors": row.visitors, "seed": seed,
        "size": row.size, "submission": row.submission_id, "firms": [firm.name for firm in drawn],
    }  # fmt: skip
    audit.record(session, actor, Act.VISIT_PLAN, _told(park, row), park_id=park.id, new=new)
    return row


def _require_planned(park: Park, wanted: VisitPlan) -> None:
    if not wanted.purpose.strip():
        raise Missing("请填写核查事由，如“核对一览表企业和收入”")
    if not wanted.visitors.strip():
        raise Missing("请填写核查单位和人数，如“市经济信息委2人”；不写姓名")
    last = clock.today() + FARTHEST
    if not park.approved_on <= wanted.planned_on <= last:
        span = f"批复同意建设之日{chinese_date(park.approved_on)}和{chinese_date(last)}（一年以内）之间"
        raise Refused(f"核查日期{chinese_date(wanted.planned_on)}应在{span}，请核对")
    if wanted.seed is not None and wanted.seed not in SEEDS:
        raise Refused(f"抽样号应为{SEEDS[0]}到{SEEDS[-1]}的整数，收到{wanted.seed}；留空由系统产生")


def add_firm(session: Session, actor: Actor, visit_id: int, name: str, reason: str) -> VisitedFirm:
    """A firm looked at on purpose, beside those drawn; of one in the roster its row is known.

    Raises Unknown outside the scope; Refused once the visit is over, for a firm that is listed, without a reason.
    """
    park, row = _standing(session, actor, visit_id)
    name, reason = storable(name.strip()), storable(reason.strip())
    if row.visited_on is not None:
        raise Refused("核查结果已登记，不能再增加企业")
    if not name or not reason:
        raise Missing("增加企业须写明企业名称和理由，如“一览表未列，群众反映在园经营”")
    if any(squash(firm.name) == squash(name) for firm in row.firms):
        raise Refused(f"“{name}”已在核查企业之中")
    listed = firms_of(session, row.submission_id) if row.submission_id else ()
    known = next((firm for firm in listed if squash(firm.name) == squash(name)), None)
    firm = VisitedFirm(
        visit_id=row.id, row=known.row if known else None, name=known.name if known else name, reason=reason
    )
    require_storable(firm)
    row.firms.append(firm)
    session.flush()
    new = {"firm": firm.name, "row": firm.row, "reason": reason}
    audit.record(session, actor, Act.VISIT_ADD_FIRM, _told(park, row), park_id=park.id, new=new)
    return firm


def record(session: Session, storage: Storage, actor: Actor, visit_id: int, found: VisitResult) -> SiteVisit:
    """What was found of every firm, and the signed 核查表; recorded anew it takes the place, and the log keeps both.

    The caller has looked at the file for a 密级 mark (`screening.admit`). Raises Unknown outside the scope; Refused
    for a day before the approval or to come, a firm without a finding, and 不符 or 未见 without a word.
    """
    park, row = _standing(session, actor, visit_id)
    clock.require_between(found.visited_on, park.approved_on, "核查日期", "批复同意建设之日")
    _require_findings(row, found)
    old = _record(row) if row.visited_on is not None else None
    for firm in row.firms:
        finding, note = found.findings[firm.id]
        firm.finding, firm.note = finding, storable(note.strip())
        require_storable(firm)
    row.visited_on, row.result = found.visited_on, storable(found.result.strip())
    if found.file is not None:
        row.file_id = keep_file(session, storage, *found.file).id
    require_storable(row)
    session.flush()
    new = _record(row) | {"file": found.file[0] if found.file else None}
    audit.record(session, actor, Act.VISIT_RECORD, _told(park, row), park_id=park.id, old=old, new=new)
    return row


def _require_findings(row: SiteVisit, found: VisitResult) -> None:
    blank = [firm.name for firm in row.firms if firm.id not in found.findings]
    if blank:
        raise Missing(f"还有{len(blank)}家企业没有核查结果：{'、'.join(blank)}；请逐家选择相符、不符或未见")
    mute = [
        firm.name
        for firm in row.firms
        if found.findings[firm.id][0] is not VisitFinding.AGREES and not found.findings[firm.id][1].strip()
    ]
    if mute:
        raise Missing(f"不符、未见的须写明情况（实查数、原因）：{'、'.join(mute)}")


def cancel(session: Session, actor: Actor, visit_id: int, reason: str) -> SiteVisit:
    """取消; the plan and its firms stay on record. Raises Refused without a reason and once the visit was made."""
    park, row = _standing(session, actor, visit_id)
    if row.visited_on is not None:
        raise Refused(f"该次核查已于{chinese_date(row.visited_on)}进行，不能取消")
    if not reason.strip():
        raise Missing("取消须写明理由，如“与专项检查合并进行”")
    row.cancelled_on, row.cancel_reason = clock.today(), storable(reason.strip())
    require_storable(row)
    session.flush()
    audit.record(session, actor, Act.VISIT_CANCEL, _told(park, row), park_id=park.id, new={"reason": row.cancel_reason})
    return row


def _standing(session: Session, actor: Actor, visit_id: int) -> tuple[Park, SiteVisit]:
    """A visit that is not called off; raises Unknown outside the scope."""
    actor.require(Permission.MANAGE_VISITS)
    audit.take_turn(session)
    known = ID.fullmatch(str(visit_id))
    row = session.scalars(select(SiteVisit).where(SiteVisit.id == visit_id)).first() if known else None
    park = session.get(Park, row.park_id) if row else None
    if row is None or park is None or not actor.scope.covers(park_id=park.id, district_id=park.district_id):
        raise Unknown(f"没有编号为{visit_id}的现场核查")
    if row.cancelled_on is not None:
        raise Refused(f"该次核查已于{chinese_date(row.cancelled_on)}取消：{row.cancel_reason}")
    return park, row


def _told(park: Park, row: SiteVisit) -> str:
    return f"{park.title}{chinese_date(row.planned_on)}现场核查"


def _record(row: SiteVisit) -> dict[str, object]:
    return {
        "visited_on": str(row.visited_on), "result": row.result,
        "findings": {firm.name: [firm.finding, firm.note] for firm in row.firms},
    }  # fmt: skip
