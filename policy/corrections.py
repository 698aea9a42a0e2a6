"""数据更正: what changed between two accepted versions, and when a seal still covers the data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import NamedTuple

from policy.facts import FigureFact
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.rulebook import DEFAULT_SOURCE, Rulebook
from policy.terms import FigureKind

RESEAL = "reseal"


class Stated(NamedTuple):
    """A figure and its kind; `value` None where none was stated."""

    value: Decimal | None
    kind: FigureKind


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that changed, in value or in kind."""

    key: str
    old: Stated
    new: Stated

    @property
    def in_value(self) -> bool:
        return self.old.value != self.new.value

    @property
    def told(self) -> str:
        """`网络安全产业收入1.5亿元改为1.6亿元`."""
        indicator = BY_KEY[self.key]
        return f"{indicator.label}{amount(self.key, self.old)}改为{amount(self.key, self.new)}"


def amount(key: str, stated: Stated) -> str:
    """`1.5亿元（预计数）`; 未填 where nothing stood."""
    if stated.value is None:
        return "未填"
    return f"{plain(stated.value)}{BY_KEY[key].unit}{stated.kind.mark}"


def stated(figures: Iterable[FigureFact]) -> dict[str, Stated]:
    """Accepted figures of one version by indicator."""
    return {figure.key: Stated(figure.value, figure.kind) for figure in figures}


def changes(
    old: Mapping[str, Stated], old_kind: FigureKind, new: Mapping[str, Stated], new_kind: FigureKind
) -> tuple[Change, ...]:
    """What differs, in the catalogue's order; the papers' kinds stand in for a figure one of them does not state."""
    pairs = [
        Change(one.key, old.get(one.key, Stated(None, old_kind)), new.get(one.key, Stated(None, new_kind)))
        for one in CATALOGUE
        if one.key in old or one.key in new
    ]
    return tuple(change for change in pairs if change.old != change.new)


class Reseal(IntEnum):
    """When corrected data needs a new seal."""

    NEVER = 0
    HEADLINE = 1
    ALWAYS = 2


RESEAL_WORDS = {
    Reseal.NEVER: "数据更正后无须重新用印",
    Reseal.HEADLINE: "主要指标更正后须重新用印",
    Reseal.ALWAYS: "数据更正后一律重新用印",
}


def seal_told(*, same: bool, headline_changed: bool, rulebook: Rulebook, day: date) -> str:
    """Whether the sealed table still states the data that counts, and what follows by the setting."""
    if same:
        return "函所附表的校验码与现行数据一致"
    rule = Reseal(rulebook.whole(RESEAL, day))
    needed = rule is Reseal.ALWAYS or (rule is Reseal.HEADLINE and headline_changed)
    unchanged = "，主要指标未变" if rule is Reseal.HEADLINE and not headline_changed else ""
    return (
        f"函所附表的校验码与现行数据不一致{unchanged}，按设置{'须' if needed else '无须'}重新用印"
        f"（{RESEAL_WORDS[rule]}，{DEFAULT_SOURCE}）"
    )
