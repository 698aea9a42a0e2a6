"""Pages of a Word document: size, margins, and what stands over and under the text on each."""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from services.documents import docx_letterhead, docx_styles
from services.documents import typography as type_
from services.documents.content import Document, PageNumbers, text
from services.documents.docx_runs import add_runs
from services.documents.typography import Margins, Measures


def set_up(word: WordDocument, document: Document) -> None:
    """The first section, whose header and footer every later one inherits."""
    measures = document.profile.value
    upright(word.sections[0], measures)
    if measures.mirrored:
        settings = word.settings.element
        # Where the schema wants it: before what python-docx's template begins with after w:zoom.
        settings.find(qn("w:zoom")).addnext(OxmlElement("w:mirrorMargins"))
    _running_heads(word, word.sections[0], document)


def upright(section: Section, measures: Measures) -> None:
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(type_.PAGE_WIDTH), Mm(type_.PAGE_HEIGHT)
    _margins(section, measures.upright)


def on_its_side(section: Section, measures: Measures) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(type_.PAGE_HEIGHT), Mm(type_.PAGE_WIDTH)
    _margins(section, measures.wide)


def _margins(section: Section, of: Margins) -> None:
    section.top_margin, section.bottom_margin = Mm(of.top), Mm(of.bottom)
    section.left_margin, section.right_margin = Mm(of.left), Mm(of.right)
    section.header_distance = Mm(of.top / 2)
    # The number's line, about 6 mm high, hangs 7 mm below the text block.
    section.footer_distance = Mm(max(of.bottom - type_.NUMBER_GAP - 6, 10))


def _running_heads(word: WordDocument, section: Section, document: Document) -> None:
    measures = document.profile.value
    outside = document.page_numbers is PageNumbers.OUTSIDE
    word.settings.odd_and_even_pages_header_footer = outside
    section.different_first_page_header_footer = outside
    headers = [section.header, *((section.even_page_header, section.first_page_header) if outside else ())]
    for header in headers:
        paragraph = header.paragraphs[0]
        paragraph.style = word.styles[docx_styles.HEADER]
        add_runs(paragraph, text(document.running_head), type_.HEI)
        if document.drawn_up_from:
            from_what = header.add_paragraph(style=word.styles[docx_styles.IMPRINT])
            add_runs(from_what, text(document.drawn_up_from), measures.body)
    if not outside:
        _page_number(word, section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.CENTER, measures)
        return
    _page_number(word, section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT, measures)
    _page_number(word, section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT, measures)
    # The first page of a letter has no number.
    section.first_page_footer.paragraphs[0].style = word.styles[docx_styles.FOOTER]
    if document.letterhead:
        docx_letterhead.set_up(section, document.letterhead)


def _page_number(word: WordDocument, paragraph: WordParagraph, align: Any, measures: Measures) -> None:
    """— 1 — in 宋体, one character in from the edge on the outside."""
    paragraph.style = word.styles[docx_styles.FOOTER]
    paragraph.alignment = align
    if align != WD_ALIGN_PARAGRAPH.CENTER:
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(measures.number_size)
    add_runs(paragraph, text("— "), type_.SONG)
    run = paragraph.add_run()
    docx_styles.set_face(run._r.get_or_add_rPr(), type_.SONG)
    for kind, code in (("begin", ""), ("", " PAGE "), ("separate", ""), ("text", "1"), ("end", "")):
        run._r.append(_field_part(kind, code))
    add_runs(paragraph, text(" —"), type_.SONG)


def _field_part(kind: str, code: str) -> Any:
    if kind in ("", "text"):
        part = OxmlElement("w:instrText" if kind == "" else "w:t")
        part.set(qn("xml:space"), "preserve")
        part.text = code
        return part
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), kind)
    return part
