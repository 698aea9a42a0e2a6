"""What the operators and the districts of the programme wrote into their papers, before they handed them in."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from db.models import DossierText
from policy.access import Actor, Role, Scope
from policy.outlines import DEPARTMENT_REVIEW, OUTLINES, SELF_ASSESSMENT
from policy.references import GoalValue, Reference
from policy.workflow import StepKind
from services import clock, dossier_texts, written_base
from services.demo.municipality import OPERATOR_SHOWN
from services.parks import find_park
from services.writing_desk import desk

ASSESSED = {
    "tasks": "除台账所列任务外，建成网络安全产业服务中心和人才实训基地，均已投入使用。",
    "support": "区县政府主要负责人牵头的推进工作小组每季度调度一次，专项支持政策按年兑现。",
    "duty.work_mechanism": "已建立由区县政府统筹、部门协同、园区落实的工作机制。",
    "duty.work_group": "推进工作小组已成立，每季度召开会议。",
    "duty.industry_plan": "网络安全产业发展规划已印发实施。",
    "duty.support_policy": "专项支持政策已出台并兑现。",
    "duty.annual_plan": "各年度工作计划均已制定。",
    "practice": "一是以平台聚企业。依托攻防靶场等公共服务平台，集聚网络安全企业{firms}，超过{goal}的建设目标。\n"
    "二是以赛引才。连续举办攻防大赛和产业对接会，网络安全产业从业人员达到{staff}。",
    "conclusion": "对照批复的建设目标，主要指标均已完成，自评结论为达标。",
    "other_problems": "无",
    "next": "继续引进龙头企业，完善公共服务平台，扩大示范应用。",
}
REVIEWED = {
    "examined": "采取查阅资料与实地查看相结合的方式，对各期园区发展情况表、一览表和佐证资料逐项核对。",
    "results": "自评报告所列数据与审核通过的数据一致，其中网络安全企业{firms}、网络安全产业收入{revenue}，经核对属实。",
    "tasks": "重点任务已完成，支持政策已兑现，组织保障有力。",
    "problems": "无",
    "conclusion": "同意自评结论，具备申请验收的条件。",
}
BEGUN = {
    "practice": "园区依托攻防靶场集聚网络安全企业{firms}。\n"
    "2025年底，网络安全企业达到80家，网络安全产业收入{revenue}。",
    "next": "加快二期载体建设，引进数据安全企业。",
}
"""A draft with a number nobody reported, for what is pointed out in it to be seen."""
BEFORE = {
    StepKind.SELF_ASSESSMENT: (SELF_ASSESSMENT, ASSESSED),
    StepKind.DEPARTMENT_REVIEW: (DEPARTMENT_REVIEW, REVIEWED),
}


def before(session: Session, handler: Actor, park: str, kind: StepKind) -> None:
    """The texts of the paper a step hands in; nothing for steps that hand in none of these."""
    if kind not in BEFORE:
        return
    document, texts = BEFORE[kind]
    _write(session, operator_of(session, park) if document == SELF_ASSESSMENT else handler, park, document, texts)


def begin(session: Session) -> bool:
    """The draft of the operator that has an account; whether there was anything left to write."""
    actor = operator_of(session, OPERATOR_SHOWN)
    park_id = find_park(session, actor.scope, OPERATOR_SHOWN).id
    if session.query(DossierText).filter_by(park_id=park_id).first() is not None:
        return False
    _write(session, actor, OPERATOR_SHOWN, SELF_ASSESSMENT, BEGUN)
    return True


def operator_of(session: Session, park: str) -> Actor:
    found = find_park(session, Scope(everything=True), park)
    return Actor(str(Role.OPERATOR), Role.OPERATOR, Scope(park_ids=frozenset({found.id})))


def _write(session: Session, actor: Actor, park: str, document: str, texts: Mapping[str, str]) -> None:
    """Each text with its figures as references to the newest accepted half-year."""
    at = dossier_texts.place(session, actor, park, document)
    newest = written_base.base(session, actor, OUTLINES[document], at.park, clock.today(), None).newest
    quoted = {
        name: Reference(key, of).words
        for name, key, of in (
            ("firms", "firms_cyber", newest), ("staff", "staff_cyber", newest), ("revenue", "revenue_cyber", newest),
            ("goal", "firms_cyber", GoalValue.TARGET),
        )
    }  # fmt: skip
    for section in (sheet.section.key for sheet in desk(session, actor, park, document, "", clock.today()).sheets):
        if section in texts:
            dossier_texts.save(session, actor, park, document, section, texts[section].format(**quoted), 0)
