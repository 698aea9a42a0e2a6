"""The rows of a repeated table: cells with a status, 小计 reconciled, the printed total kept apart."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from policy.figures import plain
from policy.findings import Finding
from policy.tables import Column, Kind, Table
from policy.terms import Severity, Status
from services.intake.cells import NO_BLANKS, Reader, blank_field, column_reader, placeholder_left, read_place
from services.intake.document import STRUCK, Cell, CellKind
from services.intake.parsed import is_none, is_placeholder
from services.intake.reading import Reading, Row
from services.intake.tables import FoundTable, is_banner, table_units, total_word
from services.intake.text import squash
from services.intake.units import Unit, catalogue_unit, fitting, general_for, header_units

_REMARK = re.compile(r"(注|备注|说明|填表|制表|填报|报送|联系|审核|经办|负责|单位|日期|电话)[^:]{0,6}:")
_NO_FIRM = re.compile(
    r"其中[:,、].*|(?:上年|去年|上期)?(?:同期)?(?:小计|合计|总计)|同比.{0,6}|平均(?:值|数|水平)?|第\d+页.*"
)
"""Rows under a total that speak of its firms together."""
_NOTHING_MORE = re.compile(r"[\W_]*(?:以下|下面|后面)(?:空白|无正文|无内容)[\W_]*")
_GROUP = re.compile(r"[一二三四五六七八九十]{1,3}|\([一二三四五六七八九十]{1,3}\)")
_HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]\)|\([^()]*\)$|以[下上](?:为|是|共|均)|.{1,20}:$"
)
_DITTO = re.compile(r"同上|同前|[〃〞“”\"]{1,2}|[′']{2}")
_OF_DITTO = re.compile("[同〃〞“”\"″＂'＇′]")
STRUCK_ROW = "本行已用删除线划去；企业仍应列入的请确认，不应列入的请删去整行后重新上传"
_NUMERIC = (Kind.AMOUNT, Kind.COUNT)
_DIGITS = re.compile(r"[\d.\s]*")
_SUM = re.compile(r"(?:SUM\(|SUBTOTAL\(\d+[,;])\$?[A-Z]+\$?(\d+):\$?[A-Z]+\$?(\d+)\)", re.IGNORECASE)
_DONE = Decimal(100)


@dataclass(slots=True)
class TableReading:
    """`totals`: the printed 合计 by column key; `row_numbers`: the grid row of each row of `rows`."""

    rows: list[Row] = field(default_factory=list)
    row_numbers: list[int] = field(default_factory=list)
    totals: dict[str, Reading] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def reconcile(self, table: Table) -> list[Finding]:
        """The printed 合计 against these rows alone: for a roster in several parts, each with its own."""
        checked = (_subtotal(table.column(key), printed, self.rows) for key, printed in self.totals.items())
        return [finding for findings in checked for finding in findings]


def read_table(found: FoundTable, clause: str = NO_BLANKS) -> TableReading:
    """All data rows of one table, with the findings reading them makes."""
    result = TableReading()
    units = _column_units(found)
    readers = _readers(found, units)
    totals = [row for row in found.rows if total_word(found, row)]
    grand = _grand_total(found, totals)
    last, segment_start = _last_named(found), 0
    _settle_struck_rows(found)
    for row in found.rows:
        if row in totals:
            members = slice(0 if row == grand else segment_start, len(result.rows))
            _total_row(found, row, readers, result, members, is_grand=row == grand)
            segment_start = len(result.rows)
            continue
        own = _own_cells(found, row)
        if _holds_data(found, row, own) and not (row > last and len(found.sheet.row(row)) == 1):
            if _only_placeholders(own):
                result.findings.append(placeholder_left(found.sheet.row_where(row), found.table.label, clause))
                continue
            result.rows.append(_row(found, row, readers, result.rows[-1] if result.rows else None))
            result.row_numbers.append(row)
    result.findings += _blank_findings(found, result.rows, clause) + _unit_findings(found, units)
    return result


def _settle_struck_rows(found: FoundTable) -> None:
    """A row struck out from its name on is one question, not one a cell."""
    doubts, place = found.sheet.doubts, found.columns[found.table.columns[0].key]
    for row in found.rows if found.sheet.struck else ():
        name, *others = (cell.address for cell in [found.sheet.at(row, place), *_own_cells(found, row)] if cell)
        if doubts.get(name) == STRUCK:
            for address in others:
                doubts.pop(address, None)
            doubts[name] = STRUCK_ROW


def _column_units(found: FoundTable) -> dict[str, Unit]:
    """The unit each figure column states: its own header, the headers above it, then the table's title."""
    general = table_units(found.sheet, found.first_row)
    units = {}
    for key in found.columns:
        column = found.table.column(key)
        if column.kind in _NUMERIC:
            wanted = catalogue_unit(column.unit)
            stated = tuple(unit for text in reversed(found.paths[key]) for unit in header_units(text))
            unit = fitting(stated, wanted) or fitting(general_for(general, wanted), wanted)
            if unit is not None:
                units[key] = unit
    return units


