"""One matter in a few words, for any messenger: what is missing and by when, and nothing personal."""

from __future__ import annotations

import re
from datetime import date

from policy.alerts.alert import INDICATORS, UPCOMING
from policy.figures import chinese_date
from policy.terms import AlertRule

LONGEST = 120
PROGRAMME = "国家网络安全产业园区"
_IN_BRACKETS = re.compile(r"（(?:依据|责任单位)[^（）]*(?:（[^（）]*）[^（）]*)*）")
_FIGURE = re.compile(r"为\d.*$")
"""From the figure on: what leaves the platform without its source tells no figure."""


def short_text(rule: AlertRule, act: str, message: str, due: date | None, today: date) -> str:
    """【催报】示例甲园2025年上半年园区发展情况逾期未报：…已逾期5天。 At most 120 characters.

    `act`: what the office calls it, 提醒, 催报 or 指标预警. Of missing contacts neither name nor address is told, of an
    indicator no figure.
    """
    said = "没有可送达的经办人邮箱，请补录或更换联系人" if rule is AlertRule.CONTACT_MISSING else _plain(rule, message)
    when = ""
    if due is not None:
        days = (due - today).days
        named = chinese_date(due) not in said
        left = "今日到期" if days == 0 else f"还有{days}天" if days > 0 else f"已过{-days}天"
        provisional = rule in UPCOMING and days < 0  # stands after its date: 暂定, and nothing is late by it
        when = "" if provisional else f"，时限{chinese_date(due)}，{left}" if named else f"，{left}"
    head, tail = f"【{act}】", f"{when}。请及时办理。"
    room = LONGEST - len(head) - len(tail)
    return f"{head}{said if len(said) <= room else f'{said[: room - 1]}…'}{tail}"


def _plain(rule: AlertRule, message: str) -> str:
    """Without the programme's name, clauses, figures and sources."""
    text = _FIGURE.sub(rule.label, message) if rule in INDICATORS else _IN_BRACKETS.sub("", message)
    return re.sub(rf"{PROGRAMME}（([^（）]+)）", r"\1", text)
