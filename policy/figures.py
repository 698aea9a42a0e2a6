"""How figures are written for people: exact, in the form's unit, never rounded in silence."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

WAN = Decimal(10_000)
"""万元 in 1亿元, and 人 in 1万人: the bridge between 一览表 and 表一."""


def plain(value: Decimal) -> str:
    """Exact decimal without exponent or trailing zeros: 10.40 -> 10.4, 1E+1 -> 10."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def half_up(value: Decimal, places: int = 0) -> Decimal:
    """四舍五入: halves away from zero (附件填报说明2), unlike Python's half-even `round`."""
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(share: Decimal, places: int = 1) -> str:
    """A share of 1 as people read it: 0.35 -> 35.0%."""
    return f"{half_up(share * 100, places)}%"


def chinese_date(day: date) -> str:
    """A date as documents print it, complete and without padding: 2026年7月31日 (GB/T 9704)."""
    return f"{day.year}年{day.month}月{day.day}日"


def chinese_day(text: str) -> str:
    """A stored day or month as documents print it: 2025-05-18 -> 2025年5月18日, 2023-11 -> 2023年11月.

    Anything else comes back as it is.
    """
    match = re.fullmatch(r"(\d{4})-(\d{2})(?:-(\d{2}))?", text)
    if match is None:
        return text
    return f"{match[1]}年{int(match[2])}月" + (f"{int(match[3])}日" if match[3] else "")
