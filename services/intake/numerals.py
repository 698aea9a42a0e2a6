"""Chinese numerals: 三亿二千万, 叁亿贰仟万, 3亿2000万, 十二点五. Read only when they can mean one thing.

三五家 (three to five), 三万二 (colloquial for 32 000) and 三亿二千 are not read: a person must say what is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_DIGITS = {
    digit: value
    for value, digits in enumerate(
        ("〇零○", "一壹", "二贰貳两", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for digit in digits
}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = str.maketrans("萬億", "万亿")
_DIGIT = f"[{''.join(_DIGITS)}]"
_SCALE = f"[{''.join(_SMALL)}]"
_BODY = re.compile(rf"(?:\d+(?:\.\d+)?|{_DIGIT}|{_SCALE}|[万萬亿億点])+")
_ARABIC = re.compile(rf"\d+(?:\.\d+)?(?:{_SCALE}|[万萬亿億])*")
_PARTS = re.compile(r"(?:([^亿万]+)亿)?(?:([^亿万]+)万)?([^亿万]*)")
_FRACTION = re.compile(rf"([^点]+)点({_DIGIT}+)([十百千]?[万亿]?)")
_TOKEN = re.compile(r"\d+|\D")
_PERCENT = re.compile(rf"百分之(百|\d+(?:\.\d+)?|(?:{_DIGIT}|{_SCALE}|点)+)")
_TENTHS = re.compile(rf"({_DIGIT}|\d)成(?:({_DIGIT}|\d|半))?")
_YEAR = re.compile(rf"(?<!{_DIGIT}){_DIGIT}(?:{_DIGIT}|[Oo0]){{3}}(?=年)")
_MONTH_OR_DAY = re.compile(r"[一二三四五六七八九十]{1,3}(?=月|日|号)")


@dataclass(frozen=True, slots=True)
class Numeral:
    """`rest` follows the number; `counts_ones`: 万 or 亿 is part of it, so it counts 元 or 人, not 亿元 or 万人."""

    value: Decimal
    rest: str
    counts_ones: bool


def read_numeral(text: str) -> Numeral | None:
    """The Chinese number a text begins with; None when there is none, or none that is certain.

    Plain figures before a unit (3.2亿元) are no numeral.
    """
    text = _tens_written_out(text)
    match = _BODY.match(text)
    if match is None or _ARABIC.fullmatch(match[0]):
        return None
    body = match[0].translate(_LARGE)
    value = _fraction(body) if "点" in body else _whole(body)
    return None if value is None else Numeral(value, text[match.end() :], bool(re.search("[万亿]", body)))


def _tens_written_out(text: str) -> str:
    """廿五 as 二十五, 卅 as 三十."""
    return text.replace("廿", "二十").replace("卅", "三十") if text[:1] in ("廿", "卅") else text


def percent_words(text: str) -> str:
    """百分之三十五 as 35%."""

    def written(match: re.Match[str]) -> str:
        if match[1] == "百":
            return "100%"
        numeral = read_numeral(match[1])
        number = match[1] if match[1][0].isdigit() else (str(numeral.value) if numeral else None)
        return match[0] if number is None else f"{number}%"

    return _PERCENT.sub(written, text) if "百分之" in text else text


def tenths(text: str) -> Decimal | None:
    """三成, 三成五 and 三成半 as a percentage; None for any other text."""
    match = _TENTHS.fullmatch(text)
    if match is None:
        return None
    more = {None: 0, "半": 5}.get(match[2])
    return Decimal(_digit(match[1]) * 10 + (_digit(match[2]) if more is None else more))


def date_digits(text: str) -> str:
    """The numerals of a date as digits: 二〇二四年六月三十日 -> 2024年6月30日."""
    if text.isascii():
        return text
    text = _YEAR.sub(lambda match: "".join(str(_DIGITS.get(digit, 0)) for digit in match[0]), text)
    text = re.sub("廿(?=[一二三四五六七八九]?[日号])", "二十", text)
    return _MONTH_OR_DAY.sub(lambda match: str(_below(match[0]) or match[0]), text)


def _digit(text: str) -> int:
    return _DIGITS[text] if text in _DIGITS else int(text)


def _fraction(body: str) -> Decimal | None:
    """十二点五亿: one scale may follow."""
    match = _FRACTION.fullmatch(body)
    whole = _below(match[1]) if match else None
    if match is None or whole is None:
        return None
    scale = 1
    for mark in match[3]:
        scale *= _SMALL.get(mark) or {"万": 10**4, "亿": 10**8}[mark]
    return Decimal(f"{whole}.{''.join(str(_DIGITS[digit]) for digit in match[2])}") * scale


def _whole(body: str) -> Decimal | None:
    match = _PARTS.fullmatch(body)
    if match is None:
        return None
    hundred_millions, ten_thousands, ones = (_below(part) if part else 0 for part in match.groups())
    if hundred_millions is None or ten_thousands is None or ones is None:
        return None
    if ones and (match[1] or match[2]) and not _led(match[3], ones, full=bool(match[2])):
        return None
    return Decimal(hundred_millions * 10**8 + ten_thousands * 10**4 + ones)


def _led(part: str, value: int, *, full: bool) -> bool:
    """What follows 亿 or 万 is certain after a 零, or with its thousands right after 万: 三万二, 三亿二千 are not."""
    return part[0] in "零〇○" or (full and value >= 1000)


def _below(part: str) -> int | None:
    """A number below 10 000 in Chinese or Arabic digits; None when its digits stand side by side (三五, 一千五)."""
    total, pending, last, gap = 0, None, 10**4, False
    for mark in _TOKEN.findall(part):
        if mark in _SMALL:
            scale = _SMALL[mark]
            count = 1 if pending is None and scale == 10 else pending
            if count is None or not 0 < count < 10 or scale >= last:
                return None
            total, pending, last, gap = total + count * scale, None, scale, False
        elif pending is not None or not (mark in _DIGITS or mark.isdigit()):
            return None
        elif mark in "零〇○" and len(part) > 1:
            gap = True
        else:
            pending = _digit(mark)
    if pending is None:
        return total if not gap else None
    if last not in (10, 10**4) and not gap:
        return None
    return total + pending if pending < (10 if last < 10**4 else 10**4) else None
