"""The styles of a 公文 in Word: faces with w:eastAsia, exact lines of 28.95 pt, black, nothing of the default theme."""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Pt, RGBColor

from services.documents import typography as type_
from services.documents.typography import Face, Measures

PLAIN, BODY, REMARK, SUBTITLE = "Normal", "公文正文", "草稿说明", "标题下标注"
CAPTION, NOTE, CELL, HEAD_CELL = "图表题", "图表注", "表格文字", "表格标题行"
HEADER, FOOTER, IMPRINT = "Header", "Footer", "编制依据"
INDENT_CHARACTERS = 200
# The marks of Chinese text, and [ beside them: the mark [n] stays with its figure.
NOT_AT_LINE_START = "!%),.:;>?]}·’”…‰′″℃、。〉》」』】〕〗！％），．：；？］｝～["
# What the schema wants after autoSpaceDE and autoSpaceDN in a paragraph's properties.
AFTER_GAPS = (
    "w:bidi", "w:adjustRightInd", "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
    "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:textboxTightWrap", "w:outlineLvl",
    "w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange",
)  # fmt: skip
# What the schema wants after spacing in a run's properties.
AFTER_SPACING = (
    "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:effect", "w:bdr", "w:shd", "w:fitText",
    "w:vertAlign", "w:rtl", "w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath",
)  # fmt: skip
SLOTS = ("ascii", "hAnsi", "eastAsia", "cs")
THEMED = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")


def set_face(properties: Any, face: Face) -> None:
    """The typeface for Latin and East Asian characters alike: figures in a 公文 are set in its own face."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for slot in SLOTS:
        fonts.set(qn(f"w:{slot}"), face.named)
    for theme in THEMED:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    # Quotation marks and dashes are East Asian characters here.
    fonts.set(qn("w:hint"), "eastAsia")


def apply(word: WordDocument, measures: Measures) -> None:
    """Restyle python-docx's empty document."""
    body, size, line, closer = measures.body, measures.body_size, measures.line, measures.closer
    _defaults(word, body)
    _line_breaks(word)
    centre = WD_ALIGN_PARAGRAPH.CENTER
    _style(word, PLAIN, body, size, line=line, closer=closer)
    _style(word, BODY, body, size, line=line, closer=closer, indent=2 * size, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    _style(word, REMARK, type_.KAI, size, line=line, closer=closer, indent=2 * size)
    _style(word, SUBTITLE, type_.KAI, size, line=line, align=centre)
    _style(word, "Title", type_.TITLE, measures.title_size, line=measures.title_line, align=centre)
    for level, face in measures.headings.items():
        _style(word, f"Heading {level}", face, size, line=line, closer=closer, indent=2 * size, keep=True)
    _style(word, CAPTION, type_.HEI, measures.caption_size, before=6, after=3, align=centre, keep=True)
    _style(word, NOTE, body, measures.table_size, before=3, after=6)
    _style(word, CELL, body, measures.table_size, before=1, after=1)
    _style(word, HEAD_CELL, type_.HEI, measures.table_size, before=1, after=1, keep=True)
    _style(word, HEADER, type_.HEI, measures.caption_size, align=centre)
    _style(word, IMPRINT, body, type_.IMPRINT_SIZE, align=centre)
    _style(word, FOOTER, type_.SONG, measures.number_size)


def _defaults(word: WordDocument, body: Face) -> None:
    defaults = word.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    set_face(defaults, body)
    language = defaults.find(qn("w:lang"))
    # Latin letters and digits keep a Latin language: with a Chinese one a number may break over two lines.
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")


def _line_breaks(word: WordDocument) -> None:
    rule = OxmlElement("w:noLineBreaksBefore")
    rule.set(qn("w:lang"), "zh-CN")
    rule.set(qn("w:val"), NOT_AT_LINE_START)
    word.settings.element.find(qn("w:characterSpacingControl")).addnext(rule)


def _style(
    word: WordDocument,
    name: str,
    face: Face,
    size: float,
    *,
    line: float | None = None,
    closer: float = 0,
    indent: float = 0,
    before: float = 0,
    after: float = 0,
    align: Any = None,
    keep: bool = False,
) -> None:
    """`line`: exact height in points, None for single; `closer`: how much closer characters stand, `indent`: of the
    first line, both in points; `keep`: on one page with the next paragraph."""
    styles = word.styles
    style: Any = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name != PLAIN:
        style.base_style = styles[PLAIN]
    properties = style.element.get_or_add_rPr()
    set_face(properties, face)
    style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    for tag in ("w:spacing", "w:kern"):
        for element in properties.findall(qn(tag)):
            properties.remove(element)
    _closer(properties, closer)
    layout = style.paragraph_format
    layout.space_before, layout.space_after, layout.keep_with_next = Pt(before), Pt(after), keep
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY if line else WD_LINE_SPACING.SINGLE
    if line:
        layout.line_spacing = Pt(line)
    layout.alignment = align
    layout.widow_control = False
    _first_line(style.element.get_or_add_pPr(), indent)
    _no_gaps(style.element.pPr)
    for border in style.element.pPr.findall(qn("w:pBdr")):
        style.element.pPr.remove(border)


def _closer(properties: Any, points: float) -> None:
    """In twentieths of a point; said in every style, for they all rest on the body's."""
    apart = OxmlElement("w:spacing")
    apart.set(qn("w:val"), str(round(-20 * points)))
    properties.insert_element_before(apart, *AFTER_SPACING)


def _no_gaps(properties: Any) -> None:
    """No space of Word's own between Chinese and figures: 2026年, not 2026 年."""
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN"):
        if properties.find(qn(tag)) is None:
            switch = OxmlElement(tag)
            switch.set(qn("w:val"), "0")
            properties.insert_element_before(switch, *AFTER_GAPS)


def _first_line(properties: Any, indent: float) -> None:
    """Two characters, told in characters so that it follows the size."""
    mark = properties.get_or_add_ind()
    mark.set(qn("w:firstLine"), str(int(indent * 20)))
    mark.set(qn("w:firstLineChars"), str(INDENT_CHARACTERS) if indent else "0")
