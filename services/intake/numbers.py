"""Amounts and counts: text -> exact decimal in the column's unit, never changing a magnitude silently."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from policy.figures import plain
from policy.terms import Status
from services.intake.document import NUMBER, Cell, CellKind
from services.intake.number_formats import shown
from services.intake.numerals import read_numeral
from services.intake.parsed import DECLARED_NONE, LONGEST_VALUE, SAY_NONE, Parsed, Trail, failed, is_none, unusable
from services.intake.text import shorten
from services.intake.units import Family, Unit, unit_named
from services.intake.wording import ESTIMATED, cleaned, closed_up, trimmed, unqualified

_NUMBER = re.compile(r"([+-]?)(\d[\d,]*(?:\.\d+)?|\.\d+)(余|多|来)?(.*)", re.DOTALL | re.ASCII)
_GROUPED = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_OF_WHOLE = (
    r"占(?:园区|全园区?)?(?:业务)?(?:总收入|总数|总量|总人数|企业总数|注册企业|从业人员)?的?(?:比重|比例|比)?[:为达]?"
)
_SHARE = re.compile(rf"(?:{_OF_WHOLE})?(-?\d+(?:\.\d+)?)%")
_TRAILING_SHARE = re.compile(rf"(.+?)[,;、。 ]*{_OF_WHOLE}(\d+(?:\.\d+)?)%")
_RANGE = re.compile(r"[\d一二三四五六七八九十百千万亿元]\s*(?:-|至|到)\s*[\d一二三四五六七八九十]")
_ONES = Unit("未写", Family.ANY, Decimal(1))
"""What 三亿二千万 counts when no 元 or 人 follows."""
_CURRENCY = re.compile("人民币|RMB|CNY|¥", re.IGNORECASE)
_NOTHING = re.compile("无|没有|暂无|未|尚未|零报告|空")
LONGEST = 18
_READY = re.compile(r"(?=[\d.]{1,18}$)(?:0|[1-9]\d*)(?:\.\d*[1-9])?", re.ASCII)
"""A decimal as it is stored: no sign, no zeros before or after, not longer than LONGEST."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the column holds: its catalogue unit, the unit its header states, whether only whole numbers fit.

    `typed`: the file tells numbers from text, so a number kept as text is worth a note.
    """

    unit: Unit
    stated: Unit | None = None
    whole: bool = False
    typed: bool = True
    share: bool = False
    """The cell may hold a share too: 5.2亿元（41%）."""


def read_number(cell: Cell, wanted: Wanted) -> Parsed:
    """An amount or count. 无 is a declared zero."""
    if cell.kind is NUMBER:
        return _as_it_stands(cell, wanted) or _number_cell(cell, wanted, Trail())
    if problem := unusable(cell):
        return problem
    if cell.kind in (CellKind.DATE, CellKind.BOOL):
        return failed(
            f"应填数字，读到的是{'日期' if cell.kind is CellKind.DATE else '逻辑值'}“{cell.text}”，请改单元格格式后重填"
        )
    trail = Trail()
    if is_none(cell.text):
        trail.note("填“无”，按0计")
        trail.remarks.append(DECLARED_NONE)
        return trail.parsed("0")
    return _number_text(cell.text, wanted, trail)


def _as_it_stands(cell: Cell, wanted: Wanted) -> Parsed | None:
    """Nearly every number: no format that shows another, in the column's own unit, nothing to be asked about."""
    direct = not cell.format and (wanted.stated is None or wanted.stated is wanted.unit)
    if direct and _READY.fullmatch(cell.text) and not (wanted.whole and "." in cell.text):
        return Parsed(cell.text, Status.OK)
    return None


def _number_cell(cell: Cell, wanted: Wanted, trail: Trail) -> Parsed:
    if cell.text.endswith("%"):
        return failed(f"单元格是百分比格式（{cell.text}），本栏应填以{wanted.unit.name}为单位的数")
    number = Decimal(cell.text)
    if not cell.format:
        return _finish(number, None, wanted, trail)
    seen = shown(cell.format, number)
    if seen.silent:
        trail.confirm(f"单元格格式（{cell.format}）不显示数值，实际存的数是{plain(number)}，请确认")
    elif seen.words:
        trail.remarks.append(seen.words)
        trail.confirm(f"单元格格式写有“{seen.words}”，请确认数值")
    if seen.scale == 1 and (seen.unit is None or seen.unit.same_as(wanted.stated or wanted.unit)):
        return _finish(number, seen.unit, wanted, trail)
    return _shown_otherwise(number, seen.unit, seen.scale, cell.format, wanted)


