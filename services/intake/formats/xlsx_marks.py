"""What calamine does not tell about an .xlsx: formulas, error values, number formats, hidden rows and columns,
and from which day its serial dates count.

One streaming pass over each sheet's XML; only cells with something to tell are kept.
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from services.intake.formats import looks, package
from services.intake.formats.limits import MAX_ROWS, check_extent, check_sheets
from services.intake.formats.package import has_doctype, xml_part
from services.intake.number_formats import matters
from services.intake.places import column_number

_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_MONTH, _DAY = 'yyyy"年"m"月"', 'm"月"d"日"'
# The built-in formats that a workbook does not write out, as Chinese versions show them.
_BUILT_IN = (
    {"9": "0%", "10": "0.00%", "16": "d-mmm", "17": "mmm-yy"}
    | dict.fromkeys(("27", "36", "50", "52", "57"), _MONTH)
    | dict.fromkeys(("28", "29", "51", "53", "54", "58"), _DAY)
)
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_TRUE = ("1", "true", "on")
_CHUNK = 1 << 16
_TAIL = 20_000
_DRAWINGS = re.compile(r"xl/drawings/[^/]+\.xml")
_PRINT_CODES = re.compile(r"&(?:\"[^\"]*\"|[A-Z]|\d+)")
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml")


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
    date1904: bool = False
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    """Texts of an .xls that are raised or struck out in part, as they are to be read."""
    struck: set[tuple[int, int]] = field(default_factory=set)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    """Those that speak of another figure."""
    pale: set[tuple[int, int]] = field(default_factory=set)
    """Cells printed in white on white."""
    rich: str = ""
    """The part's path when a text in it is raised or struck out here and there."""

    def look(self, place: tuple[int, int], look: str) -> None:
        """Keep how a cell looks when that says something against it."""
        if look == looks.STRUCK_OUT:
            self.struck.add(place)
        elif look == looks.PALE:
            self.pale.add(place)


def scan(data: bytes) -> dict[str, Marks]:
    """Marks by sheet name. Raises FileRefused when a sheet is far too large."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        formats, styles = _formats(archive), looks.of_styles(archive)
        book = xml_part(archive, "xl/workbook.xml")
        date1904 = any(node.get("date1904") in _TRUE for node in book.iter("{*}workbookPr"))
        check_sheets(sum(1 for _ in book.iter("{*}sheet")))
        marks = {}
        for name, path in _sheet_paths(archive, book):
            marks[name] = _SheetScan(name, formats, styles).read(archive, path)
            marks[name].comments = dict(looks.by_comments(archive, path))
    for entry in marks.values():
        entry.date1904 = date1904
    return marks


def margins(data: bytes) -> tuple[str, ...]:
    """Headers and footers of the printed sheets, and the texts of drawings."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return package.texts(archive, _DRAWINGS, ("{*}p",)) + tuple(_printed(archive))


def _printed(archive: zipfile.ZipFile) -> Iterator[str]:
    for path in archive.namelist():
        if _SHEETS.fullmatch(path):
            # They stand at the end of a part that may be large.
            tail = package.part(archive, path)[-_TAIL:].decode("utf-8", "replace")
            for text in re.findall(r"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]*)<", tail):
                yield _PRINT_CODES.sub("", html.unescape(text))


def remarks(data: bytes) -> tuple[str, ...]:
    """Pictures and other files are not read; macros are there but never run."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if any(name.lower().endswith("vbaproject.bin") for name in archive.namelist()):
            return (*package.not_read(archive), "文件含有宏，宏没有运行，也不会运行，只读取了表格内容")
        return package.not_read(archive)


def _sheet_paths(archive: zipfile.ZipFile, book: object) -> Iterator[tuple[str, str]]:
    links = xml_part(archive, "xl/_rels/workbook.xml.rels")
    relations = {node.get("Id"): node.get("Target", "") for node in links.iter("{*}Relationship")}
    names = set(archive.namelist())
    for node in book.iter("{*}sheet"):  # type: ignore[attr-defined]
        target = relations.get(node.get(_RELATION) or node.get(_STRICT_RELATION), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if path in names and "worksheet" in path:
            yield node.get("name", ""), path


def _formats(archive: zipfile.ZipFile) -> dict[str, str]:
    """Style number -> number format, only for formats that change how a number is read."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = xml_part(archive, "xl/styles.xml")
    codes = dict(_BUILT_IN)
    codes |= {node.get("numFmtId"): node.get("formatCode", "") for node in styles.iter("{*}numFmt")}
    found = {}
    for block in styles.iter("{*}cellXfs"):
        for number, style in enumerate(block.iter("{*}xf")):
            code = codes.get(style.get("numFmtId"), "")
            if matters(code):
                found[str(number)] = code
    return found


