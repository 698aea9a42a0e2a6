"""Worked cases an official can check with a pocket calculator: clause, figures, verdict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from policy.facts import Amount, ReportFacts, RowFact
from policy.findings import Finding
from policy.reports import CHECKS, Check, check, meets_thresholds
from policy.rulebook import Rulebook
from policy.terms import HalfYear, Severity, Status, SubmissionKind

Figures = Mapping[str, str | None]


def amount(text: str | None, where: str = "", status: Status = Status.OK, raw: str | None = None) -> Amount:
    return Amount(Decimal(text) if text is not None else None, status, where, raw or text)


def firms(*revenues: str | None, total: str | None = None, **texts: str) -> tuple[RowFact, ...]:
    """Roster rows by their security revenue in 万元; each firm earns `total` altogether, or only that."""
    return tuple(
        RowFact(
            f"企业名录!{place}",
            {"name": f"示例{place}公司"} | texts,
            {"cyber": amount(revenue, f"企业名录!I{place}"), "revenue": amount(total or revenue, f"企业名录!H{place}")},
        )
        for place, revenue in enumerate(revenues, start=4)
    )


def paper(kind: SubmissionKind, current: Figures, previous: Figures, **facts: Any) -> ReportFacts:
    columns = {"current": current, "previous": previous}
    figures = {
        (key, column): amount(text, f"{column}!{key}")
        for column, given in columns.items()
        for key, text in given.items()
    }
    facts["rows"] = {"roster": facts.pop("roster", ())}
    return ReportFacts(kind, facts.pop("period", None), figures, **facts)


def form(previous: Figures | None = None, current: Figures | None = None, **facts: Any) -> ReportFacts:
    facts.setdefault("filled_on", date(2026, 3, 1))
    return paper(SubmissionKind.APPLICATION_FORM, current or {}, previous or {}, **facts)


def report(current: Figures, period: str = "2025H1", previous: Figures | None = None, **facts: Any) -> ReportFacts:
    facts["period"] = HalfYear.parse(period)
    return paper(SubmissionKind.HALF_YEAR_REPORT, current, previous or {}, **facts)


def verdicts(facts: ReportFacts) -> dict[str, str]:
    return {finding.code: str(finding.severity) for finding in check(facts)}


# 二(三): 上一年度网络安全产业收入不低于3亿元、企业不少于30家, on unrounded figures.


@pytest.mark.parametrize(
    ("revenue", "count", "expected"),
    [
        ("3", "30", True),
        ("2.9999", "30", False),  # prints as 3, is less
        ("2.6", "45", False),  # prints as 3, is less
        ("3.0001", "29", False),
        ("10", "42", True),
    ],
)
def test_thresholds_are_closed_and_unrounded(revenue: str, count: str, expected: bool) -> None:
    facts = form({"revenue_cyber": revenue, "firms_cyber": count})
    assert meets_thresholds(facts) is expected
    assert (not {"revenue_below_3yi", "firms_below_30"} & verdicts(facts).keys()) is expected


@pytest.mark.parametrize("status", [Status.CONFIRM, Status.ERROR])
def test_thresholds_stay_open_while_a_figure_does(status: Status) -> None:
    value = "3.5" if status is Status.CONFIRM else None
    facts = form({"firms_cyber": "40"})
    facts.figures["revenue_cyber", "previous"] = amount(value, "表1!R9C3", status)
    assert meets_thresholds(facts) is None


def test_thresholds_are_for_forms_only_and_need_both_figures() -> None:
    assert meets_thresholds(report({"revenue_cyber": "5", "firms_cyber": "50"})) is None
    assert meets_thresholds(form({"revenue_cyber": "5"})) is None


def test_the_revenue_floor_is_for_full_years() -> None:
    """A half-year's running total of 1.6亿元 says nothing about 3亿元 a year."""
    assert "revenue_below_3yi" not in verdicts(report({"revenue_cyber": "1.6"}, "2025H1"))
    assert verdicts(report({"revenue_cyber": "2.6"}, "2025H2"))["revenue_below_3yi"] == "confirm"
    assert "revenue_below_3yi" not in verdicts(report({}, "2025H2", previous={"revenue_cyber": "2.6"}))
    assert "revenue_below_3yi" not in verdicts(form(current={"revenue_cyber": "1.2"}))


