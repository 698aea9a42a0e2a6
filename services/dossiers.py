"""The shapes of a dossier: what a park can say of itself, frozen, every figure with its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from db.queries.chain import StepRow
from db.queries.owed import Owed
from db.queries.park_detail import ChangeRow, LetterRow
from policy.acceptance import Condition
from policy.facts import ActFact, GoalFact, ParkFact
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.indicator import Indicator
from policy.indicators.lag import Judgement
from policy.indicators.progress import Pace
from policy.terms import FigureKind, HalfYear, Light, ObligationKind
from policy.version_no import VersionNo
from services.claims import Ledger


@dataclass(frozen=True, slots=True)
class Origin:
    """The version a figure was read from: whose file it is and when it came."""

    period: HalfYear
    version: VersionNo
    file: str
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Source:
    """数据来源 of what is printed: the cell it was read from (`raw`: its text), or `how` it was worked out or set."""

    subject: str
    period: str
    value: str
    raw: str = ""
    how: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    version: VersionNo | None = None
    decided: str = ""
    """Who confirmed or corrected the reading, and when."""
    path: str = ""
    """Where the application tells its source (policy.provenance)."""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """What the register says beside the approval; empty texts are not known."""

    short_name: str
    operator: str
    host_park: str
    address: str
    boundary: str
    government: str
    """区县政府, for a functional zone its 管理委员会: who signs letters."""
    department: str
    fictional: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One accepted figure, exact, in the catalogue's unit; `expected` is 序时目标 where it may be compared.

    `submission_id`: the version it is a fact by. As text 预计数 says so.
    """

    key: str
    period: HalfYear
    value: Decimal
    kind: FigureKind
    submission_id: int
    source: Source
    expected: Decimal | None = None

    @property
    def indicator(self) -> Indicator:
        return BY_KEY[self.key]

    @property
    def as_text(self) -> str:
        return f"{plain(self.value)}{self.indicator.unit}{self.kind.mark}"

    @property
    def without_unit(self) -> str:
        return f"{plain(self.value)}{self.kind.mark}"


@dataclass(frozen=True, slots=True)
class GoalResult:
    """A goal against the newest there is to hold against it: a level, a full year, or of a running total in June the
    twelve months up to it. `figure`: of that half-year; without anything comparable the newest one, which then has no
    完成率.

    `verdict`: of that very value, `basis`: the figures it rests on. `judged`: the newest judgement there is, which may
    rest on another figure (`judged_on`), where growth lags behind.
    """

    goal: GoalFact
    source: Source
    figure: Figure | None
    completion: Decimal | None
    incremental: Decimal | None
    verdict: Pace | None
    basis: tuple[Figure, ...] = ()
    judged: Judgement | None = None
    judged_on: Figure | None = None

    @property
    def value(self) -> Decimal | None:
        """期末值, exact."""
        if self.verdict is not None:
            return self.verdict.value
        return None if self.figure is None else self.figure.value

    @property
    def period(self) -> str:
        """Of what it speaks: 2025年1—12月, 近12个月（截至2026年6月末）累计; — where nothing is known."""
        if self.verdict is not None:
            return self.verdict.told
        return "—" if self.figure is None else self.figure.source.period

    @property
    def mark(self) -> str:
        if self.verdict is not None:
            return self.verdict.mark
        return "" if self.figure is None else self.figure.kind.mark


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One row of a repeated table of the newest accepted report: what it prints by column key, and its source."""

    cells: Mapping[str, str]
    numbers: Mapping[str, Decimal]
    source: Source


@dataclass(frozen=True, slots=True)
class Total:
    value: Decimal
    source: Source


@dataclass(frozen=True, slots=True)
class RosterSummary:
    """The 一览表 in sums; `coverage` is its security revenue as a share of the headline figure."""

    firms: int
    counted: Source
    totals: Mapping[str, Total]
    coverage: Decimal | None
    headline: Figure | None


@dataclass(frozen=True, slots=True)
class NewestReport:
    period: HalfYear
    file: str
    version: VersionNo
    tables: Mapping[str, tuple[ReportRow, ...]]
    listed: Mapping[str, Source]
    """The figures of a whole table as one source, by table key: all its cells, and what was not read as it stood."""
    roster: RosterSummary | None


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """One half-year owed: when it was due, what came when, and how it stands in the office's words."""

    owed: Owed
    letters: tuple[LetterRow, ...]
    standing: str

    @property
    def period(self) -> HalfYear:
        return self.owed.period


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to be put right, found by a rule: what, how grave, on which clause, from which figures."""

    label: str
    light: Light
    sentence: str
    clause: str
    sources: tuple[Source, ...] = ()
    figure: Figure | None = None
    """The figure the sentence judges."""
    key: str = ""
    """Names it among the problems of its park, whatever becomes of its words: an indicator, or a half-year."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One park as known at the end of `as_of`; `figures` oldest period first, in the catalogue's order."""

    as_of: date
    park: ParkFact
    register: Register
    changes: tuple[ChangeRow, ...]
    figures: tuple[Figure, ...]
    goals: tuple[GoalResult, ...]
    newest: NewestReport | None
    reports: tuple[ReportRecord, ...]
    problems: tuple[Problem, ...]
    steps: tuple[StepRow, ...]
    """The steps in force, oldest first."""
    conditions: tuple[Condition, ...]
    discharged: Mapping[ObligationKind, tuple[ActFact, ...]]
    """The papers by which the 区县政府's duties are on record as done (五(二)), by their dates."""
    ledger: Ledger
    """What the accepted data and the register state, and the papers that prove it."""

    @property
    def periods(self) -> tuple[HalfYear, ...]:
        """The half-years with accepted figures, oldest first."""
        return tuple(sorted({figure.period for figure in self.figures}))

    def figure(self, key: str, period: HalfYear) -> Figure | None:
        return next((entry for entry in self.figures if (entry.key, entry.period) == (key, period)), None)

    def newest_figure(self, key: str) -> Figure | None:
        return next((entry for entry in reversed(self.figures) if entry.key == key), None)