def _shown_otherwise(number: Decimal, unit: Unit | None, scale: Decimal, code: str, wanted: Wanted) -> Parsed:
    """What people see in the cell is not what it holds: both are offered, what is seen first
    when it is scaled to a unit it names."""
    stored = _finish(number, None, wanted, Trail())
    seen = _finish(number / scale, unit, wanted, Trail())
    if unit is not None and not unit.convertible:
        return seen
    first, second = (seen, stored) if scale > 1 and unit is not None and unit.complete else (stored, seen)
    candidates = tuple(dict.fromkeys(entry.value for entry in (first, second) if entry.value is not None))
    if not candidates:
        return first
    sight = f"{plain(number / scale)}{unit.name if unit else ''}"
    message = f"单元格格式（{code}）显示为{sight}，实际存的数是{plain(number)}，请确认"
    return Parsed(candidates[0], Status.CONFIRM, message, candidates=candidates)


def _number_text(raw: str, wanted: Wanted, trail: Trail) -> Parsed:
    if len(raw) > LONGEST_VALUE:
        return _not_a_number(raw)
    text = cleaned(raw, trail)
    main, share, unit = _unbracketed(text, wanted, trail)
    main = closed_up(unqualified(main, trail), trail)
    if is_none(main):
        return _declared_zero(trail, share)
    if _RANGE.search(main):
        return failed(f"“{shorten(raw, 60)}”是一个范围，请填一个确定的数")
    found = _numeral(main, trail) or _digits(main, trail)
    if found is None:
        return _not_a_number(raw)
    number, rest, counted = found
    if number is None:
        return failed(f"“{shorten(raw, 60)}”中逗号分节不对，无法确定数值，请重填")
    name = _name_behind(number, rest, trail)
    if name == "人民币" and counted is not None:
        name = "元"
    written = unit_named(name) if name else counted
    if name and written is None:
        return _not_a_number(raw)
    if unit is not None and written is not None and not _agree(unit, written):
        return failed(f"“{shorten(raw, 60)}”写有两个不同的单位，请只写一个数字和它的单位")
    unit = _together(unit, written)
    _tell_doubts(trail)
    if wanted.typed and not trail.messages and unit is None:
        trail.note("数字以文本形式存放，已按数字读取")
    parsed = _finish(number, unit, wanted, trail)
    return Parsed(parsed.value, parsed.status, parsed.message, parsed.remark, parsed.candidates, share)


def _name_behind(number: Decimal, rest: str, trail: Trail) -> str:
    """What follows the number, without qualifiers and closing marks."""
    name = trimmed(rest, trail).strip("。;,、")
    if name != ".":
        return name
    if number == number.to_integral_value():
        trail.confirm("小数点后没有数字，请确认")
    return ""


def _tell_doubts(trail: Trail) -> None:
    if trail.remarks:
        estimated = any(re.search(ESTIMATED, remark) for remark in trail.remarks)
        trail.confirm("预计数，请确认或改填实际数" if estimated else "带有限定词，请确认数值")


def _declared_zero(trail: Trail, share: Parsed | None) -> Parsed:
    """无 with words beside it may be more than nothing."""
    trail.note("填“无”，按0计")
    if any(remark not in ("0", DECLARED_NONE) for remark in trail.remarks):
        trail.confirm("带有限定词，请确认数值")
    return trail.parsed("0", ("0",) if trail.status is Status.CONFIRM else (), share)


_Found = tuple[Decimal | None, str, Unit | None]
"""The number (None when its digits are grouped wrongly), what follows it, and the unit it counts in by itself."""


def _numeral(text: str, trail: Trail) -> _Found | None:
    numeral = read_numeral(text)
    if numeral is None:
        return None
    trail.note("中文数字已换算")
    return numeral.value, numeral.rest, _ONES if numeral.counts_ones else None


def _digits(text: str, trail: Trail) -> _Found | None:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, digits, more, rest = match.groups()
    if more:
        trail.remarks.append(more)
    if "," not in digits:
        return Decimal(sign + digits), rest, None
    if not _GROUPED.fullmatch(digits):
        return None, rest, None
    trail.note("去掉千分位逗号")
    return Decimal(sign + digits.replace(",", "")), rest, None


