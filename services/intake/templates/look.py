"""How our workbooks look: fonts that WPS has, A4, one page wide, open cells and locked ones."""

from __future__ import annotations

import re
from decimal import Decimal

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

FONT = "宋体"
A4 = 9
EXACT_DIGITS = 15
"""As many digits as a workbook keeps of a number; a longer one is kept as text."""
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
OPEN = {"format_columns": True, "format_rows": True}
ROWS_OPEN = OPEN | {"insert_rows": True, "delete_rows": True, "sort": True}


class Look:
    """The formats of one workbook: `open` cells may be filled in, all others are locked."""

    def __init__(self, book: Workbook) -> None:
        text = {"font_name": FONT, "font_size": 11, "valign": "vcenter"}
        frame = text | {"border": 1, "text_wrap": True}
        grey = {"font_color": "#595959", "bg_color": "#F2F2F2"}
        self.title: Format = book.add_format(text | {"font_size": 16, "bold": True, "align": "center"})
        self.plain: Format = book.add_format(text)
        self.word: Format = book.add_format(text | {"align": "right"})
        self.plain_open: Format = book.add_format(text | {"locked": False})
        self.wrapped: Format = book.add_format(text | {"text_wrap": True})
        self.choice: Format = book.add_format(text | {"locked": False, "bottom": 1})
        self.small: Format = book.add_format(text | {"font_size": 9, "font_color": "#595959"})
        self.label: Format = book.add_format(frame)
        self.part: Format = book.add_format(frame | {"indent": 2})
        self.heading: Format = book.add_format(frame | {"bold": True, "align": "center", "bg_color": "#DDE7F0"})
        self.open: Format = book.add_format(frame | {"locked": False})
        self.text: Format = book.add_format(frame | {"locked": False, "num_format": "@"})
        self.day: Format = book.add_format(text | {"locked": False, "num_format": "yyyy-mm-dd", "bottom": 1})
        self.percent: Format = book.add_format(frame | {"locked": False, "num_format": "0%"})
        self.grey: Format = book.add_format(frame | grey)
        self.grey_heading: Format = book.add_format(frame | grey | {"align": "center"})


def a4_sheet(book: Workbook, name: str, *, landscape: bool = True) -> Worksheet:
    """A sheet that prints on A4, one page wide: it is printed for the seal."""
    sheet: Worksheet = book.add_worksheet(name)
    sheet.set_paper(A4)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.set_footer(f'&C&"{FONT}"&9第&P页，共&N页')
    return sheet


def put(sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
    """A figure as a number, everything else as text; nothing as a blank. Never a formula."""
    number = as_number(text)
    if number is not None:
        sheet.write_number(row, column, float(number), look)
    elif text:
        sheet.write_string(row, column, text, look)
    else:
        sheet.write_blank(row, column, None, look)


def as_number(text: str) -> Decimal | None:
    """The number a text is and nothing else, when a workbook can keep it exactly."""
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if len(number.as_tuple().digits) <= EXACT_DIGITS else None
