"""What calamine does not tell about an .xls: number formats that change the reading, hidden rows and columns,
and from which day its serial dates count."""

from __future__ import annotations

import io
from typing import Any

import xlrd

from services.intake.formats.xlsx_marks import Mark, Marks, matters


def scan(data: bytes) -> dict[str, Marks]:
    """Marks by sheet name."""
    book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    formats = {
        number: code
        for number, style in enumerate(book.xf_list)
        if matters(code := book.format_map[style.format_key].format_str)
    }
    return {sheet.name: _sheet(sheet, formats, date1904=book.datemode == 1) for sheet in book.sheets()}


def _sheet(sheet: Any, formats: dict[int, str], *, date1904: bool) -> Marks:
    marks = Marks(date1904=date1904)
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            code = formats.get(sheet.cell_xf_index(row, column))
            if code is not None and sheet.cell_type(row, column) == xlrd.XL_CELL_NUMBER:
                marks.cells[row + 1, column + 1] = Mark(format=code)
    marks.hidden_rows = {row + 1 for row, look in sheet.rowinfo_map.items() if look.hidden}
    marks.hidden_columns = {column + 1 for column, look in sheet.colinfo_map.items() if look.hidden}
    return marks
