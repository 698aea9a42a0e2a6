"""Checks of 表一 alone: areas, parts and wholes, shares, the floors of 二(三)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from policy.facts import ReportFacts
from policy.figures import half_up, plain
from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY, CATALOGUE, SHARES
from policy.indicators.indicator import Indicator
from policy.reports.basis import (
    COLUMNS,
    CURRENT,
    PREVIOUS,
    column_label,
    figure,
    form_rule,
    is_form,
    rule_day,
    told,
)
from policy.rulebook import Rulebook
from policy.terms import Measure, Severity

PART_CLAUSE = "附件表一（其中项不大于总项）"
AREA_CLAUSE = "附件表一（规划建设≥已建成≥已运营使用）"
_PARTS = tuple(
    (indicator.key, indicator.part_of)
    for indicator in CATALOGUE
    if indicator.part_of and indicator.measure is not Measure.ANNUAL_COUNT and not indicator.key.startswith("area_")
)


def built_exceeds_planned(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Built floor space above planned (F9: a warning, because plans are revised)."""
    return _larger_area(facts, "area_built", "area_planned", "built_exceeds_planned")


def operating_exceeds_built(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Floor space in use above built (F9)."""
    return _larger_area(facts, "area_operating", "area_built", "operating_exceeds_built")


def _larger_area(facts: ReportFacts, inner: str, outer: str, code: str) -> Iterable[Finding]:
    for column in COLUMNS:
        smaller, larger = figure(facts, inner, column), figure(facts, outer, column)
        if smaller is None or larger is None or smaller.value <= larger.value:
            continue
        message = (
            f"{column_label(facts, column)}{told(inner, smaller.value)}，大于{told(outer, larger.value)}；"
            f"应为前者不大于后者，请核对两项面积，确属规划调整的请说明"
        )
        yield Finding(code, Severity.CONFIRM, smaller.where, message, AREA_CLAUSE)


def cyber_exceeds_total(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """A part larger than its whole: impossible on any paper (V33). Areas and tiers have checks of their own."""
    for key, total in _PARTS:
        for column in COLUMNS:
            part, whole = figure(facts, key, column), figure(facts, total, column)
            if part is None or whole is None or part.value <= whole.value:
                continue
            message = (
                f"{column_label(facts, column)}{told(key, part.value)}，大于{told(total, whole.value)}；"
                f"其中项不得大于总项，请核对两个数及其计量单位后更正"
            )
            yield Finding("cyber_exceeds_total", Severity.ERROR, part.where, message, PART_CLAUSE)


def share_mismatch(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """A printed 占比 more than 0.5 points off part ÷ whole of the unrounded figures (F10); 0 of 0 prints 0%."""
    tolerance = rulebook.share("share_tolerance", rule_day(facts))
    severity, clause = form_rule(facts, "附件表一（及占比）")
    for indicator in SHARES:
        for column in COLUMNS:
            printed, computed = figure(facts, indicator.key, column), _share(facts, indicator, column)
            if printed is None or computed is None:
                continue
            if abs(printed.value - computed) > tolerance:
                message = (
                    f"{column_label(facts, column)}{indicator.label}填报为{plain(printed.value)}%，"
                    f"按两项原数计算应为{plain(half_up(computed, 1))}%，相差超过{plain(tolerance)}个百分点；"
                    f"请核对占比及其两项数据"
                )
                yield Finding("share_mismatch", severity, printed.where, message, clause)


def _share(facts: ReportFacts, indicator: Indicator, column: str) -> Decimal | None:
    """Part ÷ whole in percent; 0 for 0 ÷ 0; None when it cannot be worked out."""
    if indicator.ratio_of is None:
        return None
    part, whole = (figure(facts, key, column) for key in indicator.ratio_of)
    if part is None or whole is None or (part.value and not whole.value):
        return None
    return part.value / whole.value * 100 if whole.value else Decimal(0)


def revenue_below_3yi(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Security revenue of a full year under the floor of 二(三); a half-year's running total is not judged."""
    if is_form(facts):
        column = PREVIOUS
    elif facts.period is not None and facts.period.half == 2:
        column = CURRENT
    else:
        return
    floor = rulebook.share("floor_revenue_cyber", rule_day(facts))
    yield from _below_floor(facts, "revenue_cyber", column, floor, "revenue_below_3yi")


def firms_below_30(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Fewer security firms than the floor of 二(三): a form's both columns, a report's current one."""
    floor = Decimal(rulebook.whole("floor_firms_cyber", rule_day(facts)))
    for column in COLUMNS if is_form(facts) else (CURRENT,):
        yield from _below_floor(facts, "firms_cyber", column, floor, "firms_below_30")


def _below_floor(facts: ReportFacts, key: str, column: str, floor: Decimal, code: str) -> Iterable[Finding]:
    amount = figure(facts, key, column)
    if amount is None or amount.value >= floor:
        return
    severity, clause = form_rule(facts, "二(三)")
    unit = BY_KEY[key].unit
    mend = "请核对；确未达到的，暂不符合申报条件" if is_form(facts) else "请核对，数据属实的请说明原因"
    message = (
        f"{column_label(facts, column)}{told(key, amount.value)}，"
        f"低于申报条件{plain(floor)}{unit}（按未取整的原数判断）；{mend}"
    )
    yield Finding(code, severity, amount.where, message, clause)
