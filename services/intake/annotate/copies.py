"""An .xlsx with the sheets and cells of a file of another format, each at its address and with its value as read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal

import xlsxwriter
from xlsxwriter.exceptions import OverlappingRange
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from services.intake.annotate.listing import TEXT_SHEET
from services.intake.document import Cell, CellKind, Document, Sheet

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]|^'|'$")
_LONGEST_NAME = 31
_SUM = re.compile(r"(?:of:)?=?SUM\(\[?\.?([A-Z]{1,3}\d{1,7}):\.?([A-Z]{1,3}\d{1,7})\]?\)")
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def copied(document: Document) -> tuple[bytes, dict[str, str]]:
    """The workbook, and the name of each sheet in it by its name in the document.

    Text outside tables stands line by line on a sheet 正文. Of formulas only sums of one range are kept, the
    others become their values.
    """
    output = io.BytesIO()
    names = dict(_names(document))
    date1904 = any(sheet.date1904 for sheet in document.sheets)
    with xlsxwriter.Workbook(output, _OPTIONS | {"date_1904": date1904}) as book:
        looks = _Looks(book)
        if document.paragraphs:
            _text_sheet(book.add_worksheet(names["正文"]), document, looks)
        sheets = [(sheet, book.add_worksheet(names[sheet.name])) for sheet in document.sheets]
        for sheet, target in sheets:
            _fill(target, sheet, looks)
        shown = next((target for sheet, target in sheets if not sheet.hidden), None)
        if shown is not None:
            shown.activate()
            shown.set_first_sheet()
    return output.getvalue(), names


def _names(document: Document) -> Iterator[tuple[str, str]]:
    """A workbook takes no long names and no name twice."""
    taken: set[str] = set()
    texts = [TEXT_SHEET] if document.paragraphs else []
    for name in [*texts, *(sheet.name for sheet in document.sheets)]:
        short = _FORBIDDEN.sub("-", name)[:_LONGEST_NAME] or "表"
        number = 2
        while short.casefold() in taken:
            short = f"{short[: _LONGEST_NAME - 4]}({number})"
            number += 1
        taken.add(short.casefold())
        yield name, short


class _Looks:
    """The formats of the copy, one a number format; what is struck out or white stays so."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, bool, bool], Format] = {}
        self.struck = self.pale = False

    def next(self, sheet: Sheet, cell: Cell) -> None:
        """The cell whose formats are asked for."""
        self.struck, self.pale = cell.address in sheet.struck, cell.address in sheet.pale

    def of(self, number_format: str = "") -> Format:
        wanted = number_format, self.struck, self.pale
        if wanted not in self._made:
            look = {"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "vcenter", "border": 1}
            more: dict[str, object] = {"num_format": number_format} if number_format else {}
            more |= {"font_strikeout": True} if self.struck else {}
            more |= {"font_color": "#FFFFFF"} if self.pale else {}
            self._made[wanted] = self._book.add_format(look | more)
        return self._made[wanted]


def _text_sheet(target: Worksheet, document: Document, looks: _Looks) -> None:
    target.set_column(0, 0, 100)
    for number, text in document.paragraphs:
        target.write_string(number - 1, 0, text, looks.of())


def _fill(target: Worksheet, sheet: Sheet, looks: _Looks) -> None:
    widest: dict[int, int] = {}
    for cell in sheet.cells:
        if cell.columns == 1:
            width = max(map(len, cell.text.splitlines()), default=0)
            widest[cell.column] = max(width, widest.get(cell.column, 0))
    for column in range(1, sheet.width + 1):
        options = {"hidden": True} if column in sheet.hidden_columns else {}
        target.set_column(column - 1, column - 1, min(max(10, widest.get(column, 0) * 1.8), 40), None, options)
    for row in sheet.hidden_rows:
        target.set_row(row - 1, None, None, {"hidden": True})
    for cell in sheet.cells:
        looks.next(sheet, cell)
        _write(target, cell, looks)
        if said := sheet.comments.get(cell.address):
            target.write_comment(cell.row - 1, cell.column - 1, said)
    if sheet.hidden:
        target.hide()


def _write(target: Worksheet, cell: Cell, looks: _Looks) -> None:
    row, column = cell.row - 1, cell.column - 1
    if cell.rows > 1 or cell.columns > 1:
        try:
            target.merge_range(row, column, cell.last_row - 1, cell.last_column - 1, "", looks.of(cell.format))
        except OverlappingRange:
            return
    match cell.kind:
        case CellKind.NUMBER:
            _write_number(target, cell, looks)
        case CellKind.DATE:
            _write_day(target, cell, looks)
        case CellKind.BOOL:
            target.write_boolean(row, column, cell.text == "TRUE", looks.of())
        case CellKind.ERROR if cell.text.startswith("#"):
            target.write_formula(row, column, f"={cell.text}", looks.of(), cell.text)
        case _:
            target.write_string(row, column, cell.text, looks.of())


def _write_number(target: Worksheet, cell: Cell, looks: _Looks) -> None:
    percent = cell.text.endswith("%")
    exact = Decimal(cell.text.rstrip("%")) / (100 if percent else 1)
    look = looks.of(cell.format or ("0.00%" if percent else ""))
    summed = _SUM.fullmatch(cell.formula)
    if summed is None:
        target.write_number(cell.row - 1, cell.column - 1, float(exact), look)
    else:
        formula = f"=SUM({summed[1]}:{summed[2]})"
        target.write_formula(cell.row - 1, cell.column - 1, formula, look, float(exact))


def _write_day(target: Worksheet, cell: Cell, looks: _Looks) -> None:
    row, column = cell.row - 1, cell.column - 1
    kinds = ((date, "yyyy-mm-dd"), (datetime, "yyyy-mm-dd hh:mm:ss"), (time, "hh:mm:ss"))
    for kind, code in kinds:
        try:
            target.write_datetime(row, column, kind.fromisoformat(cell.text), looks.of(code))
            return
        except ValueError:  # not of this kind, or a day no workbook counts
            continue
    target.write_string(row, column, cell.text, looks.of())
