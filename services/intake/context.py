"""What the reader may know beside the file: the register, what the caller said, and the last accepted figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from policy.terms import FigureKind, HalfYear


@dataclass(frozen=True, slots=True)
class ParkRef:
    """A registered park: `short_name` is what stands in the title's bracket."""

    code: str
    title: str
    short_name: str


def _no_figures(_park: str, _period: HalfYear) -> Mapping[str, Decimal]:
    return {}


@dataclass(frozen=True, slots=True)
class Context:
    """`park` (a code) and `period` are what the caller said; `last` gives the accepted figures, by indicator
    key, of the half-year before the one asked for; `released`: what looks like a 密级 mark is known to be none;
    `figure_kind`: what the caller said of a paper that does not say it."""

    parks: tuple[ParkRef, ...] = ()
    park: str | None = None
    period: HalfYear | None = None
    last: Callable[[str, HalfYear], Mapping[str, Decimal]] = _no_figures
    released: bool = False
    figure_kind: FigureKind | None = None

    def park_named(self, code: str) -> ParkRef | None:
        return next((park for park in self.parks if park.code == code), None)