def test_thirty_firms_hold_on_any_report() -> None:
    assert verdicts(report({"firms_cyber": "29"}))["firms_below_30"] == "confirm"
    assert "firms_below_30" not in verdicts(report({"firms_cyber": "30"}))
    assert verdicts(form({"firms_cyber": "29"}))["firms_below_30"] == "error"


def test_a_rule_of_the_form_is_cited_as_such_on_a_report() -> None:
    (finding,) = check(report({"firms_cyber": "25"}))
    assert finding.clause == "参照申报表（二(三)）"
    assert finding.where == "current!firms_cyber"
    (finding,) = check(form({"firms_cyber": "25"}))
    assert finding.clause == "二(三)"


# F9: 规划建设 ≥ 已建成 ≥ 已运营使用.


def test_areas_shrink_from_planned_to_operating() -> None:
    assert verdicts(report({"area_planned": "50", "area_built": "50", "area_operating": "50"})) == {}
    assert verdicts(report({"area_planned": "30", "area_built": "34.5", "area_operating": "22"})) == {
        "built_exceeds_planned": "confirm"
    }
    assert verdicts(report({"area_built": "20", "area_operating": "20.01"})) == {"operating_exceeds_built": "confirm"}


# 其中项 ≤ 总项: an error on every paper, in both columns.


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("revenue_cyber", "revenue_total"),
        ("firms_cyber", "firms_total"),
        ("staff_cyber", "staff_total"),
        ("listed_cyber", "listed_total"),
        ("listed_total", "firms_total"),
    ],
)
@pytest.mark.parametrize("column", ["current", "previous"])
def test_a_part_is_never_larger_than_its_whole(part: str, whole: str, column: str) -> None:
    wrong = {column: {part: "61", whole: "60"}}
    assert verdicts(form(**wrong))["cyber_exceeds_total"] == "error"
    assert verdicts(report(**({"current": {}} | wrong)))["cyber_exceeds_total"] == "error"
    assert "cyber_exceeds_total" not in verdicts(form(**{column: {part: "60", whole: "60"}}))


def test_a_part_waiting_for_confirmation_is_judged_by_its_proposal() -> None:
    facts = report({"revenue_total": "3.0"})
    facts.figures["revenue_cyber", "current"] = amount("3.2", "半年报!C10", Status.CONFIRM, raw="32000")
    assert verdicts(facts)["cyber_exceeds_total"] == "error"


def test_a_firm_earns_no_more_with_security_than_altogether() -> None:
    (finding,) = check(report({}, roster=firms("99", "100.01", total="100")))
    assert (finding.code, finding.severity, finding.where) == ("cyber_exceeds_total", Severity.ERROR, "企业名录!I5")


# F10: the printed share agrees with part ÷ whole within 0.5 points.


@pytest.mark.parametrize(
    ("part", "whole", "printed", "wrong"),
    [
        ("10", "20.5", "49", False),  # 48.78
        ("0.38", "1.1", "35", False),  # 34.55
        ("2.6", "6.1", "63", True),  # 42.62
        ("1", "2", "50.5", False),
        ("1", "2", "50.51", True),
        ("0", "0", "0", False),
        ("0", "0", "3", True),
    ],
)
def test_printed_shares_agree_with_their_figures(part: str, whole: str, printed: str, wrong: bool) -> None:
    figures = {"revenue_cyber": part, "revenue_total": whole, "share_revenue_cyber": printed}
    expected = {"share_mismatch"} if wrong else set()
    assert verdicts(report(figures)).keys() == expected
    assert verdicts(form(current=figures)).keys() == expected


# F13: Σ一览表 ≥ 80 % of the headline of the same year, 1亿元 = 10000万元, and not above it.


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ("80000", {}),
        ("79999.99", {"roster_coverage_below_80": "error"}),
        ("100000", {}),
        ("104999.99", {"roster_exceeds_headline": "confirm"}),  # 10亿元 may be 10.4999亿元, printed whole
        ("105000", {"roster_exceeds_headline": "error"}),  # would print as 11
    ],
)
def test_the_roster_explains_the_headline(listed: str, expected: dict[str, str]) -> None:
    facts = form(roster=firms(listed))
    facts.figures["revenue_cyber", "previous"] = amount("10", "表1!R9C3", raw="10亿元（49%）")
    assert verdicts(facts) == expected


