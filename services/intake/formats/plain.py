"""Text formats: CSV in UTF-8 or GB18030, and web pages (often saved under the name .xls)."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from lxml import etree, html

from services.intake.document import Cell, CellKind, Document, Sheet, letters
from services.intake.formats.limits import check_extent, check_sheets
from services.intake.formats.refused import DAMAGED, unreadable
from services.intake.formats.runs import STRUCK, raised
from services.intake.formats.sniff import decode

_HEAD = 1 << 16
_SEPARATOR_LINE = re.compile(r"sep=.\n")
# ="0123" keeps a spreadsheet from changing the text.
_SHIELD = re.compile(r'^="([^"]*)"$')
_STRUCK = ("s", "strike", "del")


def parse_csv(data: bytes) -> Document:
    """One sheet named 表1; the separator is the one that yields the widest first rows."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    head = text[:_HEAD].splitlines()[:50]
    separator = max(",\t;，|", key=lambda mark: sum(line.count(mark) for line in head))
    if _SEPARATOR_LINE.match(text):
        separator, text = text[4], text[5:]
    csv.field_size_limit(len(text) + 1)  # limits.check_texts names a cell that is too long
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    cells: list[Cell] = []
    for row, values in enumerate(reader, 1):
        check_extent("表1", row, len(values))
        cells += [
            _cell(row, column, _SHIELD.sub(r"\1", value)) for column, value in enumerate(values, 1) if value.strip()
        ]
    return Document("csv", [Sheet("表1", cells, typed=False)])


def parse_html(data: bytes) -> Document:
    """Each table becomes a sheet 表1, 表2 …; text outside tables becomes paragraphs.

    Raises FileRefused when the last table has no end: the rest of the page did not come.
    """
    text = decode(data)
    if text.lower().rfind("<table") > text.lower().rfind("</table"):
        raise unreadable(DAMAGED)
    root: Any = html.document_fromstring(text, parser=html.HTMLParser(no_network=True, huge_tree=False))
    struck = any(node.text_content().strip() for node in root.iter(*_STRUCK))
    etree.strip_elements(root, "script", "style", etree.Comment, *_STRUCK, with_tail=False)
    for node in [node for node in root.iter("span", "font", "div", "p", "td") if _is_hidden(node)]:
        node.clear(keep_tail=True)
    for node in root.iter("sup"):
        node.text = raised(node.text or "")
    tables = [table for table in root.iter("table") if not any(True for _ in table.iterdescendants("table"))]
    check_sheets(len(tables))
    sheets = [_table(table, f"表{number}") for number, table in enumerate(tables, 1)]
    for table in tables:
        table.drop_tree()
    lines = [line.strip() for line in root.text_content().splitlines()]
    paragraphs = [(number, line) for number, line in enumerate((line for line in lines if line), 1)]
    return Document("html", sheets, paragraphs, remarks=(STRUCK,) if struck else ())


def _is_hidden(node: Any) -> bool:
    return node.get("hidden") is not None or "display:none" in node.get("style", "").replace(" ", "").lower()


def _cell(row: int, column: int, text: str, rows: int = 1, columns: int = 1) -> Cell:
    return Cell(row, column, f"{letters(column)}{row}", CellKind.TEXT, text, rows, columns)


def _table(table: Any, name: str) -> Sheet:
    cells: list[Cell] = []
    taken: set[tuple[int, int]] = set()
    for row, node in enumerate(table.iter("tr"), 1):
        column = 1
        for element in node:
            if element.tag not in ("td", "th"):
                continue
            while (row, column) in taken:
                column += 1
            rows, columns = _span(element, "rowspan", 1000), _span(element, "colspan", 100)
            check_extent(name, row, column + columns)
            if rows > 1 or columns > 1:
                taken |= {(r, c) for r in range(row, row + rows) for c in range(column, column + columns)}
            for line_break in element.iter("br"):
                line_break.tail = "\n" + (line_break.tail or "")
            text = element.text_content()
            if text.strip():
                cells.append(_cell(row, column, text.strip("\r\n\t "), rows, columns))
            column += columns
    return Sheet(name, cells, typed=False)


def _span(element: Any, attribute: str, limit: int) -> int:
    value = element.get(attribute, "1")
    return min(max(int(value), 1), limit) if value.isdigit() else 1
