"""How an item earns its points: one class a rule, each with its words and exact arithmetic.

Points are exact fractions; only what is printed is rounded, half up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from policy.figures import plain
from policy.terms import Labelled


class RuleKind(Labelled):
    """As a file writes it: the key or the word."""

    LINEAR = "linear", "线性计分"
    BANDS = "bands", "分段计分"
    PASS = "pass", "达标计分"
    DEDUCTION = "deduction", "扣分"
    EXPERTS = "experts", "专家评分"
    SHARE = "share", "占比计分"
    BONUS = "bonus", "加分"
    VETO = "veto", "一票否决"


class ShareOf(Labelled):
    TOTAL = "total", "合计"
    BEST = "best", "最高值"


@dataclass(frozen=True, slots=True)
class Reading:
    """What an item's input came to: `value` in its unit; `several`: the experts' marks, or the values of all parks of
    the group, this one among them."""

    value: Fraction
    several: tuple[Fraction, ...] = ()


@dataclass(frozen=True, slots=True)
class Linear:
    """0 points at `start`, all of them at `target` and beyond; either may be the greater."""

    target: Decimal
    start: Decimal = Decimal(0)
    kind = RuleKind.LINEAR

    def points(self, reading: Reading, weight: Fraction) -> Fraction:
        share = (reading.value - Fraction(self.start)) / (Fraction(self.target) - Fraction(self.start))
        return weight * min(max(share, Fraction(0)), Fraction(1))

    def lacking(self, reading: Reading) -> str:
        return ""

    def told(self, unit: str, weight: Decimal) -> str:
        up = self.target > self.start
        full = f"{plain(self.target)}{unit}{'及以上' if up else '及以下'}得{plain(weight)}分"
        if up and not self.start:
            return f"{full}，以下按比例计分"
        return f"{full}，{plain(self.start)}{unit}{'及以下' if up else '及以上'}得0分，其间按比例计分"


@dataclass(frozen=True, slots=True)
class Band:
    """From `low` to `high` (None: without an end); whether each end belongs to it."""

    points: Decimal
    low: Decimal | None = None
    low_in: bool = False
    high: Decimal | None = None
    high_in: bool = False

    def holds(self, value: Fraction) -> bool:
        above = self.low is None or value > Fraction(self.low) or (self.low_in and value == Fraction(self.low))
        below = self.high is None or value < Fraction(self.high) or (self.high_in and value == Fraction(self.high))
        return above and below

    def span(self, unit: str) -> str:
        """20—80亿元（不含20亿元，含80亿元）."""
        if self.low is None and self.high is None:
            return "任何数值"
        if self.low is None or self.high is None:
            end, inside, way = (
                (self.high, self.high_in, "以下") if self.low is None else (self.low, self.low_in, "以上")
            )
            return f"{plain(end or Decimal(0))}{unit}{way}（{'含' if inside else '不含'}）"
        ends = "，".join(
            f"{'含' if inside else '不含'}{plain(end)}{unit}"
            for end, inside in ((self.low, self.low_in), (self.high, self.high_in))
        )
        return f"{plain(self.low)}—{plain(self.high)}{unit}（{ends}）"


@dataclass(frozen=True, slots=True)
class Bands:
    """Exactly one band holds any value (`seam` finds where that is not so)."""

    bands: tuple[Band, ...]
    kind = RuleKind.BANDS

    def points(self, reading: Reading, weight: Fraction) -> Fraction:
        return next(Fraction(band.points) for band in self.bands if band.holds(reading.value))

    def lacking(self, reading: Reading) -> str:
        return ""

    def told(self, unit: str, weight: Decimal) -> str:
        return "；".join(f"{band.span(unit)}得{plain(band.points)}分" for band in self.bands)


@dataclass(frozen=True, slots=True)
class Pass:
    """All points or none: the value is at least this much."""

    at_least: Decimal = Decimal(1)
    kind = RuleKind.PASS

    def points(self, reading: Reading, weight: Fraction) -> Fraction:
        return weight if reading.value >= Fraction(self.at_least) else Fraction(0)

    def lacking(self, reading: Reading) -> str:
        return ""

    def told(self, unit: str, weight: Decimal) -> str:
        limit = f"{plain(self.at_least)}{unit}及以上为达标，" if unit else ""
        return f"{limit}达标得{plain(weight)}分，不达标得0分"


@dataclass(frozen=True, slots=True)
class Deduction:
    """每项扣`each`分, never below `floor` (扣完为止)."""

    each: Decimal
    floor: Decimal = Decimal(0)
    kind = RuleKind.DEDUCTION

    def points(self, reading: Reading, weight: Fraction) -> Fraction:
        return max(Fraction(self.floor), weight - Fraction(self.each) * reading.value)

    def lacking(self, reading: Reading) -> str:
        return ""

    def told(self, unit: str, weight: Decimal) -> str:
        end = f"最低{plain(self.floor)}分" if self.floor else "扣完为止"
        return f"基准{plain(weight)}分，每{unit or '项'}扣{plain(self.each)}分，{end}"


@dataclass(frozen=True, slots=True)
class Experts:
    """The mean of the experts' marks of 0 to `out_of`, after the `trim` highest and as many lowest are left out."""

    out_of: Decimal = Decimal(100)
    trim: int = 0
    at_least: int = 1
    kind = RuleKind.EXPERTS

    def points(self, reading: Reading, weight: Fraction) -> Fraction:
        kept = self.kept(reading.several)
        return weight * sum(kept, Fraction(0)) / len(kept) / Fraction(self.out_of)

    def kept(self, marks: Sequence[Fraction]) -> list[Fraction]:
        ordered = sorted(marks)
        return ordered[self.trim : len(ordered) - self.trim]

    def lacking(self, reading: Reading) -> str:
        given = len(reading.several)
        return f"已有{given}名专家评分，至少应有{self.at_least}名" if given < self.at_least else ""

    def told(self, unit: str, weight: Decimal) -> str:
        trimmed = f"去掉{self.trim}个最高分和{self.trim}个最低分后" if self.trim else ""
        return f"至少{self.at_least}名专家按满分{plain(self.out_of)}分评分，{trimmed}取平均，折合为{plain(weight)}分"


