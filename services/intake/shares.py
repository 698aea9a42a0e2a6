"""Percentages: 35%, 35, 0.35, 百分之三十五, 三成五 -> 35."""

from __future__ import annotations

import re
from decimal import Decimal

from policy.figures import plain
from policy.rulebook import DEFAULT, NEWEST
from policy.terms import Status
from services.intake.document import Cell, CellKind
from services.intake.numerals import read_numeral, tenths
from services.intake.parsed import DECLARED_NONE, LONGEST_VALUE, Parsed, Trail, failed, is_none, unusable
from services.intake.text import shorten
from services.intake.wording import cleaned, closed_up, trimmed, unqualified

_WHOLE = Decimal(100)
_OF_WHOLE = re.compile("^占(?:比|比重|比例)?[:为达]?")


def read_share(cell: Cell, ratio: Decimal | None = None) -> Parsed:
    """A percentage. `ratio`: part ÷ whole from the same report, to tell 0.35 from 35."""
    if problem := unusable(cell):
        return problem
    trail = Trail()
    if cell.kind in (CellKind.DATE, CellKind.BOOL):
        return failed(f"应填百分比，读到“{cell.text}”")
    if is_none(cell.text):
        trail.note("填“无”，按0计")
        trail.remarks.append(DECLARED_NONE)
        return trail.parsed("0")
    if len(cell.text) > LONGEST_VALUE:
        return _not_a_share(cell)
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)(%?)", _in_digits(_bare(cell, trail), trail))
    if match is None:
        return _not_a_share(cell)
    if trail.remarks:
        trail.confirm("带有限定词，请确认数值")
    number = Decimal(match[1])
    if number < 0:
        trail.confirm("读到负数，请确认")
    if number > _WHOLE:
        trail.confirm(f"占比超过100%，可能是{plain(number / 100)}%，请确认")
        return trail.parsed(plain(number), (plain(number), plain(number / 100)))
    if match[2] or not 0 < number <= 1:
        return trail.parsed(plain(number), (plain(number),) if trail.status is Status.CONFIRM else ())
    return _ratio_or_percent(number, ratio, trail)


def _bare(cell: Cell, trail: Trail) -> str:
    """The number and its sign, without the words around them."""
    text = cell.text if cell.kind is CellKind.NUMBER else cleaned(cell.text, trail)
    if _OF_WHOLE.match(text):
        trail.note("去掉“占比”字样")
        text = _OF_WHOLE.sub("", text)
    return trimmed(closed_up(unqualified(text, trail), trail), trail).rstrip("。;,")


def _not_a_share(cell: Cell) -> Parsed:
    return failed(f"“{shorten(cell.text, 60)}”无法读成百分比，请填写如 35%")


def _in_digits(text: str, trail: Trail) -> str:
    """三成五 is colloquial, so it is confirmed; 三十五% is plain."""
    share = tenths(text)
    if share is not None:
        trail.confirm(f"“{text}”按{share}%读取，请确认")
        return f"{share}%"
    numeral = read_numeral(text)
    if numeral is None or numeral.counts_ones:
        return text
    trail.note("中文数字已换算")
    return f"{numeral.value}{numeral.rest}"


def _ratio_or_percent(number: Decimal, ratio: Decimal | None, trail: Trail) -> Parsed:
    """0.35 may mean 35 % or 0.35 %: part ÷ whole decides, otherwise the person does."""
    scaled, agrees = number * 100, DEFAULT.share("share_tolerance", NEWEST)
    decided = None
    if ratio is not None and abs(scaled - ratio * 100) <= agrees:
        trail.note(f"比值{plain(number)}按{plain(scaled)}%读取")
        decided = scaled
    elif ratio is not None and abs(number - ratio * 100) <= agrees:
        decided = number
    if decided is not None:
        return trail.parsed(plain(decided), (plain(decided),) if trail.status is Status.CONFIRM else ())
    trail.confirm(f"“{plain(number)}”没有百分号，可能是{plain(scaled)}%或{plain(number)}%，请确认")
    return trail.parsed(plain(scaled), (plain(scaled), plain(number)))
