"""A printed file measured from itself: where its lines stand, in which face and size, whether a glyph is missing."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pypdf
from pypdf.generic import ContentStream

MM = 25.4 / 72
UNSEEN = "\u200b\u2060"


@dataclass(frozen=True)
class Run:
    """`x` from the left and `y` from the top, in millimetres: where its first character stands on the baseline."""

    text: str
    font: str
    size: float
    x: float
    y: float


@dataclass(frozen=True)
class Line:
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs).translate({ord(one): None for one in UNSEEN})

    @property
    def x(self) -> float:
        return min(run.x for run in self.runs)

    @property
    def y(self) -> float:
        return self.runs[0].y

    @property
    def right(self) -> float:
        """Of full-width text: where its last character ends; those of the body stand a quarter of a point closer."""
        last = max(self.runs, key=lambda run: run.x)
        across = last.size - 0.25 if last.size == 16 else last.size
        return last.x + sum(0.5 if one.isascii() else 1.0 for one in last.text) * across * MM


class Page:
    def __init__(self, page: pypdf.PageObject) -> None:
        self.page = page
        self.width, self.height = float(page.mediabox.width) * MM, float(page.mediabox.height) * MM

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        found: list[Run] = []

        def visit(text: str, outer: list[float], inner: list[float], font: Any, size: float) -> None:
            if text.strip() and font:
                x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
                y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
                scale = abs(inner[3] * outer[3]) or 1
                name = font["/BaseFont"].partition("+")[2].removesuffix("-Identity-H")
                found.append(Run(text.strip("\n"), name, size * scale, x * MM, self.height - y * MM))

        self.page.extract_text(visitor_text=visit)
        return tuple(found)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """From the top down."""
        rows: dict[int, list[Run]] = {}
        for run in self.runs:
            row = next((y for y in rows if abs(y - run.y * 10) < 3), round(run.y * 10))
            rows.setdefault(row, []).append(run)
        return tuple(Line(tuple(sorted(rows[y], key=lambda run: run.x))) for y in sorted(rows))

    def line(self, beginning: str) -> Line:
        return next(line for line in self.lines if line.text.strip().startswith(beginning))

    def within(self, top: float, bottom: float) -> tuple[Line, ...]:
        """The lines whose characters stand between two heights."""
        return tuple(line for line in self.lines if top < line.y <= bottom)

    @property
    def missing_glyphs(self) -> int:
        """How many empty boxes are drawn: glyph 0 of a font whose glyphs are told by two bytes each."""
        content, count = self.page.get_contents(), 0
        for operands, operator in ContentStream(content, self.page.pdf).operations if content is not None else ():
            shown = operands[0] if operator in (b"TJ", b"Tj") else ()
            for part in shown if isinstance(shown, list) else [shown]:
                data = getattr(part, "original_bytes", b"")
                count += sum(data[at : at + 2] == b"\0\0" for at in range(0, len(data), 2))
        return count


def pages(pdf: bytes, at: Sequence[int] | None = None) -> list[Page]:
    """All pages, or those `at` these places, the first of which is 0."""
    found = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return [Page(found[place]) for place in (range(len(found)) if at is None else at)]


def fonts(pdf: bytes) -> Iterator[Any]:
    """Every font of every page."""
    for page in pypdf.PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].values():
            yield font.get_object()


def missing_glyphs(pdf: bytes) -> int:
    return sum(page.missing_glyphs for page in pages(pdf))
