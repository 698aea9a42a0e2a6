"""What a label means: indicators of 表一, columns of the repeated tables, and the headers around them.

Labels are compared by what they say (prefixes, brackets with units and blanks apart), never by where they stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache

from policy.figures import WAN
from policy.indicators.catalogue import CATALOGUE, REQUIRED, SHARES
from policy.indicators.tiers import TIERS
from policy.tables import ROSTER, TABLES, Column, Table
from services.intake.periods import Span, find_span, find_stated_span
from services.intake.templates.versions import Part, former_labels
from services.intake.text import fold, squash, without_footnotes
from services.intake.units import Unit, stated_units, unit_named, without_units

_NUMBERING = re.compile(
    r"^(?:\d{1,2}[.、)]|[甲乙丙丁戊己庚辛壬癸][.、]|[一二三四五六七八九十]{1,3}[、.]|\([一二三四五六七八九十\d]{1,3}\)|[①-⑳])"
)
_PREFIX = re.compile(r"^(?:其中|本期|累计|期末|当年)[:,、]?|^[-·•#└├]+")
# 2025年1-6月网络安全产业收入, 截至6月底网络安全企业数量, 上年同期…: whose figures they are.
_OF_PERIOD = re.compile(
    r"^(?:截[至止]到?)?(?:(?:19|20)\d{2}年(?:度|(?:1-)?\d{1,2}月(?:份|\d{1,2}日)?|[上下]半年|全年)?[底末]?"
    r"|[上去]年(?:同期|[底末])?|上期[底末]?|本年度?|期末|报告期末|1-\d{1,2}月份?|\d{1,2}月(?:\d{1,2}日|份)?[底末]?)"
    r"(?:累计)?[:,、]?(?=.{3})"
)
_SHARE_SUFFIX = re.compile(r"(?:及其?|和|/|、)占比(?:情况)?$")
_BARE_SHARE = re.compile(r"(?:其中:?)?(?:占比|比重)(?:\(%\))?")
_BARE_WHOLE = re.compile(r"(?:总|合计|小计)(?:数量?|量|额|计)?|数量|合计|小计")
_BARE_PART = re.compile(r"(?:网络安全|网安)(?:产业|业务|类|领域|相关|部分|方面)?")
_NOUNS = ("面积", "收入", "企业数", "人员")
_COUNT_SUFFIX = re.compile(r"(?:数量|总数量|总数|家数|个数|户数|人数|数)$")
_HINT = re.compile(r"\([^()]*\)")
# A bracket that narrows the meaning is part of the label; one that only explains is not.
_EXPLANATION = re.compile(r"\((?![^()]*(?:安全|网安|其中))[^()]*\)")


@dataclass(frozen=True, slots=True)
class Label:
    """An indicator's label: `units` as it states them; `with_share`: its cells hold figure and share; `period`: when
    it says so, the period its figures are of (上年同期网络安全产业收入)."""

    key: str
    units: tuple[Unit, ...] = ()
    with_share: bool = False
    period: str = ""


@lru_cache(maxsize=8192)
def indicator_label(text: str) -> Label | None:
    """The indicator this label names, or None. Longer texts are sentences, not labels."""
    folded = squash(without_footnotes(text))
    if not 2 <= len(folded) <= 60:
        return None
    period, core = _period_apart(_core(squash(without_units(fold(without_footnotes(text))))))
    with_share = bool(_SHARE_SUFFIX.search(core))
    core = _SHARE_SUFFIX.sub("", core)
    names = indicator_names()
    key = tier_named(core) or names.get(_reduced(core)) or names.get(_reduced(_EXPLANATION.sub("", core)))
    return Label(key, stated_units(text), with_share, period) if key else None


def _period_apart(core: str) -> tuple[str, str]:
    """The period a label begins with, and the rest of it."""
    match = _OF_PERIOD.match(core)
    return (match[0], _core(core[match.end() :])) if match else ("", core)


def share_label(text: str, above: Label | None) -> Label | None:
    """A bare 占比 under a figure names that figure's share."""
    if above is None or not _BARE_SHARE.fullmatch(squash(text)):
        return None
    key = share_of().get(above.key)
    return Label(key) if key else None


