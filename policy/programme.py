"""All parks taken together: sums over what was accepted for one half-year, like compared with like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy.figures import half_up, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.definitions import break_between
from policy.indicators.derivation import PERCENT, POINTS, Series, decimal, moved
from policy.terms import FigureKind, HalfYear


@dataclass(frozen=True, slots=True)
class Sum:
    """One indicator over all parks that have an accepted figure of the half-year; a share is that of the sums.

    `parks`: how many are in it, `estimates`: of how many it is a 预计数. `growth` in %, of a share in 个百分点, is
    over the `compared` parks alone: those with an accepted figure of the same period of the year before too, by the
    same 口径. Both None where nothing is known.
    """

    key: str
    period: HalfYear
    value: Fraction | None
    parks: int
    estimates: int
    growth: Fraction | None
    compared: int

    @property
    def shown(self) -> str:
        """128.5, 35.0%; with 预计数 among its parts 128.5（含预计数）."""
        if self.value is None:
            return "—"
        mark = f"（含{FigureKind.ESTIMATE.label}）" if self.estimates else ""
        if BY_KEY[self.key].ratio_of:
            return f"{half_up(decimal(self.value), 1)}%{mark}"
        return f"{plain(half_up(decimal(self.value), 8))}{mark}"

    @property
    def growth_shown(self) -> str:
        """增长12.3%, 提高1.2个百分点, —."""
        if self.growth is None:
            return "—"
        return moved(self.growth, POINTS if BY_KEY[self.key].ratio_of else PERCENT)


def total(key: str, period: HalfYear, parks: Iterable[Series]) -> Sum:
    """The sum of one indicator over the parks' accepted figures."""
    parts, before = BY_KEY[key].ratio_of or (key,), period.year_before()
    known = [park for park in parks if _has(park, parts, period)]
    both = [
        park
        for park in known
        if _has(park, parts, before) and break_between(park.definitions, key, before, period) is None
    ]
    estimates = sum(
        any(fact.kind is FigureKind.ESTIMATE for part in parts if (fact := park.at(part, period))) for park in known
    )
    growth = _growth(_value(both, parts, period), _value(both, parts, before), share=len(parts) > 1)
    return Sum(key, period, _value(known, parts, period), len(known), estimates, growth, len(both))


def _has(park: Series, parts: Sequence[str], period: HalfYear) -> bool:
    return all(park.at(part, period) is not None for part in parts)


def _value(parks: Sequence[Series], parts: Sequence[str], period: HalfYear) -> Fraction | None:
    """The sum, or of a share the sum of its parts over that of its wholes in %."""
    if not parks:
        return None
    top, *whole = (
        sum((Fraction(fact.value if (fact := park.at(part, period)) else Decimal(0)) for park in parks), Fraction(0))
        for part in parts
    )
    if not whole:
        return top
    return top / whole[0] * 100 if whole[0] else None


def _growth(now: Fraction | None, then: Fraction | None, *, share: bool) -> Fraction | None:
    if now is None or then is None:
        return None
    if share:
        return now - then
    return (now - then) / then * 100 if then else None
