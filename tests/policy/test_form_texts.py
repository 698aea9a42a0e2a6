"""What an application form says in words: worked cases with the sentence of the form they rest on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from policy.facts import Amount, Passage, ReportFacts
from policy.findings import Finding
from policy.reports import check
from policy.terms import Severity, Status, SubmissionKind


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
        "国家网络安全产业园区（重庆合川园）",
        "国家网络安全产业园区（合川市园）",
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


@pytest.mark.parametrize(
    ("heading", "wrong"),
    [
        ("2026年1—2月数据（申报当年）", None),
        ("2025年数据（申报当年上一年度）", None),
        ("2024年数据（申报当年上一年度）", "2024年"),
        ("2025年1—2月（申报当年数据）", "2025年"),
        ("2025年园区业务总收入（亿元）", None),
        ("2023年园区业务总收入（亿元）", "2023年"),
        ("申报前一年度（2024年）数据", "2024年"),
        ("申报当年上一年度数据", None),
    ],
)
def test_every_heading_that_names_a_year_names_the_right_one(heading: str, wrong: str | None) -> None:
    finding = found(heading_1=heading).get("form_year_mismatch")
    assert (finding is not None) is bool(wrong)
    if finding is not None:
        assert finding.severity is Severity.ERROR
        assert f"写的是{wrong}" in finding.message


# 六、园区运营管理情况


@pytest.mark.parametrize(
    ("box", "text", "code"),
    [
        ("operator_capital", "10000万元", None),
        ("operator_capital", "５０0万美元", None),
        ("operator_capital", "人民币1,000万元整", None),
        ("operator_capital", "10000", "operator_capital_unclear"),
        ("operator_capital", "壹万", "operator_capital_unclear"),
        ("operator_shareholders", "区国资委（60%）、某集团（40%）", None),
        ("operator_shareholders", "甲33.33%、乙33.33%、丙33.34%", None),
        ("operator_shareholders", "区国资委（100%）、某集团（40%）", "operator_shares_exceed_whole"),
        ("operator_phone", "023-88880000", None),
        ("operator_phone", "138 0000 0000", None),
        ("operator_phone", "(023)88880000转801", None),
        ("operator_phone", "1380000000", "operator_phone_unclear"),
        ("operator_mail", "op@example.test", None),
        ("operator_mail", "op.example.test", "operator_mail_unclear"),
        ("operator_address", "注册地址：甲路1号；办公地址：乙路2号", None),
        ("operator_address", "注册地址：甲路1号；实际办公地址：", "operator_addresses_apart"),
        ("operator_revenue_current", "1,800万元", None),
        ("operator_revenue_previous", "0.32亿元", None),
        ("operator_revenue_current", "约1800", "operator_figure_unclear"),
        ("operator_staff_previous", "42人", None),
        ("operator_staff_current", "40-50", "operator_figure_unclear"),
    ],
)
def test_what_the_operator_s_boxes_say(box: str, text: str, code: str | None) -> None:
    findings = found(**{box: text})
    assert list(findings) == ([code] if code else [])
    if code:
        assert (findings[code].severity, findings[code].where) == (Severity.CONFIRM, f"表1!{box}")
        assert "附件六" in findings[code].clause
        assert "1380000000" not in findings[code].message


def test_another_place_than_the_park_s_is_only_pointed_out() -> None:
    apart = found(park_address="甲路1号", operator_address="乙路2号")["operator_addresses_apart"]
    assert apart.severity is Severity.NOTE
    assert found(park_address="甲路1号", operator_address="甲路 1号") == {}
    assert found(park_address="甲路1号", operator_address="注册地：乙路2号，实际办公地：甲路1号") == {}


def test_the_operator_is_one_firm_of_the_park() -> None:
    def of(**texts: str) -> list[str]:
        said = {key: Passage("表6!R8C2", text) for key, text in texts.items()}
        figures = {
            ("revenue_total", "previous"): Amount(Decimal("0.3"), Status.OK, "表1!R9C3"),
            ("staff_total", "current"): Amount(Decimal("0.005"), Status.OK, "表1!R13C2"),
        }
        return [
            finding.code for finding in check(ReportFacts(SubmissionKind.APPLICATION_FORM, None, figures, said=said))
        ]

    assert of(operator_revenue_previous="3000万元", operator_staff_current="50") == []
    assert of(operator_revenue_previous="3000.01", operator_staff_current="51") == ["operator_exceeds_park"] * 2


def test_the_operator_s_two_years_run_to_the_same_month_as_the_figures() -> None:
    assert found(operator_heading="申报当年数据（1~9月）", figures_heading="申报当年数据（1—9月）") == {}
    findings = found(operator_heading="申报当年数据（1~6月）", figures_heading="申报当年数据（1—9月）")
    assert list(findings) == ["operator_months_differ"]


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


def test_shares_of_the_land_together_are_at_most_all_of_it() -> None:
    assert found(land_use="产业用地比重62%，开发强度1.8，公共空间用地占比38%") == {}
    findings = found(land_use="产业用地比重72%，开发强度1.8，公共空间用地占比38%")
    assert list(findings) == ["land_ratios_exceed_whole"]
    assert "110%" in findings["land_ratios_exceed_whole"].message
    assert found(land_use="产业用地比重62%，其中工业用地占产业用地比重80%") == {}
