"""Everything recognised in a document, and which sheet to trust when two say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from policy.findings import Finding
from policy.terms import HalfYear, Severity
from services.intake.document import Cell, Document, Sheet
from services.intake.exports import find_long
from services.intake.figures import find_spots
from services.intake.formats.refused import unsafe
from services.intake.labels import Role, indicator_label
from services.intake.narrative import Statement, find_in_cells, find_statements
from services.intake.orientation import parts, rows_of, turned_rosters
from services.intake.sheet_periods import stated_half
from services.intake.spots import Spot
from services.intake.tables import FoundTable, find_tables
from services.intake.text import squash

_SAME_FIGURES = 5
_EXPLAINS = re.compile(r"(?:说明|须知|指南|口径|解释|字典|注意事项|示例|样[表例]|代码表?)$")
_MOST_SPOTS = 6000


@dataclass(slots=True)
class Contents:
    document: Document
    tables: list[FoundTable] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    """Figures of 表一 that running text states."""
    findings: list[Finding] = field(default_factory=list)
    _labels: dict[str, list[tuple[Cell, str]]] = field(default_factory=dict)

    def of(self, key: str) -> list[FoundTable]:
        return [found for found in self.tables if found.table.key == key]

    def outside(self, sheet: Sheet) -> list[Cell]:
        """What stands beside the repeated tables: the few cells of a long sheet that say what it is."""
        rows = {
            row for found in self.tables if found.sheet is sheet for row in range(found.first_row, found.last_row + 1)
        }
        return [cell for cell in sheet.filled() if cell.row not in rows]

    def labelled(self, sheet: Sheet, pattern: re.Pattern[str]) -> Iterator[tuple[Cell, Cell | None]]:
        """Cells that are such a label (with or without colon), each with the cell at its right.

        A row that fills most columns of a repeated table is a firm's: a roster has thousands of texts, none a label.
        """
        if sheet.name not in self._labels:
            listed = {
                row
                for found in self.tables
                if found.sheet is sheet
                for row in found.rows
                if len(sheet.row(row)) * 2 > len(found.table.columns)
            }
            self._labels[sheet.name] = sheet.labels(listed)
        return labelled(sheet, self._labels[sheet.name], pattern)

    def in_table(self, sheet: Sheet, row: int) -> bool:
        """The row belongs to a repeated table, header included."""
        return any(found.sheet is sheet and found.first_row <= row <= found.last_row for found in self.tables)


def labelled(
    sheet: Sheet, labels: Iterable[tuple[Cell, str]], pattern: re.Pattern[str]
) -> Iterator[tuple[Cell, Cell | None]]:
    """Of these labels those of the pattern, each with the cell at its right."""
    for cell, text in labels:
        if pattern.fullmatch(text):
            yield cell, sheet.at(cell.row, cell.last_column + 1)


def look_through(document: Document, asked: HalfYear | None = None) -> Contents:
    """Visible sheets first, so that a hidden copy never wins over what people see; of sheets that say the same for
    several half-years the one asked for, else the latest, and the others are left out with a note."""
    halves = {sheet.name: half for sheet in document.sheets if (half := stated_half(sheet))}
    chosen = asked if asked in halves.values() else max(halves.values(), default=None)
    contents = Contents(document, statements=find_statements(document.paragraphs))
    last: FoundTable | None = None
    others: dict[str, HalfYear] = {}
    page: Sheet | None = None
    seen = 0
    explained: list[str] = []
    aside: set[str] = set()

    def later(sheet: Sheet) -> tuple[bool, bool, bool]:
        return sheet.hidden, _explains(sheet), halves.get(sheet.name, chosen) != chosen

    for sheet in (part for whole in sorted(document.sheets, key=later) for part in parts(whole)):
        tables = find_tables(sheet) or turned_rosters(sheet) or _continuation(sheet, last)
        last = tables[-1] if tables else None
        spots = find_long(sheet) or find_spots(sheet, rows_of(tables), page if page and _goes_on(sheet, page) else None)
        seen += len(spots)
        if seen > _MOST_SPOTS:
            raise unsafe(f"文件里有{seen}处指标数据，远超一份报表；请只留本园区近两年的数据后重新保存")
        page = sheet if page is None or not _goes_on(sheet, page) else page
        half = halves.get(sheet.name, chosen)
        if _explains(sheet) and contents.spots:
            explained += [sheet.name] if spots or tables else []
            continue
        if half is not None and half != chosen and _said_before(contents, spots, tables):
            aside.add(sheet.name)
            if not _is_year_before(contents, half, chosen):
                others[sheet.name] = half
                continue
            spots, tables = [replace(spot, role=Role.PREVIOUS) for spot in spots if spot.role is Role.CURRENT], []
        _add_spots(contents, sheet, spots)
        for found in tables:
            _add_table(contents, found)
    contents.findings += _hidden(document)
    if explained:
        told = "、".join(f"“{name}”" for name in explained)
        message = f"工作表{told}按填报说明处理，没有从中取数；其中有填报内容的，请移到数据表中"
        contents.findings.append(Finding("explanation_sheet", Severity.NOTE, explained[0], message, ""))
    contents.document = replace(document, sheets=[one for one in document.sheets if one.name not in aside])
    named = {spot.key for spot in contents.spots}
    stated = [one for sheet in contents.document.sheets for one in find_in_cells(sheet, contents.outside(sheet))]
    contents.statements += [one for one in stated if one.key not in named]
    if others and chosen:
        contents.findings.append(_other_halves(others, chosen))
    return contents


def _is_year_before(contents: Contents, half: HalfYear, chosen: HalfYear | None) -> bool:
    """A sheet of the same half a year ago says 上年同期, where nothing else does."""
    return (
        chosen is not None
        and half == chosen.year_before()
        and not any(spot.role is Role.PREVIOUS for spot in contents.spots)
    )


def _explains(sheet: Sheet) -> bool:
    """A sheet of notes on how to fill in the others, by its name."""
    return bool(_EXPLAINS.search(squash(sheet.name)))


def _said_before(contents: Contents, spots: list[Spot], tables: list[FoundTable]) -> bool:
    """The figures, or the tables, that this sheet holds stand in another one already."""
    known = {spot.key for spot in contents.spots}
    again = [spot for spot in spots if spot.key in known]
    return len(again) >= _SAME_FIGURES or (bool(tables) and all(contents.of(found.table.key) for found in tables))


def _other_halves(others: dict[str, HalfYear], chosen: HalfYear) -> Finding:
    told = "、".join(f"“{name}”（{half.label}）" for name, half in others.items())
    message = f"工作表{told}是其他报告期的数据，没有读入；本次只读入{chosen.label}，其他报告期请选定报告期后分别上传"
    return Finding("other_periods", Severity.NOTE, next(iter(others)), message, "")


def _goes_on(sheet: Sheet, page: Sheet) -> bool:
    """A Word table broken over two pages: as wide, and nothing between but 续表."""
    between = all(squash(text).strip("()") in ("续表", "续上表", "接上表") for text in sheet.before)
    return sheet.word and page.word and sheet.width == page.width and between


def _continuation(sheet: Sheet, last: FoundTable | None) -> list[FoundTable]:
    """A Word table broken over two pages goes on without its header: directly after it, and as wide."""
    if last is None or not _goes_on(sheet, last.sheet) or last.last_row < last.sheet.height:
        return []
    if any(indicator_label(cell.text) for cell in sheet.filled()):
        return []
    return [replace(last, sheet=sheet, first_row=0, last_header=0, last_row=sheet.height, continues=True)]


def _add_spots(contents: Contents, sheet: Sheet, spots: list[Spot]) -> None:
    known = {(spot.key, spot.role): spot.sheet.name for spot in contents.spots}
    again = [known[spot.key, spot.role] for spot in spots if (spot.key, spot.role) in known]
    if len(again) >= _SAME_FIGURES:
        contents.findings.append(_two_sheets(again[0], sheet.name))
        return
    contents.spots += spots


def _add_table(contents: Contents, found: FoundTable) -> None:
    names = set(_names(found))
    for other in contents.of(found.table.key):
        if names and len(names & set(_names(other))) * 2 >= len(names) and other.sheet is not found.sheet:
            contents.findings.append(_two_sheets(other.sheet.name, found.sheet.name))
            return
    contents.tables.append(found)


def _names(found: FoundTable) -> Iterable[str]:
    place = found.columns[found.table.columns[0].key]
    return (squash(text) for row in found.rows if (text := found.sheet.text(row, place)))


def _two_sheets(first: str, second: str) -> Finding:
    message = f"工作表“{first}”和“{second}”都像是同一张表，已按“{first}”读取；请确认，或删去多余的一张后重新上传"
    return Finding("duplicate_sheet", Severity.CONFIRM, second, message, "")


def _hidden(document: Document) -> list[Finding]:
    parts = [f"隐藏的工作表“{sheet.name}”" for sheet in document.sheets if sheet.hidden and sheet.cells]
    for sheet in document.sheets:
        rows = [str(row) for row in sheet.hidden_rows if sheet.row(row)]
        if rows:
            parts.append(f"“{sheet.name}”的隐藏行（第{'、'.join(rows[:10])}行{'等' if len(rows) > 10 else ''}）")
        if any(cell.column in sheet.hidden_columns for cell in sheet.filled()):
            parts.append(f"“{sheet.name}”的隐藏列")
        if sheet.pale:
            parts.append(f"“{sheet.name}”的白色字（{'、'.join(sheet.pale[:10])}{'等' * (len(sheet.pale) > 10)}）")
    if not parts:
        return []
    return [Finding("hidden_content", Severity.NOTE, "", f"已一并读取：{'；'.join(parts)}", "")]
