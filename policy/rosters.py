"""What changed between two 一览表 of a park: who is new, who is gone, and what those listed in both report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from policy.reports.firms import firm_key
from policy.visits import Rostered


@dataclass(frozen=True, slots=True)
class Turnover:
    """Firms by name (a firm that changed its name counts as one gone and one new); `stayed`: (then, now)."""

    new: tuple[Rostered, ...]
    gone: tuple[Rostered, ...]
    stayed: tuple[tuple[Rostered, Rostered], ...]

    @property
    def moved(self) -> tuple[tuple[Rostered, Decimal], ...]:
        """Of those in both lists the change of security revenue in 万元, where both state it and it changed."""
        return tuple(
            (now, now.cyber - then.cyber)
            for then, now in self.stayed
            if then.cyber is not None and now.cyber is not None and then.cyber != now.cyber
        )


def turnover(then: Iterable[Rostered], now: Iterable[Rostered]) -> Turnover:
    """In the order of the rows; a firm that stands twice in a list counts by its first row."""
    before, after = _by_name(then), _by_name(now)
    return Turnover(
        tuple(firm for name, firm in after.items() if name not in before),
        tuple(firm for name, firm in before.items() if name not in after),
        tuple((before[name], firm) for name, firm in after.items() if name in before),
    )


def _by_name(firms: Iterable[Rostered]) -> Mapping[str, Rostered]:
    found: dict[str, Rostered] = {}
    for firm in sorted(firms, key=lambda firm: firm.row):
        found.setdefault(firm_key(firm.name), firm)
    return found