def test_rounding_is_that_of_the_unit_written() -> None:
    """100000万元 is exact to half a 万元, though it is the same 10亿元."""
    facts = form(roster=firms("100000.6"))
    facts.figures["revenue_cyber", "previous"] = amount("10", "表1!R9C3", raw="１０００００万元")
    assert verdicts(facts) == {"roster_exceeds_headline": "error"}


def test_coverage_on_a_report_looks_at_the_current_column_and_asks_for_an_explanation() -> None:
    facts = report({"revenue_cyber": "2.9"}, previous={"revenue_cyber": "2.32"}, roster=firms("20300"))
    (finding,) = check(facts)
    assert (finding.code, finding.severity) == ("roster_coverage_below_80", Severity.CONFIRM)
    assert finding.clause == "参照申报表（附件表二注）"
    assert "70.00%" in finding.message
    assert "尚差2900万元" in finding.message


def test_without_a_roster_nothing_is_said_about_it() -> None:
    assert verdicts(report({"revenue_cyber": "3.3", "tier_over_100m": "2"})) == {}


def test_a_zero_headline_is_no_crash() -> None:
    assert verdicts(report({"revenue_cyber": "0"}, roster=firms("0"))) == {}


def test_no_more_firms_are_listed_than_declared() -> None:
    assert verdicts(report({"firms_cyber": "30"}, roster=firms(*["1"] * 31))) == {"roster_exceeds_firms": "confirm"}
    assert verdicts(report({"firms_cyber": "30"}, roster=firms(*["1"] * 30))) == {}


# V24: the printed 合计 is the sum of its column.


@pytest.mark.parametrize(
    ("printed", "wrong"),
    [("16120.00", False), ("16120.000000000002", False), ("16121", True), ("99999.0", True), ("16120.01", True)],
)
def test_the_printed_total_is_the_sum(printed: str, wrong: bool) -> None:
    facts = report({}, roster=firms("16000", "120"), totals={"cyber": amount(printed, "企业名录!I6")})
    assert verdicts(facts) == ({"roster_total_mismatch": "confirm"} if wrong else {})


def test_a_whole_total_of_uneven_amounts_is_a_rounded_one() -> None:
    totals = {"cyber": amount("101", "企业名录!I6")}
    assert verdicts(report({}, roster=firms("50.3", "50.4"), totals=totals)) == {}
    assert verdicts(report({}, roster=firms("50.1", "50.4"), totals=totals)) == {}
    assert verdicts(report({}, roster=firms("50.1", "50.3"), totals=totals)) == {"roster_total_mismatch": "confirm"}


def test_a_total_over_an_unreadable_cell_waits_for_its_correction() -> None:
    assert verdicts(report({}, roster=firms("16000", None), totals={"cyber": amount("99999", "企业名录!I6")})) == {}


# F11: >1亿; (5000万, 1亿]; (2000万, 5000万]; (500万, 2000万]; 500万 belongs to none.

TIERS = ("tier_over_100m", "tier_50m_100m", "tier_20m_50m", "tier_5m_20m")


def tiers(*counts: str | None) -> dict[str, str | None]:
    return dict(zip(TIERS, counts, strict=True))


@pytest.mark.parametrize(
    ("revenue", "counts"),
    [
        ("10000.01", "1000"),
        ("10000", "0100"),
        ("5000", "0010"),
        ("2000", "0001"),
        ("500.01", "0001"),
        ("500", "0000"),
    ],
)
def test_tier_bounds_are_open_below_and_closed_above(revenue: str, counts: str) -> None:
    facts = report(tiers(*counts) | {"firms_cyber": "1"}, roster=firms(revenue))
    assert "tier_count_mismatch" not in verdicts(facts)
    others = [other for other in ("1000", "0100", "0010", "0001", "0000") if other != counts]
    for other in others:
        facts = report(tiers(*other) | {"firms_cyber": "1"}, roster=firms(revenue))
        assert verdicts(facts)["tier_count_mismatch"] == "confirm"


