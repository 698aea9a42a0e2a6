"""Checks of single rows of 一览表: parts and wholes, the same firm twice, lengths, listing (F6, F12, N5, V32)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from policy.facts import ReportFacts, RowFact
from policy.figures import percent, plain
from policy.findings import Finding
from policy.reports.basis import cell, form_rule, is_form, roster, rule_day
from policy.rulebook import DEFAULT_SOURCE, Rulebook
from policy.tables import ROSTER
from policy.terms import Severity

_NUMBERING = re.compile(r"^\s*[（(]?\d+[）).．、]\s*")
_LISTED = re.compile(
    r"(?<![未拟非无没])(?<!没有|不是|是否|计划|筹备|准备|申请|正在|暂不|力争|预备|推进|启动)上市(?!后备|辅导|培育|计划|筹备|意向|申请)"
    r"(?!(?:情况|公司|企业|与否)?[:：]?(?:无|否|未))"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_MARKET = re.compile(
    r"上交所|深交所|北交所|港交所|联交所|主板|创业板|科创板|新三板|中小板|纳斯达克|纽交所|沪|深市|A股|H股"
)


def firm_key(name: str) -> str:
    """One key for one firm however its name is typed: `重庆某某(集团)有限公司` and `（集团）` are the same."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


def cyber_exceeds_revenue(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """A firm's security revenue above its whole revenue."""
    for row in roster(facts):
        total, cyber = cell(row, "revenue"), cell(row, "cyber")
        if total is None or cyber is None or cyber.value <= total.value:
            continue
        message = (
            f"{_name(row)}网络安全业务收入{plain(cyber.value)}万元，大于公司营业总收入{plain(total.value)}万元；"
            f"其中项不得大于总项，请核对两个数及其计量单位后更正"
        )
        yield Finding("cyber_exceeds_total", Severity.ERROR, cyber.where, message, "附件表二（其中项不大于总项）")


def duplicate_firm(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """The same firm in two rows of one roster."""
    first: dict[str, RowFact] = {}
    for row in roster(facts):
        name = _name(row)
        earlier = first.setdefault(firm_key(name), row) if name else row
        if earlier is not row:
            message = f"{name}已列于{earlier.where}；同一企业只列一行，请合并或删除重复行"
            yield Finding("duplicate_firm", Severity.CONFIRM, row.where, message, DEFAULT_SOURCE)


def firm_in_two_parks(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """A firm that another park lists too; the other park is not named, its roster is not the reader's business."""
    known = {firm_key(name) for name in facts.elsewhere}
    for row in roster(facts) if known else ():
        if _name(row) and firm_key(_name(row)) in known:
            message = f"{_name(row)}同时列于另一园区的一览表；请核对其注册和办公地址，避免两处重复统计"
            yield Finding("duplicate_firm", Severity.NOTE, row.where, message, DEFAULT_SOURCE)


def not_mainly_cyber(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """Firms earning less than half of their revenue with security: 二(三) leaves 以网络安全为主 undefined (N5)."""
    share = rulebook.share("mainly_cyber", rule_day(facts))
    names = [_name(row) for row in roster(facts) if _minor_cyber(row, share)]
    if names:
        shown = "、".join(names[:3]) + (f"等{len(names)}家" if len(names) > 3 else "")
        message = f"{shown}网络安全业务收入不到公司营业总收入的{percent(share, 0)}；请核对是否属于以网络安全为主的企业"
        yield Finding("not_mainly_cyber", Severity.NOTE, "", message, DEFAULT_SOURCE)


def _minor_cyber(row: RowFact, share: Decimal) -> bool:
    total, cyber = cell(row, "revenue"), cell(row, "cyber")
    return total is not None and cyber is not None and cyber.value < total.value * share


def text_too_long(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """经营范围 above 200 characters, one product above 100 (附件表二)."""
    severity = Severity.CONFIRM if is_form(facts) else Severity.NOTE
    _, clause = form_rule(facts, "附件表二（字数）")
    limits = [(column, column.limit) for column in ROSTER.columns if column.limit is not None]
    for row in roster(facts):
        for column, limit in limits:
            text = row.texts.get(column.key, "")
            longest = _longest(text, by_line=column.key == "products") if len(text) > limit else 0
            if longest > limit:
                message = f"{_name(row)}“{column.label}”{longest}字；应不超过{limit}字，请精简"
                yield Finding("text_too_long", severity, row.where, message, clause)


def _longest(text: str, *, by_line: bool) -> int:
    parts = [_NUMBERING.sub("", line).strip() for line in text.splitlines()] if by_line else [text.strip()]
    return max(map(len, parts), default=0)


def listing_incomplete(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """上市 without its year or its market (附件填报说明4)."""
    severity = Severity.CONFIRM if is_form(facts) else Severity.NOTE
    _, clause = form_rule(facts, "附件填报说明4")
    for row in roster(facts):
        text = row.texts.get("quals", "")
        if _LISTED.search(text) and not (_YEAR.search(text) and _MARKET.search(text)):
            message = f"{_name(row)}写有“上市”，未写明何年在何市场上市；请补充上市年份和市场"
            yield Finding("listing_incomplete", severity, row.where, message, clause)


def _name(row: RowFact) -> str:
    return row.texts.get("name", "")
