"""What calamine does not tell about an .xls: number formats that change the reading, hidden rows and columns,
and from which day its serial dates count."""

from __future__ import annotations

import io
from typing import Any

import xlrd

from services.intake.formats import looks
from services.intake.formats.runs import raised
from services.intake.formats.xlsx_marks import Mark, Marks
from services.intake.number_formats import matters

_FORMATTED = (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE)
_WHITES = (1, 9)
"""White in the palette, and among its fixed colours."""


def scan(data: bytes) -> dict[str, Marks]:
    """Marks by sheet name."""
    book = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=io.StringIO())
    formats = {
        number: code
        for number, style in enumerate(book.xf_list)
        if matters(code := book.format_map[style.format_key].format_str)
    }
    styles = {number: look for number, style in enumerate(book.xf_list) if (look := _look(style, book.font_list))}
    marks = {sheet.name: _sheet(sheet, formats, styles, date1904=book.datemode == 1) for sheet in book.sheets()}
    for sheet in book.sheets():
        told = marks[sheet.name]
        for (row, column), changes in sheet.rich_text_runlist_map.items():
            place = row + 1, column + 1
            if all(book.font_list[number].struck_out for _, number in changes) and place in told.struck:
                continue  # struck out as a whole: that is asked
            told.struck.discard(place)
            told.texts[place] = _settled(sheet.cell_value(row, column), changes, book.font_list)
    return marks


def _settled(text: str, changes: list[tuple[int, int]], fonts: Any) -> str:
    """A text whose fonts change at these offsets: raised parts become footnote marks, struck-out parts go."""
    offsets = [0, *(offset for offset, _ in changes), len(text)]
    parts = zip(offsets[:-1], offsets[1:], [None, *(fonts[number] for _, number in changes)], strict=True)
    said = ""
    for start, end, font in parts:
        part = text[start:end]
        if font is None or not font.struck_out:
            said += raised(part) if font is not None and font.escapement == 1 else part
    return said


def _look(style: Any, fonts: Any) -> str:
    """How a style says something against its cells; "" when it does not."""
    font = fonts[style.font_index]
    if font.struck_out:
        return looks.STRUCK_OUT
    return looks.PALE if font.colour_index in _WHITES and not style.background.fill_pattern else ""


def _sheet(sheet: Any, formats: dict[int, str], styles: dict[int, str], *, date1904: bool) -> Marks:
    marks = Marks(date1904=date1904)
    for row in range(sheet.nrows):
        for column in range(sheet.row_len(row)):
            style = sheet.cell_xf_index(row, column)
            code = formats.get(style)
            marks.look((row + 1, column + 1), styles.get(style, ""))
            if code is not None and sheet.cell_type(row, column) in _FORMATTED:
                marks.cells[row + 1, column + 1] = Mark(format=code)
    for (row, column), note in sheet.cell_note_map.items():
        if said := looks.doubting(note.text):
            marks.comments[row + 1, column + 1] = said
    marks.hidden_rows = {row + 1 for row, look in sheet.rowinfo_map.items() if look.hidden}
    marks.hidden_columns = {column + 1 for column, look in sheet.colinfo_map.items() if look.hidden}
    return marks