def test_tiers_together_are_no_more_than_the_firms() -> None:
    assert verdicts(report(tiers("10", "10", "10", "1") | {"firms_cyber": "30"})) == {"tier_count_mismatch": "error"}
    assert verdicts(report(tiers("10", "10", "10", None) | {"firms_cyber": "30"})) == {}


def test_a_partial_roster_may_list_fewer_firms_of_a_tier_but_never_more() -> None:
    headline = {"firms_cyber": "40", "revenue_cyber": "10"}
    listed = firms("60000", "6000", "6000", "8000")  # 80000万元, 20000 left for the rest
    assert verdicts(report(headline | tiers("2", "4", "0", "0"), roster=listed)) == {}
    assert verdicts(report(headline | tiers("1", "2", "0", "0"), roster=listed)) == {"tier_count_mismatch": "confirm"}


def test_firms_beyond_the_roster_must_fit_into_the_revenue_beyond_it() -> None:
    headline = {"firms_cyber": "40", "revenue_cyber": "10"}
    listed = firms("80000")  # 20000万元 left: two firms above 1亿元, or four above 5000万元, at the most
    assert verdicts(report(headline | tiers("3", "0", "0", "0"), roster=listed)) == {}
    assert verdicts(report(headline | tiers("1", "4", "0", "0"), roster=listed)) == {}
    (finding,) = check(report(headline | tiers("3", "0", "1", "0"), roster=listed))
    assert finding.code == "tier_count_mismatch"
    assert "22000万元" in finding.message


def test_a_complete_roster_agrees_exactly() -> None:
    listed = firms("60000", "6000", "400")
    headline = {"firms_cyber": "3", "revenue_cyber": "8"}
    assert "tier_count_mismatch" not in verdicts(report(headline | tiers("1", "1", "0", "0"), roster=listed))
    assert verdicts(report(headline | tiers("1", "1", "0", "1"), roster=listed))["tier_count_mismatch"] == "confirm"
    assert verdicts(form(headline | tiers("1", "1", "0", "1"), roster=listed))["tier_count_mismatch"] == "error"


def test_a_form_compares_tiers_in_the_previous_year() -> None:
    listed = firms("60000")
    assert "tier_count_mismatch" not in verdicts(
        form(tiers("1", "0", "0", "0"), tiers("0", "0", "0", "0"), roster=listed)
    )
    assert "tier_count_mismatch" in verdicts(form(tiers("0", "0", "0", "0"), tiers("1", "0", "0", "0"), roster=listed))


# Rows of the roster.


def rows(*names: str) -> tuple[RowFact, ...]:
    return tuple(RowFact(f"企业名录!{place}", {"name": name}) for place, name in enumerate(names, start=4))


def test_the_same_firm_twice_however_typed() -> None:
    (finding,) = check(report({}, roster=rows("重庆某某(集团)有限公司", "重庆另有限公司", "重庆某某（集团） 有限公司")))
    assert (finding.code, finding.severity, finding.where) == ("duplicate_firm", Severity.CONFIRM, "企业名录!6")
    assert "企业名录!4" in finding.message


def test_rows_without_a_name_are_not_one_firm() -> None:
    assert check(report({}, roster=rows("", ""))) == ()


def test_a_firm_in_two_parks_is_a_note_that_names_no_other_park() -> None:
    facts = report({}, roster=rows("重庆某某(集团)有限公司"), elsewhere=frozenset({"重庆某某（集团）有限公司"}))
    (finding,) = check(facts)
    assert (finding.code, finding.severity) == ("duplicate_firm", Severity.NOTE)


def test_firms_mostly_doing_something_else_are_pointed_out() -> None:
    (finding,) = check(report({}, roster=firms("49.9", "50", total="100")))
    assert (finding.code, finding.severity) == ("not_mainly_cyber", Severity.NOTE)
    assert "示例4公司" in finding.message
    assert "示例5公司" not in finding.message


