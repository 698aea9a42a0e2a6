"""Checks of what an application form says of the park's operator: 附件六 园区运营管理情况 (F17).

The boxes are texts of the form (see `ReportFacts.said`); a box that is blank, or says 无, is another rule's matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from policy.facts import Passage, ReportFacts
from policy.figures import WAN, plain
from policy.findings import Finding
from policy.reports.basis import CURRENT, PREVIOUS, figure
from policy.reports.forms import folded
from policy.rulebook import Rulebook
from policy.terms import Severity

CLAUSE = "附件六（园区运营管理情况）"
_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?"
_MONEY = re.compile(rf"(?:人民币)?{_NUMBER}(亿|千万|百万|万)?(?P<currency>元|美元|港元|港币|欧元|日元)?(?:人民币|整)?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(
    r"(?<!\d)(?:\+?86-?)?(?:1\d{10}|\(?0\d{2,3}\)?-?\d{7,8}|\d{7,8}|[48]00-?\d{3,4}-?\d{3,4})(?:[-转]\d{1,6})?(?!\d)"
)
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_ADDRESSES = re.compile(r"(?P<kind>注册|办公|实际(?:办公|经营)?|经营)(?:地址?)?:?(?P<said>[^;,\n]*)")
_MONTHS = re.compile(r"1[-—~至到](\d{1,2})月")
_BOXES = {
    ("revenue", CURRENT): "申报当年营业收入", ("revenue", PREVIOUS): "申报前一年度营业收入",
    ("staff", CURRENT): "申报当年企业人员", ("staff", PREVIOUS): "申报前一年度企业人员",
}  # fmt: skip
_UNITS = {
    "revenue": {"": Decimal(1), "万元": Decimal(1), "亿元": WAN, "元": 1 / WAN},
    "staff": {"": Decimal(1), "人": Decimal(1), "名": Decimal(1)},
}
_FIGURE = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>\D*)")
_MOST = Decimal("100.5")
"""All shares together, with their rounding."""


def operator_capital_unclear(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """注册资金 is an amount with its unit: 10000万元, 500万美元."""
    said = facts.said.get("operator_capital")
    if said is None:
        return
    match = _MONEY.search(folded(said))
    if match is None or not match["currency"]:
        message = f"运营管理机构注册资金填“{said.text.strip()}”；应写明金额和单位，如“10000万元”"
        yield Finding("operator_capital_unclear", Severity.CONFIRM, said.where, message, CLAUSE)


def operator_shares_exceed_whole(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """The shares of 主要股东 together are at most the whole."""
    said = facts.said.get("operator_shareholders")
    total = sum((Decimal(share) for share in _PERCENT.findall(folded(said))), Decimal(0))
    if said is not None and total > _MOST:
        message = f"主要股东的持股比例合计{plain(total)}%；合计不应超过100%，请核对"
        yield Finding("operator_shares_exceed_whole", Severity.CONFIRM, said.where, message, CLAUSE)


def operator_phone_unclear(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """联系电话 has as many digits as a telephone number; it is not repeated here."""
    said = facts.said.get("operator_phone")
    if said is not None and not _PHONE.search(re.sub(r"\s", "", folded(said))):
        message = "运营管理机构的联系电话位数不对；应为带区号的座机或11位手机号码，请核对"
        yield Finding("operator_phone_unclear", Severity.CONFIRM, said.where, message, CLAUSE)


def operator_mail_unclear(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    said = facts.said.get("operator_mail")
    if said is not None and not _MAIL.search(folded(said)):
        message = "运营管理机构的电子邮箱不完整；应如“name@example.cn”，请核对"
        yield Finding("operator_mail_unclear", Severity.CONFIRM, said.where, message, CLAUSE)


def operator_addresses_apart(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """若注册地与实际办公地不一样的，分别填写: where one of the two is named the other belongs to it."""
    said, park = facts.said.get("operator_address"), facts.said.get("park_address")
    if said is None:
        return
    named = {match["kind"][:2]: match["said"].strip(" :") for match in _ADDRESSES.finditer(folded(said))}
    offices = [text for kind, text in named.items() if kind != "注册"]
    if any(not text for text in named.values()) and named:
        message = f"注册地址填“{said.text.strip()}”，注册地和实际办公地有一处没有写明；不一样的请分别填写"
        yield Finding("operator_addresses_apart", Severity.CONFIRM, said.where, message, CLAUSE)
    elif park is not None and not offices and folded(park) != folded(said):
        message = "运营管理机构的注册地址与园区地址不同；实际办公地与注册地不一样的，请分别填写"
        yield Finding("operator_addresses_apart", Severity.NOTE, said.where, message, CLAUSE)


def operator_figure_unclear(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """近二年主要经营情况: this year's running total and the year before, each one figure in its unit."""
    for (key, column), label in _BOXES.items():
        said = facts.said.get(f"operator_{key}_{column}")
        if said is not None and _amount(key, said) is None:
            unit = "万元" if key == "revenue" else "人"
            message = f"运营管理机构{label}填“{said.text.strip()}”，读不成一个数；应填以{unit}为单位的数字"
            yield Finding("operator_figure_unclear", Severity.CONFIRM, said.where, message, CLAUSE)


def operator_exceeds_park(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """The operator is one firm of the park: neither its revenue (万元) nor its staff (人) exceed the park's."""
    for key, whole_key, unit in (("revenue", "revenue_total", "万元"), ("staff", "staff_total", "人")):
        for column in (CURRENT, PREVIOUS):
            said, whole = facts.said.get(f"operator_{key}_{column}"), figure(facts, whole_key, column)
            part = _amount(key, said) if said else None
            if said is not None and part is not None and whole is not None and part > whole.value * WAN:
                park = f"{plain(whole.value * WAN)}{unit}"
                said_here = f"{_BOXES[key, column]}{plain(part)}{unit}"
                message = f"运营管理机构{said_here}，大于园区同期的{park}；请核对两处数据及其计量单位"
                yield Finding("operator_exceeds_park", Severity.CONFIRM, said.where, message, CLAUSE)


def operator_months_differ(facts: ReportFacts, rulebook: Rulebook) -> Iterable[Finding]:
    """申报当年数据（1~*月） here runs to the same month as in 表一."""
    said, figures = facts.said.get("operator_heading"), facts.said.get("figures_heading")
    here, there = _MONTHS.search(folded(said)), _MONTHS.search(folded(figures))
    if said is not None and here and there and int(here[1]) != int(there[1]):
        message = (
            f"近二年主要经营情况写的是1—{here[1]}月，表一申报当年数据写的是1—{there[1]}月；两处应为同一时段，请核对"
        )
        yield Finding("operator_months_differ", Severity.CONFIRM, said.where, message, CLAUSE)


def _amount(key: str, said: Passage) -> Decimal | None:
    """The figure in 万元 or 人; None when the box holds anything but one figure with a unit of its kind."""
    match = _FIGURE.fullmatch(folded(said))
    factor = _UNITS[key].get(match["unit"]) if match else None
    if match is None or factor is None:
        return None
    return Decimal(match["number"].replace(",", "")) * factor
