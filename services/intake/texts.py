"""Text and contact cells."""

from __future__ import annotations

import re

from policy.terms import Status
from services.intake.document import Cell, CellKind
from services.intake.number_formats import zeros
from services.intake.parsed import Parsed, Trail, failed, is_none, ordinary, unusable
from services.intake.text import fold

# A mobile number, a landline with its area code, a landline without.
_WHOLE_NUMBER = re.compile(r"1\d{10}|0\d{9,11}|\d{7,8}")
_LOST_DIGITS = re.compile(r"(?<=\d)[eE]\+?\d")


def read_text(cell: Cell) -> Parsed:
    """Text as it stands, blanks at its ends taken off. 无 is a declared nothing: value None, note."""
    return Parsed(cell.text, Status.OK) if ordinary(cell) else unusable(cell) or _text(cell)


def _text(cell: Cell) -> Parsed:
    if is_none(cell.text):
        return Parsed(None, Status.NOTE, "填“无”")
    if cell.kind is CellKind.DATE:
        return Parsed(cell.text.strip(), Status.NOTE, "单元格是日期，按文字读取")
    return Parsed(cell.text.strip(), Status.OK)


def read_contact(cell: Cell) -> Parsed:
    """A name and a telephone number; a number cell is the number itself, digits lost to 1.38E+10 are an error."""
    if not ordinary(cell) and (problem := unusable(cell)):
        return problem
    if cell.kind is CellKind.NUMBER:
        return _number_kept(cell)
    if _LOST_DIGITS.search(fold(cell.text)):
        return failed("电话号码已变成科学计数法，末几位丢失，请按文本格式重填")
    return read_text(cell)


def _number_kept(cell: Cell) -> Parsed:
    """A telephone number kept as a number: its format may show the zero it begins with."""
    trail = Trail()
    number = cell.text.zfill(zeros(cell.format))
    if _WHOLE_NUMBER.fullmatch(number):
        trail.note("电话按数字存放，已还原")
        return trail.parsed(number)
    trail.confirm("电话按数字存放，位数不是完整的手机号或固定电话（区号的0可能丢失），请核对")
    return trail.parsed(number, (number,))
