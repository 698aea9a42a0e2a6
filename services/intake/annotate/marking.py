"""Which way a file of each format is marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.intake.annotate import listing
from services.intake.annotate.copies import copied
from services.intake.annotate.problems import Problem
from services.intake.annotate.spreadsheet import annotate_xlsx
from services.intake.annotate.word import annotate_docx
from services.intake.document import Document, Sheet


def annotated(data: bytes, document: Document, problems: Sequence[Problem]) -> tuple[str, bytes]:
    """The marked file's format (docx or xlsx) and bytes; `document` is the file as read."""
    if document.format == "docx":
        return "docx", annotate_docx(data, problems)
    if document.format == "xlsx":
        return "xlsx", annotate_xlsx(data, document, problems, listing.origin(document))
    origin, document = listing.origin(document), listing.without_listing(document)
    copy, names = copied(document)
    sheets = [replace(sheet, name=names[sheet.name]) for sheet in document.sheets]
    if document.paragraphs:
        sheets.append(Sheet(names[listing.TEXT_SHEET], []))
    here = [_renamed(problem, names) for problem in problems]
    return "xlsx", annotate_xlsx(copy, replace(document, sheets=sheets), here, origin)


def _renamed(problem: Problem, names: dict[str, str]) -> Problem:
    sheet, mark, address = problem.where.rpartition("!")
    return replace(problem, where=f"{names.get(sheet, sheet)}{mark}{address}")
