"""The repeated tables: found by their headers wherever they stand, several stacked in one sheet included."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from policy.tables import TABLES, Table
from services.intake.document import TEXT, Sheet
from services.intake.formats.refused import unsafe
from services.intake.labels import (
    Role,
    carried_on,
    column_named,
    header_role,
    indicator_label,
    may_begin_table,
)
from services.intake.periods import find_span
from services.intake.text import squash
from services.intake.units import Unit, header_units, stated_units, unit_named

_MOST_HEADERS = 300
"""Far more pages than a printed roster has."""
_UNIT_HEAD = re.compile(r"(?:计量)?单位:?|-")
_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=年)")
_COLUMN_NUMBER = re.compile(r"[甲乙丙丁戊己庚辛壬癸]|\(?\d{1,2}\)?|-")
_TOTAL = re.compile(
    r"(?P<part>本[页组类]|以上|分页|分组|.{1,12}园(?!区)(?:\))?)?(?:本表|全园区?|园区|各?企业)?(?P<word>小计|合计|总计|共计)(?:\(.*\)|:?\d*家?)"
)


@dataclass(frozen=True, slots=True)
class FoundTable:
    """Where a table stands: `columns` maps column key to grid column, `paths` to its header texts from the top;
    `more`: grid columns whose text belongs to a column too; `repeated` rows hold the header again; `continues`:
    its header stands over the table before it."""

    table: Table
    sheet: Sheet
    first_row: int
    last_header: int
    last_row: int
    columns: dict[str, int]
    paths: dict[str, tuple[str, ...]]
    more: dict[str, tuple[int, ...]] = field(default_factory=dict)
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
    more: dict[str, tuple[int, ...]]


def find_tables(sheet: Sheet) -> list[FoundTable]:
    """Every repeated table of a sheet, in order of its header. Raises FileRefused where there are too many."""
    headers: list[_Header] = []
    for row in _named_rows(sheet):
        if not headers or row > headers[-1].last:
            header = _header_at(sheet, row)
            headers += [header] if header is not None else []
        if len(headers) > _MOST_HEADERS:
            raise unsafe(f"工作表“{sheet.name}”有{_MOST_HEADERS}处以上的表头，远超一份报表；请只留报表本身后重新保存")
    limits = [*(header.first for header in headers[1:]), sheet.height + 1][: len(headers)]
    found: list[FoundTable] = []
    for header, limit in zip(headers, limits, strict=True):
        end = _end(sheet, header.last + 1, limit)
        table = FoundTable(
            header.table, sheet, header.first, header.last, end, header.columns, header.paths, header.more
        )
        if found and _goes_on(found[-1], table):
            found[-1] = _joined(found[-1], table)
        else:
            found.append(table)
    return found


def _named_rows(sheet: Sheet) -> list[int]:
    """The few rows that hold a name of some table's first column; a merged cell stands in all of its rows."""
    named = (cell for cell in sheet.filled() if may_begin_table(cell.text))
    return sorted({row for cell in named for row in range(cell.row, cell.last_row + 1)})


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
    if len(cells) < 2:
        return None
    for table in TABLES:
        named = {column.key for cell in cells if (column := column_named(table, cell.text))}
        if table.columns[0].key in named and len(named) >= max(2, (len(table.columns) + 2) // 3):
            last = _last_row(sheet, row, table, named)
            columns, paths = _columns(sheet, row, last, table)
            if table.columns[0].key in columns:
                return _Header(table, row, last, columns, paths, _more(sheet, row, last, table, columns))
    return None


def _last_row(sheet: Sheet, row: int, table: Table, named: set[str]) -> int:
    """A second or third header row names further columns, under merged parents."""
    last = row
    for below in (row + 1, row + 2):
        cells = sheet.row(below)
        if {column.key for cell in cells if (column := column_named(table, cell.text))} - named:
            last = below
        elif not cells or any(cell.row == below and cell.kind is not TEXT for cell in cells):
            break
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


def _more(sheet: Sheet, first: int, last: int, table: Table, columns: dict[str, int]) -> dict[str, tuple[int, ...]]:
    """Further columns that carry on a column's text: 手机 beside 联系人; where the column itself is not there,
    they are it."""
    more: dict[str, tuple[int, ...]] = {}
    for place in range(1, sheet.width + 1):
        texts = [text for row in range(last, first - 1, -1) if (text := sheet.text(row, place))]
        key = next((key for text in texts if (key := carried_on(table, text))), None)
        if key is None or place in columns.values() or _covered(sheet, last, place):
            continue
        if columns.setdefault(key, place) != place:
            more[key] = (*more.get(key, ()), place)
    return more


def _covered(sheet: Sheet, row: int, place: int) -> bool:
    """True right of the first column of a merged header: that header's values stand in its first column."""
    cell = sheet.at(row, place)
    return cell is not None and cell.column < place


def _year(path: tuple[str, ...]) -> tuple[int, int]:
    """Of two columns of one name under different periods the later counts, and never the one of last year; 1—6月 is
    later than 1—3月, and than the quarter it ends with."""
    if any(header_role(text) is Role.PREVIOUS for text in path):
        return 0, 0
    spans = [span for text in path if (span := find_span(text)) is not None and span.cumulative]
    year = max((int(year) for text in path for year in _YEAR.findall(squash(text))), default=1)
    return year, max((span.last for span in spans), default=0)


def _end(sheet: Sheet, start: int, limit: int) -> int:
    """The table's last row: before the next table's title, or before figures of 表一."""
    end = limit - 1
    while limit <= sheet.height and end >= start and len(sheet.row(end)) <= 1:
        end -= 1
    for row in range(start, end + 1):
        if _begins_figures(sheet, row):
            while row > start and _heads_figures(sheet, row - 1):
                row -= 1
            return row - 1
    return end


def _heads_figures(sheet: Sheet, row: int) -> bool:
    """The header and the title over figures of 表一."""
    cells = sheet.row(row)
    return len(cells) <= 1 or sum(header_role(cell.text) is not None for cell in cells) * 2 >= len(cells)


def _begins_figures(sheet: Sheet, row: int) -> bool:
    cells = sheet.row(row)
    return bool(cells) and cells[0].kind is TEXT and indicator_label(cells[0].text) is not None


def is_banner(sheet: Sheet, row: int) -> bool:
    """One merged cell and nothing else: a title, a group of rows or a note, never data."""
    cells = sheet.row(row)
    return len(cells) == 1 and cells[0].columns > 1


def total_word(found: FoundTable, row: int) -> str | None:
    """小计, 合计, 总计 when this is such a row: the word stands before the figures, in whatever column."""
    words = (total_named(cell.text) for cell in found.sheet.row(row)[:3] if cell.row == row)
    return next(filter(None, words), None)


def total_named(text: str) -> str | None:
    """小计, 合计 or 总计 when the text is such a word; 本页合计 is a 小计."""
    match = _TOTAL.fullmatch(squash(text)) if "计" in text and len(text) < 20 else None
    return None if match is None else "小计" if match["part"] else match["word"]


def table_units(sheet: Sheet, row: int) -> tuple[Unit, ...]:
    """Units stated for a whole table (单位：万元): in the rows or paragraphs above it, the nearest first,
    or in the sheet's name."""
    above = [cell.text for number in range(row - 1, max(0, row - 8), -1) for cell in sheet.row(number)]
    texts = (*above, *reversed(sheet.before), sheet.name)
    units = [unit for text in texts if "单位" in squash(text) for unit in stated_units(text)]
    return (*units, *_title_units(sheet, row))


def _title_units(sheet: Sheet, row: int) -> list[Unit]:
    """What a line of its own above the table states without the word 单位: 情况表（万元）; 金额：万元；人员：人."""
    lines = (sheet.row(number) for number in range(row - 1, max(0, row - 8), -1))
    texts = [cells[0].text for cells in lines if len(cells) == 1 and cells[0].kind is TEXT]
    return [unit for text in texts if indicator_label(text) is None for unit in header_units(text)]
