"""What experts gave side by side: per item how far apart, and where so far that the panel should talk about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import NamedTuple

from policy.evaluation.rules import Experts
from policy.evaluation.system import Item, System


class Given(NamedTuple):
    """What one expert gave for an item, by the expert's code."""

    giver: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Spread:
    """One item and what it was given, in points out of `out_of`; `limit`: the greatest share of them two experts may
    differ by without a mark."""

    item: Item
    out_of: Decimal
    given: tuple[Given, ...]
    limit: Decimal

    @property
    def lowest(self) -> Decimal | None:
        return min((one.value for one in self.given), default=None)

    @property
    def highest(self) -> Decimal | None:
        return max((one.value for one in self.given), default=None)

    @property
    def median(self) -> Decimal | None:
        """The middle one; of an even number the mean of the two in the middle, exactly."""
        return median(one.value for one in self.given) if self.given else None

    @property
    def difference(self) -> Decimal | None:
        """The highest less the lowest; of fewer than two there is none."""
        if self.lowest is None or self.highest is None or len(self.given) < 2:
            return None
        return self.highest - self.lowest

    @property
    def wide(self) -> bool:
        """Further apart than the limit; exactly the limit is not."""
        return self.difference is not None and self.difference > self.limit * self.out_of


def scored_items(system: System) -> tuple[Item, ...]:
    """What experts score: the items whose rule is 专家评分, in the order of the system."""
    return tuple(item for item in system.everything() if isinstance(item.rule, Experts))


def most(item: Item) -> Decimal:
    """满分 of an item that experts score."""
    assert isinstance(item.rule, Experts)
    return item.rule.out_of


def spreads(system: System, given: Iterable[tuple[str, Given]], limit: Decimal) -> tuple[Spread, ...]:
    """Every item that experts score, with what it was given: (item id, giver and value)."""
    by_item: dict[str, list[Given]] = {}
    for item_id, one in given:
        by_item.setdefault(item_id, []).append(one)
    return tuple(Spread(item, most(item), tuple(by_item.get(item.id, ())), limit) for item in scored_items(system))
