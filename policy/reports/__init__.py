"""Cross-field checks of reports and application forms (annex; domain F5–F19): one function a check.

A check never changes a figure; it runs on the proposed value of a figure that waits for confirmation and
says nothing about what it cannot know. A new check is a function and its entry in CHECKS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from policy.facts import ReportFacts
from policy.findings import Finding
from policy.reports import firms, forms, headline, reconciliation, tiers
from policy.reports.basis import rule_day
from policy.rulebook import DEFAULT, Rulebook
from policy.terms import SubmissionKind

Check = Callable[[ReportFacts, Rulebook], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    headline.built_exceeds_planned,
    headline.operating_exceeds_built,
    headline.cyber_exceeds_total,
    headline.share_mismatch,
    headline.revenue_below_3yi,
    headline.firms_below_30,
    headline.cumulative_fell,
    tiers.tiers_exceed_firms,
    tiers.tiers_against_roster,
    reconciliation.roster_total_mismatch,
    reconciliation.roster_coverage_below_80,
    reconciliation.roster_exceeds_headline,
    reconciliation.roster_exceeds_firms,
    firms.cyber_exceeds_revenue,
    firms.duplicate_firm,
    firms.firm_in_two_parks,
    firms.not_mainly_cyber,
    firms.text_too_long,
    firms.listing_incomplete,
    forms.title_not_by_rule,
    forms.roster_year_mismatch,
    forms.land_ratio_above_100,
    forms.opinions_out_of_order,
    forms.opinion_undated,
)


def check(facts: ReportFacts, rulebook: Rulebook = DEFAULT) -> tuple[Finding, ...]:
    """Every finding of every check, in the order of CHECKS."""
    return tuple(finding for one in CHECKS for finding in one(facts, rulebook))


def meets_thresholds(facts: ReportFacts, rulebook: Rulebook = DEFAULT) -> bool | None:
    """Whether an application form's previous year reaches both floors of 二(三): ≥ 3亿元 and ≥ 30家.

    Both bounds are closed and judged on unrounded figures. None for a half-year report, and while either
    figure is missing or waits for confirmation or correction.
    """
    revenue = facts.figures.get(("revenue_cyber", "previous"))
    count = facts.figures.get(("firms_cyber", "previous"))
    if facts.kind is not SubmissionKind.APPLICATION_FORM or revenue is None or count is None:
        return None
    if revenue.status.blocks or count.status.blocks or revenue.value is None or count.value is None:
        return None
    day = rule_day(facts)
    enough_revenue = revenue.value >= rulebook.share("floor_revenue_cyber", day)
    return enough_revenue and count.value >= rulebook.whole("floor_firms_cyber", day)
