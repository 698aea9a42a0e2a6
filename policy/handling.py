"""反馈情况, 暂缓催报 and 电话催办: what must be said for each, and which dates are believed."""

from __future__ import annotations

from datetime import date, timedelta

from policy.deadlines import add_months
from policy.explanations import reason, within_length
from policy.figures import chinese_date
from policy.refusal import Refused

FARTHEST_MONTHS = 12
"""A promise or a pause beyond a year is a slip of the pen."""


def cause(text: str) -> str:
    """原因, trimmed; raises Refused when it is empty or only vouches (情况属实)."""
    return reason(text, "原因", "请写明为何未能按时办理", "经办人员6月调整，企业数据尚未汇总")


def said(text: str, called: str, wanted: str) -> str:
    """A text that must not be empty: `called` is its name on the form, `wanted` what should stand there."""
    text = within_length(text, called)
    if not text:
        raise Refused(f"{called}没有填写；{wanted}")
    return text


def day_ahead(day: date, today: date, called: str) -> date:
    """A day that is still to come, or today; raises Refused for one that has passed or lies beyond a year."""
    last = add_months(today, FARTHEST_MONTHS)
    if day < today:
        raise Refused(f"{called}{chinese_date(day)}早于今天（{chinese_date(today)}），应为今天或以后的日期")
    if day > last:
        raise Refused(f"{called}{chinese_date(day)}过远，应不晚于{chinese_date(last)}（一年以内）")
    return day


def called_on(day: date, today: date, opened_on: date) -> date:
    """The day of a call about a matter open since `opened_on`: entered afterwards, never ahead."""
    first = opened_on - timedelta(days=31)
    if not first <= day <= today:
        span = f"{chinese_date(first)}和今天（{chinese_date(today)}）之间"
        raise Refused(f"通话日期{chinese_date(day)}应在{span}，请核对")
    return day
