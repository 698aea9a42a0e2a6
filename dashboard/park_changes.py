"""What changed at a park since the report it is fit to be compared with, and its roster by 收入档次.

A level is compared with the report before; a running total since January only with the same months of the year before
(policy.indicators.derivation).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from dashboard.figures.change import End, Step, waterfall
from dashboard.figures.picture import Picture, Undrawn
from dashboard.figures.tiers import WORDS, Listing, by_tier
from db.queries.park_detail import ParkDetail
from db.queries.rosters import Roster
from policy.facts import FigureFact
from policy.figures import WAN
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.indicators.definitions import break_between
from policy.indicators.progress import span_told
from policy.provenance import figure_path
from policy.rosters import Turnover, turnover
from policy.tables import ROSTER
from policy.terms import Measure
from policy.visits import Rostered

CHANGES = ("firms_cyber", "revenue_cyber", "revenue_total")
NAMED = 8
"""Firms named one by one; there may be more."""


def change(key: str, park: ParkDetail, rosters: Sequence[Roster]) -> Picture | Undrawn:
    """Firms and security revenue by what the two rosters tell; other revenue by the indicators that are part of it."""
    ends = _ends(key, park)
    if isinstance(ends, Undrawn):
        return ends
    then, now = ends
    if key == "revenue_total":
        return _drawn(then, now, park, _of_parts(then, now, park))
    listed = {roster.period: roster for roster in rosters}
    missing = next((period for period in (then.period, now.period) if period not in listed), None)
    if missing is not None:
        what = f"{missing.label}没有审核通过的{ROSTER.label}，分不出新增和减少的企业。"
        return Undrawn(_word(key), what, "在半年报中附一览表并审核通过后，这里自动显示。")
    moved = turnover(listed[then.period].firms, listed[now.period].firms)
    read = [listed[then.period], listed[now.period]]
    return _drawn(then, now, park, (_by_count if key == "firms_cyber" else _by_revenue)(moved, read, park.park.code))


def tiers(park: ParkDetail, rosters: Sequence[Roster]) -> Picture | Undrawn:
    """The newest accepted roster beside that of the same months of the year before."""
    word = "一览表企业按收入档次"
    if not rosters:
        return Undrawn(word, "尚无审核通过的一览表。", "半年报审核通过后，这里自动显示。")
    newest = rosters[-1]
    before = next((one for one in rosters if one.period == newest.period.year_before()), None)
    heading = f"{word}：{newest.period.months_label}{'比上年同期' if before else ''}"
    compared = _listing(before, park) if before else None
    return by_tier(f"{park.park.short_name}{heading}", heading, _listing(newest, park), compared)


def _listing(roster: Roster, park: ParkDetail) -> Listing:
    code, period = park.park.code, roster.period
    known = {entry.fact.key: entry.fact.value for entry in park.figures if entry.fact.period == period}
    stated = {key: (known[key], figure_path(code, period, key)) for key in WORDS if key in known}
    return Listing(period, roster.firms, roster.source, figure_path(code, period, ROSTER.key), stated)


def _ends(key: str, park: ParkDetail) -> tuple[FigureFact, FigureFact] | Undrawn:
    """The two figures to compare; or why there are not two, and from when on there will be."""
    known = {entry.fact.period: entry.fact for entry in park.figures if entry.fact.key == key}
    label, word = BY_KEY[key].label, _word(key)
    if not known:
        return Undrawn(word, f"尚无审核通过的{label}。", "有两期可比的数据审核通过后，这里自动显示。")
    newest = max(known)
    if BY_KEY[key].measure is Measure.STOCK:
        other, then = max((one for one in known if one < newest), default=None), newest.next()
        why = f"审核通过的{label}只有{newest.end_label}一期，没有前一期可比。"
    else:
        other = newest.year_before() if newest.year_before() in known else None
        then = newest.next() if newest.next().year_before() in known else newest.next().next()
        why = f"{newest.months_label}累计只与上年同期比较，没有审核通过的{newest.year_before().months_label}{label}。"
    if other is None:
        return Undrawn(word, why, f"{then.label}报告审核通过后，这里自动显示。")
    apart = break_between(park.definitions, key, other, newest)
    if apart is not None:
        return Undrawn(word, f"{label}{apart.told}，前后不比较。", "新口径有两期可比的数据审核通过后，这里自动显示。")
    return known[other], known[newest]


def _word(key: str) -> str:
    return f"{BY_KEY[key].label}变化"


def _drawn(then: FigureFact, now: FigureFact, park: ParkDetail, parts: Sequence[Step]) -> Picture:
    indicator, code = BY_KEY[now.key], park.park.code
    level = indicator.measure is Measure.STOCK
    compared = f"{now.period.end_label}比{then.period.end_label}" if level else f"{now.period.months_label}比上年同期"
    word = f"{_word(now.key)}：{compared}"
    note = "审核通过的数据；" + ("" if level else "累计数只与上年同期比较，半年与全年不比较；") + _method(now.key)
    return waterfall(f"{park.park.short_name}{word}", word, indicator, _end(then, code), _end(now, code), parts, note)


def _method(key: str) -> str:
    if key == "revenue_total":
        return "“其他”为网络安全以外的收入"
    return "按两期一览表的企业名称逐家比对，更名的计为一家减少、一家新增；一览表未反映的变化列为“其他”"


def _end(fact: FigureFact, code: str) -> End:
    path = figure_path(code, fact.period, fact.key)
    return End(span_told(fact.key, fact.period), fact.value, f"{fact.file} {fact.where}", path, fact.kind)


def _of_parts(then: FigureFact, now: FigureFact, park: ParkDetail) -> list[Step]:
    """By the indicators of the catalogue that are a part of it, where both periods have them in one 口径."""
    known = {(entry.fact.key, entry.fact.period): entry.fact for entry in park.figures}
    found = []
    for part in (one for one in CATALOGUE if one.part_of == now.key):
        before, after = known.get((part.key, then.period)), known.get((part.key, now.period))
        if before is None or after is None or break_between(park.definitions, part.key, then.period, now.period):
            continue
        told = "；".join(f"{fact.period.months_label}{fact.file} {fact.where}" for fact in (after, before))
        path = figure_path(park.park.code, now.period, part.key)
        found.append(Step(part.label, after.value - before.value, f"来源：{told}", path))
    return found


def _by_count(moved: Turnover, read: Sequence[Roster], code: str) -> list[Step]:
    then, now = (figure_path(code, roster.period, ROSTER.key) for roster in read)
    return [
        Step("新增企业", Decimal(len(moved.new)), _named(moved.new, read[1]), now),
        Step("减少企业", Decimal(-len(moved.gone)), _named(moved.gone, read[0]), then),
    ]


def _by_revenue(moved: Turnover, read: Sequence[Roster], code: str) -> list[Step]:
    """In 亿元; rosters are in 万元."""
    more, less = ([one for one in moved.moved if (one[1] > 0) is up] for up in (True, False))
    then, now = (figure_path(code, roster.period, f"{ROSTER.key}.cyber") for roster in read)
    return [
        Step("新增企业", _total(moved.new) / WAN, _named(moved.new, read[1]), now),
        _stayed("在册企业增加", more, read, now),
        _stayed("在册企业减少", less, read, now),
        Step("减少企业", -_total(moved.gone) / WAN, _named(moved.gone, read[0]), then),
    ]


def _stayed(word: str, moved: Sequence[tuple[Rostered, Decimal]], read: Sequence[Roster], path: str) -> Step:
    amount = sum((by for _firm, by in moved), Decimal(0)) / WAN
    return Step(word, amount, _named([firm for firm, _by in moved], *read), path)


def _total(firms: Iterable[Rostered]) -> Decimal:
    return sum((firm.cyber or Decimal(0) for firm in firms), Decimal(0))


def _named(firms: Sequence[Rostered], *read: Roster) -> str:
    """甲、乙、丙等；来源：半年报.xlsx 企业名录!B4—B43."""
    names = "、".join(firm.name for firm in firms[:NAMED]) + ("等" if len(firms) > NAMED else "")
    return f"{names or '无'}；来源：{'；'.join(roster.source for roster in read)}"
