"""Word documents (.docx): tables and paragraphs by walking the XML, so that nothing inside content
controls is lost and a merged cell is counted once."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from policy.masking import mask_phone
from services.intake.annotate.problems import AUTHOR
from services.intake.document import Cell, CellKind, Document, Sheet
from services.intake.formats import runs
from services.intake.formats.limits import check_extent, check_sheets
from services.intake.formats.looks import doubting
from services.intake.formats.package import not_read, texts, xml_part
from services.intake.text import shorten

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_MARGINS = re.compile(r"word/(?:header|footer|footnotes|endnotes)\d*\.xml")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_COMMENTS = "word/comments.xml"
_WRAPPERS = ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")


def parse_docx(data: bytes) -> Document:
    """Tables become sheets named 表1, 表2 …; raises FileRefused when one is far too large."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = xml_part(archive, "word/document.xml", renamed=(_STRICT, _W.strip("{}")))
        margins, unread = texts(archive, _MARGINS, ("{*}p",)), not_read(archive)
        comments = _comments(archive)
    _strip_copies(root)
    remarks = (*((runs.STRUCK,) if _settled(root) else ()), *_revised(root), *unread)
    document = Document("docx", [], remarks=remarks, margins=margins)
    pending: list[str] = []
    tables = 0
    body = root.find(f"{_W}body")
    for node in _blocks(body if body is not None else root):
        if node.tag == f"{_W}p":
            text = _said(node)
            if text.strip():
                document.paragraphs.append((len(document.paragraphs) + 1, text))
                pending.append(text)
        elif node.tag == f"{_W}tbl":
            tables += 1
            check_sheets(tables)
            document.sheets.append(_table(node, f"表{tables}", tuple(pending), comments))
            document.sheets += _nested(node, f"表{tables}", comments)
            pending = []
    return document


def _blocks(body: Any) -> Iterator[Any]:
    """Paragraphs and tables in their order; the tables of a text box stand after the paragraph that holds it."""
    for node in _children(body):
        yield node
        if node.tag == f"{_W}p":
            boxed = [table for table in node.iter(f"{_W}tbl") if not _is_copy(table)]
            yield from (table for table in boxed if not any(True for _ in table.iterancestors(f"{_W}tbl")))


def _is_copy(node: Any) -> bool:
    """It stands there for old programs, a second time."""
    return any(True for _ in node.iterancestors(_FALLBACK))


def _strip_copies(root: Any) -> None:
    """Take away what would be read twice: text boxes for old programs, and text where it was moved from."""
    for node in [*root.iter(_FALLBACK), *root.iter(f"{_W}moveFrom")]:
        if node.getparent() is not None:
            node.getparent().remove(node)


def _revised(root: Any) -> tuple[str, ...]:
    """That changes are tracked: what they leave is read, the first of them are told."""
    deleted = [text for node in root.iter(f"{_W}del") if (text := "".join(node.itertext(f"{_W}delText")).strip())]
    added = [text for node in root.iter(f"{_W}ins") if (text := "".join(node.itertext(f"{_W}t")).strip())]
    rows = sum(1 for _ in root.iter(f"{_W}trPr") if _.find(f"{_W}del") is not None)
    told = [
        f"{word}“{mask_phone(shorten('、'.join(some[:5])))}”"
        for word, some in (("删去", deleted), ("新增", added))
        if some
    ]
    told += [f"删去{rows}行"] if rows else []
    if not told:
        return ()
    return (f"文档带有未接受的修订（{'，'.join(told)}），已按接受全部修订后的内容读取，请核对",)


def _comments(archive: zipfile.ZipFile) -> dict[str, str]:
    """By number, the comments that speak of another figure."""
    if _COMMENTS not in archive.namelist():
        return {}
    root = xml_part(archive, _COMMENTS, renamed=(_STRICT, _W.strip("{}")))
    said = {node.get(f"{_W}id", ""): node for node in root.iter(f"{_W}comment") if node.get(f"{_W}author") != AUTHOR}
    return {number: text for number, node in said.items() if (text := doubting("".join(map(_text, node))))}


def _nested(table: Any, name: str, comments: Mapping[str, str]) -> list[Sheet]:
    """Tables inside a table's cells, as where a whole page is one table: 表1.1, 表1.2 …"""
    return [
        _table(node, f"{name}.{number}", tuple(filter(str.strip, map(_text, _before(node)))), comments)
        for number, node in enumerate(_inner(table), 1)
    ]


def _inner(table: Any) -> list[Any]:
    return [node for node in table.iter(f"{_W}tbl") if node is not table and not _is_copy(node)]


def _before(table: Any) -> list[Any]:
    """The paragraphs of the cell above a table in it."""
    return list(table.itersiblings(f"{_W}p", preceding=True))[::-1]


def _settled(root: Any) -> bool:
    """Raised and struck-out text settled, and a mark set where a footnote is referred to."""
    for tag in ("footnoteReference", "endnoteReference"):
        for node in root.iter(f"{_W}{tag}"):
            node.tag, node.text = f"{_W}t", runs.raised("1")
    if not any(True for _ in root.iter(*(f"{_W}{tag}" for tag in ("vertAlign", "strike", "dstrike", "vanish")))):
        return False
    return runs.settle(root.iter(f"{_W}r"), f"{_W}rPr", f"{_W}t")


