"""Cross-field checks of reports and application forms (annex; domain F5–F19): one function a check.

A check never changes a figure; it runs on the proposed value of a figure that waits for confirmation and
says nothing about what it cannot know. A new check is a function and its entry in CHECKS; one that is introduced
later than the notice says since when, and its first period it only asks (核实性审核).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from policy.facts import ReportFacts
from policy.findings import Finding
from policy.reports import corrections, firms, forms, headline, operators, reconciliation, swings, tiers
from policy.reports.basis import rule_day
from policy.rulebook import DEFAULT, Rulebook
from policy.terms import HalfYear, Severity, SubmissionKind

Find = Callable[[ReportFacts, Rulebook], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule. `since`: the first half-year it is applied to; reports of earlier ones are not judged by it."""

    find: Find
    since: HalfYear | None = None

    def __call__(self, facts: ReportFacts, rulebook: Rulebook) -> Iterator[Finding]:
        period = facts.period or (HalfYear.containing(facts.filled_on) if facts.filled_on else None)
        if self.since is None or period is None or period > self.since:
            yield from self.find(facts, rulebook)
        elif period == self.since:
            yield from (self._introduced(finding) for finding in self.find(facts, rulebook))

    def _introduced(self, finding: Finding) -> Finding:
        """In its first period a rule that will force only asks for an explanation."""
        if finding.severity is not Severity.ERROR or self.since is None:
            return finding
        told = f"（本项审核自{self.since.label}起施行，首个报告期不作强制，数据属实的请说明）"
        return replace(finding, severity=Severity.CONFIRM, message=finding.message + told)


CHECKS: tuple[Check, ...] = (
    Check(headline.built_exceeds_planned),
    Check(headline.operating_exceeds_built),
    Check(headline.cyber_exceeds_total),
    Check(headline.share_mismatch),
    Check(headline.revenue_below_3yi),
    Check(headline.firms_below_30),
    Check(swings.cumulative_fell),
    Check(swings.half_flow_out_of_proportion),
    Check(swings.swing),
    Check(swings.pace_swing),
    Check(swings.unlike_peers),
    Check(swings.previous_differs),
    Check(corrections.correction_unexplained),
    Check(corrections.figure_kind_moves_on),
    Check(corrections.figure_kind_goes_back),
    Check(tiers.tiers_exceed_firms),
    Check(tiers.tiers_against_roster),
    Check(reconciliation.roster_total_mismatch),
    Check(reconciliation.roster_coverage_below_80),
    Check(reconciliation.roster_exceeds_headline),
    Check(reconciliation.roster_exceeds_firms),
    Check(firms.cyber_exceeds_revenue),
    Check(firms.duplicate_firm),
    Check(firms.firm_in_two_parks),
    Check(firms.not_mainly_cyber),
    Check(firms.text_too_long),
    Check(firms.listing_incomplete),
    Check(forms.title_not_by_rule),
    Check(forms.roster_year_mismatch),
    Check(forms.form_year_mismatch),
    Check(forms.land_ratio_above_100),
    Check(forms.land_ratios_exceed_whole),
    Check(forms.opinions_out_of_order),
    Check(forms.opinion_undated),
    Check(operators.operator_capital_unclear),
    Check(operators.operator_shares_exceed_whole),
    Check(operators.operator_phone_unclear),
    Check(operators.operator_mail_unclear),
    Check(operators.operator_addresses_apart),
    Check(operators.operator_figure_unclear),
    Check(operators.operator_exceeds_park),
    Check(operators.operator_months_differ),
)


def check(facts: ReportFacts, rulebook: Rulebook = DEFAULT, checks: Iterable[Check] = CHECKS) -> tuple[Finding, ...]:
    """Every finding of every check, in the order of CHECKS."""
    return tuple(finding for one in checks for finding in one(facts, rulebook))


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
