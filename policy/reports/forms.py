"""Checks of what an application form says in words: title, year of the roster, land use, opinions (F5, F8, F16, F19).

A half-year report has none of these texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from policy.facts import Passage, ReportFacts
from policy.figures import chinese_date, plain
from policy.findings import Finding
from policy.rulebook import Rulebook
from policy.terms import Severity

_TITLE = re.compile(r"国家网络安全产业园区\((.+)园\)")
_NO_SHORT_NAME = re.compile(r"^重庆(?!$)|[区县市]$")
_LAST_YEAR, _THIS_YEAR = re.compile(r"上一?年|前一年|去年"), re.compile(r"当年|本年|今年")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年)")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_LAND = re.compile(r"(?<!占)(?:产业|公共空间)用地")
_SHARE_WORDS = re.compile(r"比重|占比|比例")
_WHOLE = Decimal(100)
HEADING = "heading"
"""What the keys of headings that may name a year begin with."""
LAND_CLAUSE = "附件四（园区土地利用情况）"
OPINIONS = {"applicant_opinion": "申报单位意见", "department_opinion": "区县经信部门审核推荐意见"}


def title_not_by_rule(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """拟申报名称 is the district's short name without 区 or 县, and 园; where one character would be left, explain."""
    title = facts.said.get("title")
    match = _TITLE.fullmatch(folded(title)) if title else None
    if title is None or (match is not None and not _NO_SHORT_NAME.search(match[1])):
        return
    message = (
        f"拟申报名称为“{title.text}”；应为“国家网络安全产业园区（××园）”，××为区县简称且不加区或县字，"
        f"请更正；确须保留的（如简称只余一字）请说明"
    )
    yield Finding("title_not_by_rule", Severity.CONFIRM, title.where, message, "附件表一（拟申报名称）")


def roster_year_mismatch(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """一览表 is of the year before the form was filled in: filled in 2026-03, its figures are those of 2025."""
    heading = facts.said.get("roster_heading")
    years = [int(year) for year in _YEAR.findall(folded(heading))]
    if heading is None or facts.filled_on is None or not years or facts.filled_on.year - 1 in years:
        return
    message = (
        f"一览表的数据年度写的是{years[0]}年；填报日期为{chinese_date(facts.filled_on)}，"
        f"应填申报当年上一年度即{facts.filled_on.year - 1}年的数据，请更换数据或更正年度"
    )
    yield Finding("roster_year_mismatch", Severity.ERROR, heading.where, message, "附件填报说明3")


def form_year_mismatch(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """A year over a column or in a label: 申报当年 is the year of the form, all else the year before it (F5)."""
    if facts.filled_on is None:
        return
    this, last = facts.filled_on.year, facts.filled_on.year - 1
    for key, heading in facts.said.items():
        text = folded(heading)
        right = {last} if _LAST_YEAR.search(text) else {this} if _THIS_YEAR.search(text) else {this, last}
        years = [int(year) for year in _YEAR.findall(text)] if key.startswith(HEADING) else []
        wrong = next((year for year in years if year not in right), None)
        if wrong is not None:
            message = (
                f"“{heading.text.strip()}”写的是{wrong}年；填报日期为{chinese_date(facts.filled_on)}，"
                f"申报当年为{this}年、上一年度为{last}年，请更换数据或更正年度"
            )
            yield Finding("form_year_mismatch", Severity.ERROR, heading.where, message, "附件填报说明3")


def land_ratios_exceed_whole(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """产业用地 and 公共空间用地 are parts of one park's land: together at most all of it."""
    said = facts.said.get("land_use")
    clauses = [
        clause
        for clause in re.split(r"[,，;；。、\n]", folded(said))
        if _LAND.search(clause) and _SHARE_WORDS.search(clause)
    ]
    shares = [Decimal(number) for clause in clauses for number in _PERCENT.findall(clause)[:1]]
    if said is not None and sum(shares) > _WHOLE >= max(shares):
        message = f"各类用地比重合计{plain(sum(shares, Decimal(0)))}%；合计不应超过100%，请核对"
        yield Finding("land_ratios_exceed_whole", Severity.CONFIRM, said.where, message, LAND_CLAUSE)


def land_ratio_above_100(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """产业用地比重, 公共空间用地比重: a part of the land cannot be more than all of it; 开发强度 may be above 1."""
    said = facts.said.get("land_use")
    for clause in re.split(r"[,，;；。、\n]", folded(said)):
        shares = [Decimal(number) for number in _PERCENT.findall(clause)] if _SHARE_WORDS.search(clause) else []
        for share in shares:
            if said is not None and share > _WHOLE:
                message = f"“{clause.strip()}”中{plain(share)}%超过100%；用地比重应在0—100%之间，请核对"
                yield Finding("land_ratio_above_100", Severity.CONFIRM, said.where, message, LAND_CLAUSE)


def opinions_out_of_order(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """区县经信部门 reviews what the applicant has signed: never on an earlier day (三(二))."""
    signed = {key: _last_day(facts.said.get(key)) for key in OPINIONS}
    applicant, department = signed["applicant_opinion"], signed["department_opinion"]
    if applicant is None or department is None or department >= applicant:
        return
    message = (
        f"区县经信部门审核推荐意见的日期{chinese_date(department)}早于申报单位意见的日期{chinese_date(applicant)}；"
        f"应先由申报单位盖章、再由区县经信部门审核，请核对两个日期"
    )
    where = facts.said["department_opinion"].where
    yield Finding("opinions_out_of_order", Severity.CONFIRM, where, message, "三(二)、附件九")


def opinion_undated(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """An opinion with its seal carries a date."""
    for key, label in OPINIONS.items():
        said = facts.said.get(key)
        if said is not None and _last_day(said) is None:
            message = f"“{label}”没有日期；请补填盖章日期"
            yield Finding("opinion_undated", Severity.NOTE, said.where, message, "附件九")


def folded(said: Passage | None) -> str:
    """The text with full-width signs as half-width, blanks left out (the form spaces its dates)."""
    return re.sub(r"[^\S\n]", "", unicodedata.normalize("NFKC", said.text)) if said else ""


def _last_day(said: Passage | None) -> date | None:
    """The date under an opinion: the last one in its box."""
    days = _DAY.findall(folded(said))
    try:
        return date(*map(int, days[-1])) if days else None
    except ValueError:
        return None
