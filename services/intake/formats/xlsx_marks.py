"""What calamine does not tell about an .xlsx: formulas, error values, number formats, hidden rows and columns.

One streaming pass over each sheet's XML; only cells with something to tell are kept.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from services.intake.formats.limits import check_extent
from services.intake.formats.package import SAFE, xml_part

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_BUILT_IN_PERCENT = {"9": "0%", "10": "0.00%"}
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(slots=True)
class Mark:
    """`formula` without its equals sign; `error` as shown (#N/A); `format` only where it changes the reading.

    `calculated`: the formula's value was saved with it (which may be an empty text).
    """

    formula: str = ""
    calculated: bool = True
    error: str = ""
    format: str = ""


@dataclass(slots=True)
class Marks:
    cells: dict[tuple[int, int], Mark] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def scan(data: bytes) -> dict[str, Marks]:
    """Marks by sheet name. Raises FileRefused when a sheet is far too large."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        formats = _formats(archive)
        return {name: _scan_sheet(archive, path, name, formats) for name, path in _sheet_paths(archive)}


def _sheet_paths(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    book = xml_part(archive, "xl/workbook.xml")
    links = xml_part(archive, "xl/_rels/workbook.xml.rels")
    relations = {node.get("Id"): node.get("Target", "") for node in links.iter("{*}Relationship")}
    names = set(archive.namelist())
    for node in book.iter("{*}sheet"):
        target = relations.get(node.get(_RELATION) or node.get(_STRICT_RELATION), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if path in names and "worksheet" in path:
            yield node.get("name", ""), path


def _formats(archive: zipfile.ZipFile) -> dict[str, str]:
    """Style number -> number format, only for formats that change how a number is read."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = xml_part(archive, "xl/styles.xml")
    codes = dict(_BUILT_IN_PERCENT)
    codes |= {node.get("numFmtId"): node.get("formatCode", "") for node in styles.iter("{*}numFmt")}
    found = {}
    for block in styles.iter("{*}cellXfs"):
        for number, style in enumerate(block.iter("{*}xf")):
            code = codes.get(style.get("numFmtId"), "")
            if _matters(code):
                found[str(number)] = code
    return found


def _matters(code: str) -> bool:
    """A percent sign, a written unit, or a scale that hides digits (a trailing comma, WPS's 0!.0)."""
    return "%" in code or bool(re.search(r"[亿万元人家]|,(?![#0?])|[!\\]\.", code.split(";")[0]))


def _scan_sheet(archive: zipfile.ZipFile, path: str, name: str, formats: dict[str, str]) -> Marks:
    marks = Marks()
    shared: dict[str, str] = {}
    with archive.open(path) as stream:
        for _, node in etree.iterparse(stream, tag=("{*}c", "{*}row", "{*}col"), **SAFE):
            tag = etree.QName(node).localname
            if tag == "c":
                _mark_cell(node, marks, formats, shared, name)
                continue
            if node.get("hidden") in ("1", "true"):
                _mark_hidden(tag, node, marks)
            node.clear()
            while tag == "row" and node.getprevious() is not None:
                del node.getparent()[0]
    return marks


def _mark_hidden(tag: str, node: Any, marks: Marks) -> None:
    if tag == "row":
        marks.hidden_rows.add(int(node.get("r", "0")))
        return
    first, last = int(node.get("min", "0")), int(node.get("max", "0"))
    marks.hidden_columns.update(range(first, min(last, 500) + 1))


def _mark_cell(node: Any, marks: Marks, formats: dict[str, str], shared: dict[str, str], sheet: str) -> None:
    formula, value = node.find("{*}f"), node.find("{*}v")
    match = _REFERENCE.fullmatch(node.get("r", ""))
    if match is None or (formula is None and value is None):
        return
    row, column = int(match[2]), _number(match[1])
    check_extent(sheet, row, column)
    kind = node.get("t")
    shown = (value.text if value is not None else None) or ""
    mark = Mark(
        formula=_formula_text(formula, shared),
        calculated=bool(shown) or kind == "str",
        error=shown if kind == "e" else "",
        format=formats.get(node.get("s", ""), ""),
    )
    if mark.formula or mark.error or mark.format:
        marks.cells[row, column] = mark


def _formula_text(node: Any, shared: dict[str, str]) -> str:
    if node is None:
        return ""
    group = node.get("si")
    if group is not None and node.text:
        shared[group] = node.text
    return node.text or shared.get(group or "", "") or "?"


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number
