"""Units as people write them, and how they convert: exact factors inside one family."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.intake.text import squash


class Family(StrEnum):
    MONEY = "money"
    PEOPLE = "people"
    AREA = "area"
    COUNT = "count"
    SHARE = "share"
    ANY = "any"
    """An incomplete unit (万, 亿): a magnitude of whatever the column holds."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor`: how many base units (元, 人, 平方米, one) make one of this; 0 when no exact number does (亩, 美元)."""

    name: str
    family: Family
    factor: Decimal

    @property
    def complete(self) -> bool:
        return self.family is not Family.ANY

    @property
    def convertible(self) -> bool:
        return self.factor > 0

    def same_as(self, other: Unit) -> bool:
        return self.family is other.family and self.factor == other.factor


_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_BASES = {
    Family.MONEY: ("元", "元人民币", "元整", "圆", "圆整", "块"),
    Family.PEOPLE: ("人", "名", "人次", "位"),
    Family.AREA: ("平方米", "m2", "平米", "平方", "平", "m^2", "㎡"),
    Family.COUNT: ("家", "个", "户", "场", "次", "项", "所", "场次", "家企业", "个企业"),
}
_NAMED: dict[str, Unit] = {
    scale + base: Unit(scale + base, family, Decimal(factor))
    for family, bases in _BASES.items()
    for base in bases
    for scale, factor in _SCALES.items()
}
_NAMED |= {scale: Unit(scale, Family.ANY, Decimal(factor)) for scale, factor in _SCALES.items() if scale}
_NAMED |= {
    "%": Unit("%", Family.SHARE, Decimal(1)),
} | {
    name: Unit(name, Family.AREA, Decimal(factor))
    for name, factor in (("公顷", 10**4), ("ha", 10**4), ("平方公里", 10**6), ("平方千米", 10**6), ("km2", 10**6))
}
_FOREIGN = {Family.MONEY: ("美元", "美金", "港元", "港币", "欧元", "日元", "英镑"), Family.AREA: ("亩", "平方英尺")}
_NAMED |= {
    scale + base: Unit(scale + base, family, Decimal(0))
    for family, bases in _FOREIGN.items()
    for base in bases
    for scale in _SCALES
}
_TRADITIONAL = str.maketrans("萬億圓", "万亿圆")


def unit_named(text: str) -> Unit | None:
    """The unit this text names (万㎡ = 万平方米), or None."""
    name = squash(text).lower().translate(_TRADITIONAL).removeprefix("人民币").removeprefix("单位:")
    return _NAMED.get(name)


def catalogue_unit(name: str) -> Unit:
    """A unit of the catalogue; raises KeyError when the catalogue uses one that is not known here."""
    return _NAMED[squash(name)]


_UNIT_WORD = re.compile(r"^(?:计量|金额|货币)?单位[:为]?")


def stated_units(text: str) -> tuple[Unit, ...]:
    """Units written in brackets or after 单位： in a header, label or title line."""
    folded = squash(text)
    found = []
    for group in re.findall(r"\(([^()]*)\)", folded) + re.findall(r"单位[:：]([^()\s]+)", folded):
        for part in re.split(r"[、,/;和]", _UNIT_WORD.sub("", group)):
            unit = unit_named(part)
            if unit is not None:
                found.append(unit)
    return tuple(found)


def header_units(text: str) -> tuple[Unit, ...]:
    """As `stated_units`; a header cell may also hold nothing but the unit."""
    alone = unit_named(text)
    return (alone,) if alone else stated_units(text)


def without_units(text: str) -> str:
    """A folded label without its bracketed units; other brackets stay."""

    def keep(match: re.Match[str]) -> str:
        return "" if stated_units(match[0]) else match[0]

    return re.sub(r"\([^()]*\)", keep, text)


def fitting(units: tuple[Unit, ...], target: Unit) -> Unit | None:
    """The stated unit that speaks about figures of `target`'s family."""
    return next((unit for unit in units if unit.family in (target.family, Family.ANY)), None)
