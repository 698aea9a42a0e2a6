"""What a number format shows beside or instead of the stored value: 0.00"亿元", 0!.0,"万", #,##0, yyyy"年"m"月"."""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from services.intake.text import fold
from services.intake.units import Unit, unit_named

_QUALIFIER = re.compile(r"大?约|近|超过?|余|多|左右|以上|预[计估]|暂?估")
_SCALING_COMMAS = re.compile(r"[0#?](,+)(?![0#?,])")
_FALSE_POINT = re.compile(r"(?:[!\\]\.|\"\.\")([0#?]*)")
_BRACKET = re.compile(r"\[([^\]]*)\]")
_CURRENCY = re.compile(r"\[\$([^\]-]*)[^\]]*\]")
_CONDITION = re.compile(r"\[(>=|<=|<>|=|>|<)(-?\d+(?:\.\d+)?)\]")
_COMPARED = {
    ">=": operator.ge, "<=": operator.le, "<>": operator.ne, "=": operator.eq, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_SECTIONS = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_LITERAL = re.compile(r'"([^"]*)"|[\\!](.)|[_*].|G/通用格式|通用格式|General|E[+-]0+|([^0#?.,@%/\s])', re.IGNORECASE)
_SHOWS_NUMBER = re.compile(r"[0#?@]|General|通用格式", re.IGNORECASE)
_HARMLESS = re.compile(r"人民币|RMB|CNY|¥|整|[- ()]")
_DATE_TEXT = re.compile(r'"[^"]*"|[\\!_*].|\[[^\]]*\]')


_LONGEST = 255
"""No spreadsheet program takes a longer format."""


@dataclass(frozen=True, slots=True)
class Shown:
    """`unit` and `words` stand beside the number, which is shown `scale` times smaller than it is stored;
    `silent`: the number is not shown at all."""

    unit: Unit | None
    words: str
    scale: Decimal
    silent: bool


def shown(number_format: str, number: Decimal) -> Shown:
    """What people see beside and of this number."""
    section = _section(number_format, number)
    silent = not _SHOWS_NUMBER.search(_DATE_TEXT.sub("", section))
    if silent and number == 0:  # shown as 无, as a dash or not at all
        return Shown(None, "", Decimal(1), silent=False)
    unit, words = _beside(_literals(section))
    return Shown(unit, words, _divisor(section), silent)


@lru_cache(maxsize=256)
def matters(number_format: str) -> bool:
    """The format may change how a value is read: by a percent sign, words, a scale, or a date it shows in part."""
    if not number_format or number_format in ("General", "@") or len(number_format) > _LONGEST:
        return False
    if is_percent(number_format) or date_parts(number_format) not in ("", "ymd"):
        return True
    if date_parts(number_format):
        return False
    sections = _SECTIONS.split(number_format)
    return bool(zeros(number_format)) or any(
        _beside(_literals(section)) != (None, "") or _divisor(section) != 1 or not _SHOWS_NUMBER.search(section)
        for section in sections[:3]
    )


def is_percent(number_format: str) -> bool:
    """The format shows a hundred times what is stored: a percent sign that is not only drawn."""
    return "%" in _DATE_TEXT.sub("", number_format)


def date_parts(number_format: str) -> str:
    """Which of year, month and day a date format shows: "ymd", "ym"; empty when it is no date format."""
    bare = _DATE_TEXT.sub("", number_format.lower().split(";")[0]).replace("general", "")
    timeless = re.sub(r"h+\W*m+|m+\W*s+|e[+-]0+", "", bare)
    return "".join(part for part, marks in (("y", "ye"), ("m", "m"), ("d", "d")) if set(marks) & set(timeless))


def zeros(number_format: str) -> int:
    """How many digits a format such as 00000000000 fills up with leading zeros; 0 for any other."""
    return len(number_format) if re.fullmatch("0{5,}", number_format) else 0


def _section(number_format: str, number: Decimal) -> str:
    """The part of the format that this number is shown by."""
    sections = _SECTIONS.split(number_format)
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        fitting = (
            section
            for section, told in zip(sections, conditions, strict=True)
            if told is None or _COMPARED[told[1]](number, Decimal(told[2]))
        )
        return next(fitting, sections[-1])
    if number < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if number == 0 and len(sections) > 2 else sections[0]


def _literals(section: str) -> str:
    """The words a section sets beside its number, currency signs among them."""
    told = _BRACKET.sub("", _CURRENCY.sub(r'"\1"', section)).removeprefix("+")
    told = _FALSE_POINT.sub("0", told)
    return fold("".join(a or b or c or "" for a, b, c in _LITERAL.findall(told)))


def _beside(literal: str) -> tuple[Unit | None, str]:
    """The unit in these words, and what else they say."""
    bare = _HARMLESS.sub("", literal)
    remarks = re.findall(r"\(([^()]+)\)", literal)
    stem = _HARMLESS.sub("", re.sub(r"\([^()]*\)", "", literal)) if remarks else bare
    for text, more in (
        (literal, []),
        (bare, []),
        (stem, remarks),
        (_QUALIFIER.sub("", stem), _QUALIFIER.findall(stem) + remarks),
    ):
        unit = unit_named(text)
        if unit is not None or not bare:
            return unit, "".join(more)
    return None, bare


def _divisor(section: str) -> Decimal:
    """How many times smaller a number is shown than it is stored: each trailing comma a thousand, and each digit
    after a point that is only drawn (WPS's 0!.0, which with a comma makes 万) ten."""
    bare = _BRACKET.sub("", section)
    thousands = sum(len(match[1]) for match in _SCALING_COMMAS.finditer(bare))
    drawn = _FALSE_POINT.search(bare)
    return Decimal(1000**thousands * 10 ** (len(drawn[1]) if drawn else 0))
