"""The chain from 批复 to 授牌 as a table of permitted steps (notice 五(三); reading N15).

The notice knows seven steps and the outcome 达标. What it does not provide for are options of the rulebook, off until
the committee switches them on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from policy.access import Permission
from policy.refusal import Refused
from policy.rulebook import Rulebook
from policy.terms import Labelled, Outcome, Stage


class StepKind(Labelled):
    """In the order of the chain; the order is that of one round."""

    EXTENSION = "extension", "延期验收"
    SELF_ASSESSMENT = "self-assessment", "园区运营管理机构编制自评报告"
    DEPARTMENT_REVIEW = "department-review", "区县主管部门审核"
    ACCEPTANCE_LETTER = "acceptance-letter", "区县政府提报验收申请函"
    RECEIPT = "receipt", "市级受理"
    RECTIFICATION = "rectification", "报送整改情况、申请复评"
    EXPERT_REVIEW = "expert-review", "专家评审验收"
    CONCLUSION = "conclusion", "形成评审结论"
    DELIBERATION = "deliberation", "委内审议"
    PUBLICITY = "publicity", "公示"
    TITLE = "title", "正式授予称号、授牌"


class Option(Labelled):
    """What the notice does not provide for: the key of its entry in the rulebook, which is off by default."""

    EXTENSION = "option_extension", "延期验收"
    RECTIFICATION = "option_rectification", "整改复评"
    DELIBERATION = "option_deliberation", "委内审议"
    PUBLICITY = "option_publicity", "公示"
    OBJECTIONS = "option_objections", "异议处理"
    AWARD_NOTICE = "option_award_notice", "授牌通知"


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the table. `sources`: the stages it may be taken from, the usual one first; `target`: the stage it
    leads to, of a conclusion that of its outcome, None where it leads to no other.

    `document`: the kind of document that is its paper where the system can draw it up. `returns`: the stages in which
    whoever would take it may send back the step taken last, with a reason.
    """

    kind: StepKind
    actor: str
    needs: Permission
    sources: tuple[Stage, ...]
    target: Stage | None
    paper: str
    clause: str
    document: str = ""
    returns: tuple[Stage, ...] = ()
    numbered: bool = False
    """The paper is a 公文 with a 发文字号, which must be recorded."""
    filed: bool = True
    """Its paper must be on file; else its number and date are enough."""
    filed_by: Option | None = None
    """What, switched on, asks for the paper all the same."""
    option: Option | None = None

    @property
    def source(self) -> Stage:
        return self.sources[0]


_OPERATOR, _DISTRICT, _COMMITTEE = (
    Permission.SUBMIT_SELF_ASSESSMENT, Permission.APPLY_FOR_ACCEPTANCE, Permission.DECIDE_ACCEPTANCE,
)  # fmt: skip
_CITY, _DEPARTMENT, _GOVERNMENT = "市经济信息委", "区县经信部门", "区县政府"
NOT_IN_NOTICE = "通知未规定"
CONCLUDED = (Stage.PASSED, Stage.RECTIFYING, Stage.FAILED)