@pytest.mark.parametrize(
    ("texts", "long"),
    [
        ({"scope": "网" * 200}, False),
        ({"scope": "网" * 201}, True),
        ({"products": "1.网关\n2." + "网" * 100}, False),
        ({"products": "1.网关\n2." + "网" * 101}, True),
    ],
)
def test_limits_count_characters(texts: dict[str, str], long: bool) -> None:
    assert verdicts(form(roster=firms("1", total="1", **texts))) == ({"text_too_long": "confirm"} if long else {})


@pytest.mark.parametrize(
    ("quals", "incomplete"),
    [
        ("2019年在上交所科创板上市", False),
        ("上市公司", True),
        ("2019年上市", True),
        ("创业板上市", True),
        ("未上市；ISO27001", False),
        ("ISO27001；上市情况：无", False),
        ("市级拟上市重点企业", False),
        ("上市后备企业", False),
        ("无", False),
    ],
)
def test_a_listing_says_when_and_where(quals: str, incomplete: bool) -> None:
    facts = form(roster=firms("1", total="1", quals=quals))
    assert verdicts(facts) == ({"listing_incomplete": "confirm"} if incomplete else {})


def test_old_and_undated_papers_are_judged_by_the_first_and_the_newest_rules() -> None:
    assert "firms_below_30" in verdicts(report({"firms_cyber": "25"}, "2019H1"))
    assert "firms_below_30" in verdicts(form({"firms_cyber": "25"}, filled_on=None))


def test_every_finding_says_what_was_found_where_and_on_what_basis() -> None:
    figures = {
        "area_planned": "30", "area_built": "34", "area_operating": "36", "revenue_total": "2", "revenue_cyber": "2.5",
        "share_revenue_cyber": "50", "firms_total": "20", "firms_cyber": "25", "listed_total": "1", "listed_cyber": "2",
    } | tiers("9", "9", "9", "9")  # fmt: skip
    facts = form(figures, figures, roster=firms("60000", "1", total="10"), totals={"cyber": amount("5", "表2!R9C9")})
    found = check(facts)
    assert len({finding.code for finding in found}) >= 9
    for finding in found:
        assert "；" in finding.message
        assert finding.clause


def test_messages_name_the_column_as_the_paper_prints_it() -> None:
    wrong = {"staff_total": "1", "staff_cyber": "2"}
    found = [*check(form(wrong, wrong)), *check(report(wrong, previous=wrong))]
    assert [finding.message.split("网络安全产业从业人员")[0] for finding in found] == [
        "申报当年", "上一年度", "本期累计", "上年同期",
    ]  # fmt: skip


def test_every_check_is_registered_once() -> None:
    assert len({check.find for check in CHECKS}) == len(CHECKS)


# 一项新的审核可先按核实性施行一个报告期。


def always(facts: ReportFacts, rulebook: Rulebook) -> Iterator[Finding]:
    yield Finding("new_rule", Severity.ERROR, "C7", "甲为1；应为2，请更正", "附件")
    yield Finding("new_hint", Severity.NOTE, "C8", "甲为1；请留意", "附件")


@pytest.mark.parametrize(
    ("period", "expected"),
    [("2025H1", {}), ("2025H2", {"new_rule": "confirm", "new_hint": "note"}),
     ("2026H1", {"new_rule": "error", "new_hint": "note"})],
)  # fmt: skip
def test_a_new_rule_only_asks_in_its_first_period(period: str, expected: dict[str, str]) -> None:
    found = check(report({}, period), checks=[Check(always, since=HalfYear(2025, 2))])
    assert {finding.code: str(finding.severity) for finding in found} == expected
    told = [finding.message for finding in found if "自2025年下半年起施行" in finding.message]
    assert len(told) == (1 if period == "2025H2" else 0)


def test_a_form_is_judged_by_the_rules_of_the_half_year_it_was_filled_in() -> None:
    rule = [Check(always, since=HalfYear(2026, 1))]
    assert {finding.severity for finding in check(form(filled_on=date(2026, 3, 1)), checks=rule)} == {"confirm", "note"}
    assert check(form(filled_on=date(2025, 12, 31)), checks=rule) == ()
    assert {finding.severity for finding in check(form(filled_on=None), checks=rule)} == {"error", "note"}
