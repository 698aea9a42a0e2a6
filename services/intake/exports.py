"""Exports of other platforms: several parks in one file, and one figure a row (园区, 指标, 报告期, 值).

Of a file with several parks only the rows of one are looked at: the park the caller named, or the only one of them
that the caller may know. Cells keep their places, so every figure still leads to where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY
from policy.terms import Severity
from services.intake.context import Context, ParkRef
from services.intake.document import Cell, CellKind, Document, Sheet
from services.intake.labels import Role, header_role, indicator_label
from services.intake.periods import Span, find_month
from services.intake.spots import Spot
from services.intake.tables import table_units, total_named
from services.intake.text import squash
from services.intake.units import catalogue_unit, general_for, header_units, unit_beside

_PARK = re.compile(r"(?:所属|重点)?园区(?:名称|简称)?|填报园区")
_INDICATOR = re.compile(r"(?:统计)?指标(?:名称)?|指标项|项目(?:名称)?")
_VALUE = re.compile(r"(?:数|指标|填报|本期|累计|上报)?值|数据|本期数|累计数")
_PERIOD = re.compile(r"(?:报告|统计|数据|所属)(?:期|期间|月份|时间)|期间|月份|时间|年月")
_UNIT = re.compile(r"(?:计量)?单位")
_KIND = re.compile(r"(?:数据|数值|指标|统计)?(?:类型|口径|类别)|期别|本同期")
_AS_ABOVE = ("", "同上", "同前", "〃", '"', "″", "''")
_HEADER_ROWS = 20
_TITLE = re.compile(r"国家网络安全产业园区\((.+园)\)")


def one_park(document: Document, context: Context) -> tuple[Document, Finding | None]:
    """The document without the rows of other parks; a finding when it cannot be told which park is meant."""
    names = dict.fromkeys(name for sheet in document.sheets for name in _park_rows(sheet).values())
    if len(names) < 2:
        return _one_column(document, context)
    known = {name: park for name in names if (park := _registered(name, context.parks))}
    wanted = {park.code for park in known.values()}
    if context.park is not None:
        wanted &= {context.park}
    if len(wanted) != 1:
        return document, _several(list(names), context)
    kept = {name for name, park in known.items() if park.code in wanted}
    return replace(document, sheets=[_without(sheet, kept) for sheet in document.sheets]), None


def _one_column(document: Document, context: Context) -> tuple[Document, Finding | None]:
    """As `one_park`, where registered parks stand side by side over the columns of their figures; a title that names
    one of them says which is meant."""
    heads = {sheet.name: _park_heads(sheet, context.parks) for sheet in document.sheets}
    known = {park.code: park for found in heads.values() for _, park in found}
    if len(known) < 2:
        return document, None
    wanted = context.park or _titled(document, known)
    if wanted is None or wanted not in known:
        return document, _several([park.short_name for park in known.values()], context)
    return replace(document, sheets=[_one_of(sheet, heads[sheet.name], wanted) for sheet in document.sheets]), None


def _titled(document: Document, known: dict[str, ParkRef]) -> str | None:
    """The one park that the title of a sheet or the first paragraph names."""
    texts = [text for _, text in document.paragraphs[:1]]
    texts += [sheet.row(1)[0].text for sheet in document.sheets if len(sheet.row(1)) == 1]
    named = {code for code, park in known.items() for text in texts if park.short_name in text}
    return named.pop() if len(named) == 1 else None


def _park_heads(sheet: Sheet, parks: tuple[ParkRef, ...]) -> list[tuple[Cell, ParkRef]]:
    """The first row with the names of two parks, or none."""
    for row in range(1, min(sheet.height, _HEADER_ROWS) + 1):
        texts = [(cell, squash(cell.text)) for cell in sheet.row(row) if "园" in cell.text]
        named = [(cell, park) for cell, text in texts if (park := _registered(text, parks))]
        if len({park.code for _, park in named}) > 1:
            return named
    return []


def _one_of(sheet: Sheet, heads: list[tuple[Cell, ParkRef]], code: str) -> Sheet:
    """A name stands over its columns up to the next name; the sum of all parks is nobody's."""
    others = {cell.column for cell in sheet.row(heads[0][0].row) if total_named(cell.text)} if heads else set()
    for number, (cell, park) in enumerate(heads):
        end = heads[number + 1][0].column if number + 1 < len(heads) else sheet.width + 1
        others |= set(range(cell.column, end)) if park.code != code else set()
    first = heads[0][0].row if heads else 0
    return replace(sheet, cells=[cell for cell in sheet.cells if cell.row < first or cell.column not in others])


