"""园区对比: where a park stands among the parks of the same age (domain 1c; users ask for peers, never for a 排名).

The age is counted in whole half-years from the 批复 to the end of the report's half-year. The park itself is one of
them. Below five parks nothing is told to a district or an operator, for a median of few gives each away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from policy.deadlines import add_months
from policy.terms import HalfYear

LEAST = 5
"""Parks of one age from which on a middle may be told to those who must not know the others."""


@dataclass(frozen=True, slots=True)
class Peer:
    """What one park's indicator was at an age."""

    park: str
    value: Fraction
    alike: bool = True
    """Its figure is under the same 口径 as that of the park it is compared with."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The lower quartile, median and upper quartile of `count` parks, and the place of one of them in words.

    `apart`: how many more have a figure of that age, but under another 口径.
    """

    age: int
    count: int
    lower: Fraction
    median: Fraction
    upper: Fraction
    own: Fraction
    apart: int = 0

    @property
    def place(self) -> str:
        """Never which place: only between which quartiles."""
        if self.own < self.lower:
            return "低于下四分位数"
        if self.own > self.upper:
            return "高于上四分位数"
        if self.own == self.median:
            return "与中位数持平"
        return "下四分位数与中位数之间" if self.own < self.median else "中位数与上四分位数之间"


def age(approved_on: date, period: HalfYear) -> int:
    """Whole half-years from the 批复 to the end of the period; approved 2024-10-10: 2025H1 is 1, 2025H2 is 2."""
    count = 0
    while add_months(approved_on, 6 * (count + 1)) <= period.end:
        count += 1
    return count


def standing(peers: Iterable[Peer], own: str, age: int, *, anonymous: bool) -> Standing | None:
    """Where park `own` stands; None when it has no figure itself or has no peer.

    `anonymous`: for those who must not know the others, from five parks up alone. Parks under another 口径 are counted
    and left out.
    """
    every = {peer.park: peer for peer in peers}
    known = {park: peer.value for park, peer in every.items() if peer.alike}
    if own not in known or len(known) < (LEAST if anonymous else 2):
        return None
    values = sorted(known.values())
    low, middle, high = (quantile(values, Fraction(quarter, 4)) for quarter in (1, 2, 3))
    return Standing(age, len(values), low, middle, high, known[own], len(every) - len(known))


def quantile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """Of sorted values, exact: the value `share` of the way from the first to the last, in a straight line between two.

    Of 10, 20, 30, 40 the lower quartile lies three quarters of the way from 10 to 20: 17.5.
    """
    place = share * (len(values) - 1)
    below = place.numerator // place.denominator
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)
