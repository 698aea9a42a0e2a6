"""Papers for an archive: PDFs with so many pages of any shape, locked and broken ones, and the storage they lie in."""

from __future__ import annotations

import gc
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pikepdf import Dictionary, Encryption, Name, Pdf, Stream

from services.archive.pieces import Piece, Stored
from services.storage import Storage

A4 = (595, 842)
DATED = date(2026, 11, 9)


def pdf(pages: int = 1, size: tuple[int, int] = A4, turned: int = 0, weight: int = 0, password: str = "") -> bytes:
    """`weight`: bytes of a picture on each page that does not get any smaller."""
    made, output = Pdf.new(), io.BytesIO()
    for _number in range(pages):
        page = made.add_blank_page(page_size=size)
        page.obj.Rotate = turned
        if weight:
            page.obj.Resources = Dictionary(XObject=Dictionary(Im0=_picture(made, weight)))
            page.obj.Contents = Stream(made, b"q 100 0 0 100 100 100 cm /Im0 Do Q")
    encryption = Encryption(owner="owner", user=password) if password else False
    made.save(output, encryption=encryption, compress_streams=False)
    return output.getvalue()


def _picture(made: Pdf, weight: int) -> Stream:
    side = int((weight / 3) ** 0.5)
    return Stream(
        made, os.urandom(side * side * 3), Type=Name.XObject, Subtype=Name.Image, Width=side, Height=side,
        BitsPerComponent=8, ColorSpace=Name.DeviceRGB,
    )  # fmt: skip


def stored(storage: Storage, name: str, data: bytes) -> Stored:
    return Stored(storage.put(data), len(data), name)


def piece(storage: Storage, title: str, name: str, data: bytes, **columns: object) -> Piece:
    values = {"author": "示例甲区经济信息委", "dated": DATED, "content": stored(storage, name, data)}
    return Piece(title, **values | columns)  # type: ignore[arg-type]


def storage_in(folder: Path) -> Storage:
    return Storage(folder / "files")


@contextmanager
def held_at_most() -> Iterator[Callable[[], int]]:
    """How many bytes this process held at most beyond what it held before, libraries in C included."""
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")
    before = _status("VmRSS")
    yield lambda: _status("VmHWM") - before


def _status(key: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{key}:"))
