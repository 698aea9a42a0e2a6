"""Numbers as people write them, made at random: any unit the reader knows, any separator, width, numeral, qualifier.

The writers know nothing of the readers but the names of the units and their factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from policy.indicators.catalogue import BY_KEY
from services.intake.units import NAMED, Unit, catalogue_unit

KEYS = ("revenue_cyber", "staff_cyber", "area_built", "firms_cyber")
SMALL, FORMAL = ("零一二三四五六七八九", "千百十"), ("零壹贰叁肆伍陆柒捌玖", "仟佰拾")
BEFORE = (
    "约", "大约", "大概", "约为", "近", "将近", "接近", "超", "超过", "逾", "突破", "预计", "预估",
    "估计", "暂估", "估算", "力争", "初步", "不少于", "不低于", "不超过", "不到", "不足", "至少", "大于", "小于",
    "累计", "合计", "共计", "共", "达", "达到", "≥", ">", "≤", "<", "≈", "~", "～",
)  # fmt: skip
AFTER = (
    "左右", "上下", "以上", "以下", "以内", "余", "多", "+", "①", "*", "[1]", "【注2】", "（预计）", "（含分公司）",
    "（同比增长12%）", "，同比增长12%", "（快报）", "含税",
)  # fmt: skip
WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@dataclass(frozen=True)
class Written:
    """A figure as someone might write it: `text` of the `number` alone, `unit` as named; `value` in the catalogue's."""

    key: str
    text: str
    unit: str
    value: Decimal
    number: Decimal


def target(key: str) -> Unit:
    return catalogue_unit(BY_KEY[key].unit)


@cache
def units_for(key: str) -> list[str]:
    """Every complete unit of the reader's own table that can hold this figure."""
    wanted = target(key)
    return sorted(
        name
        for name, unit in NAMED.items()
        if unit.complete and unit.convertible and unit.family is wanted.family and unit.counts in ("", wanted.counts)
    )


@cache
def other_units(key: str) -> list[str]:
    """Every other name there: incomplete, foreign, of another family, counting something else."""
    return sorted(set(NAMED) - set(units_for(key)))


@st.composite
def figures(draw: st.DrawFn, least: int = 0, most: int = 10**12) -> Written:
    """A figure between `least` and `most` base units (元, 人, 平方米, 家) in any supported unit and writing."""
    key = draw(st.sampled_from(KEYS))
    name = draw(st.sampled_from(units_for(key)))
    factor = int(NAMED[name].factor)
    places = 0 if BY_KEY[key].whole_number else draw(st.integers(0, 4))
    scale = 10**places
    lowest, highest = -(-least * scale // factor), most * scale // factor
    number = Decimal(draw(st.integers(min(lowest, highest), highest))) / scale
    text = draw(st.sampled_from(writings(number, name)))
    return Written(key, text, name, number * factor / target(key).factor, number)


def writings(number: Decimal, unit: str) -> list[str]:
    """With and without separators, in wide digits and in numerals where that can be said with this unit."""
    plain, grouped = f"{number:f}", f"{number:,f}"
    found = [plain, grouped, plain.translate(WIDE), grouped.translate(WIDE)]
    whole, scaled = int(number), unit[0] in "十百千万亿"
    if number != whole and whole < 10_000 and unit[0] not in "十百千":
        decimals = "".join(SMALL[0][int(digit)] for digit in plain.partition(".")[2])
        found.append(f"{in_ten_thousands(whole, *SMALL) or '零'}点{decimals}")
    elif number == whole and 0 < whole < (10_000 if scaled else 10**12) and unit[0] not in "十百千":
        found += [in_ten_thousands(whole, *SMALL), in_ten_thousands(whole, *FORMAL)]
    if number == whole and not scaled and whole >= 10**8 and not whole % 10**4:
        found.append(f"{whole // 10**8}亿" + (f"{whole % 10**8 // 10**4}万" if whole % 10**8 else ""))
    return found


def chinese(number: int, digits: str, scales: str) -> str:
    """From 1 to 9999: 一千零五, 一十二."""
    text, gap = "", False
    for place, scale in zip((1000, 100, 10, 1), (*scales, ""), strict=True):
        digit = number // place % 10
        if digit:
            text += ("零" if gap else "") + digits[digit] + scale
        gap = bool(text) and not digit
    return text


def in_ten_thousands(number: int, digits: str, scales: str) -> str:
    """Any whole number below 10^12, with 零 wherever thousands are missing."""
    text = ""
    for scale, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = number // scale % 10**4
        if part:
            gap = text and (part < 1000 or not text.endswith(("亿", "万")) or (scale == 1 and text.endswith("亿")))
            text += ("零" if gap else "") + chinese(part, digits, scales) + name
    return text
