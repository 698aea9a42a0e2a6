"""Which way a file of each format is marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from lxml import etree

from services.intake.annotate import listing
from services.intake.annotate.copies import copied
from services.intake.annotate.problems import Problem
from services.intake.annotate.spreadsheet import annotate_xlsx
from services.intake.annotate.word import annotate_docx
from services.intake.document import Document, Sheet

_PARAGRAPH = re.compile(rf"{listing.TEXT_SHEET}!P(\d+)")
_UNUSUAL = (AttributeError, LookupError, TypeError, ValueError, etree.LxmlError)


def annotated(data: bytes, document: Document, problems: Sequence[Problem]) -> tuple[str, bytes]:
    """The marked file's format (docx or xlsx) and bytes; `document` is the file as read."""
    if document.format == "docx":
        return "docx", annotate_docx(data, problems)
    origin = listing.origin(document)
    if origin in listing.UNTYPED:
        problems = [_in_its_line(problem) for problem in problems]
    if document.format == "xlsx":
        with suppress(*_UNUSUAL):  # a workbook put together in a way nobody foresaw is copied like other formats
            return "xlsx", annotate_xlsx(data, document, problems, origin)
    document = listing.without_listing(document)
    copy, names = copied(document)
    sheets = [replace(sheet, name=names[sheet.name]) for sheet in document.sheets]
    if document.paragraphs:
        sheets.append(Sheet(names[listing.TEXT_SHEET], []))
    here = [_renamed(problem, names) for problem in problems]
    return "xlsx", annotate_xlsx(copy, replace(document, sheets=sheets), here, origin)


def _in_its_line(problem: Problem) -> Problem:
    """The third paragraph, 正文!P3, is the third line of the copy's sheet 正文."""
    found = _PARAGRAPH.fullmatch(problem.where)
    return replace(problem, where=f"{listing.TEXT_SHEET}!A{found[1]}") if found else problem


def _renamed(problem: Problem, names: dict[str, str]) -> Problem:
    sheet, mark, address = problem.where.rpartition("!")
    return replace(problem, where=f"{names.get(sheet, sheet)}{mark}{address}")
