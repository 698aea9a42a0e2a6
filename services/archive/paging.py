"""How many pages a piece has, and why one cannot be bound: qpdf reads where a page lies, not what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import pikepdf
from pikepdf import AccessMode, PasswordError, Pdf, PdfError, Stream

from services.archive import pictures
from services.archive.pieces import Content, Made, Piece, opened
from services.storage import Storage

PICTURES = frozenset({"jpg", "jpeg", "jfif", "png", "gif", "bmp", "webp", "heic", "heif"})
MOST_PAGES = 5000
LARGEST_PART = 48 * 1024 * 1024
"""Bytes of one picture inside a PDF: qpdf holds one at a time in memory, twice."""
HEAD = 1024
LOST = ("unable", "EOF", "ignoring")
"""Words qpdf says where part of a file is gone; what it mended without loss can be bound."""

LOCKED = "设有密码，不能装订"
BROKEN = "PDF已损坏或不完整，不能装订"
TOO_LONG = f"超过{MOST_PAGES}页，不装订"
TOO_LARGE = "内含特大图像，不装订"
NO_PDF = "不是PDF或照片，不装订"
NO_FILE = "无电子文件"


@dataclass(frozen=True, slots=True)
class Paged:
    """`pages`: None where that is not known. `unbound`: why its pages do not stand in a 装订本; empty when they do.

    `picture`: its page is still to be drawn.
    """

    pages: int | None
    unbound: str = ""
    picture: bool = False


def paged(storage: Storage, piece: Piece) -> Paged:
    """Raises FileNotFoundError when a stored file is gone."""
    if piece.content is None:
        return Paged(None, NO_FILE)
    with opened(storage, piece.content) as stream:
        head = stream.read(HEAD)
    if piece.suffix in PICTURES and b"%PDF-" not in head:
        with opened(storage, piece.content) as stream:
            unbound = pictures.trouble(stream, piece.content.size)
        return Paged(1, unbound, picture=not unbound)
    if b"%PDF-" not in head:
        return Paged(None, NO_PDF)
    try:
        with open_pdf(storage, piece.content) as pdf:
            return _looked_at(pdf, piece.content)
    except PasswordError:
        return Paged(None, LOCKED)
    except (PdfError, ValueError, RecursionError, OverflowError):
        return Paged(None, BROKEN)


def open_pdf(storage: Storage, content: Content) -> Pdf:
    if isinstance(content, Made):
        return pikepdf.open(BytesIO(content.data), suppress_warnings=True)
    return pikepdf.open(storage.path(content.sha256), access_mode=AccessMode.stream, suppress_warnings=True)


def _looked_at(pdf: Pdf, content: Content) -> Paged:
    number = len(pdf.pages)
    if not number:
        return Paged(None, BROKEN)
    if number > MOST_PAGES:
        return Paged(number, TOO_LONG)
    for page in pdf.pages:
        page.mediabox  # noqa: B018 - a page without a size is none
    if any(word in str(warning) for warning in pdf.get_warnings() for word in LOST):
        return Paged(None, BROKEN)
    if content.size > LARGEST_PART and any(_is_too_large(part) for part in pdf.objects):
        return Paged(number, TOO_LARGE)
    return Paged(number)


def _is_too_large(part: pikepdf.Object) -> bool:
    return isinstance(part, Stream) and int(part.stream_dict.get("/Length", 0)) > LARGEST_PART