def part_label(text: str, above: Label | None) -> Label | None:
    """A bare 其中：网络安全 under a whole names that whole's part."""
    if above is None or not _BARE_PART.fullmatch(_core(squash(text))):
        return None
    key = _security_parts().get(above.key)
    return Label(key, stated_units(text)) if key else None


def whole_label(text: str, above: Label | None) -> Label | None:
    """A bare 总数 or 合计 under a name that reaches over several columns is that name's own figure."""
    if above is None or not _BARE_WHOLE.fullmatch(_core(squash(text))):
        return None
    return replace(above, units=stated_units(text) or above.units)


@cache
def _security_parts() -> dict[str, str]:
    """Whole's key -> key of its part in security."""
    return {indicator.part_of: indicator.key for indicator in REQUIRED
            if indicator.part_of and indicator.key.endswith("_cyber")}  # fmt: skip


def grouped_label(text: str, group: str) -> Label | None:
    """A label that leans on its group's name: 规划 beside 产业楼宇面积, 超1亿元 beside 网络安全业务收入的企业数."""
    own, of = _core(squash(text)), _core(squash(group))
    if not 1 < len(own) <= 30 or not 1 < len(of) <= 30 or unit_named(own) or indicator_label(group):
        return None
    tries = (of + own, own + of, *(own + noun for noun in _NOUNS if noun in of))
    label = next(filter(None, map(indicator_label, tries)), None)
    return Label(label.key, stated_units(text) or stated_units(group)) if label else None


def _core(folded: str) -> str:
    """The label without numbering, 其中：, bracketed units and the closing colon."""
    core = without_units(folded)
    before = ""
    while before != core:
        before = core
        core = _PREFIX.sub("", _NUMBERING.sub("", core)).strip(":;,。")
    return core


def _reduced(core: str) -> str:
    """Spellings that mean the same made the same: 网安企业数 = 网络安全企业数量, 入驻… stay apart."""
    text = core.replace("网安", "网络安全").replace("网络与信息安全", "网络安全").replace("的", "")
    text = re.sub(r"^(?:本|全)?园区(?=.{2})", "", text)
    stem = _COUNT_SUFFIX.sub("", text)
    return stem if len(stem) > 3 else text


@cache
def indicator_names() -> dict[str, str]:
    """Every name of an indicator, spelled as `_reduced` does, and its key."""
    names: dict[str, str] = {}
    for indicator in CATALOGUE:
        for name in (indicator.label, *indicator.aliases):
            names.setdefault(_reduced(_core(squash(name))), indicator.key)
    for name, key in former_labels(Part.FIGURES).items():
        names.setdefault(_reduced(_core(squash(name))), key)
    return names


@cache
def share_of() -> dict[str, str]:
    """Part's key -> key of its share."""
    return {indicator.ratio_of[0]: indicator.key for indicator in SHARES if indicator.ratio_of}


_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)(亿|千万|百万|万)?元?")
# 万元 in one of each.
_SCALE = {"亿": WAN, "千万": Decimal(1000), "百万": Decimal(100), "万": Decimal(1)}
_TIERS = {tuple(bound for bound in (tier.above, tier.up_to) if bound is not None): tier.key for tier in TIERS}


def tier_named(core: str) -> str | None:
    """A tier's label by its bounds in 万元: 5000万（不含）—1亿元（含） in whatever spelling."""
    if not re.search(r"安全|网安", core) or "收入" not in core or not re.search(r"企业|家|公司", core):
        return None
    found = _AMOUNT.findall(core.replace(",", ""))
    if not 1 <= len(found) <= 2:
        return None
    last_scale = found[-1][1]
    bounds = tuple(Decimal(number) * _SCALE.get(scale or last_scale, Decimal(0)) for number, scale in found)
    if len(bounds) == 1 and not re.search(r"超|以上|大于|>|≥|高于", core):
        return None
    return _TIERS.get(bounds)


