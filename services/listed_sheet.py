"""A list as an office prints it: one sheet with a title, how it counts, and a row for each matter."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

from xlsxwriter import Workbook


def write_sheet(
    name: str, title: str, counted: str, columns: Sequence[tuple[str, int]], rows: Sequence[Sequence[str | Decimal]]
) -> bytes:
    """`columns`: word and width. Every text is written as text, so that none is taken for a formula; a Decimal as the
    number it is."""
    output = BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        heading = book.add_format(
            {"bold": True, "text_wrap": True, "border": 1, "bg_color": "#DDE9F5", "valign": "top"}
        )
        plain = book.add_format({"text_wrap": True, "border": 1, "valign": "top"})
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        sheet.write_string(1, 0, counted)
        for place, (word, width) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(2, place, word, heading)
        for number, cells in enumerate(rows, 3):
            for place, cell in enumerate(cells):
                write = sheet.write_string if isinstance(cell, str) else sheet.write_number
                write(number, place, cell, plain)
        sheet.freeze_panes(3, 2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
        sheet.set_footer("&C第&P页，共&N页")
    return output.getvalue()
