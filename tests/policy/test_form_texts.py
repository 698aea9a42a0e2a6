"""What an application form says in words: worked cases with the sentence of the form they rest on."""

from __future__ import annotations

from datetime import date

import pytest

from policy.facts import Passage, ReportFacts
from policy.findings import Finding
from policy.reports import check
from policy.terms import Severity, SubmissionKind


def found(filled_on: date | None = date(2026, 3, 2), **texts: str) -> dict[str, Finding]:
    """The findings of a form that says this, by code."""
    said = {key: Passage(f"表1!{key}", text) for key, text in texts.items()}
    facts = ReportFacts(SubmissionKind.APPLICATION_FORM, None, {}, filled_on=filled_on, said=said)
    return {finding.code: finding for finding in check(facts)}


# 附件表一 国家网络安全产业园区（**园）（区县简称且不加区或县字+园）


@pytest.mark.parametrize(
    "title",
    [
        "国家网络安全产业园区（合川园）",
        "国家网络安全产业园区（酉阳园）",
        "国家网络安全产业园区(合川园)",
        "国家网络安全产业园区（示例甲园）",
    ],
)
def test_a_title_by_the_rule(title: str) -> None:
    assert found(title=title) == {}


@pytest.mark.parametrize(
    "title",
    [
        "国家网络安全产业园区（合川区园）",
        "国家网络安全产业园区（石柱县园）",
        "国家网络安全产业园区（忠县园）",  # one character would be left: to be explained
        "国家网络安全产业园区（合川）",
        "国家网络安全产业园（合川园）",
        "合川网络安全产业城",
    ],
)
def test_a_title_against_the_rule_is_to_be_confirmed(title: str) -> None:
    finding = found(title=title)["title_not_by_rule"]
    assert (finding.severity, finding.where) == (Severity.CONFIRM, "表1!title")
    assert title in finding.message


# 填报说明3 除指定年份外，所有指标要求填写申报当年前一个财政年度的财务数据


@pytest.mark.parametrize(
    ("filled_on", "heading", "right"),
    [
        (date(2026, 3, 2), "2025年（申报时的上年度）", True),
        (date(2026, 12, 31), "2025年（申报时的上年度）", True),
        (date(2026, 3, 2), "2024年（申报时的上年度）", False),
        (date(2026, 3, 2), "2026年（申报时的上年度）", False),
        (date(2026, 3, 2), "２０２４年", False),
        (date(2026, 3, 2), "***年（申报时的上年度）", True),  # a placeholder left is a finding of its own
        (date(2026, 3, 2), "申报时的上年度", True),
        (None, "2024年（申报时的上年度）", True),  # without a date nothing can be said
    ],
)
def test_the_roster_is_of_the_year_before_the_form(filled_on: date | None, heading: str, right: bool) -> None:
    findings = found(filled_on, roster_heading=heading)
    assert ("roster_year_mismatch" not in findings) is right
    if not right:
        assert findings["roster_year_mismatch"].severity is Severity.ERROR
        assert "即2025年" in findings["roster_year_mismatch"].message


# 四、园区基本建设情况: 产业用地比重、园区开发强度、公共空间用地比重


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("产业用地比重62%，园区开发强度1.8，公共空间用地比重12%。", ""),
        ("产业用地占比100%", ""),
        ("产业用地比重 162％；公共空间用地比重12%", "162%"),
        ("公共空间用地占比100.1%", "100.1%"),
        ("园区开发强度180%，产业用地比重62%", ""),  # floor space over land may well be above 1
        ("无", ""),
    ],
)
def test_a_part_of_the_land_is_at_most_all_of_it(text: str, odd: str) -> None:
    findings = found(land_use=text)
    assert ("land_ratio_above_100" in findings) is bool(odd)
    if odd:
        assert odd in findings["land_ratio_above_100"].message
        assert findings["land_ratio_above_100"].severity is Severity.CONFIRM


# 九、审核推荐意见: the applicant's seal, then the department's (三(二))


@pytest.mark.parametrize(
    ("applicant", "department", "codes"),
    [
        ("同意申报。（盖章）2026年3月2日", "同意推荐。（盖章）2026年3月2日", set()),
        ("同意申报。（盖章）2026年3月2日", "同意推荐。（盖章）2026 年 3 月 20 日", set()),
        ("同意申报。（盖章）2026年3月2日", "同意推荐。（盖章）2026年2月28日", {"opinions_out_of_order"}),
        ("经2026年2月1日会议研究，同意申报。（盖章）2026年3月2日", "同意推荐。2026年3月1日", {"opinions_out_of_order"}),
        ("同意申报。（盖章）  年  月  日", "同意推荐。（盖章）2026年3月2日", {"opinion_undated"}),
        ("同意申报。2026年3月2日", "同意推荐。2026年2月30日", {"opinion_undated"}),
    ],
)
def test_the_department_signs_after_the_applicant(applicant: str, department: str, codes: set[str]) -> None:
    findings = found(applicant_opinion=applicant, department_opinion=department)
    assert findings.keys() == codes
    severities = {"opinions_out_of_order": Severity.CONFIRM, "opinion_undated": Severity.NOTE}
    assert all(finding.severity is severities[code] for code, finding in findings.items())


def test_a_half_year_report_says_none_of_this() -> None:
    assert check(ReportFacts(SubmissionKind.HALF_YEAR_REPORT, None, {}, filled_on=date(2026, 3, 2))) == ()