STEPS: tuple[Step, ...] = (
    Step(StepKind.EXTENSION, _CITY, _COMMITTEE, (Stage.EXPIRED, Stage.BUILDING), None, "延期验收的同意文件",
         NOT_IN_NOTICE, numbered=True, filed=False, option=Option.EXTENSION),
    Step(StepKind.SELF_ASSESSMENT, "园区运营管理机构", _OPERATOR, (Stage.EXPIRED,), Stage.SELF_ASSESSED, "自评报告",
         "五(三)", "self-assessment"),
    Step(StepKind.DEPARTMENT_REVIEW, _DEPARTMENT, _DISTRICT, (Stage.SELF_ASSESSED,), Stage.DEPARTMENT_REVIEWED,
         "区县主管部门审核意见", "五(三)", "department-review", (Stage.SELF_ASSESSED,)),
    Step(StepKind.ACCEPTANCE_LETTER, _GOVERNMENT, _DISTRICT, (Stage.DEPARTMENT_REVIEWED,), Stage.APPLIED, "验收申请函",
         "五(三)", "acceptance-letter", (Stage.DEPARTMENT_REVIEWED,), numbered=True),
    Step(StepKind.RECEIPT, _CITY, _COMMITTEE, (Stage.APPLIED,), Stage.RECEIVED, "收文登记", "五(三)",
         returns=(Stage.APPLIED,), filed=False),
    Step(StepKind.RECTIFICATION, _DEPARTMENT, _DISTRICT, (Stage.RECTIFYING,), Stage.RECEIVED, "整改报告",
         NOT_IN_NOTICE, option=Option.RECTIFICATION),
    Step(StepKind.EXPERT_REVIEW, "专家组", _COMMITTEE, (Stage.RECEIVED,), Stage.EXPERT_REVIEWED, "专家评审意见",
         "五(三)", "panel-conclusion", (Stage.RECEIVED,)),
    Step(StepKind.CONCLUSION, _CITY, _COMMITTEE, (Stage.EXPERT_REVIEWED,), Stage.PASSED, "评审结论", "五(三)",
         "panel-conclusion", (Stage.EXPERT_REVIEWED,)),
    Step(StepKind.DELIBERATION, _CITY, _COMMITTEE, (Stage.PASSED,), Stage.PASSED, "审议纪要", NOT_IN_NOTICE,
         returns=(Stage.PASSED,), option=Option.DELIBERATION),
    Step(StepKind.PUBLICITY, _CITY, _COMMITTEE, (Stage.PASSED,), Stage.PASSED, "公示稿", NOT_IN_NOTICE,
         "publicity-notice", (Stage.PASSED,), option=Option.PUBLICITY),
    Step(StepKind.TITLE, _CITY, _COMMITTEE, (Stage.PASSED,), Stage.TITLED, "授牌通知", "五(三)", "award-notice",
         CONCLUDED, numbered=True, filed=False, filed_by=Option.AWARD_NOTICE),
)  # fmt: skip
"""Every review may send back the paper before it; after the conclusion that is the conclusion itself, whatever it
came to. The experts send back the 受理, whereupon the committee may send back the letter."""

OUTCOME_STAGES = {
    Outcome.PASSED: Stage.PASSED, Outcome.RECTIFYING: Stage.RECTIFYING, Outcome.FAILED: Stage.FAILED,
}  # fmt: skip


class StepRefused(Refused):
    """The step is not permitted now; the message says why and what is due first."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A step in force; `outcome` of a conclusion. As text: conclusion, conclusion:2, conclusion:1:rectifying."""

    kind: StepKind
    round: int = 1
    outcome: Outcome | None = None

    def __str__(self) -> str:
        parts = (self.kind, str(self.round), self.outcome or "")
        return ":".join(parts) if self.outcome else ":".join(parts[:2]) if self.round > 1 else parts[0]

    @classmethod
    def parse(cls, text: str) -> Taken:
        kind, _, more = text.partition(":")
        number, _, outcome = more.partition(":")
        return cls(StepKind(kind), int(number or 1), Outcome(outcome) if outcome else None)

    @property
    def place(self) -> tuple[int, int]:
        """In the order of the chain, round after round."""
        return self.round, list(StepKind).index(self.kind)

    @property
    def target(self) -> Stage | None:
        """A conclusion recorded without its outcome is 达标, the one the notice knows."""
        return OUTCOME_STAGES[self.outcome] if self.outcome else step(self.kind).target


