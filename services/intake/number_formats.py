"""What a number format shows beside or instead of the stored number: 0.00"亿元", 0!.0,"万", #,##0,."""

from __future__ import annotations

import re
from decimal import Decimal

from services.intake.units import Unit, unit_named

_NO_SHOW = re.compile(r"\[[^\]]*\]|通用格式")
_QUALIFIER = re.compile(r"大?约|近|超过?|余|多|左右|以上|预[计估]|暂?估")
_SCALING_COMMAS = re.compile(r"[0#?](,+)(?![0#?,])")
_FALSE_POINT = re.compile(r"(?:[!\\]\.|\"\.\")([0#?]*)")


def qualifier(number_format: str) -> str | None:
    """A word the format sets beside the number that takes from its certainty: 约, 余, （预计）."""
    match = _QUALIFIER.search(_NO_SHOW.sub("", number_format.split(";")[0]))
    return match[0] if match else None


def written_unit(number_format: str) -> Unit | None:
    """The unit a number format writes after the number."""
    words = _QUALIFIER.sub("", _NO_SHOW.sub("", number_format.split(";")[0]))
    return unit_named("".join(re.findall(r"[\u4e00-\u9fff㎡]+", words)))


def divisor(number_format: str) -> Decimal:
    """How many times smaller a number is shown than it is stored: each trailing comma a thousand, and each digit
    after a point that is only drawn (WPS's 0!.0, which with a comma makes 万) ten."""
    sections = _NO_SHOW.sub("", number_format).split(";")
    scales = [_section_divisor(section) for section in sections]
    return max(scales)


def _section_divisor(section: str) -> Decimal:
    thousands = sum(len(match[1]) for match in _SCALING_COMMAS.finditer(section))
    drawn = _FALSE_POINT.search(section)
    return Decimal(1000**thousands * 10 ** (len(drawn[1]) if drawn else 0))