def _readers(found: FoundTable, units: dict[str, Unit]) -> dict[int, Reader]:
    """How the cells of each grid column are read; what goes on in another column states no unit there."""
    readers = {}
    for key, place in found.columns.items():
        column = found.table.column(key)
        readers[place] = column_reader(column, units.get(key), found.sheet)
        readers |= {further: column_reader(column, None, found.sheet) for further in found.more.get(key, ())}
    return readers


def _grand_total(found: FoundTable, totals: Sequence[int]) -> int | None:
    """总计 if there is one, else the last 合计 after which no row follows."""
    words = {row: total_word(found, row) for row in totals}
    named = [row for row in totals if words[row] == "总计"] or [row for row in totals if words[row] != "小计"]
    return named[-1] if named else None


def _own_cells(found: FoundTable, row: int) -> list[Cell]:
    """What the row itself holds in the table's columns, left to right."""
    places = found.columns.values()
    return [
        cell
        for cell in found.sheet.row(row)
        if cell.row == row and (cell.column in places or (cell.columns > 1 and _covers_one(cell, places)))
    ]


def _covers_one(cell: Cell, places: Collection[int]) -> bool:
    return any(cell.column <= place <= cell.last_column for place in places)


def _holds_data(found: FoundTable, row: int, own: Sequence[Cell]) -> bool:
    """A row with content of its own in the table's columns; not a note under the table, not a bare 无."""
    sheet = found.sheet
    if not own or all(is_none(cell.text) for cell in own):
        return False
    filled = sheet.row(row)
    first = squash(filled[0].text)
    alone = is_banner(sheet, row) or (len(filled) == 1 and _HEADING.match(first))
    group = len(filled) == 2 and _GROUP.fullmatch(first) and filled[1] is own[-1]
    together = any(_NO_FIRM.fullmatch(squash(cell.text)) for cell in filled[:2])
    return not (alone or group or together or _REMARK.match(first) or _NOTHING_MORE.fullmatch(own[0].text))


def _last_named(found: FoundTable) -> int:
    """The last row with a name: a lone text further down is a signature, not a firm."""
    place = found.columns[found.table.columns[0].key]
    return max((row for row in found.rows if _own(found.sheet.at(row, place), row)), default=0)


def _own(cell: Cell | None, row: int) -> Cell | None:
    return cell if cell is not None and cell.row == row and not cell.blank else None


def _only_placeholders(own: Sequence[Cell]) -> bool:
    return all(is_placeholder(cell.text) or _DIGITS.fullmatch(cell.text) for cell in own)


def _row(found: FoundTable, row: int, readers: dict[int, Reader], above: Row | None) -> Row:
    cells: dict[str, Reading] = {}
    for column in found.table.columns:
        place = found.columns.get(column.key)
        if place is None:
            cells[column.key] = _no_column(column)
            continue
        needed = column.required or _finished_task(column, cells)
        entry = read_place(column, found.sheet, row, place, readers[place], needed=needed)
        for further in found.more.get(column.key, ()) if found.more else ():
            entry = _carried_on(entry, read_place(column, found.sheet, row, further, readers[further], needed=False))
        cells[column.key] = _as_above(entry, above.cells[column.key] if above else None, column)
    return Row(found.sheet.row_where(row), cells)


def _carried_on(entry: Reading, further: Reading) -> Reading:
    """A text that goes on in another column, as 联系人 does in 手机; the worse status of the two."""
    if further.raw is None or (entry.status is Status.ERROR and entry.raw is not None):
        return entry
    if further.status is Status.ERROR or entry.raw is None:
        return further
    joined = " ".join(value for value in (entry.value, further.value) if value) or None
    worse = further if further.status.blocks else entry
    return worse._replace(raw=f"{entry.raw} {further.raw}", value=joined, where=entry.where)


def _as_above(entry: Reading, above: Reading | None, column: Column) -> Reading:
    """同上 takes the value above it; a figure is hardly ever the same, so it is confirmed."""
    if entry.raw is None or not _OF_DITTO.search(entry.raw) or not _DITTO.fullmatch(squash(entry.raw)):
        return entry
    if above is None or above.value is None:
        return entry._replace(
            value=None, status=Status.ERROR, message="填“同上”，但上一行没有可用的内容，请填写实际内容"
        )
    if column.kind in _NUMERIC:
        message = f"填“同上”，按上一行的{above.value}{column.unit}读取，请确认"
        return above._replace(raw=entry.raw, where=entry.where, status=Status.CONFIRM, message=message,
                              candidates=(above.value,))  # fmt: skip
    status = Status.CONFIRM if above.status is Status.CONFIRM else Status.NOTE
    return above._replace(raw=entry.raw, where=entry.where, status=status, message="填“同上”，取上一行的内容")


