"""The last step of a volume: its front put before it, every page numbered in its outer upper corner, an outline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pikepdf
from pikepdf import (
    AccessMode,
    Array,
    Dictionary,
    Matrix,
    Name,
    Object,
    ObjectStreamMode,
    OutlineItem,
    Page,
    Pdf,
    StreamDecodeLevel,
    String,
)

from services.archive.sheets import Front, Printer

ACTING = (Name.JavaScript, Name.Launch, Name.SubmitForm, Name.ImportData)
EDGE = 20
"""Points between a number and the edges of its page."""


@dataclass(frozen=True, slots=True)
class Mark:
    """An entry of the outline: `page` of the volume, from 0, the front aside."""

    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Numbering:
    """The numbers of a volume's pages, and what begins where."""

    first: int
    last: int
    marks: Sequence[Mark]


def finish(body: Path, printer: Printer, front: Front, numbering: Numbering, path: Path) -> None:
    """Write the volume of these pages."""
    with (
        pikepdf.open(body, access_mode=AccessMode.stream) as pdf,
        pikepdf.open(BytesIO(printer.front(front))) as opening,
        pikepdf.open(BytesIO(printer.numbers(numbering.first, numbering.last))) as numbers,
    ):
        for place, face in enumerate(numbers.pages):
            _still(pdf.pages[place])
            stamp(pdf, pdf.pages[place], face, numbering.first + place)
        before = len(opening.pages)
        for place, page in enumerate(opening.pages):
            pdf.pages.insert(place, page)
        _outline(pdf, numbering.marks, before)
        pdf.Root.PageLabels = _labels(before, numbering.first)
        pdf.Root.PageMode = Name.UseOutlines
        pdf.docinfo = pdf.make_indirect(Dictionary(Title=String(f"{printer.name} {front.volume}")))
        pdf.save(
            path, stream_decode_level=StreamDecodeLevel.none, object_stream_mode=ObjectStreamMode.generate,
            deterministic_id=True,
        )  # fmt: skip


def _still(page: Page) -> None:
    """Nothing in it acts by itself or starts a program: whoever opens a binder has not chosen its papers one by one."""
    _without_triggers(page.obj)
    notes = page.obj.get(Name.Annots)
    for note in notes if isinstance(notes, Array) else ():
        if not isinstance(note, Dictionary):
            continue
        _without_triggers(note)
        act = note.get(Name.A)
        if isinstance(act, Dictionary) and act.get(Name.S) in ACTING:
            del note[Name.A]


def _without_triggers(part: Object) -> None:
    if Name.AA in part:
        del part[Name.AA]


def stamp(pdf: Pdf, page: Page, face: Page, number: int) -> None:
    """Put a number into the outer upper corner of a page as it is seen, however it is turned: odd right, even left."""
    shape = pdf.copy_foreign(face.as_form_xobject())
    width, height = (float(side) for side in list(face.mediabox)[2:])
    page.contents_add(b"q\n", prepend=True)
    # Pages may share their resources: the number's own name is the same on none.
    name = page.add_resource(shape, Name.XObject, Name(f"/PageNumber{number}"))
    placed = _corner(page, width, height, right=number % 2 == 1)
    page.contents_add(b"\nQ q %s cm %s Do Q" % (placed.encode(), str(name).encode()))


def _corner(page: Page, width: float, height: float, *, right: bool) -> Matrix:
    """Where the lower left of a stamp comes to lie, in the page's own coordinates."""
    left, low, far, high = (float(side) for side in page.cropbox)
    across, up = far - left, high - low
    turned = int(page.obj.get("/Rotate", 0)) % 360
    # A page may count in larger units than points.
    scale = 1 / float(Decimal(str(page.obj.get("/UserUnit", 1))))
    seen, tall = (across, up) if turned in (0, 180) else (up, across)
    x = seen - (EDGE + width) * scale if right else EDGE * scale
    y = tall - (EDGE + height) * scale
    upright = {
        0: Matrix(1, 0, 0, 1, left, low),
        90: Matrix(0, 1, -1, 0, far, low),
        180: Matrix(-1, 0, 0, -1, far, high),
        270: Matrix(0, -1, 1, 0, left, high),
    }.get(turned, Matrix(1, 0, 0, 1, left, low))
    return Matrix(scale, 0, 0, scale, x, y) @ upright


def _outline(pdf: Pdf, marks: Sequence[Mark], before: int) -> None:
    with pdf.open_outline() as outline:
        outline.root.append(OutlineItem("目录", 1))
        outline.root.extend(OutlineItem(mark.title, before + mark.page) for mark in marks)


def _labels(before: int, first: int) -> Dictionary:
    """What a reader's program calls each page: 封面, I, II, then the printed numbers."""
    return Dictionary(
        Nums=Array([0, Dictionary(P=String("封面")), 1, Dictionary(S=Name.R), before, Dictionary(S=Name.D, St=first)])
    )
