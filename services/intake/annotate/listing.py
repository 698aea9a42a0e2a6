"""The added sheet 问题清单: what it holds, and how the reader knows it again to overlook it.

A copy made from a format without cells of its own (.csv, a web page) says so there; read again, its cells are
text as they were, and its sheet 正文 the text outside the tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.intake.annotate.problems import HEADINGS, WORST_FIRST, Problem, written
from services.intake.document import Document, Sheet
from services.intake.text import squash

TITLE = "问题清单（由系统生成，重新上传时不读取本表）"
TEXT_SHEET = "正文"
UNTYPED = ("csv", "html")
_ORIGIN = re.compile(r"原文件格式:(\w+)")


def rows(problems: Sequence[Problem], origin: str) -> Iterator[tuple[str, ...]]:
    """The sheet's rows: what it is, how to use it, the headings, a line a problem, the gravest first."""
    yield (TITLE,)
    yield (
        f"原文件格式：{origin}。红色须更正，黄色待确认或须说明，蓝色为提示；各格批注写明改法，改好后直接上传本文件。",
    )
    yield HEADINGS
    ordered = sorted(problems, key=lambda problem: WORST_FIRST.index(problem.severity))
    for number, problem in enumerate(ordered, 1):
        where = problem.where or "全文"
        yield tuple(map(written, (str(number), problem.kind, where, problem.item, problem.raw, problem.text)))


def is_listing(sheet: Sheet) -> bool:
    return squash(sheet.text(1, 1)) == squash(TITLE)


def origin(document: Document) -> str:
    """The format the file was first sent in."""
    texts = [squash(sheet.text(2, 1)) for sheet in document.sheets if is_listing(sheet)]
    found = next((match for text in texts if (match := _ORIGIN.search(text))), None)
    return found[1] if found else document.format


def without_listing(document: Document) -> Document:
    """The document as it was before the problems were marked in it."""
    sheets = [sheet for sheet in document.sheets if not is_listing(sheet)]
    if len(sheets) == len(document.sheets):
        return document
    if origin(document) not in UNTYPED:
        return replace(document, sheets=sheets)
    texts = [sheet for sheet in sheets if sheet.name == TEXT_SHEET]
    lines = [cell.text for sheet in texts for cell in sheet.filled()]
    tables = [replace(sheet, typed=False) for sheet in sheets if sheet not in texts]
    return replace(document, sheets=tables, paragraphs=[*document.paragraphs, *enumerate(lines, 1)])
