"""Marks problems in a .docx: shading and Word comments at the very cells and paragraphs."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from policy.terms import Severity
from services.intake.annotate.problems import AUTHOR, COLOURS, SHEET, WORST_FIRST, Problem, worst, written
from services.intake.formats.refused import unsupported
from services.intake.formats.word import places

INITIALS = "核"
# What follows the shading among a cell's properties, in the order the format asks for.
_AFTER_SHADING = ("w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark", "w:headers",
                  "w:cellIns", "w:cellDel", "w:cellMerge", "w:tcPrChange")  # fmt: skip


def annotate_docx(data: bytes, problems: Sequence[Problem]) -> bytes:
    """The document with its problem cells shaded and commented; what has no place is said in a first comment.

    What an earlier marking left is taken away first. Raises FileRefused for what can be read only: Strict Open XML,
    a document with macros.
    """
    try:
        word = docx.Document(io.BytesIO(data))
    except (KeyError, ValueError):
        raise unsupported("这种 Word 文件（严格 Open XML 或带宏）不能加批注；请用 WPS 或 Office 另存为 .docx") from None
    _clear(word)
    known = dict(places(word.element.body))
    placed: dict[str, list[Problem]] = {}
    for problem in problems:
        # A row is marked at its first cell.
        where = next((place for place in (problem.where, f"{problem.where}C1") if place in known), "")
        placed.setdefault(where, []).append(problem)
    _list(word, placed.pop("", []))
    for where, found in placed.items():
        _mark(word, known[where], found)
    output = io.BytesIO()
    word.save(output)
    return output.getvalue()


def _mark(word: Any, node: Any, problems: Sequence[Problem]) -> None:
    paragraph = node if node.tag == qn("w:p") else next(node.iter(qn("w:p")), None)
    if node.tag == qn("w:tc"):
        _shade(node, worst(problems))
    if paragraph is not None:
        _comment(word, paragraph, [problem.line for problem in problems])


def _list(word: Any, problems: Sequence[Problem]) -> None:
    """What is said of the whole paper, or of what it lacks, on its first paragraph."""
    first = next(word.element.body.iter(qn("w:p")), None)
    if not problems or first is None:
        return
    ordered = sorted(problems, key=lambda problem: WORST_FIRST.index(problem.severity))
    lines = [f"{number}. {problem.where} {problem.line}" for number, problem in enumerate(ordered, 1)]
    _comment(word, first, [SHEET, *lines])


def _comment(word: Any, paragraph: Any, lines: Iterable[str]) -> None:
    runs = paragraph.findall(qn("w:r")) or [paragraph.add_r()]
    parent = Paragraph(paragraph, word._body)
    ends = [Run(runs[0], parent), Run(runs[-1], parent)]
    word.add_comment(ends, written("\n".join(lines)), author=AUTHOR, initials=INITIALS)


def _shade(cell: Any, severity: Severity) -> None:
    properties = cell.get_or_add_tcPr()
    for old in properties.findall(qn("w:shd")):
        properties.remove(old)
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", COLOURS[severity])):
        shading.set(qn(f"w:{name}"), value)
    properties.insert_element_before(shading, *_AFTER_SHADING)


def _clear(word: Any) -> None:
    ours = [comment._comment_elm for comment in word.comments if comment.author == AUTHOR]
    numbers = {comment.get(qn("w:id")) for comment in ours}
    for comment in ours:
        comment.getparent().remove(comment)
    body = word.element.body
    for start in [node for node in body.iter(qn("w:commentRangeStart")) if node.get(qn("w:id")) in numbers]:
        _unshade(start)
    for tag in ("w:commentRangeStart", "w:commentRangeEnd"):
        for node in [node for node in body.iter(qn(tag)) if node.get(qn("w:id")) in numbers]:
            node.getparent().remove(node)
    for node in [node for node in body.iter(qn("w:commentReference")) if node.get(qn("w:id")) in numbers]:
        run = node.getparent()
        run.getparent().remove(run)


def _unshade(mark: Any) -> None:
    cell = next(mark.iterancestors(qn("w:tc")), None)
    for shading in [] if cell is None else list(cell.iterfind(f"{qn('w:tcPr')}/{qn('w:shd')}")):
        if shading.get(qn("w:fill")) in COLOURS.values():
            shading.getparent().remove(shading)
