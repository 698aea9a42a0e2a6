"""信函格式 in Word: the office's name and the double rules stand in frames of the first page's header, placed from the
edges of the page, so that the text keeps its lines."""

from __future__ import annotations

from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.section import Section
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from services.documents import docx_styles
from services.documents import typography as type_
from services.documents.typography import LetterForm as Form
from services.documents.typography import Measures

A_POINT = 25.4 / 72
INK = 0.92
"""Of a character's square: how high the ink of 小标宋 is, half of the rest above it."""
RULE_POINTS = 2


def set_up(section: Section, name: str) -> None:
    """On the first page alone, which has a header of its own."""
    size = Form.size(name)
    square = size * A_POINT
    upper = Form.NAME_TOP + INK * square + Form.NAME_GAP
    # Before what stands in the header already: its last paragraph may stand in no frame.
    stands = section.first_page_header.paragraphs[0]
    title = _framed(stands.insert_paragraph_before(), Form.NAME_TOP - (1 - INK) / 2 * square, size)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = title.add_run(name)
    docx_styles.set_face(run._r.get_or_add_rPr(), type_.TITLE)
    run.font.size, run.font.color.rgb = Pt(size), RGBColor.from_string(type_.RED)
    _ruled(_framed(stands.insert_paragraph_before(), upper, RULE_POINTS), "thickThinSmallGap")
    lower = type_.PAGE_HEIGHT - Form.FOOT - RULE_POINTS * A_POINT
    _ruled(_framed(stands.insert_paragraph_before(), lower, RULE_POINTS), "thinThickSmallGap")


def room(name: str, measures: Measures) -> float:
    """Points the text begins further down by, for the 发文字号 to stand under the rule."""
    head = Form.NAME_TOP + INK * Form.size(name) * A_POINT + Form.NAME_GAP
    # Half of what a line is higher than its characters stands above them.
    leading = (measures.line - measures.body_size) / 2
    return (head - measures.upright.top) / A_POINT + RULE_POINTS + Form.NUMBER_BELOW - leading


def _framed(paragraph: WordParagraph, top: float, height: float) -> WordParagraph:
    """170 mm wide in the middle of the page, `top` millimetres down, so many points high."""
    properties: Any = paragraph._p.get_or_add_pPr()
    frame = OxmlElement("w:framePr")
    left = (type_.PAGE_WIDTH - Form.RULE) / 2
    for key, value in (
        ("w", _twips(Form.RULE)), ("h", round(height * 20)), ("hRule", "exact"), ("wrap", "around"),
        ("vAnchor", "page"), ("hAnchor", "page"), ("x", _twips(left)), ("y", _twips(top)),
    ):  # fmt: skip
        frame.set(qn(f"w:{key}"), str(value))
    properties.insert_element_before(frame, "w:widowControl", "w:pBdr", "w:spacing", "w:ind", "w:jc", "w:rPr")
    paragraph.paragraph_format.line_spacing = Pt(height)
    return paragraph


def _ruled(paragraph: WordParagraph, kind: str) -> None:
    edges, top = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for key, value in (("val", kind), ("sz", str(8 * RULE_POINTS)), ("space", "0"), ("color", type_.RED)):
        top.set(qn(f"w:{key}"), value)
    edges.append(top)
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(edges, "w:spacing", "w:ind", "w:jc", "w:rPr")


def _twips(millimetres: float) -> int:
    return round(millimetres / A_POINT * 20)
