"""What can happen to a park of the demonstration programme: one dated event a use case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from policy.evidence import Category, ClaimKey
from policy.periods import Quarter
from policy.terms import ActKind, DecisionKind, FigureKind, HalfYear, ObligationKind, ReturnReason
from policy.workflow import StepKind


@dataclass(frozen=True, slots=True)
class Approval:
    """批复: the park enters the register with its application form and its goals."""

    on: date
    park: str


@dataclass(frozen=True, slots=True)
class Reorganisation:
    on: date


@dataclass(frozen=True, slots=True)
class Upload:
    """The `upload`th file of a half-year report, counted from 1; `flaws` say what is wrong with it on purpose.

    As a `draft` it waits for the district (`Handling`), else it is 报送 at once.
    """

    on: date
    park: str
    period: HalfYear
    upload: int
    layout: str
    flaws: tuple[str, ...] = ()
    kind: FigureKind = FigureKind.PRELIMINARY
    draft: bool = False


@dataclass(frozen=True, slots=True)
class CellAnswer:
    """What the district decides about one figure of 表一; 改为 types the figure that is right."""

    key: str
    kind: DecisionKind
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Handling:
    """The district works on a draft: decides cells, writes a 情况说明 by the check's code, and 报送s it."""

    on: date
    park: str
    period: HalfYear
    upload: int
    answers: tuple[CellAnswer, ...] = ()
    explanations: tuple[tuple[str, str], ...] = ()
    submit: bool = True


@dataclass(frozen=True, slots=True)
class Frozen:
    """定稿 of the table to be sealed: the `number`th of its park and period."""

    on: date
    park: str
    period: HalfYear
    number: int = 1


@dataclass(frozen=True, slots=True)
class LetterIn:
    """收文: one letter of a district for all its parks whose letters would arrive that day.

    `sealed`: the parks whose frozen table came with it, under its 校验码.
    """

    on: date
    parks: tuple[str, ...]
    period: HalfYear
    dated: date
    sealed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The committee accepts a version, or returns it with a reason; `remarks`: 批注 by figure or check."""

    on: date
    park: str
    period: HalfYear
    upload: int
    reason: str = ""
    category: ReturnReason = ReturnReason.OTHER
    remarks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FirmRound:
    """一企一表 coming back: all firms but one have answered, one of them twice, one with a new address."""

    on: date
    park: str
    period: HalfYear


@dataclass(frozen=True, slots=True)
class EvidenceIn:
    """One 佐证资料: a paper or a picture; `withdrawn`: the reason it was taken back for."""

    on: date
    park: str
    category: Category
    title: str
    file: str
    claims: tuple[ClaimKey, ...]
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class OperatorKnown:
    """The 园区运营管理机构 names whom to write to."""

    on: date
    park: str


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the plan; `done_on` None while it is not done."""

    name: str
    unit: str
    due_on: date
    progress: str = ""
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class TasksIn:
    """重点任务 of the construction plan."""

    on: date
    park: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class ProgressIn:
    """建设进展 of a quarter, uploaded by the operator; `passed_on`: by the district to the committee."""

    on: date
    park: str
    period: Quarter
    content: Mapping[str, str]
    passed_on: bool


@dataclass(frozen=True, slots=True)
class ActIn:
    """延期报送 (`until` its new date), 免报, 零报告, or the paper that discharges a duty, dated `on`."""

    on: date
    park: str
    kind: ActKind
    about: ObligationKind
    period: str = ""
    reason: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class StepTaken:
    on: date
    park: str
    kind: StepKind


Event: TypeAlias = (
    Approval
    | Reorganisation
    | Upload
    | Handling
    | Frozen
    | LetterIn
    | Decision
    | FirmRound
    | EvidenceIn
    | OperatorKnown
    | TasksIn
    | ProgressIn
    | ActIn
    | StepTaken
)