def places(body: Any) -> Iterator[tuple[str, Any]]:
    """Every cell and every paragraph that holds text, each by the name the reader gives it (表1!R9C2, 正文!P3)."""
    tables = paragraphs = 0
    for node in _blocks(body):
        if node.tag == f"{_W}p" and _said(node).strip():
            paragraphs += 1
            yield f"正文!P{paragraphs}", node
        elif node.tag == f"{_W}tbl":
            tables += 1
            yield from _cells(node, f"表{tables}")
            for number, inner in enumerate(_inner(node), 1):
                yield from _cells(inner, f"表{tables}.{number}")


def _cells(table: Any, name: str) -> Iterator[tuple[str, Any]]:
    for row, line in enumerate((child for child in _children(table) if child.tag == f"{_W}tr"), 1):
        cells = (child for child in _children(line) if child.tag == f"{_W}tc")
        yield from ((f"{name}!R{row}C{place}", cell) for place, cell in enumerate(cells, 1))


def _children(node: Any) -> Iterator[Any]:
    """The element's children, with content controls and tracked insertions opened up."""
    for child in node:
        if isinstance(child.tag, str) and child.tag.removeprefix(_W) in _WRAPPERS:
            yield from _children(child)
        else:
            yield child


def _text(node: Any) -> str:
    """The visible text of a paragraph or cell: deleted text left out, breaks and tabs kept."""
    parts = []
    for child in node.iter(f"{_W}t", f"{_W}br", f"{_W}tab", f"{_W}cr", f"{_W}noBreakHyphen"):
        name = child.tag.removeprefix(_W)
        parts.append({"t": child.text or "", "tab": "\t", "noBreakHyphen": "-"}.get(name, "\n"))
    return "".join(parts)


def _said(paragraph: Any) -> str:
    """Its text without the tables of its text boxes."""
    tables = list(paragraph.iter(f"{_W}tbl"))
    if not tables:
        return _text(paragraph)
    inside = {part for table in tables for part in table.iter(f"{_W}t")}
    return "".join(part.text or "" for part in paragraph.iter(f"{_W}t") if part not in inside)


def _table(node: Any, name: str, before: tuple[str, ...], comments: Mapping[str, str]) -> Sheet:
    cells: list[Cell] = []
    said: dict[str, str] = {}
    open_merges: dict[int, int] = {}  # grid column -> index of the cell that a vertical merge continues
    rows = [child for child in _children(node) if child.tag == f"{_W}tr"]
    check_extent(name, len(rows), 1)
    for number, row in enumerate(rows, 1):
        column = 1 + _skipped(row)
        merges: dict[int, int] = {}
        if row.find(f"{_W}trPr/{_W}del") is not None:  # a row whose deletion is only tracked
            continue
        for place, element in enumerate((c for c in _children(row) if c.tag == f"{_W}tc"), 1):
            width, merge = _shape(element)
            check_extent(name, number, column + width)
            index = _continued(cells, open_merges.get(column), merge)
            if index is None:
                cells.append(Cell(number, column, f"R{number}C{place}", CellKind.TEXT, _own_text(element), 1, width))
                index = len(cells) - 1
            for mark in element.iter(f"{_W}commentReference") if comments else ():
                if text := comments.get(mark.get(f"{_W}id", "")):
                    said[cells[index].address] = text
            if merge:
                merges[column] = index
            column += width
        open_merges = merges
    return Sheet(name, cells, typed=False, word=True, before=before, comments=said)


def _own_text(cell: Any) -> str:
    """The cell's paragraphs; those of tables inside it only where it has none with text of its own."""
    parts = list(cell.iter(f"{_W}p"))
    inside = {part for table in cell.iter(f"{_W}tbl") for part in table.iter(f"{_W}p")}
    own = "\n".join(_text(part) for part in parts if part not in inside)
    return own if own.strip() or not inside else "\n".join(map(_text, parts))


def _continued(cells: list[Cell], index: int | None, merge: str) -> int | None:
    """When this cell continues a vertical merge, lengthen the cell it continues and return its index."""
    if merge != "continue" or index is None:
        return None
    cells[index] = cells[index]._replace(rows=cells[index].rows + 1)
    return index


def _shape(cell: Any) -> tuple[int, str]:
    """Columns covered, and "restart", "continue" or "" for a vertical merge."""
    properties = cell.find(f"{_W}tcPr")
    if properties is None:
        return 1, ""
    span = properties.find(f"{_W}gridSpan")
    merge = properties.find(f"{_W}vMerge")
    width = int(span.get(f"{_W}val", "1")) if span is not None else 1
    return max(width, 1), "" if merge is None else merge.get(f"{_W}val", "continue")


def _skipped(row: Any) -> int:
    """Grid columns left out before the row's first cell."""
    node = row.find(f"{_W}trPr/{_W}gridBefore")
    return int(node.get(f"{_W}val", "0")) if node is not None else 0
