"""The districts and counties of Chongqing and the functional zones the notice addresses (抬头; domain section 4).

Units are abolished and created: each has its days of validity, both ends included, and what an abolished
unit owed passes to its successors. No unit here has a park; parks come by registration alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policy.terms import UnitKind

# 江北区 and 渝北区 abolished, the administrative 两江新区 created: announced on this day (inaugurated 2026-01-25).
REORGANISED_ON = date(2025, 11, 6)
LAST_DAY_BEFORE = date(2025, 11, 5)

LIANGJIANG = "两江新区"
LIANGJIANG_ZONE = "两江新区（功能区）"
COMMITTEE = "重庆市经济和信息化委员会"


@dataclass(frozen=True, slots=True)
class Division:
    """One unit. `code` is the six-digit division code, a key of our own for zones, None where none is known."""

    name: str
    short_name: str
    kind: UnitKind
    code: str | None
    aliases: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Succession:
    """What `predecessor` was responsible for passes to `successor` from the day `on`."""

    predecessor: str
    successor: str
    on: date
    note: str


def in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Whether something was valid on `day`: both ends included, an empty end open."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


def _district(code: int, short_name: str, *aliases: str, until: date | None = None) -> Division:
    return Division(f"{short_name}区", short_name, UnitKind.DISTRICT, f"500{code}", aliases, valid_to=until)


def _county(code: int, name: str, *aliases: str) -> Division:
    """A county or autonomous county; 忠县 keeps its 县, for one character alone is no name."""
    short_name = aliases[0].removesuffix("县") if aliases else name.removesuffix("县")
    return Division(name, short_name if len(short_name) > 1 else name, UnitKind.DISTRICT, f"500{code}", aliases)


def _zone(key: str, name: str, short_name: str, *aliases: str, until: date | None = None) -> Division:
    return Division(name, short_name, UnitKind.FUNCTIONAL_ZONE, key, aliases, valid_to=until)


# In 行政区划序: by division code; the new 两江新区, whose code was not found, stands last among the districts.
DIVISIONS: tuple[Division, ...] = (
    _district(101, "万州"),
    _district(102, "涪陵"),
    _district(103, "渝中"),
    _district(104, "大渡口"),
    _district(105, "江北", until=LAST_DAY_BEFORE),
    _district(106, "沙坪坝"),
    _district(107, "九龙坡"),
    _district(108, "南岸"),
    _district(109, "北碚"),
    _district(110, "綦江", "綦江县"),
    _district(111, "大足", "大足县"),
    _district(112, "渝北", until=LAST_DAY_BEFORE),
    _district(113, "巴南"),
    _district(114, "黔江"),
    _district(115, "长寿", "长寿县"),
    _district(116, "江津", "江津市"),
    _district(117, "合川", "合川市"),
    _district(118, "永川", "永川市"),
    _district(119, "南川", "南川市"),
    _district(120, "璧山", "璧山县"),
    _district(151, "铜梁", "铜梁县"),
    _district(152, "潼南", "潼南县"),
    _district(153, "荣昌", "荣昌县"),
    _district(154, "开州", "开县"),
    _district(155, "梁平", "梁平县"),
    _district(156, "武隆", "武隆县"),
    Division(LIANGJIANG, LIANGJIANG, UnitKind.DISTRICT, None, valid_from=REORGANISED_ON),
    _county(229, "城口县"),
    _county(230, "丰都县"),
    _county(231, "垫江县"),
    _county(233, "忠县"),
    _county(235, "云阳县"),
    _county(236, "奉节县"),
    _county(237, "巫山县"),
    _county(238, "巫溪县"),
    _county(240, "石柱土家族自治县", "石柱县"),
    _county(241, "秀山土家族苗族自治县", "秀山县"),
    _county(242, "酉阳土家族苗族自治县", "酉阳县"),
    _county(243, "彭水苗族土家族自治县", "彭水县"),
    # The 两江新区 the notice of 2022 wrote to was a functional zone; our reading: the administrative one takes its
    # place on the day it was announced, so that on any day one unit alone answers to the name.
    _zone("liangjiang", LIANGJIANG_ZONE, LIANGJIANG, until=LAST_DAY_BEFORE),
    _zone("gaoxin", "高新区", "高新区", "重庆高新区", "重庆高新技术产业开发区"),
    _zone("wansheng", "万盛经开区", "万盛", "万盛经济技术开发区"),
    Division(COMMITTEE, "市经济信息委", UnitKind.COMMITTEE, "committee", ("市经济和信息化委员会", "市经信委")),
)

SUCCESSIONS: tuple[Succession, ...] = (
    Succession("江北区", LIANGJIANG, REORGANISED_ON, "撤销江北区，设立两江新区"),
    Succession("渝北区", LIANGJIANG, REORGANISED_ON, "撤销渝北区，大部划入两江新区"),
    Succession("渝北区", "北碚区", REORGANISED_ON, "撤销渝北区，北部五个镇划入北碚区"),
    Succession("北碚区", LIANGJIANG, REORGANISED_ON, "北碚区三个街道、两个镇划入两江新区"),
    Succession(LIANGJIANG_ZONE, LIANGJIANG, REORGANISED_ON, "原功能区由行政区两江新区承接（系统默认，待确认）"),
)


def position(index: int) -> int:
    """行政区划序 with room between neighbours, for the list is editable."""
    return (index + 1) * 10
