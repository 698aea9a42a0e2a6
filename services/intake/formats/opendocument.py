"""OpenDocument spreadsheets (.ods): read from the XML, because merged ranges and percentages matter."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from math import isfinite
from typing import Any

from services.intake.document import Cell, CellKind, Document, Sheet, letters
from services.intake.formats import looks
from services.intake.formats.limits import check_extent
from services.intake.formats.package import not_read, texts, xml_part
from services.intake.formats.runs import STRUCK, raised
from services.intake.formats.workbook import number_text
from services.intake.number_formats import matters

_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_FO = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"
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
        margins, unread = texts(archive, _MARGINS, ("{*}p",)), not_read(archive)
    hidden_styles = _hidden_styles(root)
    remarks, styles = (STRUCK,) if _settled(root) else (), _looks(root)
    sheets = [_sheet(table, hidden_styles, styles) for table in root.iter(f"{_TABLE}table")]
    return Document("ods", sheets, remarks=remarks + unread, margins=margins)


def _settled(root: Any) -> bool:
    """Raised spans become footnote marks, struck-out spans go; True when there were such."""
    above, gone = set(), set()
    for node in root.iter(f"{_STYLE}text-properties"):
        name = node.getparent().get(f"{_STYLE}name")
        if _RAISED.match(node.get(f"{_STYLE}text-position", "")):
            above.add(name)
        if _is_struck(node):
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


def _is_struck(node: Any) -> bool:
    return any(node.get(f"{_STYLE}text-line-through-{what}", "none") != "none" for what in ("style", "type"))


def _looks(root: Any) -> dict[str, str]:
    """Name of a cell's style -> how it says something against the cell."""
    found = {}
    for style in root.iter(f"{_STYLE}style"):
        grounds = {one.get(f"{_FO}background-color", "transparent") for one in style.iter()} - {"transparent"}
        for node in style.iterchildren(f"{_STYLE}text-properties"):
            if _is_struck(node):
                found[style.get(f"{_STYLE}name", "")] = looks.STRUCK_OUT
            elif looks.is_white(node.get(f"{_FO}color", "")) and all(map(looks.is_white, grounds)):
                found[style.get(f"{_STYLE}name", "")] = looks.PALE
    return found


def _against(sheet: Sheet, address: str, node: Any, look: str) -> None:
    """What the look of a cell and a note at it say against its text."""
    note = node.find(f"{_OFFICE}annotation")
    said = "" if note is None else "\n".join("".join(part.itertext()) for part in note.iterchildren(f"{_TEXT}p"))
    if said := looks.doubting(said):
        sheet.comments[address] = said
    if look == looks.STRUCK_OUT:
        sheet.struck += (address,)
    if look == looks.PALE:
        sheet.pale += (address,)


def _hidden_styles(root: Any) -> set[str]:
    return {
        node.getparent().get(f"{_STYLE}name")
        for node in root.iter(f"{_STYLE}table-properties")
        if node.get(f"{_TABLE}display") == "false"
    }


def _sheet(table: Any, hidden_styles: set[str], styles: dict[str, str]) -> Sheet:
    name = table.get(f"{_TABLE}name", "")
    sheet = Sheet(name, [], hidden=table.get(f"{_TABLE}style-name") in hidden_styles)
    cells, hidden_rows = sheet.cells, list[int]()
    row = 1
    for node in table.iter(f"{_TABLE}table-row"):
        repeat = int(node.get(f"{_TABLE}number-rows-repeated", "1"))
        found = _row(node, row, sheet, styles)
        if found and repeat > 1:
            check_extent(name, row + repeat, found[-1].column)
        for offset in range(repeat if found else 0):
            cells.extend(_moved(cell, offset) for cell in found)
        if found and node.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            hidden_rows.extend(range(row, row + repeat))
        row += repeat
    sheet.hidden_rows = tuple(hidden_rows)
    return sheet


def _moved(cell: Cell, offset: int) -> Cell:
    row = cell.row + offset
    return Cell(
        row, cell.column, f"{letters(cell.column)}{row}", cell.kind, cell.text, cell.rows, cell.columns,
        cell.format, cell.formula,
    )  # fmt: skip


def _row(node: Any, row: int, sheet: Sheet, styles: dict[str, str]) -> list[Cell]:
    found: list[Cell] = []
    column = 1
    for child in node:
        if child.tag not in _CELLS:
            continue
        repeat = int(child.get(f"{_TABLE}number-columns-repeated", "1"))
        content = _content(child) if child.tag == _CELLS[0] else None
        if content is not None:
            check_extent(sheet.name, row, column + repeat - 1)
            look = styles.get(child.get(f"{_TABLE}style-name", ""), "")
            rows = min(int(child.get(f"{_TABLE}number-rows-spanned", "1")), 1000)
            columns = min(int(child.get(f"{_TABLE}number-columns-spanned", "1")), 100)
            formula = child.get(f"{_TABLE}formula", "")
            code = _shown_format(child, *content)
            for place in range(column, column + repeat):
                found.append(Cell(row, place, f"{letters(place)}{row}", *content, rows, columns, code, formula))
                _against(sheet, found[-1].address, child, look)
        column += repeat
    return found


def _shown_format(node: Any, kind: CellKind, value: str) -> str:
    """What the cell shows beside or instead of its number, as the number format of an .xlsx would say it."""
    if kind is CellKind.DATE:
        return _date_format("".join(node.itertext()))
    match = _SHOWN.fullmatch("".join(node.itertext()).strip()) if kind is CellKind.NUMBER else None
    if match is None or value.endswith("%") or not Decimal(match[2].replace(",", "")):
        return ""
    before, shown, after = match[1], Decimal(match[2].replace(",", "")), match[3]
    tens = round((Decimal(value) / shown).log10()) if Decimal(value) / shown > _ROUNDED else 0
    drawn = "!." + "0" * (tens % 3) if tens % 3 else ""
    code = f'"{before}"0{drawn}{"," * (tens // 3)}"{after.strip()}"'.replace('""', "")
    return code if matters(code) else ""


def _date_format(sight: str) -> str:
    """A date of which only two parts are seen: year and month, or month and day."""
    numbers = re.findall(r"\d+", sight.split(":")[0])
    if len(numbers) != 2:
        return ""
    return 'yyyy"年"m"月"' if any(len(number) == 4 for number in numbers) else 'm"月"d"日"'


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