class Role(Enum):
    """What a column or row of figures holds, by its header."""

    CURRENT = "current"
    PREVIOUS = "previous"
    SHARE = "share"
    PREVIOUS_SHARE = "previous_share"
    UNIT = "unit"
    IGNORED = "ignored"
    """Growth, remarks, numbering, targets: not a figure of the report."""


_IGNORED = re.compile(
    r"(?:上年|去年|上一年度?)[末底]|年初|完成率|完成比例|进度|排名|同比|环比|增长|增速|增幅|增减|变化|涨"
    r"|备注|说明|^序号|^编号|目标|计划|来源|责任|口径|审核|[当本]月|[当本]季"
)
_PREVIOUS = re.compile(r"上年|去年|同期|上一年度|前一年度|上一年|上期")
_CURRENT = re.compile(
    r"本期|本年|当期|当年|今年|累计|完成(?:情况|数|值)|^数值$|^数据$|^数量$|^金额$|^指标值$|^实际|报告期|^现状"
)


@lru_cache(maxsize=8192)
def header_role(text: str) -> Role | None:
    """The role a header gives its column; None when it says nothing about that (a title, a group name)."""
    folded = squash(text)
    if not folded or len(folded) > 40:
        return None
    folded = without_units(folded)
    if re.fullmatch(r"(计量)?单位", folded):
        return Role.UNIT
    if _IGNORED.search(folded):
        return Role.IGNORED
    previous = bool(_PREVIOUS.search(folded))
    if re.search(r"占比|比重|比例", folded):
        return Role.PREVIOUS_SHARE if previous else Role.SHARE
    if previous:
        return Role.PREVIOUS
    return Role.CURRENT if _CURRENT.search(folded) or find_stated_span(text) else None


def is_cumulative(text: str) -> bool:
    """The header says that its figures run from January: beside 当期 or 本期 it is the column that counts."""
    return "累计" in text


def header_span(text: str) -> Span | None:
    """The period a header names; where it speaks of the year before in words, without a year."""
    if not _PREVIOUS.search(squash(text)):
        return find_stated_span(text) or find_span(text)
    span = find_span(text)
    return replace(span, year=None) if span is not None else None


def column_named(table: Table, text: str) -> Column | None:
    """The table's column this header names: its label or an alias, brackets and 其中： apart."""
    return _column_names(table.key, table.columns).get(_column_core(text))


def carried_on(table: Table, text: str) -> str | None:
    """The key of the column whose text goes on under this header (手机 beside 联系人), or None."""
    return _further_names(table.key, table.columns).get(_column_core(text))


@cache
def _further_names(_: str, columns: tuple[Column, ...]) -> dict[str, str]:
    return {_column_core(name): column.key for column in columns for name in column.also}


def may_begin_table(text: str) -> bool:
    """True when some table's first column is called so: nearly every row can be told from a header by this alone."""
    may_name = "称" in text or ("任" in text and "务" in text)  # 企业名称, 公司全称, 任务: cheap to look for
    return may_name and len(text) <= 40 and _column_core(text) in _first_names()


@cache
def _first_names() -> frozenset[str]:
    firsts = (table.columns[0] for table in TABLES)
    return frozenset(_column_core(name) for column in firsts for name in (column.label, *column.aliases))


@cache
def _column_names(table: str, columns: tuple[Column, ...]) -> dict[str, Column]:
    names: dict[str, Column] = {}
    for column in columns:
        for name in (column.label, *column.aliases):
            names.setdefault(_column_core(name), column)
    for name, key in former_labels(Part.ROSTER).items() if table == ROSTER.key else ():
        names.setdefault(_column_core(name), ROSTER.column(key))
    return names


@lru_cache(maxsize=8192)
def _column_core(text: str) -> str:
    """Every bracket goes here: headers carry limits and hints in brackets besides units."""
    core = _HINT.sub("", squash(without_units(fold(without_footnotes(text)))))
    core = _PREFIX.sub("", _OF_PERIOD.sub("", _NUMBERING.sub("", core))).strip(":;,*。")
    return core.replace("、", "/").replace("网安", "网络安全")
