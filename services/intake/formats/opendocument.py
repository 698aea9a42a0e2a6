"""OpenDocument spreadsheets (.ods): read from the XML, because merged ranges and percentages matter."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from math import isfinite
from typing import Any

from services.intake.document import Cell, CellKind, Document, Sheet, letters
from services.intake.formats.limits import check_extent
from services.intake.formats.package import texts, xml_part
from services.intake.formats.runs import STRUCK, raised
from services.intake.formats.workbook import number_text
from services.intake.formats.xlsx_marks import matters

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_RAISED = re.compile(r"super|[1-9]\d*%")
_SHOWN = re.compile(r"([^\d.,-]*)(-?[\d,]*\.?\d+)(\D*)")
_ROUNDED = Decimal("5")
"""A number shown this many times smaller than it is stored is not only rounded."""
_MARGINS = re.compile(r"styles\.xml")
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")


def parse_ods(data: bytes) -> Document:
    """Raises FileRefused when a sheet is far too large."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = xml_part(archive, "content.xml")
        margins = texts(archive, _MARGINS, ("{*}p",))
    hidden_styles = _hidden_styles(root)
    remarks = (STRUCK,) if _settled(root) else ()
    sheets = [_sheet(table, hidden_styles) for table in root.iter(f"{_TABLE}table")]
    return Document("ods", sheets, remarks=remarks, margins=margins)


def _settled(root: Any) -> bool:
    """Raised spans become footnote marks, struck-out spans go; True when there were such."""
    above, gone = set(), set()
    for node in root.iter(f"{_STYLE}text-properties"):
        name = node.getparent().get(f"{_STYLE}name")
        if _RAISED.match(node.get(f"{_STYLE}text-position", "")):
            above.add(name)
        if any(node.get(f"{_STYLE}text-line-through-{what}", "none") != "none" for what in ("style", "type")):
            gone.add(name)
    struck = False
    for node in root.iter(f"{_TEXT}span") if above or gone else ():
        name = node.get(f"{_TEXT}style-name")
        if name in gone:
            struck = struck or bool(node.text)
            node.text = ""
        elif name in above:
            node.text = raised(node.text or "")
    return struck


def _hidden_styles(root: Any) -> set[str]:
    return {
        node.getparent().get(f"{_STYLE}name")
        for node in root.iter(f"{_STYLE}table-properties")
        if node.get(f"{_TABLE}display") == "false"
    }


def _sheet(table: Any, hidden_styles: set[str]) -> Sheet:
    name = table.get(f"{_TABLE}name", "")
    cells: list[Cell] = []
    hidden_rows: list[int] = []
    row = 1
    for node in table.iter(f"{_TABLE}table-row"):
        repeat = int(node.get(f"{_TABLE}number-rows-repeated", "1"))
        found = _row(node, row, name)
        if found and repeat > 1:
            check_extent(name, row + repeat, found[-1].column)
        for offset in range(repeat if found else 0):
            cells.extend(_moved(cell, offset) for cell in found)
        if found and node.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            hidden_rows.extend(range(row, row + repeat))
        row += repeat
    return Sheet(name, cells, hidden=table.get(f"{_TABLE}style-name") in hidden_styles, hidden_rows=tuple(hidden_rows))


def _moved(cell: Cell, offset: int) -> Cell:
    row = cell.row + offset
    return Cell(
        row, cell.column, f"{letters(cell.column)}{row}", cell.kind, cell.text, cell.rows, cell.columns,
        cell.format, cell.formula,
    )  # fmt: skip


def _row(node: Any, row: int, sheet: str) -> list[Cell]:
    found: list[Cell] = []
    column = 1
    for child in node:
        if child.tag not in _CELLS:
            continue
        repeat = int(child.get(f"{_TABLE}number-columns-repeated", "1"))
        content = _content(child) if child.tag == _CELLS[0] else None
        if content is not None:
            check_extent(sheet, row, column + repeat - 1)
            rows = min(int(child.get(f"{_TABLE}number-rows-spanned", "1")), 1000)
            columns = min(int(child.get(f"{_TABLE}number-columns-spanned", "1")), 100)
            formula = child.get(f"{_TABLE}formula", "")
            code = _shown_format(child, *content)
            for place in range(column, column + repeat):
                found.append(Cell(row, place, f"{letters(place)}{row}", *content, rows, columns, code, formula))
        column += repeat
    return found


def _shown_format(node: Any, kind: CellKind, value: str) -> str:
    """What the cell shows beside or instead of its number, as the number format of an .xlsx would say it."""
    match = _SHOWN.fullmatch("".join(node.itertext()).strip()) if kind is CellKind.NUMBER else None
    if match is None or value.endswith("%") or not Decimal(match[2].replace(",", "")):
        return ""
    before, shown, after = match[1], Decimal(match[2].replace(",", "")), match[3]
    tens = round((Decimal(value) / shown).log10()) if Decimal(value) / shown > _ROUNDED else 0
    drawn = "!." + "0" * (tens % 3) if tens % 3 else ""
    code = f'"{before}"0{drawn}{"," * (tens // 3)}"{after.strip()}"'.replace('""', "")
    return code if matters(code) else ""


def _content(node: Any) -> tuple[CellKind, str] | None:
    kind = node.get(f"{_OFFICE}value-type")
    # Its own paragraphs: those of a note at the cell stand deeper.
    text = "\n".join("".join(part.itertext()) for part in node.iterchildren(f"{_TEXT}p"))
    if kind in ("float", "percentage", "currency"):
        value = float(node.get(f"{_OFFICE}value", "0"))
        if not isfinite(value):
            return CellKind.ERROR, str(value)
        return CellKind.NUMBER, number_text(value, percent=kind == "percentage")
    if kind == "date":
        return CellKind.DATE, node.get(f"{_OFFICE}date-value", text).removesuffix("T00:00:00").replace("T", " ")
    if kind == "boolean":
        return CellKind.BOOL, node.get(f"{_OFFICE}boolean-value", text).upper()
    if text.startswith("#") and node.get(f"{_TABLE}formula"):
        return CellKind.ERROR, text
    return (CellKind.TEXT, text) if text else None
