"""A file put forward beside a report: what it is, and whether a text in it bears a 密级 mark.

Nothing of what it says leaves this process but the place of a mark. Pictures, films, scans without a text layer
and what is packed in an archive cannot be read; of an archive the names are looked at.
"""

from __future__ import annotations

import mmap
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from typing import BinaryIO

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

from services.intake import classified
from services.intake.document import Document
from services.intake.formats import word, workbook
from services.intake.formats.examined import Examined
from services.intake.formats.media import PASSWORD, sniff
from services.intake.formats.package import texts
from services.intake.formats.refused import DAMAGED, unreadable, unsafe, unsupported

_HEAD = 3
_PDF_SECONDS = 8
_PARAGRAPHS = ("{*}p", "{*}h", "{*}TextCode")
_PARTS = re.compile(r"ppt/slides/slide\d+\.xml|content\.xml|styles\.xml|(?:.*/)?Content\.xml")


class Unread(Exception):
    """There is no text, or none that can be read in time."""


def examined(file: BinaryIO) -> Examined:
    """Raises FileRefused for what may not come in: a program, a damaged file, one that is built to harm."""
    media = sniff(file)
    find_mark = FINDERS.get(media.key, _cannot_be_read)
    file.seek(0)
    try:
        return Examined(media.key, find_mark(file), read=True)
    except Unread:
        return Examined(media.key, None, read=False)


def _cannot_be_read(_file: BinaryIO) -> str | None:
    raise Unread


def _in_document(parse: Callable[[bytes], Document]) -> Callable[[BinaryIO], str | None]:
    return lambda file: classified.marked_place(classified.texts(parse(file.read())))


def _in_package(file: BinaryIO) -> str | None:
    with zipfile.ZipFile(file) as archive:
        found = enumerate(texts(archive, _PARTS, _PARAGRAPHS))
        return classified.marked_place(("正文", text, number < _HEAD) for number, text in found)


def _in_names(file: BinaryIO) -> str | None:
    """What is packed is never unpacked."""
    with zipfile.ZipFile(file) as archive:
        if any(classified.in_name(name.rpartition("/")[2]) for name in archive.namelist()):
            return "压缩包内的文件名"
    raise Unread


def _in_bytes(file: BinaryIO) -> str | None:
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        return "" if classified.in_bytes(data) else None


def _in_pdf(file: BinaryIO) -> str | None:
    return classified.marked_place(_lines(file))


def _lines(file: BinaryIO) -> Iterator[tuple[str, str, bool]]:
    """Page by page, as far as the time goes; marks stand at the head of a page."""
    until, seen = time.monotonic() + _PDF_SECONDS, False
    for number, page in enumerate(_pages(file), 1):
        lines = _lines_of(page)
        seen = seen or bool(lines)
        for order, line in enumerate(lines):
            yield f"第{number}页", line, order < _HEAD
        if time.monotonic() > until:
            break
    if not seen:
        raise Unread


def _lines_of(page: PageObject) -> list[str]:
    """A page whose content is broken has none."""
    try:
        return [line for line in page.extract_text().splitlines() if line.strip()]
    except LimitReachedError:
        raise unsafe("PDF 展开后过大，与其大小不相称，已拒绝读取；请重新生成 PDF 后上传") from None
    except DependencyError:
        raise Unread from None
    except (PyPdfError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return []


def _pages(file: BinaryIO) -> Iterator[PageObject]:
    try:
        yield from PdfReader(file).pages
    except FileNotDecryptedError:
        raise unsupported(PASSWORD) from None
    except DependencyError:
        raise Unread from None
    except LimitReachedError:
        raise unsafe("PDF 的结构异常，已拒绝读取；请重新生成 PDF 后上传") from None
    except (PyPdfError, RecursionError):
        raise unreadable(DAMAGED) from None


FINDERS: dict[str, Callable[[BinaryIO], str | None]] = {
    "docx": _in_document(word.parse_docx),
    "xlsx": _in_document(workbook.parse_xlsx),
    "xls": _in_document(workbook.parse_xls),
    "pptx": _in_package,
    "odf": _in_package,
    "ofd": _in_package,
    "zip": _in_names,
    "doc": _in_bytes,
    "ppt": _in_bytes,
    "pdf": _in_pdf,
}
"""How to find a mark in each kind of file that can be read; gives its place."""
