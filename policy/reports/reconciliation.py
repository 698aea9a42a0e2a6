"""一览表 against its own 合计 row and against 表一 (F12, F13): exact figures, 1亿元 = 10000万元."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from policy.facts import ReportFacts
from policy.figures import WAN, half_up, percent, plain
from policy.findings import Finding
from policy.reports.basis import (
    Known,
    column_label,
    figure,
    form_rule,
    known,
    roster,
    roster_column,
    roster_sum,
    rounding,
    rule_day,
    told,
)
from policy.rulebook import DEFAULT_SOURCE, Rulebook
from policy.tables import ROSTER, Column, Kind
from policy.terms import Severity

COVERAGE_CLAUSE = "附件表二注"
TOTAL_CLAUSE = "附件表二（合计）"
# A spreadsheet's own sum carries binary noise in its last digits.
_NOISE = Decimal("0.000001")


def roster_total_mismatch(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """A printed 合计 that is not the sum of its column (V24); a rounded 合计 agrees with what rounds to it."""
    for column in ROSTER.columns:
        printed = known(facts.totals.get(column.key))
        if printed is None or column.kind not in (Kind.AMOUNT, Kind.COUNT):
            continue
        computed, unread = roster_sum(facts, column.key)
        if not unread and abs(computed - printed.value) > max(rounding(printed), _NOISE):
            yield _wrong_total(column, printed, computed)


def _wrong_total(column: Column, printed: Known, computed: Decimal) -> Finding:
    message = (
        f"一览表“{column.label}”合计填报{plain(printed.value)}{column.unit}，"
        f"各企业相加为{plain(computed)}{column.unit}；请核对有无漏行、重复或求和范围过短，更正合计"
    )
    return Finding("roster_total_mismatch", Severity.CONFIRM, printed.where, message, TOTAL_CLAUSE)


def roster_coverage_below_80(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Listed security revenue under 80 % of the headline: declared 10亿元, 80,000万元 passes, 79,999.99 does not."""
    headline = _headline(facts)
    if headline is None:
        return
    floor = rulebook.share("roster_coverage", rule_day(facts))
    listed, unread = roster_sum(facts, "cyber")
    whole = headline.value * WAN
    if listed >= whole * floor:
        return
    severity, clause = form_rule(facts, COVERAGE_CLAUSE)
    unknown = f"（另有{unread}家未能读出）" if unread else ""
    message = (
        f"一览表网络安全业务收入合计{plain(listed)}万元{unknown}，为{_headline_told(facts, headline)}的"
        f"{percent(listed / whole, 2)}；应不低于{percent(floor, 0)}，即{plain(whole * floor)}万元，"
        f"尚差{plain(whole * floor - listed)}万元，请补列企业或核对收入"
    )
    yield Finding("roster_coverage_below_80", severity, headline.where, message, clause)


def roster_exceeds_headline(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Listed security revenue above the whole park's: impossible, unless the headline was rounded down (F13)."""
    headline = _headline(facts)
    if headline is None:
        return
    listed, _ = roster_sum(facts, "cyber")
    excess = listed - headline.value * WAN
    if excess <= 0:
        return
    rounded = excess < rounding(headline) * WAN
    mend = "差额在填报数取整范围内，请核实并说明" if rounded else "部分不得大于总体，请核对两处数据及其计量单位后更正"
    message = (
        f"一览表网络安全业务收入合计{plain(listed)}万元，大于{_headline_told(facts, headline)}，"
        f"超出{plain(half_up(excess, 2))}万元；{mend}"
    )
    severity = Severity.CONFIRM if rounded else Severity.ERROR
    yield Finding("roster_exceeds_headline", severity, headline.where, message, COVERAGE_CLAUSE)


def roster_exceeds_firms(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """More firms listed than declared."""
    declared = figure(facts, "firms_cyber", roster_column(facts))
    listed = len(roster(facts))
    if declared is None or listed <= declared.value:
        return
    message = (
        f"一览表列有{listed}家网络安全企业，多于{column_label(facts, roster_column(facts))}"
        f"{told('firms_cyber', declared.value)}；请核对企业数量与一览表"
    )
    yield Finding("roster_exceeds_firms", Severity.CONFIRM, declared.where, message, DEFAULT_SOURCE)


def _headline(facts: ReportFacts) -> Known | None:
    """The security revenue the roster must explain; None when there is nothing to compare."""
    amount = figure(facts, "revenue_cyber", roster_column(facts))
    return amount if amount and amount.value and roster(facts) else None


def _headline_told(facts: ReportFacts, headline: Known) -> str:
    label = column_label(facts, roster_column(facts))
    return f"{label}{told('revenue_cyber', headline.value)}"
