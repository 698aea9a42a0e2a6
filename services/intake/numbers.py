"""Amounts, counts and shares: text -> exact decimal in the column's unit, never changing a magnitude silently."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from policy.figures import plain
from policy.terms import Status
from services.intake.document import Cell, CellKind
from services.intake.parsed import DECLARED_NONE, Parsed, Trail, failed, is_none, unusable
from services.intake.text import HARD_SPACES, INVISIBLE, fold
from services.intake.units import Family, Unit, unit_named

_ESTIMATED = "预计|预估|估计|暂估|预测|初步|力争"
_BEFORE = re.compile(
    rf"({_ESTIMATED}|大约|大概|约为|约|将近|接近|近|超过|超|逾|突破|不少于|不低于|不超过|不到|不足|至少|大于|小于"
    r"|累计|合计|共计|共有|共|达到|达|>=|≥|>|<=|≤|<)[:]?"
)
_AFTER = re.compile(rf"(左右|上下|以上|以下|以内|有余|余|多|\+|{_ESTIMATED}|预计数)")
_NUMBER = re.compile(r"([+-]?)(\d[\d,]*(?:\.\d+)?|\.\d+)(余|多|来)?(.*)", re.DOTALL)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_SHARE = re.compile(r"(?:占比?(?:总数)?[:为]?)?(-?\d+(?:\.\d+)?)%")
_TRAILING_SHARE = re.compile(r"(.+?)[,;、。 ]*占比?[:为]?(\d+(?:\.\d+)?)%")
_SCALED_FORMAT = re.compile(r",(?![#0?])|[!\\]\.")
LONGEST = 18


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
    if cell.kind is CellKind.NUMBER:
        return _number_cell(cell, wanted, trail)
    return _number_text(cell.text, wanted, trail)


def _number_cell(cell: Cell, wanted: Wanted, trail: Trail) -> Parsed:
    if cell.text.endswith("%"):
        return failed(f"单元格是百分比格式（{cell.text}），本栏应填以{wanted.unit.name}为单位的数")
    number = Decimal(cell.text)
    stated = wanted.stated or wanted.unit
    shown = _format_unit(cell.format)
    if _SCALED_FORMAT.search(cell.format) or (shown is not None and not shown.same_as(stated)):
        trail.confirm(f"单元格格式（{cell.format}）显示的与实际存的数{cell.text}不同，请确认")
        return _finish(number, None, wanted, trail)
    return _finish(number, shown, wanted, trail)


def _format_unit(number_format: str) -> Unit | None:
    """The unit a number format writes after the number, such as 0.00"亿元"."""
    positive = re.sub(r"\[[^\]]*\]|通用格式", "", number_format.split(";")[0])
    return unit_named("".join(re.findall(r"[\u4e00-\u9fff㎡]+", positive)))


def _number_text(raw: str, wanted: Wanted, trail: Trail) -> Parsed:
    text = _cleaned(raw, trail)
    main, share, unit = _unbracketed(text, wanted, trail)
    if is_none(main):
        trail.note("填“无”，按0计")
        return trail.parsed("0", share=share)
    main = _unqualified(main, trail)
    main = _closed_up(main, trail)
    match = _NUMBER.fullmatch(main)
    if match is None:
        return _not_a_number(raw)
    sign, digits, more, rest = match.groups()
    if more:
        trail.remarks.append(more)
    if "," in digits and not _GROUPED.fullmatch(digits):
        return failed(f"“{raw.strip()}”中逗号分节不对，无法确定数值，请重填")
    name = _unit_text(rest, trail)
    written = unit_named(name) if name else None
    if name and written is None:
        return _not_a_number(raw)
    if trail.remarks:
        estimated = any(re.search(_ESTIMATED, remark) for remark in trail.remarks)
        trail.confirm("预计数，请确认或改填实际数" if estimated else "带有限定词，请确认数值")
    if "," in digits:
        trail.note("去掉千分位逗号")
    number = Decimal(sign + digits.replace(",", ""))
    if wanted.typed and not trail.messages and unit is None and not rest:
        trail.note("数字以文本形式存放，已按数字读取")
    parsed = _finish(number, written or unit, wanted, trail)
    return Parsed(parsed.value, parsed.status, parsed.message, parsed.remark, parsed.candidates, share)


def _cleaned(raw: str, trail: Trail) -> str:
    text = raw.strip()
    if text.startswith("'"):
        text = text[1:]
        trail.note("去掉文本标记“'”")
    if any(mark in text for mark in INVISIBLE + HARD_SPACES):
        text = re.sub(f"[{INVISIBLE}{HARD_SPACES}]", "", text)
        trail.note("去掉不可见字符")
    folded = fold(text).strip()
    if re.search(r"[０-９．，]", text):
        trail.note("全角数字转为半角")
    return folded


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
        elif group.strip():
            trail.remarks.append(group.strip())
    trailing = _TRAILING_SHARE.fullmatch(main)
    if trailing and wanted.share and share is None:
        main = trailing[1]
        share = Parsed(plain(Decimal(trailing[2])), Status.NOTE, "与数值同在一格，已拆分")
        trail.note("与占比同在一格，已拆分")
    return main, share, unit


def _unqualified(text: str, trail: Trail) -> str:
    while match := _BEFORE.match(text):
        trail.remarks.append(match[1])
        text = text[match.end() :].strip()
    return text


def _closed_up(text: str, trail: Trail) -> str:
    if re.search(r"\d\s+[\d.,]", text):
        trail.confirm("数字中间有空格，请确认")
    return re.sub(r"\s+", "", text)


def _unit_text(rest: str, trail: Trail) -> str:
    """The unit after the number, with qualifiers before or after it taken as remarks."""
    trail.remarks += [match[1] for match in _AFTER.finditer(rest)]
    return _AFTER.sub("", rest).strip("。;,")


def _not_a_number(raw: str) -> Parsed:
    return failed(f"“{raw.strip()}”无法读成一个数，请只填一个数字")


def _finish(number: Decimal, written: Unit | None, wanted: Wanted, trail: Trail) -> Parsed:
    """Into the catalogue's unit: the unit in the cell counts before the header's."""
    unit = written or wanted.stated or wanted.unit
    if unit.complete and unit.family is not wanted.unit.family:
        return failed(f"单位“{unit.name}”与本栏单位“{wanted.unit.name}”不符，请按{wanted.unit.name}填写")
    if len(number.as_tuple().digits) > LONGEST:
        return failed("数字过长，请核对后重填")
    value = _converted(number, unit, wanted.unit)
    if not unit.complete:
        trail.confirm(f"单位“{unit.name}”不完整，按{plain(value)}{wanted.unit.name}读取，请确认")
    elif written is not None:
        trail.note(f"单元格内写有单位“{written.name}”")
    elif not unit.same_as(wanted.unit):
        trail.note(f"表头单位为{unit.name}，已换算为{wanted.unit.name}")
    if value < 0:
        trail.confirm("读到负数，请确认")
    if wanted.whole and value != value.to_integral_value():
        trail.confirm("应为整数，请确认")
    candidates = (plain(value),) if trail.status is Status.CONFIRM else ()
    return trail.parsed(plain(value), candidates)


def _converted(number: Decimal, unit: Unit, wanted: Unit) -> Decimal:
    return number * unit.factor / wanted.factor


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
    text = cell.text if cell.kind is CellKind.NUMBER else _cleaned(cell.text, trail)
    text = _closed_up(_unqualified(text, trail), trail)
    trail.remarks += [match[1] for match in _AFTER.finditer(text)]
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)(%?)", _AFTER.sub("", text))
    if match is None:
        return failed(f"“{cell.text.strip()}”无法读成百分比，请填写如 35%")
    if trail.remarks:
        trail.confirm("带有限定词，请确认数值")
    number = Decimal(match[1])
    if match[2] or not 0 < number <= 1:
        return trail.parsed(plain(number), (plain(number),) if trail.status is Status.CONFIRM else ())
    return _ratio_or_percent(number, ratio, trail)


def _ratio_or_percent(number: Decimal, ratio: Decimal | None, trail: Trail) -> Parsed:
    """0.35 may mean 35 % or 0.35 %: part ÷ whole decides, otherwise the person does."""
    scaled = number * 100
    if ratio is not None and abs(scaled - ratio * 100) <= Decimal("0.5"):
        trail.note(f"比值{plain(number)}按{plain(scaled)}%读取")
        return trail.parsed(plain(scaled))
    if ratio is not None and abs(number - ratio * 100) <= Decimal("0.5"):
        return trail.parsed(plain(number))
    trail.confirm(f"“{plain(number)}”没有百分号，可能是{plain(scaled)}%或{plain(number)}%，请确认")
    return trail.parsed(plain(scaled), (plain(scaled), plain(number)))