def _several(names: list[str], context: Context) -> Finding:
    told = "、".join(names[:8]) + ("等" if len(names) > 8 else "")
    said = context.park_named(context.park) if context.park else None
    if said is not None:
        message = f"文件含{len(names)}个园区（{told}），其中没有指定的“{said.title}”；请核对文件，或改选园区"
        return Finding("park_mismatch", Severity.ERROR, "", message, "")
    message = f"文件含{len(names)}个园区（{told}）的数据，一次只能读入一个；请指定园区后分别上传，各园区只取自己的行"
    return Finding("park_unknown", Severity.CONFIRM, "", message, "")


def _registered(name: str, parks: tuple[ParkRef, ...]) -> ParkRef | None:
    inside = _TITLE.fullmatch(name)
    short = inside[1] if inside else name
    return next((park for park in parks if short == squash(park.short_name)), None)


def _park_rows(sheet: Sheet) -> dict[int, str]:
    """The park each row under a 园区 header speaks of."""
    for row in range(1, min(sheet.height, _HEADER_ROWS) + 1):
        for cell in sheet.row(row):
            if len(sheet.row(row)) > 2 and _PARK.fullmatch(squash(cell.text)):
                return dict(_named(sheet, cell))
    return {}


def _named(sheet: Sheet, header: Cell) -> Iterator[tuple[int, str]]:
    """Rows under the header with their park; one that leaves it out, or says 同上, goes on about the one above."""
    name = ""
    for row in range(header.last_row + 1, sheet.height + 1):
        said = squash(sheet.text(row, header.column))
        name = name if said in _AS_ABOVE else said
        if name.rstrip(")").endswith("园") and sheet.row(row) and not _is_total(sheet, row):
            yield row, name


def _without(sheet: Sheet, kept: set[str]) -> Sheet:
    """Totals go too: they are those of all parks."""
    rows = _park_rows(sheet)
    if not rows:
        return sheet
    totals = {row for row in range(min(rows), sheet.height + 1) if row not in rows and _is_total(sheet, row)}
    others = totals | {row for row, name in rows.items() if name not in kept}
    cells = [cell for cell in sheet.cells if cell.row not in others]
    return replace(sheet, cells=cells, left_out=frozenset(others))


def _is_total(sheet: Sheet, row: int) -> bool:
    return any(total_named(cell.text) for cell in sheet.row(row)[:3])


@dataclass(frozen=True, slots=True)
class _Columns:
    """Grid columns of an export of one figure a row; None where it has none. `previous`: last year's figures beside;
    `kind`: whether a row is of this period or of last year's."""

    header: int
    indicator: int
    value: int
    period: int | None
    unit: int | None
    kind: int | None
    previous: int | None


def find_long(sheet: Sheet) -> list[Spot]:
    """The figures of an export with one figure a row; empty when the sheet is none."""
    columns = _columns(sheet)
    return [] if columns is None else list(_spots(sheet, columns))


def _columns(sheet: Sheet) -> _Columns | None:
    for row in range(1, min(sheet.height, _HEADER_ROWS) + 1):
        heads = {cell.column: squash(cell.text) for cell in sheet.row(row)}
        indicator, value = _headed(heads, _INDICATOR), _headed(heads, _VALUE)
        if indicator is None or value is None:
            continue
        period, unit, park, kind = (_headed(heads, pattern) for pattern in (_PERIOD, _UNIT, _PARK, _KIND))
        previous = next((cell.column for cell in sheet.row(row) if header_role(cell.text) is Role.PREVIOUS), None)
        if period is not None or park is not None:
            return _Columns(row, indicator, value, period, unit, kind, previous)
    return None


def _headed(heads: dict[int, str], pattern: re.Pattern[str]) -> int | None:
    return next((column for column, text in heads.items() if pattern.fullmatch(text)), None)


def _spots(sheet: Sheet, columns: _Columns) -> Iterator[Spot]:
    general = header_units(sheet.text(columns.header, columns.value)) + table_units(sheet, columns.header)
    for row in range(columns.header + 1, sheet.height + 1):
        label = indicator_label(sheet.text(row, columns.indicator))
        role = header_role(sheet.text(row, columns.kind)) if columns.kind else None
        if label is None or role is Role.IGNORED:
            continue
        target = catalogue_unit(BY_KEY[label.key].unit)
        own = unit_beside(sheet.text(row, columns.unit), target) if columns.unit else ()
        span = _span(sheet.at(row, columns.period)) if columns.period else None
        units = own + label.units + general_for(general, target)
        yield Spot(label.key, role or Role.CURRENT, sheet, row, columns.value, units, span)
        if columns.previous and role is not Role.PREVIOUS and sheet.text(row, columns.previous):
            yield Spot(label.key, Role.PREVIOUS, sheet, row, columns.previous, units, span)


def _span(cell: Cell | None) -> Span | None:
    """A month names the months up to it: 2025-06, 202506, 2025年6月, or a date."""
    if cell is None or cell.blank:
        return None
    return find_month(cell.text[:7] if cell.kind is CellKind.DATE else cell.text)
