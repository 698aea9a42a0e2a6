"""The shapes of 数据来源: one figure with its file, cell, version and people, and what it was worked out from."""

from __future__ import annotations

from dataclasses import dataclass

from db.queries.corrections import CorrectedFigure
from db.queries.provenance import CellOrigin, GoalOrigin, VersionOrigin
from policy.facts import ParkFact
from policy.provenance import FigureName, label
from policy.terms import FigureKind, HalfYear


@dataclass(frozen=True, slots=True)
class Part:
    """One figure, cell or row that went into the figure; `path`: where its own source is told."""

    label: str
    value: str
    where: str = ""
    raw: str = ""
    decided: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What another version said of the same figure; `value` is empty where it said nothing."""

    version: VersionOrigin
    value: str
    path: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Everything about one figure. Without `version` nothing was accepted for the period yet.

    `value` is exact with its unit, empty where the version has none; `kind` None for what is worked out from
    goals; `counts`: the pages show this version.
    """

    park: ParkFact
    period: HalfYear
    key: str
    name: FigureName
    value: str
    span: str
    kind: FigureKind | None
    version: VersionOrigin | None
    counts: bool
    cell: CellOrigin | None
    parts: tuple[Part, ...]
    versions: tuple[Earlier, ...]
    corrections: tuple[CorrectedFigure, ...]

    @property
    def label(self) -> str:
        return label(self.name)


@dataclass(frozen=True, slots=True)
class GoalTrace:
    """Where a goal was read; `earlier`: the goals it replaced, newest first."""

    park: ParkFact
    key: str
    goal: GoalOrigin
    earlier: tuple[GoalOrigin, ...]


@dataclass(frozen=True, slots=True)
class PeriodTrace:
    """Every figure of one version: what pages show of a half-year, each with its cell."""

    park: ParkFact
    period: HalfYear
    version: VersionOrigin | None
    counts: bool
    parts: tuple[Part, ...]
