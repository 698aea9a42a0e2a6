"""Word: the formal, editable form. Typeface names are written into every style and run; readers have the fonts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import singledispatchmethod
from typing import Any, cast

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from services.documents import chart, docx_letterhead, docx_pages, docx_styles
from services.documents import typography as type_
from services.documents.content import (
    Align,
    Annex,
    Attachments,
    Block,
    Box,
    Cover,
    Document,
    Grid,
    Heading,
    Paragraph,
    Picture,
    SignOff,
    Table,
    Text,
    text,
)
from services.documents.docx_runs import add_runs, bookmark_name
from services.documents.docx_styles import BODY, CAPTION, CELL, HEAD_CELL, NOTE, PLAIN, REMARK, SUBTITLE
from services.documents.typography import Face

ALIGN = {
    Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Align.CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
COVER_GAPS = (4, 5, 6)
"""Blank lines on a cover: above the title, above the lines to be filled in, above who issued the form."""
ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def render_docx(document: Document) -> bytes:
    """The document as .docx; the same document gives the same bytes."""
    word = docx.Document()
    docx_styles.apply(word, document.profile.value)
    _properties(word, document)
    docx_pages.set_up(word, document)
    _Writer(word, document).write(document)
    out = io.BytesIO()
    word.save(out)
    return _timeless(out.getvalue())


def _properties(word: WordDocument, document: Document) -> None:
    core = word.core_properties
    core.title, core.author, core.last_modified_by = document.name, "", ""
    core.comments, core.language, core.revision = "", "zh-CN", 1
    core.created = core.modified = datetime(document.dated.year, document.dated.month, document.dated.day)  # noqa: DTZ001


def _timeless(data: bytes) -> bytes:
    """The archive without the moment it was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, ZIP_DAY), source.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


