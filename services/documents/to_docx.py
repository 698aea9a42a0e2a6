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
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph as WordParagraph

from services.documents import chart, docx_styles
from services.documents import typography as type_
from services.documents.content import (
    Align,
    Annex,
    Attachments,
    Block,
    Document,
    Heading,
    Link,
    PageNumbers,
    Paragraph,
    Picture,
    Ref,
    SignOff,
    Table,
    Text,
    text,
)
from services.documents.docx_styles import BODY, CAPTION, CELL, HEAD_CELL, NOTE, PLAIN, REMARK, SUBTITLE
from services.documents.typography import Face

ALIGN = {
    Align.LEFT: WD_ALIGN_PARAGRAPH.LEFT,
    Align.CENTRE: WD_ALIGN_PARAGRAPH.CENTER,
    Align.RIGHT: WD_ALIGN_PARAGRAPH.RIGHT,
}
HYPERLINK = RELATIONSHIP_TYPE.HYPERLINK
ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def render_docx(document: Document) -> bytes:
    """The document as .docx; the same document gives the same bytes."""
    word = docx.Document()
    docx_styles.apply(word)
    _properties(word, document)
    writer = _Writer(word, document.site)
    writer.write(document)
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
    def __init__(self, word: WordDocument, site: str) -> None:
        self.word = word
        # By id: a look-up by name for each of thousands of cells takes longer than all the rest.
        self.styles = {style.name: style.style_id for style in word.styles}
        self.width_mm = type_.TEXT_WIDTH
        self.bookmarks = 0
        self.site = site

    def write(self, document: Document) -> None:
        section = self.word.sections[0]
        _portrait(section)
        _running_heads(self.word, section, document)
        self._opening(document)
        self._blocks(document.blocks)
        for annex in document.annexes:
            self._annex(annex)

    def _opening(self, document: Document) -> None:
        if document.number:
            self._line(text(document.number), PLAIN, align=WD_ALIGN_PARAGRAPH.RIGHT)
            self._line((), PLAIN)
            self._line((), PLAIN)
        for line in document.title:
            self._line(text(line), "Title", face=type_.TITLE)
        if document.subtitle:
            self._line(text(document.subtitle), SUBTITLE, face=type_.KAI)
        self._line((), PLAIN)
        for remark in document.remarks:
            self._line(text(remark), REMARK, face=type_.KAI)
        if document.addressee:
            if document.remarks:
                self._line((), PLAIN)
            self._line(text(document.addressee), PLAIN)

    def _blocks(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._block(block)

    def _annex(self, annex: Annex) -> None:
        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        section.different_first_page_header_footer = False
        (_landscape if annex.landscape else _portrait)(section)
        self.width_mm = type_.WIDE_TEXT_WIDTH if annex.landscape else type_.TEXT_WIDTH
        self._line(text(annex.label), PLAIN, face=type_.HEI)
        self._line((), PLAIN)
        self._line(text(annex.title), "Title", face=type_.TITLE)
        self._line((), PLAIN)
        self._blocks(annex.blocks)

    @singledispatchmethod
    def _block(self, block: Any) -> None:
        raise TypeError(f"no drawing for {type(block).__name__}")

    @_block.register
    def _(self, block: Heading) -> None:
        self._line(text(block.text), f"Heading {block.level}", face=type_.HEADINGS[block.level])

    @_block.register
    def _(self, block: Paragraph) -> None:
        self._line(block.text, NOTE if block.small else BODY)

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
        self._line((), PLAIN)
        for number, item in enumerate(block.items, start=1):
            lead = "附件：" if number == 1 else ""
            line = self._line(text(f"{lead}{number}.{item}"), PLAIN)
            indent, first = (6.0, -4.0) if number == 1 else (6.0, -1.0)
            line.paragraph_format.left_indent = Pt(indent * type_.BODY_SIZE)
            line.paragraph_format.first_line_indent = Pt(first * type_.BODY_SIZE)

    @_block.register
    def _(self, block: SignOff) -> None:
        """Room for the seal above; the name centred on the date, the date four characters from the right."""
        name, day = (_width(line) for line in (block.name, block.dated))
        centre = max(4 * type_.BODY_SIZE + day / 2, name / 2)
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
            self._line(text(f"注：{block.note}"), NOTE, face=type_.BODY)

    def _row(
        self, row: Any, cells: Sequence[Text], widths: Sequence[int], aligns: Sequence[Any], style: str
    ) -> WordParagraph:
        """Fill a row that no page break cuts; returns the paragraph of its first cell."""
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        face = type_.HEI if style == HEAD_CELL else type_.BODY
        filled = row.cells
        for cell, content, width, align in zip(filled, cells, widths, aligns, strict=True):
            cell.width = Mm(width / 10)
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            paragraph = cell.paragraphs[0]
            paragraph._p.style = self.styles[style]
            paragraph.alignment = align
            _runs(paragraph, content, face, self.site)
        return cast(WordParagraph, filled[0].paragraphs[0])

    def _line(self, content: Text, style: str, *, align: Any = None, face: Face = type_.BODY) -> WordParagraph:
        paragraph = self.word.add_paragraph()
        paragraph._p.style = self.styles[style]
        if align is not None:
            paragraph.alignment = align
        _runs(paragraph, content, face, self.site)
        return paragraph

    def _bookmark(self, paragraph: WordParagraph, name: str) -> None:
        self.bookmarks += 1
        for tag, where in (("w:bookmarkStart", 0), ("w:bookmarkEnd", None)):
            mark = OxmlElement(tag)
            mark.set(qn("w:id"), str(self.bookmarks))
            if where == 0:
                mark.set(qn("w:name"), _bookmark_name(name))
            paragraph._p.append(mark)


def _runs(paragraph: WordParagraph, content: Text, face: Face, site: str = "") -> None:
    """The parts one after another; a mark leads to its entry, a link into the application where `site` is known."""
    for part in content:
        run = paragraph.add_run(_shown(part, site))
        docx_styles.set_face(run._r.get_or_add_rPr(), face)
        if isinstance(part, Ref):
            run.font.superscript = True
            _around(run, **{"w:anchor": _bookmark_name(f"source-{part.number}")})
        elif isinstance(part, Link) and site:
            _around(run, **{"r:id": paragraph.part.relate_to(site + part.path, HYPERLINK, is_external=True)})


def _shown(part: str | Ref | Link, site: str) -> str:
    if isinstance(part, Ref):
        return f"[{part.number}]"
    return part.shown(site) if isinstance(part, Link) else part


def _around(run: Any, **target: str) -> None:
    """Make a link of the run."""
    link = OxmlElement("w:hyperlink")
    for name, value in target.items():
        link.set(qn(name), value)
    run._r.addprevious(link)
    link.append(run._r)


def _bookmark_name(anchor: str) -> str:
    return anchor.replace("-", "_")


def _width(line: str) -> float:
    """Points a line takes in the body size; half-width characters count half."""
    return sum(type_.BODY_SIZE * (0.5 if character.isascii() else 1) for character in line)


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


def _portrait(section: Section) -> None:
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(type_.PAGE_WIDTH), Mm(type_.PAGE_HEIGHT)
    _margins(section, type_.TOP, type_.BOTTOM, type_.LEFT, type_.RIGHT)


def _landscape(section: Section) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(type_.PAGE_HEIGHT), Mm(type_.PAGE_WIDTH)
    _margins(section, type_.WIDE_TOP, type_.WIDE_BOTTOM, type_.WIDE_LEFT, type_.WIDE_RIGHT)


def _margins(section: Section, top: int, bottom: int, left: int, right: int) -> None:
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.header_distance = Mm(top / 2)
    # The number's line, about 6 mm high, hangs 7 mm below the text block.
    section.footer_distance = Mm(max(bottom - type_.NUMBER_GAP - 6, 10))


def _running_heads(word: WordDocument, section: Section, document: Document) -> None:
    """The first section's header and footer; every later section inherits them."""
    outside = document.page_numbers is PageNumbers.OUTSIDE
    word.settings.odd_and_even_pages_header_footer = outside
    section.different_first_page_header_footer = outside
    headers = [section.header, *((section.even_page_header, section.first_page_header) if outside else ())]
    for header in headers:
        paragraph = header.paragraphs[0]
        paragraph.style = word.styles[docx_styles.HEADER]
        _runs(paragraph, text(document.running_head), type_.HEI)
    if not outside:
        _page_number(word, section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.CENTER)
        return
    _page_number(word, section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(word, section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    # The first page of a letter has no number.
    section.first_page_footer.paragraphs[0].style = word.styles[docx_styles.FOOTER]


def _page_number(word: WordDocument, paragraph: WordParagraph, align: Any) -> None:
    """— 1 — in 四号宋体, one character in from the edge on the outside."""
    paragraph.style = word.styles[docx_styles.FOOTER]
    paragraph.alignment = align
    if align != WD_ALIGN_PARAGRAPH.CENTER:
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(type_.NUMBER_SIZE)
    _runs(paragraph, text("— "), type_.SONG)
    run = paragraph.add_run()
    docx_styles.set_face(run._r.get_or_add_rPr(), type_.SONG)
    for kind, code in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "1"), ("end", "")):
        run._r.append(_field_part(kind, code))
    _runs(paragraph, text(" —"), type_.SONG)


def _field_part(kind: str, code: str) -> Any:
    if kind in ("", "text"):
        part = OxmlElement("w:instrText" if kind == "" else "w:t")
        part.set(qn("xml:space"), "preserve")
        part.text = code
        return part
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    return part
