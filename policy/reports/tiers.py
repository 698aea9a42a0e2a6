"""Tier counts of 表一 against the number of firms and against the roster (F11, F14)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from policy.facts import ReportFacts
from policy.figures import WAN, plain
from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY
from policy.indicators.tiers import TIERS, Tier
from policy.reports.basis import (
    COLUMNS,
    Known,
    column_label,
    figure,
    form_rule,
    roster,
    roster_column,
    roster_sum,
    roster_values,
    told,
)
from policy.rulebook import Rulebook
from policy.terms import Severity

CODE = "tier_count_mismatch"
CLAUSE = "附件表一、表二（收入档次）"


def tiers_exceed_firms(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """More firms in the four tiers together than there are security firms: a part above its whole."""
    for column in COLUMNS:
        counts = [count for tier in TIERS if (count := figure(facts, tier.key, column))]
        total = sum((count.value for count in counts), Decimal(0))
        whole = figure(facts, "firms_cyber", column)
        if whole is None or total <= whole.value:
            continue
        message = (
            f"{column_label(facts, column)}各收入档次企业数合计{plain(total)}家，"
            f"大于{told('firms_cyber', whole.value)}；档次之和不得大于网络安全企业数量，请核对后更正"
        )
        yield Finding(CODE, Severity.ERROR, counts[0].where, message, CLAUSE)


def tiers_against_roster(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Declared tier counts that the roster shows to be impossible.

    A partial roster can only show too few (declared ≥ listed, and what is missing must fit into the revenue
    that is not listed); a roster that lists every firm must agree exactly.
    """
    if not roster(facts):
        return
    complete, firms = _is_complete(facts), _listed(facts)
    for tier in TIERS:
        declared, listed = figure(facts, tier.key, roster_column(facts)), firms[tier.key]
        if declared is None:
            continue
        if declared.value < listed or (complete and declared.value != listed):
            yield _disagrees(facts, tier, declared, listed, complete)
    yield from _gap_too_large(facts)


def _listed(facts: ReportFacts) -> dict[str, int]:
    """How many roster firms fall into each tier by the security revenue they state (万元)."""
    revenues = roster_values(facts, "cyber")
    return {tier.key: sum(map(tier.holds, revenues)) for tier in TIERS}


def _is_complete(facts: ReportFacts) -> bool:
    """The roster names as many firms as are declared, and each with a readable revenue."""
    declared = figure(facts, "firms_cyber", roster_column(facts))
    _, unread = roster_sum(facts, "cyber")
    return declared is not None and not unread and len(roster(facts)) >= declared.value


def _disagrees(facts: ReportFacts, tier: Tier, declared: Known, listed: int, complete: bool) -> Finding:
    severity, clause = form_rule(facts, CLAUSE)
    expected = f"应为{listed}家" if complete else f"应不少于{listed}家"
    message = (
        f"{BY_KEY[tier.key].label}填报{plain(declared.value)}家，一览表所列企业中有{listed}家属于该档；"
        f"{expected}，请核对档次企业数与一览表网络安全业务收入"
    )
    return Finding(CODE, severity, declared.where, message, clause)


def _gap_too_large(facts: ReportFacts) -> Iterable[Finding]:
    """Firms declared beyond the roster need at least their tier's lower bound of revenue each."""
    column = roster_column(facts)
    headline = figure(facts, "revenue_cyber", column)
    if headline is None:
        return
    (listed_revenue, _), firms = roster_sum(facts, "cyber"), _listed(facts)
    left = headline.value * WAN - listed_revenue
    needed = Decimal(0)
    for tier in TIERS:
        declared = figure(facts, tier.key, column)
        if declared is not None:
            needed += max(declared.value - firms[tier.key], Decimal(0)) * tier.above
    # A roster above the headline is a finding of its own; nothing more can be said about the rest then.
    if left < 0 or needed <= left:
        return
    severity, clause = form_rule(facts, CLAUSE)
    message = (
        f"填报的各收入档次企业数多于一览表所列，多出的企业网络安全业务收入至少{plain(needed)}万元，"
        f"而一览表以外只余{plain(left)}万元；请核对档次企业数、一览表和网络安全产业收入"
    )
    yield Finding(CODE, severity, headline.where, message, clause)
