"""The repeated tables: found by their headers wherever they stand, several stacked in one sheet included."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from policy.tables import TABLES, Table
from services.intake.document import Sheet
from services.intake.labels import Role, column_named, header_role, header_span, indicator_label, may_begin_table
from services.intake.text import squash
from services.intake.units import Unit, stated_units, unit_named

_UNIT_HEAD = re.compile(r"(?:计量)?单位:?|-")
_COLUMN_NUMBER = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|\(?\d{1,2}\)?|-")
TOTAL_WORD = re.compile(r"(小计|合计|总计|共计)(?:\(.*\))?")


@dataclass(frozen=True, slots=True)
class FoundTable:
    """Where a table stands: `columns` maps column key to grid column, `paths` to its header texts from the top;
    `repeated` rows hold the header again; `continues`: its header stands over the table before it."""

    table: Table
    sheet: Sheet
    first_row: int
    last_header: int
    last_row: int
    columns: dict[str, int]
    paths: dict[str, tuple[str, ...]]
    repeated: frozenset[int] = frozenset()
    continues: bool = False

    @property
    def rows(self) -> list[int]:
        return [row for row in range(self.last_header + 1, self.last_row + 1) if row not in self.repeated]

    @property
    def filled(self) -> bool:
        """Something stands under the header, be it 无."""
        rows = (row for row in self.rows if not is_banner(self.sheet, row))
        return any(self.sheet.text(row, place) for row in rows for place in self.columns.values())


@dataclass(frozen=True, slots=True)
class _Header:
    table: Table
    first: int
    last: int
    columns: dict[str, int]
    paths: dict[str, tuple[str, ...]]


def find_tables(sheet: Sheet) -> list[FoundTable]:
    """Every repeated table of a sheet, in order of its header."""
    headers: list[_Header] = []
    row = 1
    while row <= sheet.height:
        header = _header_at(sheet, row)
        if header is not None:
            headers.append(header)
            row = header.last
        row += 1
    limits = [*(header.first for header in headers[1:]), sheet.height + 1][: len(headers)]
    found: list[FoundTable] = []
    for header, limit in zip(headers, limits, strict=True):
        end = _end(sheet, header.last + 1, limit)
        table = FoundTable(header.table, sheet, header.first, header.last, end, header.columns, header.paths)
        if found and _goes_on(found[-1], table):
            found[-1] = _joined(found[-1], table)
        else:
            found.append(table)
    return found


def _goes_on(before: FoundTable, after: FoundTable) -> bool:
    """A header printed again on the next page: the same columns, and no total between."""
    same = before.table is after.table and before.columns == after.columns
    return same and not any((total_word(before, row) or "小计") != "小计" for row in before.rows)


def _joined(before: FoundTable, after: FoundTable) -> FoundTable:
    between = frozenset(range(before.last_row + 1, after.last_header + 1))
    return replace(before, last_row=after.last_row, repeated=before.repeated | between)


def _header_at(sheet: Sheet, row: int) -> _Header | None:
    """A row that names the table's first column and at least a third of all its columns."""
    cells = sheet.row(row)
    if len(cells) < 2 or not any(may_begin_table(cell.text) for cell in cells):
        return None
    for table in TABLES:
        named = {column.key for cell in cells if (column := column_named(table, cell.text))}
        if table.columns[0].key in named and len(named) >= max(2, (len(table.columns) + 2) // 3):
            last = _last_row(sheet, row, table, named)
            columns, paths = _columns(sheet, row, last, table)
            if table.columns[0].key in columns:
                return _Header(table, row, last, columns, paths)
    return None


def _last_row(sheet: Sheet, row: int, table: Table, named: set[str]) -> int:
    """A second header row names further columns, under merged parents."""
    below = {column.key for cell in sheet.row(row + 1) if (column := column_named(table, cell.text))}
    last = row + 1 if below - named else row
    while is_header_tail(sheet, last + 1):
        last += 1
    return last


def is_header_tail(sheet: Sheet, row: int) -> bool:
    """A row under a header that holds only units, or only the columns' numbers (甲, 乙, 1, 2 …)."""
    texts = [squash(cell.text) for cell in sheet.row(row) if cell.row == row]
    if not texts:
        return False
    if all(unit_named(text) or _UNIT_HEAD.fullmatch(text) for text in texts):
        return True
    return len(texts) > 1 and texts[0] in ("甲", "栏次") and all(_COLUMN_NUMBER.fullmatch(text) for text in texts[1:])


def _columns(sheet: Sheet, first: int, last: int, table: Table) -> tuple[dict[str, int], dict[str, tuple[str, ...]]]:
    columns: dict[str, int] = {}
    paths: dict[str, tuple[str, ...]] = {}
    for place in range(1, sheet.width + 1):
        path = tuple(dict.fromkeys(text for row in range(first, last + 1) if (text := sheet.text(row, place))))
        column = next((found for text in reversed(path) if (found := column_named(table, text))), None)
        if column is None or _covered(sheet, last, place):
            continue
        if column.key not in columns or _year(path) > _year(paths[column.key]):
            columns[column.key], paths[column.key] = place, path
    return columns, paths


def _covered(sheet: Sheet, row: int, place: int) -> bool:
    """True right of the first column of a merged header: that header's values stand in its first column."""
    cell = sheet.at(row, place)
    return cell is not None and cell.column < place


def _year(path: tuple[str, ...]) -> int:
    """Of two columns of one name under different years the later counts, and never the one of last year."""
    if any(header_role(text) is Role.PREVIOUS for text in path[:-1]):
        return 0
    return max((span.year or 1 for text in path if (span := header_span(text))), default=1)


def _end(sheet: Sheet, start: int, limit: int) -> int:
    """The table's last row: before the next table's title, or before figures of 表一."""
    end = limit - 1
    while limit <= sheet.height and end >= start and len(sheet.row(end)) <= 1:
        end -= 1
    for row in range(start, end + 1):
        if _begins_figures(sheet, row):
            return row - 1
    return end


def _begins_figures(sheet: Sheet, row: int) -> bool:
    cells = sheet.row(row)
    return bool(cells) and indicator_label(cells[0].text) is not None


def is_banner(sheet: Sheet, row: int) -> bool:
    """One merged cell and nothing else: a title, a group of rows or a note, never data."""
    cells = sheet.row(row)
    return len(cells) == 1 and cells[0].columns > 1


def total_word(found: FoundTable, row: int) -> str | None:
    """小计, 合计, 总计 when this is such a row: the word stands before the figures, in whatever column."""
    for cell in found.sheet.row(row)[:3]:
        match = TOTAL_WORD.fullmatch(squash(cell.text))
        if match is not None and cell.row == row:
            return match[1]
    return None


def table_units(sheet: Sheet, row: int) -> tuple[Unit, ...]:
    """Complete units stated for a whole table (单位：万元) in the rows or paragraphs above it, the nearest first."""
    texts = [cell.text for above in range(row - 1, max(0, row - 8), -1) for cell in sheet.row(above)]
    units = [unit for text in (*texts, *reversed(sheet.before)) if "单位" in text for unit in stated_units(text)]
    return tuple(unit for unit in units if unit.complete)
