"""The score of a park by a system, line by line: what was looked at, by which rule, how many points, or why none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from policy.evaluation.inputs import Absent, Case, OfItem, Source
from policy.evaluation.system import FULL, Grade, Item, Missing, System
from policy.figures import half_up, plain


@dataclass(frozen=True, slots=True)
class Line:
    """One item as scored. `points`: None where it is left out (Missing.REWEIGHT) or keeps the total back
    (Missing.BLOCK); `why`: why nothing is known of it, empty where something is. `area`, `group`: empty for bonuses
    and vetoes."""

    item: Item
    area: str
    group: str
    points: Fraction | None
    value: str = ""
    why: str = ""
    sources: tuple[Source, ...] = ()

    @property
    def points_told(self) -> str:
        return "—" if self.points is None else printed(self.points)

    @property
    def rate(self) -> Fraction | None:
        """得分率 in %."""
        return None if self.points is None else self.points / Fraction(self.item.weight) * 100


@dataclass(frozen=True, slots=True)
class Score:
    """`earned` of `counted` points of the items known so far; `total` out of 100 with the bonuses, None while an item
    that may not lack does, or nothing is known at all; `grade` by the exact total, the lowest after a veto."""

    park: str
    as_of: date
    system: System
    lines: tuple[Line, ...]
    bonuses: tuple[Line, ...]
    vetoes: tuple[Line, ...]
    earned: Fraction
    counted: Fraction
    extra: Fraction
    total: Fraction | None
    grade: Grade | None

    @property
    def missing(self) -> tuple[Line, ...]:
        """Items nothing is known of yet, vetoes nobody has looked at among them."""
        return tuple(line for line in (*self.lines, *self.bonuses, *self.vetoes) if line.why)

    @property
    def blocked(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.why and line.item.missing is Missing.BLOCK)

    @property
    def vetoed(self) -> tuple[Line, ...]:
        return tuple(line for line in self.vetoes if not line.why and line.value != NOT_FOUND)

    @property
    def total_told(self) -> str:
        return "—" if self.total is None else printed(self.total)

    @property
    def scale(self) -> Fraction:
        """By how much the points of the known items count, since others are left out; 1 when none is."""
        return Fraction(FULL) / self.counted if self.counted else Fraction(1)

    def of_area(self, name: str) -> Fraction:
        return sum((line.points or Fraction(0) for line in self.lines if line.area == name), Fraction(0))


NOT_FOUND, FOUND = "未发生", "已认定"


def printed(points: Fraction, places: int = 2) -> str:
    """Half up, for the eye and the print alone."""
    return plain(half_up(Decimal(points.numerator) / Decimal(points.denominator), places))


def score(system: System, case: Case) -> Score:
    """The system's items in the order of the file, those that refer to others after them."""
    rates: dict[str, Fraction] = {}
    case = replace(case, rates=rates)
    found: dict[str, Line] = {}
    for area, group, item in _referring_last(system):
        line = _line(item, case, area, group)
        found[item.id] = line
        if line.rate is not None and not line.why:
            rates[item.id] = line.rate
    lines = tuple(found[item.id] for item in system.items)
    bonuses = tuple(_line(item, case) for item in system.bonuses)
    vetoes = tuple(_veto(item, case) for item in system.vetoes)
    return _summed(system, case, lines, bonuses, vetoes)


def _referring_last(system: System) -> Iterator[tuple[str, str, Item]]:
    """Every item after the one it refers to; a sound system has no cycle."""
    waiting = [(area.name, group.name, item) for area in system.areas for group in area.groups for item in group.items]
    done: set[str] = set()
    while waiting:
        ready = [entry for entry in waiting if not isinstance(entry[2].input, OfItem) or entry[2].input.item in done]
        if not ready:
            raise ValueError(f"items refer to each other: {[entry[2].id for entry in waiting]}")
        yield from ready
        done.update(entry[2].id for entry in ready)
        waiting = [entry for entry in waiting if entry[2].id not in done]


def _line(item: Item, case: Case, area: str = "", group: str = "") -> Line:
    found = item.input.read(case, item.id)
    if isinstance(found, Absent):
        return _without(item, area, group, found.why)
    lacking = item.rule.lacking(found.reading)
    if lacking:
        return replace(_without(item, area, group, lacking), sources=found.sources)
    points = item.rule.points(found.reading, Fraction(item.weight))
    return Line(item, area, group, points, found.told, "", found.sources)


def _without(item: Item, area: str, group: str, why: str) -> Line:
    return Line(item, area, group, Fraction(0) if item.missing is Missing.ZERO else None, "", why)


def _veto(item: Item, case: Case) -> Line:
    line = _line(item, case)
    if line.why:
        return line
    found = item.input.read(case, item.id)
    happened = not isinstance(found, Absent) and found.reading.value >= 1
    return replace(line, value=FOUND if happened else NOT_FOUND)


def _summed(
    system: System, case: Case, lines: tuple[Line, ...], bonuses: tuple[Line, ...], vetoes: tuple[Line, ...]
) -> Score:
    known = [line for line in lines if line.points is not None]
    earned = sum((line.points for line in known if line.points is not None), Fraction(0))
    counted = sum((Fraction(line.item.weight) for line in known), Fraction(0))
    extra = sum((line.points for line in bonuses if line.points is not None), Fraction(0))
    blocked = any(line.why and line.item.missing is Missing.BLOCK for line in lines)
    total = None if blocked or not counted else earned * Fraction(FULL) / counted + extra
    made = Score(
        case.situation.park.code, case.situation.as_of, system, lines, bonuses, vetoes, earned, counted, extra, total,
        None,
    )  # fmt: skip
    return replace(made, grade=_grade(made))


def _grade(made: Score) -> Grade | None:
    grades = made.system.grades
    if made.vetoed:
        return grades[-1]
    if made.total is None:
        return None
    return next((grade for grade in grades if made.total >= Fraction(grade.lowest)), grades[-1])
