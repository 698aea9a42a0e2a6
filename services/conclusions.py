"""专家评审意见: what the panel came to, signed by its 组长; the score as it stood then is kept with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import AcceptanceStep, PanelConclusion, Park
from db.queries.evaluations import SystemRow
from db.queries.panels import MemberRow
from db.queries.scores import MemberSheets, PanelScores, scores_of
from policy.access import Actor, Permission
from policy.acts import Act
from policy.evaluation.score import Score
from policy.refusal import Doubtful, Missing, Refused
from policy.terms import Outcome
from policy.workflow import StepKind
from services import audit, clock, evaluations
from services.lengths import require_storable
from services.parks import find_park
from services.storage import Storage, keep_file
from services.versions import storable


@dataclass(frozen=True, slots=True)
class Concluding:
    """What stands on the signed paper, with its scan (name, bytes). `missing_reason`: why it is concluded although
    some 评分表 are not in; `as_written`: it is meant although the score speaks against it."""

    outcome: Outcome
    opinion: str
    signed_on: date
    file: tuple[str, bytes] | None
    problems: str = ""
    advice: str = ""
    missing_reason: str = ""
    as_written: bool = False


def conclude(session: Session, storage: Storage, actor: Actor, park_code: str, said: Concluding) -> PanelConclusion:
    """Record the conclusion under the next number and keep the score of today with it; the highest number counts.

    The caller has looked at the scan for a 密级 mark (`screening.admit`). Raises Unknown outside the scope; Refused
    without panel, 组长 or system, while sheets of its members are not in or not checked unless the reason is given, for
    a day out of order, without the opinion or the scan, and once the review has gone on; Doubtful for a 达标 against
    the score.
    """
    actor.require(Permission.ENTER_SCORES)
    audit.take_turn(session)
    park = find_park(session, actor.scope, park_code)
    scores, leader, system = _reviewed(session, park)
    _require_open(session, park, scores)
    _require_said(said)
    _require_sheets(scores, said)
    clock.require_between(said.signed_on, _since(scores), "评审意见签署日期", "抽取专家组、最后一份评分表签字之日")
    score = evaluations.score(session, actor, park.code, clock.today(), system.id)
    assert score is not None
    doubt = _against(said.outcome, score)
    if doubt and not said.as_written:
        raise Doubtful(doubt)
    row = _add(session, storage, actor, scores, leader, said)
    row.freeze_id = evaluations.freeze(session, actor, park.code, f"专家评审意见第{row.number}号", system.id)
    session.flush()
    new = {
        "number": row.number, "outcome": row.outcome, "signed_on": str(row.signed_on), "leader": leader.code,
        "missing_reason": row.missing_reason, "total": score.total_told, "file": said.file[0] if said.file else None,
    }  # fmt: skip
    audit.record(session, actor, Act.PANEL_CONCLUDE, park.title, park_id=park.id, new=new)
    return row


def _reviewed(session: Session, park: Park) -> tuple[PanelScores, MemberRow, SystemRow]:
    """What the standing panel has given, who leads it, and by what it scores."""
    scores = scores_of(session, park.id, clock.today())
    if scores is None or scores.panel.dissolved_on is not None:
        raise Refused(f"{park.title}没有专家组，不能登记评审意见；请先抽取专家组")
    leader = scores.panel.leader
    if leader is None:
        raise Refused("专家组没有组长，评审意见无人签署；请先指定组长")
    if scores.system is None:
        raise Refused("没有生效的评估指标体系，不能形成评审意见；请先导入评估指标体系")
    return scores, leader, scores.system


def _require_open(session: Session, park: Park, scores: PanelScores) -> None:
    """A conclusion that the review has gone on with is changed only after that was sent back."""
    taken = set(
        session.scalars(
            select(AcceptanceStep.kind).where(
                AcceptanceStep.park_id == park.id,
                AcceptanceStep.round == scores.panel.round,
                AcceptanceStep.returned_on.is_(None),
                AcceptanceStep.kind.in_((StepKind.EXPERT_REVIEW, StepKind.CONCLUSION)),
            )
        )
    )
    last = next((kind for kind in (StepKind.CONCLUSION, StepKind.EXPERT_REVIEW) if kind in taken), None)
    if last is StepKind.CONCLUSION or (last is not None and scores.conclusion is not None):
        raise Refused(f"“{last.label}”已登记，专家评审意见不再改变；确需改的，先退回该环节并写明理由")


def _require_said(said: Concluding) -> None:
    if not said.opinion.strip():
        raise Missing("请填写评审意见")
    if said.outcome is not Outcome.PASSED and not said.problems.strip():
        raise Missing(f"结论为“{said.outcome.label}”的，须写明存在问题")
    if said.file is None:
        raise Missing("登记评审意见须附组长签字的扫描件，请选择文件")


def _require_sheets(scores: PanelScores, said: Concluding) -> None:
    lacking = scores.outstanding
    if lacking and not said.missing_reason.strip():
        named = "、".join(f"{one.member.name}（{one.told}）" for one in lacking)
        raise Refused(
            f"还有{len(lacking)}名专家的评分表未收齐或未复核：{named}；请收齐复核后登记，确需先行签署的，请写明缺少评分的理由"
        )
    if not lacking and said.missing_reason.strip():
        raise Refused("专家评分表已收齐并复核，不填缺少评分的理由")


def _since(scores: PanelScores) -> date:
    """The first day the conclusion can have been signed on."""
    return max([scores.panel.drawn_on, *(_signed(one) for one in scores.members if one.counting)])


def _signed(one: MemberSheets) -> date:
    assert one.counting is not None
    return one.counting.signed_on


def _against(outcome: Outcome, score: Score) -> str:
    """What of the score speaks against a 达标; empty when nothing does, and for the other outcomes: they are the
    panel's to weigh."""
    if outcome is not Outcome.PASSED:
        return ""
    if score.vetoed:
        return f"评分中一票否决项“{score.vetoed[0].item.name}”已认定，结论却为“{outcome.label}”"
    if score.total is None:
        return f"评分尚不能计总分，结论却为“{outcome.label}”"
    if score.grade is not None and not score.grade.passed:
        return f"评分为{score.total_told}分，等次“{score.grade.name}”，结论却为“{outcome.label}”"
    return ""


def _add(
    session: Session, storage: Storage, actor: Actor, scores: PanelScores, leader: MemberRow, said: Concluding
) -> PanelConclusion:
    newest = select(func.max(PanelConclusion.number)).where(PanelConclusion.panel_id == scores.panel.id)
    row = PanelConclusion(
        panel_id=scores.panel.id, number=(session.scalar(newest) or 0) + 1, outcome=said.outcome,
        opinion=storable(said.opinion.strip()), problems=storable(said.problems.strip()),
        advice=storable(said.advice.strip()), missing_reason=storable(said.missing_reason.strip()),
        leader_id=leader.id, signed_on=said.signed_on, recorded_at=clock.now(), recorded_by=actor.account,
        file_id=keep_file(session, storage, *said.file).id if said.file else None,
    )  # fmt: skip
    require_storable(row)
    session.add(row)
    session.flush()
    return row
