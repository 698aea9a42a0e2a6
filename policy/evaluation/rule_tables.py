"""The rule of an item as the file writes it: { kind = "分段计分", bands = [ … ] }."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from policy.evaluation.rules import (
    Band,
    Bands,
    Deduction,
    Experts,
    Linear,
    Pass,
    Rule,
    RuleKind,
    Share,
    ShareOf,
    seam,
)
from policy.evaluation.tables import Table
from policy.figures import plain


def read_rule(item: Table, weight: Decimal) -> Rule | None:
    """None where it cannot be made out; why is told."""
    table = item.table("rule", item.name, '{ kind = "线性计分", target = 100 }')
    kind = None if table is None else table.word("kind", RuleKind)
    if table is None or kind is None:
        return None
    if kind not in READERS:
        table.fault(f"“{kind.label}”不是三级指标的计分方式，请写成 [[{kind}]] 小节", "kind")
        return None
    rule = READERS[kind](table, weight)
    table.close()
    return rule


def _linear(table: Table, weight: Decimal) -> Rule:
    target, start = table.number("target", lowest=None), table.number("start", Decimal(0), lowest=None)
    if target == start and "target" in table.values:
        table.fault(f"target 与 start 相同（{plain(target)}），没有可按比例计分的区间；满分值与0分值应不同", "target")
        return Linear(start + 1, start)
    return Linear(target, start)


def _bands(table: Table, weight: Decimal) -> Rule:
    tables = list(table.tables("bands", "档次", "{ from = 80, points = 3 }"))
    before = len(table.problems)
    bands = tuple(_band(one, weight) for one in tables)
    if not bands:
        table.fault("没有档次，应写作 bands = [ { above = 80, points = 3 }, { up_to = 80, points = 2 } ]", "bands")
    elif len(table.problems) == before:
        found = seam(bands)
        if found is not None:
            tables[found.place].fault(found.why)
        if max(band.points for band in bands) != weight:
            table.fault(f"最高一档为{plain(max(band.points for band in bands))}分，应等于权重{plain(weight)}", "bands")
    return Bands(bands)


def _band(table: Table, weight: Decimal) -> Band:
    """Ends: from (含) or above (不含), up_to (含) or below (不含); either may be left out."""
    for pair in (("from", "above"), ("up_to", "below")):
        if all(key in table.values for key in pair):
            table.fault(f"{pair[0]}（含）与{pair[1]}（不含）只能写一个", pair[1])
    closed_low, open_low = table.limit("from"), table.limit("above")
    closed_high, open_high = table.limit("up_to"), table.limit("below")
    low = closed_low if closed_low is not None else open_low
    high = closed_high if closed_high is not None else open_high
    points = table.number("points")
    table.close()
    if points > weight:
        table.fault(f"points 为{plain(points)}，高于权重{plain(weight)}", "points")
    only = low == high and (closed_low is None or closed_high is None)
    if low is not None and high is not None and (low > high or only):
        table.fault(f"下限{plain(low)}不低于上限{plain(high)}，没有数值属于这一档，请核对上下限")
    return Band(points, low, closed_low is not None, high, closed_high is not None)


def _pass(table: Table, weight: Decimal) -> Rule:
    return Pass(table.number("at_least", Decimal(1), lowest=None))


def _deduction(table: Table, weight: Decimal) -> Rule:
    each, floor = table.number("each"), table.number("floor", Decimal(0))
    if floor > weight:
        table.fault(f"floor 为{plain(floor)}，高于权重{plain(weight)}", "floor")
    return Deduction(each, floor)


def _experts(table: Table, weight: Decimal) -> Rule:
    out_of, trim = table.number("out_of", Decimal(100)), table.whole("trim", 0)
    if out_of == 0:
        table.fault("out_of 为0，满分应大于0", "out_of")
    at_least = table.whole("at_least", 2 * trim + 1, lowest=1)
    if at_least <= 2 * trim:
        table.fault(
            f"at_least 为{at_least}，去掉{trim}个最高分和{trim}个最低分后没有评分，应不少于{2 * trim + 1}", "at_least"
        )
    return Experts(out_of or Decimal(100), trim, at_least)


def _share(table: Table, weight: Decimal) -> Rule:
    of, full = table.word("of", ShareOf, ShareOf.TOTAL), table.number("full", Decimal(100))
    if not 0 < full <= 100:
        table.fault(f"full 为{plain(full)}，得满分的占比应大于0、不超过100（%）", "full")
    return Share(of or ShareOf.TOTAL, full or Decimal(100), table.whole("at_least", 5, lowest=2))


READERS: dict[RuleKind, Callable[[Table, Decimal], Rule]] = {
    RuleKind.LINEAR: _linear,
    RuleKind.BANDS: _bands,
    RuleKind.PASS: _pass,
    RuleKind.DEDUCTION: _deduction,
    RuleKind.EXPERTS: _experts,
    RuleKind.SHARE: _share,
}
"""Bonuses and vetoes are sections of their own."""