class _Writer:
    def __init__(self, word: WordDocument, document: Document) -> None:
        self.word = word
        self.measures = document.profile.value
        # By id: a look-up by name for each of thousands of cells takes longer than all the rest.
        self.styles = {style.name: style.style_id for style in word.styles}
        self.width_mm = self.measures.text_width()
        self.bookmarks = 0
        self.site = document.site

    def write(self, document: Document) -> None:
        self._opening(document)
        self._blocks(document.blocks)
        for annex in document.annexes:
            self._annex(annex)

    def _opening(self, document: Document) -> None:
        if document.number:
            number = self._line(text(document.number), PLAIN, align=WD_ALIGN_PARAGRAPH.RIGHT)
            if document.letterhead:
                number.paragraph_format.space_before = Pt(docx_letterhead.room(document.letterhead, self.measures))
            self._line((), PLAIN)
            self._line((), PLAIN)
        if document.cover:
            self._line(text(document.cover.above), PLAIN, face=type_.HEI)
            self._gap(COVER_GAPS[0])
        for line in document.title:
            self._line(text(line), "Title", face=type_.TITLE)
        if document.subtitle:
            self._line(text(document.subtitle), SUBTITLE, face=type_.KAI)
        self._line((), PLAIN)
        for remark in document.remarks:
            self._line(text(remark), REMARK, face=type_.KAI)
        if document.cover:
            self._cover(document.cover)
        if document.addressee:
            if document.remarks:
                self._line((), PLAIN)
            self._line(text(document.addressee), PLAIN)

    def _cover(self, cover: Cover) -> None:
        self._gap(COVER_GAPS[1])
        for line in cover.lines:
            self._line(text(line), PLAIN).paragraph_format.space_after = Pt(self.measures.body_size)
        self._gap(COVER_GAPS[2])
        self._line(text(cover.foot), PLAIN, align=WD_ALIGN_PARAGRAPH.CENTER)

    def _gap(self, lines: int) -> None:
        for _blank in range(lines):
            self._line((), PLAIN)

    def _blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._block(block)

    def _annex(self, annex: Annex) -> None:
        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        section.different_first_page_header_footer = False
        (docx_pages.on_its_side if annex.landscape else docx_pages.upright)(section, self.measures)
        self.width_mm = self.measures.text_width(landscape=annex.landscape)
        for line, style, face in ((annex.label, PLAIN, type_.HEI), (annex.title, "Title", type_.TITLE)):
            if line:
                self._line(text(line), style, face=face)
                self._line((), PLAIN)
        self._blocks(annex.blocks)

    @singledispatchmethod
    def _block(self, block: Any) -> None:
        raise TypeError(f"no drawing for {type(block).__name__}")

    @_block.register
    def _(self, block: Heading) -> None:
        self._line(text(block.text), f"Heading {block.level}", face=self.measures.headings[block.level])

    @_block.register
    def _(self, block: Paragraph) -> None:
        line = self._line(text(block.lead), NOTE if block.small else BODY, face=self.measures.headings[1])
        add_runs(line, block.text, self.measures.body, self.site)

    @_block.register
    def _(self, block: Picture) -> None:
        holder = self._line((), PLAIN, align=WD_ALIGN_PARAGRAPH.CENTER)
        # An exact line height would cut the picture to one line.
        holder.paragraph_format.line_spacing = 1.0
        holder.paragraph_format.keep_with_next = True
        shape = holder.add_run().add_picture(io.BytesIO(chart.png(block.chart)), width=Mm(self.width_mm))
        shape._inline.docPr.set("descr", block.alt)
        self._line(text(block.caption), CAPTION, face=type_.HEI)

    @_block.register
    def _(self, block: Attachments) -> None:
        # Words of the text stand above them on their page.
        self.word.paragraphs[-1].paragraph_format.keep_with_next = True
        self._line((), PLAIN).paragraph_format.keep_with_next = True
        for place, (number, item) in enumerate(zip(block.numbers, block.items, strict=True)):
            lead, hanging = ("", 0.0) if place else ("附件：", 3.0)
            line = self._line(text(f"{lead}{number}{item}"), PLAIN)
            # Items line up under the first one, five characters in; further lines hang behind the number.
            behind = 1.0 if number else 0.0
            line.paragraph_format.left_indent = Pt((5 + behind) * self.measures.body_size)
            line.paragraph_format.first_line_indent = Pt(-(hanging + behind) * self.measures.body_size)
            line.paragraph_format.keep_with_next = True

    @_block.register
    def _(self, block: SignOff) -> None:
        """Room for the seal above; the name centred on the date, the date four characters from the right."""
        across = self.measures.body_size - self.measures.closer
        name, day = (_width(line, across) for line in (block.name, block.dated))
        centre = max(4 * self.measures.body_size + day / 2, name / 2)
        # The page of the signature carries text, too.
        self.word.paragraphs[-1].paragraph_format.keep_with_next = True
        for _blank in range(3):
            self._line((), PLAIN).paragraph_format.keep_with_next = True
        for line, width, last in ((block.name, name, False), (block.dated, day, True)):
            paragraph = self._line(text(line), PLAIN, align=WD_ALIGN_PARAGRAPH.RIGHT)
            paragraph.paragraph_format.right_indent = Pt(centre - width / 2)
            paragraph.paragraph_format.keep_with_next = not last

    @_block.register
    def _(self, block: Table) -> None:
        if block.caption:
            self._line(text(block.caption), CAPTION, face=type_.HEI)
        table = self.word.add_table(rows=len(block.rows) + 1, cols=len(block.columns))
        _frame(table)
        widths = _widths([column.share for column in block.columns], self.width_mm)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width / 10)
        aligns = [ALIGN[column.align] for column in block.columns]
        centred = [WD_ALIGN_PARAGRAPH.CENTER] * len(block.columns)
        heads = [column.head for column in block.columns]
        head, *rows = table.rows
        self._row(head, heads, widths, centred, HEAD_CELL)
        _repeat(head)
        for place, (row, cells) in enumerate(zip(rows, block.rows, strict=True)):
            first = self._row(row, cells, widths, aligns, CELL)
            # The note never stands on a page alone.
            first.paragraph_format.keep_with_next = bool(block.note) and place == len(rows) - 1
            if block.anchors:
                self._bookmark(first, block.anchors[place])
        if block.note:
            self._line(text(f"注：{block.note}"), NOTE)

    @_block.register
    def _(self, block: Grid) -> None:
        table = self.word.add_table(rows=len(block.rows), cols=len(block.shares))
        _frame(table)
        widths = _widths(block.shares, self.width_mm)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width / 10)
        across = Mm(self.width_mm).pt / self.measures.table_size
        grid = [row.cells for row in table.rows]
        for number, (row, boxes) in enumerate(zip(table.rows, block.placed(), strict=True)):
            if number < block.heads:
                _repeat(row)
            if block.whole(boxes, across):
                row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for at, box in boxes:
                cell = grid[number][at]
                if (box.rows, box.columns) != (1, 1):
                    cell = cell.merge(grid[number + box.rows - 1][at + box.columns - 1])
                kept = block.together and number + box.rows < len(block.rows)
                self._box(cell, box, HEAD_CELL if number < block.heads else CELL, kept=kept)
        self._line((), NOTE)

    def _box(self, cell: Any, box: Box, style: str, *, kept: bool) -> None:
        """Its text and, below it, three lines of room for a seal and the lines that go with it; `kept`: on one page
        with the next row."""
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        face = type_.HEI if style == HEAD_CELL else self.measures.body
        lines: list[tuple[Text, Any]] = [(box.text, ALIGN[box.align])]
        if box.below:
            lines += [((), None)] * 3 + [(text(line), WD_ALIGN_PARAGRAPH.RIGHT) for line in box.below]
        for number, (content, align) in enumerate(lines):
            paragraph = cell.add_paragraph() if number else cell.paragraphs[0]
            paragraph._p.style = self.styles[style]
            paragraph.alignment = align
            paragraph.paragraph_format.keep_with_next = kept or None
            add_runs(paragraph, content, face, self.site)

    def _row(
        self, row: Any, cells: Sequence[Text], widths: Sequence[int], aligns: Sequence[Any], style: str
    ) -> WordParagraph:
        """Fill a row that no page break cuts; returns the paragraph of its first cell."""
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        face = type_.HEI if style == HEAD_CELL else self.measures.body
        filled = row.cells
        for cell, content, width, align in zip(filled, cells, widths, aligns, strict=True):
            cell.width = Mm(width / 10)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph = cell.paragraphs[0]
            paragraph._p.style = self.styles[style]
            paragraph.alignment = align
            add_runs(paragraph, content, face, self.site)
        return cast(WordParagraph, filled[0].paragraphs[0])

    def _line(self, content: Text, style: str, *, align: Any = None, face: Face | None = None) -> WordParagraph:
        paragraph = self.word.add_paragraph()
        paragraph._p.style = self.styles[style]
        if align is not None:
            paragraph.alignment = align
        add_runs(paragraph, content, face or self.measures.body, self.site)
        return paragraph

    def _bookmark(self, paragraph: WordParagraph, name: str) -> None:
        self.bookmarks += 1
        for tag, where in (("w:bookmarkStart", 0), ("w:bookmarkEnd", None)):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self.bookmarks))
            if where == 0:
                mark.set(qn("w:name"), bookmark_name(name))
            paragraph._p.append(mark)


def _width(line: str, size: float) -> float:
    """Points a line takes in this size; half-width characters count half."""
    return sum(size * (0.5 if character.isascii() else 1) for character in line)


def _widths(shares: Sequence[int], total_mm: int) -> list[int]:
    """Column widths in tenths of a millimetre that fill the text block."""
    return [share * total_mm * 10 // sum(shares) for share in shares]


def _frame(table: WordTable) -> None:
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "60")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
