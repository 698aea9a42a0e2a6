"""An indicator system of three levels: areas, groups and items, with bonuses, vetoes and grades."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policy.evaluation.inputs import Input
from policy.evaluation.rules import Rule
from policy.terms import Labelled

TRIAL = "试算"
"""Stands over every score by a system that was not issued under a document number."""
FULL = Decimal(100)


class Missing(Labelled):
    """What becomes of an item nothing is known of yet."""

    ZERO = "zero", "缺数据记0分"
    REWEIGHT = "reweight", "缺数据不计入，权重按比例分给其余指标"
    BLOCK = "block", "缺数据不能计总分"


@dataclass(frozen=True, slots=True)
class Grade:
    """`lowest`: from how many points on, included; `passed`: whether it is 达标 or better."""

    name: str
    lowest: Decimal
    passed: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One 三级指标, 加分项 or 一票否决 item; of the latter two `weight` is 0."""

    id: str
    name: str
    weight: Decimal
    input: Input
    rule: Rule
    missing: Missing
    note: str = ""

    @property
    def rule_told(self) -> str:
        return self.rule.told(self.input.unit, self.weight)


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    weight: Decimal
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Area:
    name: str
    weight: Decimal
    groups: tuple[Group, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for group in self.groups for item in group.items)


@dataclass(frozen=True, slots=True)
class System:
    """`document`: the number it was issued under, empty for what is not issued; `grades` from the highest down."""

    name: str
    version: str
    document: str
    effective_from: date
    effective_to: date | None
    note: str
    grades: tuple[Grade, ...]
    areas: tuple[Area, ...]
    bonuses: tuple[Item, ...] = ()
    vetoes: tuple[Item, ...] = ()

    @property
    def trial(self) -> bool:
        return not self.document

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for area in self.areas for item in area.items)

    def everything(self) -> Iterator[Item]:
        yield from self.items
        yield from self.bonuses
        yield from self.vetoes

    def item(self, item_id: str) -> Item | None:
        return next((item for item in self.everything() if item.id == item_id), None)

    def in_force(self, day: date) -> bool:
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)
