"""现场核查: which firms of the roster are looked at, drawn so that anybody can draw them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from policy.indicators.catalogue import BY_KEY
from policy.indicators.tiers import TIERS
from policy.refusal import Refused

SEEDS = range(1, 1_000_000)
LOWEST_TIER, UNKNOWN_TIER = "500万元（含）以下", "未填网络安全业务收入"


@dataclass(frozen=True, slots=True)
class Rostered:
    """One firm of a roster: its row, and its security revenue in 万元, None where none is stated."""

    row: int
    name: str
    cyber: Decimal | None

    @property
    def tier(self) -> str:
        return tier_label(self.cyber)


def tier_label(cyber: Decimal | None) -> str:
    """收入档次 in the words of the form: 超1亿元, 5000万（不含）—1亿元（含）…; `cyber` in 万元."""
    if cyber is None:
        return UNKNOWN_TIER
    found = next((tier for tier in TIERS if tier.holds(cyber)), None)
    if found is None:
        return LOWEST_TIER
    return BY_KEY[found.key].label.removeprefix("网络安全业务收入").removesuffix("的企业数")


def draw(roster: Iterable[Rostered], size: int, seed: int) -> tuple[Rostered, ...]:
    """`size` firms in the order of their rows, at least one of every 收入档次 that the roster has.

    Each firm is given a number in the order of the rows; of every tier the lowest is taken, then the lowest of all the
    rest. Only `Random.random` is used, whose sequence for a seed is the same in every version of Python. A firm that
    stands twice counts by its first row. Raises Refused for a size that the roster or its tiers do not allow.
    """
    firms = _firms(roster)
    tiers = dict.fromkeys(firm.tier for firm in firms)
    if not 1 <= size <= len(firms):
        raise Refused(f"抽取家数应在1到{len(firms)}之间（一览表共{len(firms)}家企业），收到{size}")
    if size < len(tiers):
        told = f"一览表的企业分属{len(tiers)}个收入档次，每档至少抽1家"
        raise Refused(f"{told}，抽取家数应不少于{len(tiers)}，收到{size}")
    lots = Random(seed)  # noqa: S311 -- to be drawn again by anybody, no secret
    by_lot = sorted(firms, key=lambda _firm: lots.random())
    first = [next(firm for firm in by_lot if firm.tier == tier) for tier in tiers]
    rest = [firm for firm in by_lot if firm not in first]
    return tuple(sorted([*first, *rest[: size - len(first)]], key=lambda firm: firm.row))


def _firms(roster: Iterable[Rostered]) -> Sequence[Rostered]:
    """In the order of their rows, each name once."""
    named: dict[str, Rostered] = {}
    for firm in sorted(roster, key=lambda firm: firm.row):
        named.setdefault(firm.name, firm)
    return tuple(named.values())
