"""A located cell and the column it stands in -> a Reading; and the findings that go with blanks and placeholders."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from policy.findings import Finding
from policy.indicators.indicator import Indicator
from policy.tables import Column, Kind
from policy.terms import Measure, Severity, Status
from services.intake.dates import read_date
from services.intake.document import Cell, Sheet
from services.intake.numbers import Wanted, read_number
from services.intake.parsed import SAY_NONE, Parsed, failed
from services.intake.reading import Reading
from services.intake.shares import read_share
from services.intake.text import fold
from services.intake.texts import read_contact, read_text
from services.intake.units import Unit, catalogue_unit
from services.intake.wording import kinds_named

NO_BLANKS = "附件填报说明2"

Reader = Callable[[Cell], Parsed]
"""Reads a cell that holds something."""
_MEANS_NOTHING = re.compile(r"[-/\\]+")


def as_reading(key: str, column: str, unit: str, parsed: Parsed, cell: Cell | None, where: str | None) -> Reading:
    raw = cell.text if cell is not None and (parsed.value is not None or not cell.blank) else None
    named = kinds_named(parsed.remark) if parsed.remark else []
    return Reading(
        key, column, raw, parsed.value, unit, parsed.status, where, parsed.message, parsed.remark, parsed.candidates,
        named[0] if named else None,
    )  # fmt: skip


def missing(key: str, column: str, unit: str, label: str) -> Reading:
    """A required fact the file does not hold anywhere."""
    return Reading(key, column, None, None, unit, Status.ERROR, None, f"文件中没有找到“{label}”，{SAY_NONE}")


def read_filled(cell: Cell | None, reader: Reader, *, needed: bool) -> Parsed:
    """Read a cell that holds something. A blank is an error where it must be filled, else nothing;
    a dash counts as nothing where nothing is needed."""
    if cell is None or cell.blank:
        return failed(f"必填栏空缺，{SAY_NONE}") if needed else Parsed(None, Status.OK)
    if not (needed or cell.text[0].isalnum()) and _MEANS_NOTHING.fullmatch(fold(cell.text).strip()):
        return Parsed(None, Status.NOTE, f"填“{cell.text.strip()}”，按未填处理")
    return reader(cell)


def read_figure(
    indicator: Indicator,
    cell: Cell,
    stated: Unit | None,
    *,
    typed: bool,
    with_share: bool,
    ratio: Decimal | None = None,
) -> Parsed:
    """One cell of 表一."""
    if indicator.measure is Measure.RATIO:
        return read_share(cell, ratio)
    wanted = Wanted(catalogue_unit(indicator.unit), stated, indicator.whole_number, typed, with_share)
    return read_number(cell, wanted)


def doubted(parsed: Parsed, cell: Cell | None, sheet: Sheet) -> Parsed:
    """What the look of the cell or a comment at it says against its text has to be confirmed."""
    doubt = sheet.doubts.get(cell.address) if cell is not None and sheet.doubts else None
    if doubt is None or parsed.status is Status.ERROR:
        return parsed
    message = "；".join(filter(None, (parsed.message, doubt)))
    candidates = parsed.candidates or ((parsed.value,) if parsed.value is not None else ())
    return parsed._replace(status=Status.CONFIRM, message=message, candidates=candidates)


def read_column(column: Column, sheet: Sheet, row: int, place: int, stated: Unit | None, *, needed: bool) -> Reading:
    """One cell of a repeated table."""
    return read_place(column, sheet, row, place, column_reader(column, stated, sheet), needed=needed)


def read_place(column: Column, sheet: Sheet, row: int, place: int, reader: Reader, *, needed: bool) -> Reading:
    """One cell of a repeated table, by its column's reader."""
    cell = sheet.at(row, place)
    where = sheet.where(row, place) if cell is None else f"{sheet.name}!{cell.address}"
    parsed = read_filled(cell, reader, needed=needed)
    if cell is not None and cell.row < row and column.kind in (Kind.AMOUNT, Kind.COUNT) and parsed.value is not None:
        parsed = Parsed(
            parsed.value,
            Status.CONFIRM,
            f"与{cell.address}合并为一格，同一数值可能属于多行，请分行填写",
            candidates=(parsed.value,),
        )
    return as_reading(column.key, "current", column.unit, doubted(parsed, cell, sheet), cell, where)


def read_kind(column: Column, cell: Cell, stated: Unit | None, sheet: Sheet) -> Parsed:
    """A filled cell by what its column holds."""
    return column_reader(column, stated, sheet)(cell)


def column_reader(column: Column, stated: Unit | None, sheet: Sheet) -> Reader:
    """How a filled cell is read, by what its column holds, written the way its sheet writes."""
    match column.kind:
        case Kind.AMOUNT | Kind.COUNT:
            wanted = Wanted(catalogue_unit(column.unit), stated, column.kind is Kind.COUNT, sheet.typed)
            return lambda cell: read_number(cell, wanted)
        case Kind.SHARE:
            return read_share
        case Kind.DATE | Kind.MONTH_OR_DATE:
            return lambda cell: read_date(cell, day_required=column.kind is Kind.DATE, epoch=sheet.epoch)
        case Kind.CONTACT:
            return read_contact
        case Kind.TEXT:
            return read_text


def blank_field(where: str, what: str, clause: str = NO_BLANKS) -> Finding:
    return Finding("blank_field", Severity.ERROR, where, f"{what}空缺；填报栏目不得空缺，{SAY_NONE}", clause)


def placeholder_left(where: str, what: str, clause: str = NO_BLANKS) -> Finding:
    message = f"{what}仍是样表的示例或占位符，请替换为实际内容，{SAY_NONE}"
    return Finding("placeholder_left", Severity.ERROR, where, message, clause)
