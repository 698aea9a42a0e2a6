"""Marks problems in an .xlsx: its XML is changed where something is marked, everything else stays byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from policy.terms import Severity
from services.intake.annotate import listing
from services.intake.annotate.comments import Comments
from services.intake.annotate.fills import Fills
from services.intake.annotate.grid import Grid
from services.intake.annotate.parts import Package
from services.intake.annotate.problems import SHEET, Place, Problem, by_cell, note, worst
from services.intake.document import Document, letters
from services.intake.row_heights import height

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_WIDTHS = (6, 12, 16, 24, 18, 64)
_HEADS = 3
"""Rows before the problems; the last of them names the columns."""
_BOOK = "xl/workbook.xml"
_UNBROKEN, _HEADING, _PLAIN = "unbroken", "heading", "plain"


def annotate_xlsx(data: bytes, document: Document, problems: Sequence[Problem], origin: str) -> bytes:
    """The workbook with its problem cells filled and commented and the sheet 问题清单 at its end.

    What an earlier marking left is taken away first. `document` is the workbook as read, `origin` the format it
    was first sent in.
    """
    book = _Book(Package(data))
    wanted = by_cell(document, problems)
    lists = {sheet.name for sheet in document.sheets if listing.is_listing(sheet)}
    for name, path in book.sheets():
        if name not in lists:
            book.mark(path, wanted.get(name, {}))
    book.list(lists, list(listing.rows(problems, origin)), problems)
    return book.package.saved()


class _Book:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.root = package.xml(_BOOK)
        self.space = etree.QName(self.root).namespace
        strict = "purl.oclc.org" in self.space
        self.base = (
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
            if strict
            else "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        )
        styles = list(package.related(_BOOK, "styles").values())
        self.fills = Fills(package.xml(styles[0])) if styles and styles[0] in package else None

    def sheets(self) -> list[tuple[str, str]]:
        """Name and part of every worksheet."""
        parts = self.package.related(_BOOK, "worksheet")
        named = [(node.get("name", ""), parts.get(node.get(f"{{{self.base}}}id", ""))) for node in self._entries()]
        return [(name, path) for name, path in named if path is not None and path in self.package]

    def _entries(self) -> list[Any]:
        return list(self.root.iter(f"{{{self.space}}}sheet"))

    def mark(self, path: str, wanted: Mapping[Place, Sequence[Problem]]) -> None:
        if not wanted and not self.package.related(path, "comments"):
            return
        grid, comments = Grid(self.package.xml(path)), Comments(self.package, path, self.base)
        for place in comments.clear():
            if self.fills is not None:
                grid.restyle(place, self.fills.cleared)
        by_anchor: dict[Place, list[Problem]] = {}
        for place, problems in wanted.items():
            by_anchor.setdefault(grid.anchor(place), []).extend(problems)
        for place, problems in by_anchor.items():
            self._colour(grid, place, worst(problems))
        if by_anchor:
            comments.put([(place, note(by_anchor[place])) for place in sorted(by_anchor)])

    def _colour(self, grid: Grid, place: Place, severity: Severity) -> None:
        fills = self.fills
        if fills is not None:
            grid.restyle(place, lambda style: fills.coloured(style, severity))

    def list(self, known: set[str], rows: list[tuple[str, ...]], problems: Sequence[Problem]) -> None:
        """Write the list over the one of an earlier marking, or on a sheet added at the end."""
        sheet = self._listing(rows, problems)
        path = next((path for name, path in self.sheets() if name in known), None)
        if path is not None:
            self.package.put(path, sheet)
            return
        path = self.package.free("xl/worksheets/sheetQ{}.xml")
        self.package.put(path, sheet, _SHEET_TYPE)
        relation = self.package.relate(_BOOK, "worksheet", path, self.base)
        entries = self._entries()
        node = etree.Element(f"{{{self.space}}}sheet", name=self._free_name(), sheetId=self._free_id(entries))
        node.set(f"{{{self.base}}}id", relation)
        entries[-1].addnext(node)

    def _free_name(self) -> str:
        taken = {node.get("name", "").casefold() for node in self._entries()}
        names = [SHEET, *(f"{SHEET}{number}" for number in range(2, len(taken) + 3))]
        return next(name for name in names if name not in taken)

    def _free_id(self, entries: Sequence[Any]) -> str:
        return str(max((int(node.get("sheetId", "0")) for node in entries), default=0) + 1)

    def _listing(self, rows: Sequence[tuple[str, ...]], problems: Sequence[Problem]) -> Any:
        space = self.space
        root = etree.Element(f"{{{space}}}worksheet", nsmap={None: space})  # type: ignore[dict-item]
        setup = etree.SubElement(root, f"{{{space}}}sheetPr")
        etree.SubElement(setup, f"{{{space}}}pageSetUpPr", fitToPage="1")
        columns = etree.SubElement(root, f"{{{space}}}cols")
        for number, width in enumerate(_WIDTHS, 1):
            attributes = {"min": str(number), "max": str(number), "width": str(width), "customWidth": "1"}
            etree.SubElement(columns, f"{{{space}}}col", attributes)
        data = etree.SubElement(root, f"{{{space}}}sheetData")
        looks = self._looks(problems)
        for number, texts in enumerate(rows, 1):
            row = etree.SubElement(data, f"{{{space}}}row", r=str(number))
            if number > _HEADS:
                row.set("ht", str(height(zip(texts, _WIDTHS, strict=True), least=16)))
                row.set("customHeight", "1")
            for place, text in enumerate(texts, 1):
                _text_cell(row, space, f"{letters(place)}{number}", text, looks.get(_look(number, place, text)))
        etree.SubElement(root, f"{{{space}}}pageSetup", paperSize="9", orientation="landscape", fitToHeight="0")
        return root

    def _looks(self, problems: Sequence[Problem]) -> dict[str, int]:
        """Style by what `_look` names."""
        fills = self.fills
        if fills is None:
            return {}
        kinds = {problem.kind: problem.severity for problem in problems}
        plain = {_HEADING: fills.wrapped(bold=True), _PLAIN: fills.wrapped()}
        return plain | {kind: fills.wrapped(severity) for kind, severity in kinds.items()}


def _look(row: int, place: int, text: str) -> str:
    """The first two rows are not broken into lines, the third is the heading, and the second column says the kind."""
    if row < _HEADS:
        return _UNBROKEN
    if row == _HEADS:
        return _HEADING
    return text if place == 2 else _PLAIN


def _text_cell(row: Any, space: str, reference: str, text: str, look: int | None) -> None:
    """Inline text is text whatever it begins with: no program takes it for a formula."""
    cell = etree.SubElement(row, f"{{{space}}}c", r=reference, t="inlineStr")
    if look is not None:
        cell.set("s", str(look))
    words = etree.SubElement(etree.SubElement(cell, f"{{{space}}}is"), f"{{{space}}}t")
    words.text = text[:32000]
    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