def _unbracketed(text: str, wanted: Wanted, trail: Trail) -> tuple[str, Parsed | None, Unit | None]:
    """The text before its brackets, the share and the unit found in them; other words become remarks."""
    share, unit = None, None
    main = re.sub(r"\([^()]*\)", "", text).strip()
    for group in re.findall(r"\(([^()]*)\)", text):
        match = _SHARE.fullmatch(group.strip())
        if match and wanted.share and share is None:
            share = Parsed(plain(Decimal(match[1])), Status.NOTE, "与数值同在一格，已拆分")
            trail.note("与占比同在一格，已拆分")
        elif (named := unit_named(group)) is not None and named.family is not Family.SHARE:
            unit = named
        elif _CURRENCY.fullmatch(group.strip()):
            continue
        elif group.strip():
            trail.remarks.append(group.strip())
    trailing = _TRAILING_SHARE.fullmatch(main)
    if trailing and wanted.share and share is None:
        main = trailing[1]
        share = Parsed(plain(Decimal(trailing[2])), Status.NOTE, "与数值同在一格，已拆分")
        trail.note("与占比同在一格，已拆分")
    return main, share, unit


def _together(bracketed: Unit | None, written: Unit | None) -> Unit | None:
    """3.2亿（元） names 亿元."""
    if bracketed is None or written is None or written.complete:
        return written or bracketed
    if written is _ONES or bracketed.same_as(written):
        return bracketed
    return replace(bracketed, name=written.name + bracketed.name, factor=written.factor * bracketed.factor)


def _agree(bracketed: Unit, written: Unit) -> bool:
    """3.2亿元（亿元）, 3.2亿（元）, 三亿二千万（元）; not 3.2亿元（万元）."""
    return bracketed.same_as(written) or (not written.complete and bracketed.name[0] not in "十百千万亿")


def _not_a_number(raw: str) -> Parsed:
    none = f"；{SAY_NONE}" if _NOTHING.match(raw.strip()) else ""
    return failed(f"“{shorten(raw, 60)}”无法读成一个数，请只填一个数字{none}")


def _finish(number: Decimal, written: Unit | None, wanted: Wanted, trail: Trail) -> Parsed:
    """Into the catalogue's unit: the unit in the cell counts before the header's."""
    unit = written or wanted.stated or wanted.unit
    if unit is not wanted.unit and (problem := _unfit(unit, wanted.unit)):
        return problem
    if len(str(number)) > LONGEST and len(number.as_tuple().digits) > LONGEST:
        return failed("数字过长，请核对后重填")
    value = _converted(number, unit, wanted.unit)
    if written is not None or unit is not wanted.unit:
        _tell_unit(unit, value, wanted.unit, trail, in_cell=written is not None)
    if unit.counts and wanted.unit.counts not in ("", unit.counts):
        trail.confirm(f"写的是“{unit.name}”，本栏以“{wanted.unit.name}”计，请确认")
    if value < 0:
        trail.confirm("读到负数，请确认")
    if wanted.whole and value != value.to_integral_value():
        trail.confirm("应为整数，请确认")
    text = plain(value)
    return trail.parsed(text, (text,) if trail.messages and trail.status is Status.CONFIRM else ())


def _unfit(unit: Unit, wanted: Unit) -> Parsed | None:
    if unit.complete and unit.family is not wanted.family:
        return failed(f"单位“{unit.name}”与本栏单位“{wanted.name}”不符，请按{wanted.name}填写")
    if not unit.convertible:
        return failed(f"单位“{unit.name}”不能准确换算，请按{wanted.name}填写")
    return None


def _tell_unit(unit: Unit, value: Decimal, wanted: Unit, trail: Trail, *, in_cell: bool) -> None:
    if unit.family is Family.UNKNOWN:
        trail.confirm(
            f"单位栏写的“{unit.name}”与本栏单位“{wanted.name}”不符，按{plain(value)}{wanted.name}读取，请确认"
        )
    elif not unit.complete:
        told = "没有写计量单位" if unit is _ONES else f"单位“{unit.name}”不完整"
        trail.confirm(f"{told}，按{plain(value)}{wanted.name}读取，请确认")
    elif in_cell:
        trail.note(f"单元格内写有单位“{unit.name}”")
    elif not unit.same_as(wanted):
        trail.note(f"表头单位为{unit.name}，已换算为{wanted.name}")


def _converted(number: Decimal, unit: Unit, wanted: Unit) -> Decimal:
    if unit.factor == wanted.factor:
        return number
    return number * unit.factor / wanted.factor
