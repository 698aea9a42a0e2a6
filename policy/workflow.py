"""The chain from 批复 to 授牌 as a table of permitted steps (notice 五(三); reading N15)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policy.refusal import Refused
from policy.terms import Labelled, Stage


class StepKind(Labelled):
    SELF_ASSESSMENT = "self-assessment", "园区运营管理机构编制自评报告"
    DEPARTMENT_REVIEW = "department-review", "区县主管部门审核"
    ACCEPTANCE_LETTER = "acceptance-letter", "区县政府提报验收申请函"
    RECEIPT = "receipt", "市级受理"
    EXPERT_REVIEW = "expert-review", "专家评审验收"
    CONCLUSION = "conclusion", "形成评审结论"
    TITLE = "title", "正式授予称号、授牌"


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    actor: str
    source: Stage
    target: Stage
    paper: str
    clause: str
    numbered: bool = False
    """The paper is a 公文 with a 发文字号, which must be recorded."""


STEPS: tuple[Step, ...] = (
    Step(StepKind.SELF_ASSESSMENT, "园区运营管理机构", Stage.EXPIRED, Stage.SELF_ASSESSED, "自评报告", "五(三)"),
    Step(StepKind.DEPARTMENT_REVIEW, "区县经信部门", Stage.SELF_ASSESSED, Stage.DEPARTMENT_REVIEWED,
         "区县主管部门审核意见", "五(三)"),
    Step(StepKind.ACCEPTANCE_LETTER, "区县政府", Stage.DEPARTMENT_REVIEWED, Stage.APPLIED, "验收申请函", "五(三)",
         numbered=True),
    Step(StepKind.RECEIPT, "市经济信息委", Stage.APPLIED, Stage.RECEIVED, "收文登记", "五(三)"),
    Step(StepKind.EXPERT_REVIEW, "专家组", Stage.RECEIVED, Stage.EXPERT_REVIEWED, "专家评审意见", "五(三)"),
    Step(StepKind.CONCLUSION, "市经济信息委", Stage.EXPERT_REVIEWED, Stage.PASSED, "评审结论", "五(三)"),
    Step(StepKind.TITLE, "市经济信息委", Stage.PASSED, Stage.TITLED, "授牌通知", "五(三)", numbered=True),
)  # fmt: skip

# Who reviews may send the paper before it back with a reason; the notice knows no other return.
RETURNS: tuple[StepKind, ...] = (StepKind.DEPARTMENT_REVIEW, StepKind.RECEIPT)


class StepRefused(Refused):
    """The step is not permitted now; the message says why and what is due first."""


def step(kind: StepKind) -> Step:
    return next(entry for entry in STEPS if entry.kind is kind)


def stage_after(kinds: Iterable[StepKind], ends_on: date, as_of: date) -> Stage:
    """The stage reached by the recorded steps; without any it follows from the calendar alone."""
    stages = [step(kind).target for kind in kinds]
    if stages:
        order = list(Stage)
        return max(stages, key=order.index)
    return Stage.EXPIRED if as_of > ends_on else Stage.BUILDING


def require_step(kind: StepKind, stage: Stage) -> Step:
    """Raises StepRefused unless `kind` may follow on `stage`."""
    wanted = step(kind)
    if stage is not wanted.source:
        raise StepRefused(
            f"“{kind.label}”须在“{wanted.source.label}”之后进行，该园区目前为“{stage.label}”（依据 {wanted.clause}）"
        )
    return wanted
