"""Units as people write them, and how they convert: exact factors inside one family."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from services.intake.text import fold, squash


class Family(StrEnum):
    MONEY = "money"
    PEOPLE = "people"
    AREA = "area"
    COUNT = "count"
    SHARE = "share"
    ANY = "any"
    """An incomplete unit (万, 亿): a magnitude of whatever the column holds."""
    UNKNOWN = "unknown"
    """What stands where a unit should, and is none that fits the figure."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor`: how many base units (元, 人, 平方米, one) make one of this; 0 when no exact number does (亩, 美元)."""

    name: str
    family: Family
    factor: Decimal
    counts: str = ""
    """What a classifier counts, where it is not for everything: 家 firms, 场 occasions, 人次 visits."""

    @property
    def complete(self) -> bool:
        return self.family not in (Family.ANY, Family.UNKNOWN)

    @property
    def convertible(self) -> bool:
        return self.factor > 0

    def same_as(self, other: Unit) -> bool:
        return self.family is other.family and self.factor == other.factor


_SCALES = {"": 1, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_BASES = {
    Family.MONEY: ("元", "元人民币", "元整", "元正", "圆", "圆整", "圆正", "块"),
    Family.PEOPLE: ("人", "名", "人次", "位"),
    Family.AREA: ("平方米", "m2", "平米", "平方", "平", "m^2", "㎡"),
    Family.COUNT: ("家", "个", "户", "场", "次", "项", "所", "场次", "家企业", "个企业"),
}
_COUNTS = {"人": "人", "名": "人", "位": "人", "人次": "人次", "项": "项", "所": "所"}
_COUNTS |= dict.fromkeys(("家", "户", "家企业", "个企业"), "家") | dict.fromkeys(("场", "次", "场次"), "场")
# A folded ㎡ is m2; people are told it the way they write it.
_SHOWN = {"m2": "㎡", "m^2": "㎡"}
NAMED: dict[str, Unit] = {
    scale + base: Unit(scale + _SHOWN.get(base, base), family, Decimal(factor), _COUNTS.get(base, ""))
    for family, bases in _BASES.items()
    for base in bases
    for scale, factor in _SCALES.items()
}
NAMED |= {scale: Unit(scale, Family.ANY, Decimal(factor)) for scale, factor in _SCALES.items() if scale}
NAMED |= {f"{scale}人民币": NAMED[f"{scale}元"] for scale in ("亿", "万")}
# 3个亿, 50万方: said so, but short of the unit.
NAMED |= {f"个{scale}": Unit(f"个{scale}", Family.ANY, Decimal(_SCALES[scale])) for scale in ("亿", "万")}
NAMED["万方"] = Unit("万方", Family.ANY, Decimal(10**4))
NAMED["%"] = Unit("%", Family.SHARE, Decimal(1))
NAMED |= {name: Unit(name, Family.AREA, Decimal(10**4)) for name in ("公顷", "ha", "hm2")}
NAMED |= {name: Unit(name, Family.AREA, Decimal(10**6)) for name in ("平方公里", "平方千米", "km2")}
_FOREIGN = {Family.MONEY: ("美元", "美金", "港元", "港币", "欧元", "日元", "英镑"), Family.AREA: ("亩", "平方英尺")}
NAMED |= {
    scale + base: Unit(scale + base, family, Decimal(0))
    for family, bases in _FOREIGN.items()
    for base in bases
    for scale in _SCALES
}
_TRADITIONAL = str.maketrans("萬億圓", "万亿圆")


def unit_named(text: str) -> Unit | None:
    """The unit this text names (万㎡ = 万平方米), or None."""
    name = squash(text).lower().translate(_TRADITIONAL)
    return NAMED.get(name) or NAMED.get(_BEFORE_UNIT.sub("", name))


def catalogue_unit(name: str) -> Unit:
    """A unit of the catalogue; raises KeyError when the catalogue uses one that is not known here."""
    return NAMED[squash(name)]


_BEFORE_UNIT = re.compile(r"^(?:(?:计量|金额|货币)?单位[:为是]?|人民币|rmb|cny|¥)+|\(人民币\)$")
_BRACKETS = str.maketrans("【】〔〕[]{}<>《》", "()()()()()()")
_STATED = re.compile(r"单位(?:均|都|统一)?[:为是]?([^()\s。]+)")
_PARTS = re.compile(r"[、,/;和]")
# 金额：万元, 以万元计: what is said around a unit.
_AROUND = re.compile(r"^[^:]{1,6}:|^[以按]|(?:计|为单位)$")
# 网络安全产业收入/万元, 收入 元; and without a mark between them where the unit has a scale: 从业人员万人.
_SEPARATED = re.compile(r"[\s/,:;、_|·-]+(?:(?:计量|金额)?单位[\s:为是]*)?([^\s/,:;、_|·()-]{1,8})$")
_ENDING = re.compile(
    r"(?<=[^\d.点百千万亿超])((?:百|千|万|十万|百万|千万|亿)(?:元|人|平方米|平米|m2)|平方米|平米|公顷)$"
)


_LONGEST_LINE = 200


def stated_units(text: str) -> tuple[Unit, ...]:
    """Units a header, label or title line states: in brackets, after 单位：, or at its end."""
    if len(text) > _LONGEST_LINE:
        return ()
    folded = fold(text).translate(_BRACKETS)
    close = "".join(folded.split())
    groups = re.findall(r"\(([^()]*)\)", close) + _STATED.findall(close)
    found = [unit for group in groups for part in _PARTS.split(group) if (unit := _part(part))]
    at_end = _at_end(folded)
    return (*found, at_end[1]) if at_end and not found else tuple(found)


def _part(text: str) -> Unit | None:
    return unit_named(text) or unit_named(_AROUND.sub("", text))


def _at_end(folded: str) -> tuple[str, Unit] | None:
    """A folded header that ends with a unit: what stands before it, and the unit."""
    text = folded.strip()
    match = _SEPARATED.search(text) or _ENDING.search(text)
    unit = unit_named(match[1]) if match and match.start() else None
    return (text[: match.start()], unit) if match and unit is not None else None


def header_units(text: str) -> tuple[Unit, ...]:
    """As `stated_units`; a header cell may also hold nothing but the unit, or several (亿元、%)."""
    if len(text) > _LONGEST_LINE:
        return ()
    alone = [_part(part) for part in _PARTS.split(squash(text))]
    units = tuple(unit for unit in alone if unit is not None)
    return units if len(units) == len(alone) else stated_units(text)


def without_units(text: str) -> str:
    """A folded label without its units in brackets or at its end; other brackets stay."""

    def keep(match: re.Match[str]) -> str:
        return "" if stated_units(match[0]) else match[0]

    if len(text) > _LONGEST_LINE:
        return text
    kept = re.sub(r"[(【〔\[<《][^()【】〔〕\[\]<>《》]*[)】〕\]>》]", keep, text)
    at_end = _at_end(kept) if kept == text else None
    return at_end[0] if at_end else kept


def fitting(units: tuple[Unit, ...], target: Unit) -> Unit | None:
    """The first stated unit that speaks about figures of `target`'s family."""
    return next((unit for unit in units if unit.family in (target.family, Family.ANY, Family.UNKNOWN)), None)


def general_for(units: tuple[Unit, ...], target: Unit) -> tuple[Unit, ...]:
    """Of the units stated for a whole table those that may speak of `target`: 单位：万 is not said of counts."""
    return tuple(unit for unit in units if unit.complete or target.family is not Family.COUNT)


def unit_beside(text: str, target: Unit) -> tuple[Unit, ...]:
    """What the unit column says in a figure's own row; anything but its unit is unknown, and asked about."""
    units = header_units(text)
    if fitting(units, target) or not fold(text).strip(" -/\\.…\n"):
        return units
    return (Unit(text.strip(), Family.UNKNOWN, target.factor),)