@dataclass(frozen=True, slots=True)
class Course:
    """How far a park has come: its steps in force in the order of the chain, its stage, and what is switched on."""

    taken: tuple[Taken, ...]
    stage: Stage
    options: frozenset[Option] = frozenset()

    @property
    def round(self) -> int:
        """1, and one more with each 整改 that was reported."""
        return self.taken[-1].round if self.taken else 1

    def round_of(self, kind: StepKind) -> int:
        """The round in which a step of this kind would be taken now."""
        return self.round + 1 if kind is StepKind.RECTIFICATION else self.round

    def offered(self, entry: Step) -> bool:
        """Whether it is one of the notice's, or switched on."""
        return entry.option is None or entry.option in self.options

    def files(self, entry: Step) -> bool:
        """Whether its paper must be on file."""
        return entry.filed or entry.filed_by in self.options

    def was_taken(self, kind: StepKind) -> bool:
        return any((one.kind, one.round) == (kind, self.round_of(kind)) for one in self.taken)

    @property
    def next(self) -> Step | None:
        """The step that is due; None before 建设期满, after the end, and where the chain stops."""
        return next((entry for entry in STEPS if entry.target is not None and self._open(entry)), None)

    @property
    def sends_back(self) -> Step | None:
        """Whose step it is to send back the one taken last; None where nothing is to be sent back."""
        if self.next is not None and self.stage in self.next.returns:
            return self.next
        return next((entry for entry in STEPS if self.stage in entry.returns and entry.option is None), None)

    @property
    def beside(self) -> tuple[Step, ...]:
        """What may be recorded besides, leading nowhere: an extension."""
        return tuple(entry for entry in STEPS if entry.target is None and self._open(entry))

    def _open(self, entry: Step) -> bool:
        return self.stage in entry.sources and self.offered(entry) and not self.was_taken(entry.kind)


NOT_BEGUN = Course((), Stage.BUILDING)


def step(kind: StepKind) -> Step:
    return next(entry for entry in STEPS if entry.kind is kind)


def options(rules: Rulebook, day: date) -> frozenset[Option]:
    """What the committee has switched on."""
    return frozenset(option for option in Option if rules.choice(option, day) == "on")


def stage_after(taken: Iterable[Taken], ends_on: date, as_of: date) -> Stage:
    """The stage reached by the steps in force; without any it follows from the calendar alone."""
    stages = [one.target for one in sorted(taken, key=lambda one: one.place) if one.target is not None]
    if stages:
        return stages[-1]
    return Stage.EXPIRED if as_of > ends_on else Stage.BUILDING


def under_way_from(taken: Sequence[Taken], approved_on: date, ends_on: date) -> date | None:
    """The first day on which the acceptance is under way, by the steps in force; None when that is no day."""
    stage = stage_after(taken, ends_on, date.max)
    if stage in (Stage.BUILDING, Stage.FAILED, Stage.TITLED):
        return None
    return ends_on + timedelta(days=1) if stage is Stage.EXPIRED else approved_on


def require_step(kind: StepKind, course: Course) -> Step:
    """Raises StepRefused unless `kind` may be taken as things stand."""
    wanted = step(kind)
    _require_offered(wanted, course)
    if course.stage not in wanted.sources:
        raise StepRefused(
            f"“{kind.label}”须在“{wanted.source.label}”之后进行，该园区目前为“{course.stage.label}”"
            f"（依据 {wanted.clause}）"
        )
    if course.was_taken(kind):
        raise StepRefused(f"“{kind.label}”已办理，不重复登记；有误的，由下一环节退回后重新办理")
    due = course.next
    if wanted.target is not None and due is not None and due.kind is not kind:
        raise StepRefused(f"“{kind.label}”须在“{due.kind.label}”之后进行（该环节已在规则数值中启用，{due.clause}）")
    return wanted


def require_return(kind: StepKind, course: Course) -> Taken:
    """What whoever would take `kind` now sends back: the step taken last. Raises Refused unless there is any."""
    wanted = step(kind)
    if not wanted.returns:
        known = "、".join(f"“{entry.kind.label}”" for entry in STEPS if entry.returns and course.offered(entry))
        raise Refused(f"“{kind.label}”不能退回；可退回的环节：{known}")
    _require_offered(wanted, course)
    if course.stage not in wanted.returns:
        stages = "、".join(f"“{stage.label}”" for stage in wanted.returns)
        raise StepRefused(f"“{kind.label}”在园区处于{stages}时方可退回，该园区目前为“{course.stage.label}”")
    return course.taken[-1]


def _require_offered(wanted: Step, course: Course) -> None:
    if not course.offered(wanted):
        raise StepRefused(f"“{wanted.kind.label}”通知未规定，所填日期未启用；确需办理的，先在规则数值中启用")
