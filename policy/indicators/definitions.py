"""指标口径: what a figure covers, and where a change of it ends a series (domain 1c; glossary definition_note)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policy.indicators.catalogue import BY_KEY
from policy.terms import FigureBasis, HalfYear


@dataclass(frozen=True, slots=True)
class Definition:
    """What an indicator covers from the half-year `since` on, by which document; `own`: of one park alone.

    `breaks`: figures from `since` on are not compared with those before.
    """

    key: str
    since: HalfYear
    scope: str
    basis: FigureBasis
    taken_at: str
    breaks: bool
    document: str
    own: bool = False

    @property
    def told(self) -> str:
        """口径自2025年下半年起变更（依据示例函〔2025〕3号）."""
        return f"口径自{self.since.label}起变更（依据{self.document}）"


def in_force(definitions: Iterable[Definition], key: str, period: HalfYear) -> Definition | None:
    """The newest that holds for the period; one of the park's own goes before one of all parks."""
    known = [one for one in definitions if one.key == key and one.since <= period]
    return max(enumerate(known), key=lambda found: (found[1].own, found[1].since, found[0]), default=(0, None))[1]


@dataclass(frozen=True, slots=True)
class Standpoint:
    """Whose figure of which half-year, with the 口径 that hold for it: those of all parks and the park's own."""

    definitions: tuple[Definition, ...]
    period: HalfYear


def alike(key: str, one: Standpoint, other: Standpoint) -> bool:
    """Whether two parks' figures of an indicator are under one 口径 and may be compared.

    A park's own wording holds apart from any other; one of all parks parts two half-years where it breaks the series.
    """
    return all(_alike(part, one, other) for part in BY_KEY[key].ratio_of or (key,))


def _alike(key: str, one: Standpoint, other: Standpoint) -> bool:
    mine, theirs = (in_force(each.definitions, key, each.period) for each in (one, other))
    if _covered(mine) == _covered(theirs):
        return True
    if (mine and mine.own) or (theirs and theirs.own):
        return False
    earlier, later = sorted((one.period, other.period))
    return break_between(one.definitions, key, earlier, later) is None


def _covered(found: Definition | None) -> tuple[str, ...]:
    return (found.scope, found.basis, found.taken_at) if found else ()


def break_between(definitions: Iterable[Definition], key: str, earlier: HalfYear, later: HalfYear) -> Definition | None:
    """The change of 口径 that keeps two periods of an indicator apart; of a share, any of its parts'."""
    keys = BY_KEY[key].ratio_of or (key,)
    apart = [one for one in definitions if one.breaks and one.key in keys and earlier < one.since <= later]
    return max(apart, key=lambda one: one.since, default=None)