@dataclass(frozen=True, slots=True)
class Share:
    """The park's part of what all parks of the group have together, or of the best of them; all points at `full` %.

    `at_least`: with fewer parks in the group nothing is said, for the others could be worked out from it.
    """

    of: ShareOf = ShareOf.TOTAL
    full: Decimal = Decimal(100)
    at_least: int = 5
    kind = RuleKind.SHARE

    def points(self, reading: Reading, weight: Fraction) -> Fraction:
        share = reading.value / self._whole(reading) * 100 / Fraction(self.full)
        return weight * min(max(share, Fraction(0)), Fraction(1))

    def _whole(self, reading: Reading) -> Fraction:
        return sum(reading.several, Fraction(0)) if self.of is ShareOf.TOTAL else max(reading.several)

    def lacking(self, reading: Reading) -> str:
        if len(reading.several) < self.at_least:
            return f"同期有数据的园区{len(reading.several)}个，不足{self.at_least}个，不作比较"
        return "" if self._whole(reading) > 0 else f"同期各园区{self.of.label}为0，无法计算占比"

    def told(self, unit: str, weight: Decimal) -> str:
        return (
            f"占同期各园区{self.of.label}{plain(self.full)}%及以上得{plain(weight)}分，以下按比例计分"
            f"（有数据的园区不少于{self.at_least}个）"
        )


@dataclass(frozen=True, slots=True)
class Bonus:
    """每项加`each`分, at most `cap`; beside the 100."""

    each: Decimal
    cap: Decimal
    kind = RuleKind.BONUS

    def points(self, reading: Reading, weight: Fraction) -> Fraction:
        return min(Fraction(self.cap), max(Fraction(0), Fraction(self.each) * reading.value))

    def lacking(self, reading: Reading) -> str:
        return ""

    def told(self, unit: str, weight: Decimal) -> str:
        return f"每{unit or '项'}加{plain(self.each)}分，最多加{plain(self.cap)}分"


@dataclass(frozen=True, slots=True)
class Veto:
    """一票否决: found once (1), the grade is the lowest, whatever the points."""

    kind = RuleKind.VETO

    def points(self, reading: Reading, weight: Fraction) -> Fraction:
        return Fraction(0)

    def lacking(self, reading: Reading) -> str:
        return ""

    def told(self, unit: str, weight: Decimal) -> str:
        return "一经认定，不论得分，评为最低等次"


Rule: TypeAlias = Linear | Bands | Pass | Deduction | Experts | Share | Bonus | Veto


@dataclass(frozen=True, slots=True)
class Seam:
    """Where bands do not meet: the later band's place in the list, and why."""

    place: int
    why: str


def seam(bands: Sequence[Band]) -> Seam | None:
    """The first place, from the lowest value up, where a value has two bands or none; None when every value has one."""
    order = sorted(
        range(len(bands)),
        key=lambda place: (bands[place].low is not None, bands[place].low or 0, not bands[place].low_in),
    )
    first, last = bands[order[0]], bands[order[-1]]
    if first.low is not None:
        return Seam(order[0], f"低于{plain(first.low)}的数值没有档次，最低一档应不写下限")
    for lower, upper in pairwise(order):
        found = _between(bands[lower], bands[upper])
        if found:
            return Seam(upper, found)
    if last.high is not None:
        return Seam(order[-1], f"高于{plain(last.high)}的数值没有档次，最高一档应不写上限")
    return None


def _between(lower: Band, upper: Band) -> str:
    """Why two neighbours do not meet, told by the values that have two bands or none."""
    high, low = lower.high, upper.low
    if high is None or low is None or low < high:
        start = plain(low) if low is not None else "最低值"
        return f"与另一档重叠：自{start}起的数值同时属于两档"
    if low > high:
        return f"与下一档之间有空档：{plain(high)}与{plain(low)}之间的数值没有档次"
    if lower.high_in and upper.low_in:
        return f"与另一档重叠：{plain(low)}同时属于两档，只能有一档含{plain(low)}"
    if not lower.high_in and not upper.low_in:
        return f"与下一档之间有空档：{plain(low)}不属于任何一档，应有一档含{plain(low)}"
    return ""
