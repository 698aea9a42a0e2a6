"""Dates and months: ISO is plain, other writings are a note, a month is enough only where the column says so."""

from __future__ import annotations

import re
from datetime import date, timedelta

from policy.terms import Status
from services.intake.document import EPOCH_1900, TEXT, Cell, CellKind
from services.intake.number_formats import date_parts
from services.intake.numerals import date_digits
from services.intake.parsed import LONGEST_VALUE, Parsed, Trail, failed, is_none, unusable
from services.intake.text import fold, footnotes, shorten, without_footnotes

_ISO = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DAY = re.compile(
    r"(\d{4})\s*(?:[-./年])\s*(\d{1,2})\s*(?:[-./月])\s*(\d{1,2})\s*[日号]?(?:[ T]\d{1,2}:\d\d(?::\d\d)?)?"
)
_MONTH = re.compile(r"(\d{4})\s*(?:[-./年])\s*(\d{1,2})\s*月?(?:份)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_PLAIN = re.compile(r"\d{4}-\d{2}(-\d{2})?|\d{4}\s*年\s*\d{1,2}\s*月(\s*\d{1,2}\s*日)?")
_RANGE = re.compile(r"(.+?(?:日|\d))\s*(?:-|至|到)\s*(?:\d{1,4}[年./-])?(?:\d{1,2}[月./-])?\d{1,2}日?")
_BEFORE = re.compile(r"(大?约|预计|计划|拟|(?:成立|注册|设立|认定|获批)?于)\s*")
_AFTER = re.compile(r"\s*(?:\(([^()]*)\)|(左右|前后|以?前|之?后|起|至今|成立|注册|登记|设立|认定|获批|批准|举办))$")
_VAGUE = re.compile(r"(.*月)份?(底|末|初|中旬|上旬|下旬|中)")
_WEEKDAY = re.compile(r"\s*\((?:星期|周)[一二三四五六日天]\)|\s*(?:星期|周)[一二三四五六日天]$")
_SERIALS = range(15000, 80000)
_YEARS = range(1949, 2051)


def read_date(cell: Cell, *, day_required: bool, epoch: date = EPOCH_1900) -> Parsed:
    """ISO date or month. 无 is a declared nothing: value None, note. `epoch`: day 0 of the workbook's serial dates."""
    if cell.kind is CellKind.DATE:
        return _likely(_date_cell(cell, day_required))
    return _likely(_read(cell, day_required, epoch))


def _likely(parsed: Parsed) -> Parsed:
    """A year no park's papers speak of was mistyped, or is a serial number that never was a date."""
    if parsed.value is None or int(parsed.value[:4]) in _YEARS:
        return parsed
    message = f"{parsed.message}；" if parsed.message else ""
    return parsed._replace(
        status=Status.CONFIRM, message=f"{message}年份{parsed.value[:4]}不常见，请确认", candidates=(parsed.value,)
    )


def _date_cell(cell: Cell, day_required: bool) -> Parsed:
    """A date the sheet keeps as such. What its format leaves out was perhaps never typed: a month typed as 2024年6月
    is kept as its first day, and a day without a year gets the year it was typed in."""
    if not _DAY.match(cell.text):
        return _not_a_date(cell)
    day, parts, trail = cell.text[:10], date_parts(cell.format), Trail()
    if "y" not in parts and parts:
        trail.confirm(f"单元格没有显示年份，实际存的是{day}，请确认")
    elif parts == "y" or ("d" not in parts and parts and not day.endswith("-01")):
        trail.confirm(f"单元格只显示到{'年' if parts == 'y' else '月'}份，实际存的是{day}，请确认")
    elif "d" not in parts and parts:
        day = day[:7]
        trail.note("单元格只显示到月份，按月份读取")
        if day_required:
            trail.confirm("只到月份，请补充到日")
    return trail.parsed(day, (day,) if trail.status is Status.CONFIRM else ())


def _read(cell: Cell, day_required: bool, epoch: date) -> Parsed:
    if cell.kind is TEXT and _ISO.fullmatch(cell.text) and _exists(cell.text):
        return Parsed(cell.text, Status.OK)
    if problem := unusable(cell):
        return problem
    if len(cell.text) > LONGEST_VALUE:
        return _not_a_date(cell)
    trail = Trail()
    if cell.kind is CellKind.BOOL:
        return failed(f"应填日期，读到“{cell.text}”")
    if is_none(cell.text):
        trail.note("填“无”")
        return trail.parsed(None)
    text = _plain(cell.text, trail)
    if text.isdigit() and int(text) in _SERIALS:
        return _serial(int(text), cell, epoch, trail)
    return _written(cell, _unqualified(text, trail), day_required, trail)


def _unqualified(text: str, trail: Trail) -> str:
    """The text without the words around its date (约, 左右, 成立, brackets), which become remarks."""
    remarks = []
    while match := _BEFORE.match(text):
        remarks.append(match[1])
        text = text[match.end() :]
    while match := _AFTER.search(text):
        remarks.append(match[1] or match[2] or "")
        text = text[: match.start()]
    if remarks:
        trail.remarks += remarks
        trail.confirm("带有限定词，请确认日期")
    return text


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _plain(raw: str, trail: Trail) -> str:
    """Folded, in digits, without weekday and footnote marks; a month's beginning, middle or end is only its month."""
    if marks := footnotes(raw):
        trail.remarks.append(marks)
        trail.confirm("日期旁有注释标记，请确认")
    folded = fold(without_footnotes(raw)).strip()
    text = date_digits(_WEEKDAY.sub("", folded))
    if text != folded:
        trail.note("日期写法已规整")
    vague = _VAGUE.fullmatch(text)
    if vague is not None:
        trail.remarks.append(vague[2])
        trail.confirm("只写到月份的上中下旬，按月份读取，请确认")
        return vague[1]
    return text


def _serial(number: int, cell: Cell, epoch: date, trail: Trail) -> Parsed:
    """A day counted from the workbook's epoch; written as text it may be any number, so it is only proposed."""
    value = (epoch + timedelta(days=number)).isoformat()
    if cell.kind is CellKind.NUMBER:
        trail.note("日期序列号，已换算")
        return trail.parsed(value)
    trail.confirm(f"“{number}”可能是日期序列号，按{value}读取，请确认")
    return trail.parsed(value, (value,))


def _written(cell: Cell, text: str, day_required: bool, trail: Trail) -> Parsed:
    parts = _COMPACT.fullmatch(text) or _DAY.fullmatch(text) or _MONTH.fullmatch(text)
    if parts is None:
        span = _RANGE.fullmatch(text)
        if span is None:
            return _not_a_date(cell)
        trail.remarks.append(cell.text.strip())
        trail.confirm("填的是起止时间，取开始日期，请确认")
        return _written(cell, span[1], day_required, trail)
    year, month = parts[1], parts[2]
    day = parts[3] if parts.re.groups > 2 else None
    if day is None and cell.kind is CellKind.NUMBER and "." in text:
        trail.confirm("数字形式的年月（10月会变成1月），请确认")
    try:
        value = date(int(year), int(month), int(day or 1)).isoformat()
    except ValueError:
        return _not_a_date(cell)
    if not _PLAIN.fullmatch(cell.text.strip()) and not trail.messages:
        trail.note("日期写法已规整")
    if day is None and day_required:
        trail.confirm("只到月份，请补充到日")
    value = value if day else value[:7]
    return trail.parsed(value, (value,) if trail.status is Status.CONFIRM else ())


def _not_a_date(cell: Cell) -> Parsed:
    return failed(f"“{shorten(cell.text, 60)}”无法读成日期，请填写如 2020-10-20")
