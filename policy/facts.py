"""Frozen inputs of the rules. `db.facts` makes them from rows; nothing else does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from policy.terms import ActKind, ContactRole, FigureKind, GoalPath, HalfYear, Stage, Status, SubmissionKind
from policy.version_no import VersionNo


@dataclass(frozen=True, slots=True)
class ParkFact:
    """An approved park. `ends_on` is the last day of its construction period (五(一))."""

    id: int
    code: str
    title: str
    district_id: int
    district: str
    approved_on: date
    approval_no: str
    ends_on: date
    stage: Stage

    @property
    def short_name(self) -> str:
        """示例甲园 of 国家网络安全产业园区（示例甲园）."""
        return self.title.partition("（")[2].removesuffix("）") or self.title


@dataclass(frozen=True, slots=True)
class Pending:
    """The newest version that was reported, when it waits for the committee's decision, and since which day."""

    submission_id: int
    version: VersionNo
    since: date


@dataclass(frozen=True, slots=True)
class ReceiptFact:
    """What has come in for one park and period.

    `data_on`: first day a version with nothing at error was received; `letter_on`: day the district's
    letter was received; `accepted_on`: the acceptance of the version that counts; `returned_on`: the return of
    the newest version; `pending`: a newest version not decided on.
    """

    period: HalfYear
    data_on: date | None = None
    letter_on: date | None = None
    accepted_on: date | None = None
    returned_on: date | None = None
    pending: Pending | None = None
    letter_dated: date | None = None
    """成文日期 of the letter that counts."""
    resubmit_on: date | None = None
    """Until when what was returned is to come again, by the rule known when it was returned; None where that is not
    on record."""


@dataclass(frozen=True, slots=True)
class ActFact:
    """延期报送, 免报, 零报告 or the paper that discharged a duty: what was decided, from which day, by which document.

    `due_on`, `lock_on`: the new dates of an extension.
    """

    kind: ActKind
    dated: date
    number: str = ""
    reason: str = ""
    due_on: date | None = None
    lock_on: date | None = None


@dataclass(frozen=True, slots=True)
class TaskFact:
    """One 重点任务 of the construction plan; `done_on`: the day it was 销号."""

    id: int
    name: str
    unit: str
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True, slots=True)
class IssueFact:
    """One line of the 问题整改台账; `closed_on`: the day it was 销号."""

    id: int
    problem: str
    unit: str
    due_on: date
    closed_on: date | None = None

    @property
    def title(self) -> str:
        """The problem in one line of a notice: at most 40 characters."""
        line = " ".join(self.problem.split())
        return line if len(line) <= 40 else f"{line[:39]}…"

    def is_late(self, day: date) -> bool:
        """Its date has passed and it was not 销号 by then; the date itself is still in time."""
        return self.due_on < day and (self.closed_on is None or self.closed_on > day)


@dataclass(frozen=True, slots=True)
class ScoresFact:
    """The 评分表 a panel owes by `due_on`: of `members` in force how many are not in; of those how many are in but wait
    for the second look."""

    panel_id: int
    due_on: date
    members: int
    missing: int
    waiting: int


@dataclass(frozen=True, slots=True)
class UnprovenFact:
    """How many statements of the newest accepted report nothing proves, and since when it is accepted."""

    period: HalfYear
    count: int
    since: date


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a notice finds: `handlers`: people of the district it reaches; `bounced`: addresses that send mail back,
    masked; `refused`: those whose last mail did not arrive for another reason; `operators`: people of the park's
    operator; `roles`: in which of the district's roles it reaches anybody; `committee`: people of the committee."""

    handlers: int
    bounced: tuple[str, ...] = ()
    operators: int = 0
    roles: frozenset[ContactRole] = frozenset(ContactRole)
    committee: int = 1
    refused: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()
    """Who answers for the park in the place of its district, where that has been reorganised."""


@dataclass(frozen=True, slots=True)
class FigureFact:
    """One accepted figure: exact value in the catalogue's unit, and where it was read.

    `decided`: who confirmed or corrected the reading and when, in words; empty for what was read with certainty.
    """

    key: str
    period: HalfYear
    value: Decimal
    file: str
    where: str
    raw: str
    submission_id: int
    decided: str = ""
    kind: FigureKind = FigureKind.PRELIMINARY


@dataclass(frozen=True, slots=True)
class GoalFact:
    """A goal of the construction plan: from `baseline` at approval to `target` at month 24.

    `source`: the file and cell it was read from; `milestones`: 阶段目标 by months after the approval (6, 12, 18).
    What it plans for a day: policy.indicators.path.
    """

    key: str
    baseline: Decimal
    baseline_on: date
    target: Decimal
    decision: str
    source: str = ""
    path: GoalPath = GoalPath.STRAIGHT
    milestones: Mapping[int, Decimal] = field(default_factory=dict, hash=False)


class Amount(NamedTuple):
    """One figure as the checks see it: the proposed value even while it waits for confirmation."""

    value: Decimal | None
    status: Status
    where: str
    raw: str | None = None
    kind: FigureKind | None = None
    """Its own kind, where it says one."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text and where it stands."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class RowFact:
    """One row of a repeated table: texts and figures by column key."""

    where: str
    texts: dict[str, str]
    amounts: dict[str, Amount] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AcceptedReport:
    """The version that counts for a half-year: its number, what kind its paper is, and every figure it made a fact."""

    version: VersionNo
    kind: FigureKind
    figures: tuple[FigureFact, ...]


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """One report or application form as the cross-field checks see it.

    `figures` by (indicator key, column current|previous), the shares among them; `rows` by table key;
    `totals`: the roster's printed 合计 row by column key; `filled_on`: the date on a form's cover;
    `said`: texts of a form by what they are: title, roster_heading (over its figures), land_use,
    applicant_opinion, department_opinion, park_address, figures_heading, heading… (any that may name a year) and
    the operator's boxes operator_capital, _shareholders, _phone, _mail, _address, _heading, _revenue_current …;
    `earlier`: the park's accepted figures of earlier half-years by indicator key;
    `peers`: by indicator key, how the other parks' accepted figures of the same period have grown (0.1 is 10 %):
    running totals since the same period of last year, levels since the half-year before;
    `elsewhere`: names of firms that stand in the rosters of other parks.
    """

    kind: SubmissionKind
    period: HalfYear | None
    figures: dict[tuple[str, str], Amount]
    rows: dict[str, tuple[RowFact, ...]] = field(default_factory=dict)
    totals: dict[str, Amount] = field(default_factory=dict)
    filled_on: date | None = None
    said: Mapping[str, Passage] = field(default_factory=dict)
    earlier: Mapping[HalfYear, Mapping[str, Decimal]] = field(default_factory=dict)
    peers: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    figure_kind: FigureKind = FigureKind.PRELIMINARY
    accepted: AcceptedReport | None = None
    """What the committee has accepted for the very same half-year: this version would correct it."""
    earlier_versions: Mapping[HalfYear, VersionNo] = field(default_factory=dict)
    """The number of the version `earlier` was read from."""