def _no_column(column: Column) -> Reading:
    status = Status.ERROR if column.required else Status.OK
    message = f"表中没有“{column.label}”一栏" if column.required else ""
    return Reading(column.key, "current", None, None, column.unit, status, None, message)


def _finished_task(column: Column, cells: dict[str, Reading]) -> bool:
    """完成时间 is needed once a task stands at 100 %."""
    share = cells.get("done_share") if column.key == "done_on" else None
    return share is not None and share.number is not None and share.number >= _DONE


def _blank_findings(found: FoundTable, rows: Sequence[Row], clause: str) -> list[Finding]:
    """One finding a column: where it is empty, or that the table lacks it."""
    findings = []
    for column in found.table.columns:
        blank = [row.cells[column.key] for row in rows if _blank_error(row.cells[column.key])]
        if not blank:
            continue
        places = [entry.where.partition("!")[2] for entry in blank if entry.where]
        where = blank[0].where or found.sheet.row_where(found.last_header)
        more = (
            f"（{'、'.join(places[:8])}{'等' if len(places) > 8 else ''}共{len(places)}处）" if len(places) > 1 else ""
        )
        findings.append(blank_field(where, f"{found.table.label}“{column.label}”{more}", clause))
    return findings


def _blank_error(entry: Reading) -> bool:
    return entry.raw is None and entry.status is Status.ERROR


def _unit_findings(found: FoundTable, units: dict[str, Unit]) -> list[Finding]:
    """One note a column whose header states another unit than the form's."""
    findings = []
    for key, unit in units.items():
        column = found.table.column(key)
        wanted = catalogue_unit(column.unit)
        if unit.complete and unit.convertible and not unit.same_as(wanted):
            message = f"“{column.label}”一栏表头单位为{unit.name}，已换算为{column.unit}"
            where = found.sheet.where(found.last_header, found.columns[key])
            findings.append(Finding("unit_converted", Severity.NOTE, where, message, ""))
    return findings


def _total_row(
    found: FoundTable, row: int, readers: dict[int, Reader], result: TableReading, members: slice, *, is_grand: bool
) -> None:
    """Read a printed total: a 小计 is compared with its rows here, the 合计 is handed on."""
    rows, numbers = result.rows[members], result.row_numbers[members]
    for key, place in found.columns.items():
        column, cell = found.table.column(key), found.sheet.at(row, place)
        if column.kind not in _NUMERIC or cell is None or cell.blank:
            continue
        where = found.sheet.where(row, place)
        result.findings += _short_range(cell, where, numbers)
        if cell.kind is CellKind.FORMULA:
            message = "合计公式没有计算结果，已按各行自行求和；请打开重算后保存"
            result.findings.append(Finding("formula_not_calculated", Severity.NOTE, where, message, ""))
            continue
        printed = read_place(column, found.sheet, row, place, readers[place], needed=False)
        if is_grand:
            result.totals[key] = printed
        else:
            result.findings += _subtotal(column, printed, rows)


def _short_range(cell: Cell, where: str, numbers: Sequence[int]) -> list[Finding]:
    """A SUM whose range leaves out rows that hold data (V26)."""
    match = _SUM.search(re.sub(r"[\[\].]", "", cell.formula or (cell.text if cell.kind is CellKind.FORMULA else "")))
    if match is None or not numbers:
        return []
    first, last = sorted((int(match[1]), int(match[2])))
    if first <= numbers[0] and numbers[-1] <= last:
        return []
    message = f"合计公式只覆盖第{first}—{last}行，名录数据在第{numbers[0]}—{numbers[-1]}行，请改正公式范围后重算"
    return [Finding("formula_range_short", Severity.CONFIRM, where, message, "")]


def _subtotal(column: Column, printed: Reading, rows: Sequence[Row]) -> list[Finding]:
    values = [row.cells[column.key].number for row in rows]
    known = [value for value in values if value is not None]
    if printed.number is None or not rows or len(known) != len(values):
        return []
    total = sum(known, Decimal(0))
    rounding = Decimal(1).scaleb(_exponent(printed.number)) / 2
    if abs(total - printed.number) <= rounding:
        return []
    message = (
        f"小计“{column.label}”填{plain(printed.number)}{column.unit}，"
        f"以上{len(rows)}家合计为{plain(total)}{column.unit}，请核对"
    )
    return [Finding("roster_total_mismatch", Severity.CONFIRM, printed.where or "", message, "附件表二")]


def _exponent(number: Decimal) -> int:
    """-2 for a figure printed to two decimals: a difference within its rounding is none."""
    exponent = number.as_tuple().exponent
    return min(exponent, 0) if isinstance(exponent, int) else 0
