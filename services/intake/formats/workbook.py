"""Excel workbooks (.xlsx, .xls): values by calamine, and for .xlsx what calamine hides by a scan of the XML."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite

from python_calamine import (
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from services.intake.document import NUMBER, TEXT, Cell, CellKind, Document, Sheet, letters
from services.intake.formats import runs, xls_marks, xlsx_marks
from services.intake.formats.limits import check_extent
from services.intake.formats.refused import unsupported
from services.intake.number_formats import is_percent

_NOTHING_TOLD = xlsx_marks.Mark()
Span = tuple[tuple[int, int], tuple[int, int]]


def parse_xlsx(data: bytes) -> Document:
    marks = xlsx_marks.scan(data)
    settled, struck = runs.settled_workbook(data, [entry.rich for entry in marks.values() if entry.rich])
    remarks = xlsx_marks.remarks(data) + ((runs.STRUCK,) if struck else ())
    return replace(_parse(settled, "xlsx", marks), remarks=remarks, margins=xlsx_marks.margins(data))


def parse_xls(data: bytes) -> Document:
    try:
        marks = xls_marks.scan(data)
    except Exception:  # calamine reads more files than xlrd; without it only formats go unseen, and are asked about
        marks = {}
    return _parse(data, "xls", marks)


def _parse(data: bytes, kind: str, marks: dict[str, xlsx_marks.Marks]) -> Document:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            sheets = [
                _sheet(book.get_sheet_by_index(index), meta.visible != SheetVisibleEnum.Visible, marks.get(meta.name))
                for index, meta in enumerate(book.sheets_metadata)
                if meta.typ == SheetTypeEnum.WorkSheet and meta.visible != SheetVisibleEnum.VeryHidden
            ]
    except PasswordError:
        raise unsupported("文件设有密码，无法读取；请取消密码后重新上传") from None
    return Document(kind, sheets)


def _sheet(source: CalamineSheet, hidden: bool, marks: xlsx_marks.Marks | None) -> Sheet:
    marks = marks or xlsx_marks.Marks()
    check_extent(source.name, source.total_height + 1, source.total_width + 1)
    cells = _cells(source.to_python(skip_empty_area=False), marks)
    for (r, c), mark in marks.cells.items():
        if (r, c) not in cells and (mark.error or not mark.calculated):
            cells[r, c] = _silent(r, c, mark)
    for place, text in marks.texts.items():
        if place in cells:
            cells[place] = cells[place]._replace(text=text)
    spread(cells, source.merged_cell_ranges or ())
    return Sheet(
        source.name, list(cells.values()), hidden=hidden,
        hidden_rows=tuple(sorted(marks.hidden_rows)), hidden_columns=tuple(sorted(marks.hidden_columns)),
        date1904=marks.date1904,
        struck=tuple(cells[place].address for place in sorted(marks.struck) if place in cells),
        comments={cells[place].address: said for place, said in marks.comments.items() if place in cells},
        pale=tuple(cells[place].address for place in sorted(marks.pale) if place in cells),
    )  # fmt: skip


def _silent(row: int, column: int, mark: xlsx_marks.Mark) -> Cell:
    """A formula without a value, or an error value: calamine shows neither."""
    kind = CellKind.ERROR if mark.error else CellKind.FORMULA
    text = mark.error or f"={mark.formula}"
    return Cell(row, column, f"{letters(column)}{row}", kind, text, formula=mark.formula)


def _cells(grid: Sequence[Sequence[object]], marks: xlsx_marks.Marks) -> dict[tuple[int, int], Cell]:
    """What holds something, by its place. There are many of them: one turn of this loop costs as much as reading."""
    cells = {}
    for row, values in enumerate(grid, 1):
        for column, value in enumerate(values, 1):
            if value == "" or value is None:
                continue
            place = row, column
            mark = marks.cells.get(place, _NOTHING_TOLD)
            kind, text = (TEXT, value) if isinstance(value, str) else _content(value, mark.format)
            address = f"{letters(column)}{row}"
            cells[place] = Cell(row, column, address, kind, text, 1, 1, mark.format, mark.formula)
    return cells


def _content(value: object, number_format: str) -> tuple[CellKind, str]:
    if isinstance(value, bool):
        return CellKind.BOOL, str(value).upper()
    if isinstance(value, float) and not isfinite(value):
        return CellKind.ERROR, str(value)
    if isinstance(value, (int, float)):
        return NUMBER, number_text(value, percent=is_percent(number_format))
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return CellKind.DATE, value.date().isoformat() if midnight else value.isoformat(sep=" ")
    return CellKind.DATE if isinstance(value, date | time | timedelta) else CellKind.TEXT, str(value)


def number_text(value: float, *, percent: bool = False) -> str:
    """The shortest exact decimal: 48.0 -> 48; beyond 15 digits, as a sheet shows it; 0.35 as 35% when so formatted."""
    text = repr(value)
    if len(text) < 16 and "e" not in text and not percent:
        return text.removesuffix(".0")
    digits = text.partition("e")[0].lstrip("-").replace(".", "")
    if len(digits.strip("0")) > 15:
        text = f"{value:.15g}"
    exact = Decimal(text)
    if percent:
        exact *= 100
    plain = format(exact, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f"{plain}%" if percent else plain


def spread(cells: dict[tuple[int, int], Cell], ranges: Collection[Span]) -> None:
    """Let the first cell of each merged range fill it, within the used area; ranges count from 0."""
    if not ranges:
        return
    height = max((r for r, _ in cells), default=0)
    width = max((c for _, c in cells), default=0)
    for (top, left), (bottom, right) in ranges:
        anchor = cells.get((top + 1, left + 1))
        if anchor is None:
            continue
        rows = min(bottom + 1, max(height, top + 1)) - top
        columns = min(right + 1, max(width, left + 1)) - left
        for r in range(top + 1, top + rows + 1):
            for c in range(left + 1, left + columns + 1):
                cells.pop((r, c), None)
        cells[top + 1, left + 1] = anchor._replace(rows=rows, columns=columns)