class _SheetScan:
    """Collects one sheet's marks from its start tags: each element ends where the next of its kind begins.

    Few cells have anything to tell; the others must cost next to nothing.
    """

    def __init__(self, name: str, formats: dict[str, str], styles: dict[str, str]) -> None:
        self.name, self.formats, self.looks, self.marks, self.path = name, formats, styles, Marks(), ""
        self.styles = formats.keys() | styles.keys()
        self.shared: dict[str, str] = {}
        self.parser = expat.ParserCreate()
        self.row = self.column = 0
        self.attributes: dict[str, str] = {}
        self.telling = False
        self.formula: list[str] | None = None
        self.group: str | None = None
        self.value: list[str] = []

    def read(self, archive: zipfile.ZipFile, path: str) -> Marks:
        parser, self.path = self.parser, path
        parser.StartElementHandler = self._start
        parser.StartDoctypeDeclHandler = has_doctype
        with archive.open(path) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
        if self.telling:
            self._end_cell()
        return self.marks

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if name == "c":
            if self.telling:
                self._end_cell()
            self._begin_cell(attributes)
        elif name == "v":
            if self.telling and (self.formula is not None or self.attributes.get("t") == "e"):
                self.parser.CharacterDataHandler = self.value.append
        elif name == "f":
            self.telling, self.formula, self.group = True, [], attributes.get("si")
            self.parser.CharacterDataHandler = self.formula.append
        elif name == "row":
            self._begin_row(attributes)
        elif name == "col" and attributes.get("hidden") in _TRUE:
            first, last = int(attributes.get("min", "0")), int(attributes.get("max", "0"))
            self.marks.hidden_columns.update(range(first, min(last, 500) + 1))
        elif name in ("vertAlign", "strike"):
            self.marks.rich = self.path

    def _begin_row(self, attributes: dict[str, str]) -> None:
        if self.telling:
            self._end_cell()
        self.row, self.column = int(attributes.get("r", self.row + 1)), 0
        if attributes.get("hidden") in _TRUE:
            self.marks.hidden_rows.add(self.row)

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes
        self.telling = attributes.get("t") == "e" or attributes.get("s") in self.styles
        self.column += 1
        if self.row > MAX_ROWS or attributes.get("r", "")[2:3].isalpha():  # three letters: beyond any report
            check_extent(self.name, *self._place())

    def _place(self) -> tuple[int, int]:
        """Where the cell says it stands, or else after the one before it."""
        match = _REFERENCE.fullmatch(self.attributes.get("r", ""))
        return (int(match[2]), column_number(match[1])) if match else (self.row, self.column)

    def _end_cell(self) -> None:
        kind = self.attributes.get("t")
        shown = "".join(self.value)
        formula = "" if self.formula is None else self._formula_text("".join(self.formula).strip())
        calculated = self.formula is None or bool(shown.strip()) or kind == "str"
        error = shown if kind == "e" else ""
        style, place = self.attributes.get("s", ""), self._place()
        self.marks.cells[place] = Mark(formula, calculated, error, self.formats.get(style, ""))
        self.marks.look(place, self.looks.get(style, ""))
        self.parser.CharacterDataHandler = None
        self.telling, self.formula, self.group, self.value = False, None, None, []
        self.attributes = {}

    def _formula_text(self, text: str) -> str:
        if self.group is not None and text:
            self.shared[self.group] = text
        return text or self.shared.get(self.group or "", "") or "?"
