"""How the pages of a 装订本 are divided into volumes, and copied from their files by qpdf without being held."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TypeAlias

from pikepdf import Job, PdfError

from services.archive.paging import BROKEN

A_PAGE = 1500
"""Bytes a stamped page may grow by."""
FRONT = 400_000
"""Bytes of a volume's cover, contents and number faces."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Pages `first` to `last` of one file, which belong to the piece at `place`; `weight` in bytes, about."""

    place: int
    path: Path
    first: int
    last: int
    weight: int

    @property
    def pages(self) -> int:
        return self.last - self.first + 1

    def cut(self, parts: int) -> Iterator[Leaf]:
        """So many leaves of about as many pages each."""
        edges = [self.first + self.pages * part // parts for part in range(parts + 1)]
        for first, after in pairwise(edges):
            if after > first:
                yield replace(self, first=first, last=after - 1, weight=self.weight * (after - first) // self.pages)


Body: TypeAlias = tuple[tuple[Leaf, ...], Path]
"""The leaves of one volume, and the file their pages were copied into."""


class Unbindable(Exception):
    """The file of the piece at `place` opens and yet does not copy, or cannot be drawn."""

    def __init__(self, place: int, why: str = BROKEN) -> None:
        super().__init__(place)
        self.place, self.why = place, why


def bodies(leaves: Sequence[Leaf], limit: int, room: Path) -> list[Body]:
    """The pages of each volume in a file of its own, none larger than `limit` if it can be cut any further."""
    room_for_pages = max(limit - FRONT, limit // 2)
    waiting = deque(_grouped(leaves, room_for_pages))
    done: list[Body] = []
    while waiting:
        group = waiting.popleft()
        path = room / f"body-{len(done) + 1}.pdf"
        _merge(group, path)
        size = path.stat().st_size + A_PAGE * sum(leaf.pages for leaf in group)
        halves = _halved(group) if size > room_for_pages else ()
        if halves:
            waiting.extendleft(reversed(halves))
        else:
            done.append((group, path))
    return done


def _grouped(leaves: Sequence[Leaf], limit: int) -> Iterator[tuple[Leaf, ...]]:
    """By weight: a leaf too heavy for one volume is cut, a divider sheet goes with what follows it."""
    group: list[Leaf] = []
    for leaf in (part for whole in leaves for part in whole.cut(min(whole.pages, -(-whole.weight // limit)))):
        if group and sum(known.weight for known in group) + leaf.weight > limit:
            carried = [group.pop()] if len(group) > 1 and group[-1].place == leaf.place and leaf.first == 1 else []
            yield tuple(group)
            group = carried
        group.append(leaf)
    if group:
        yield tuple(group)


def _halved(group: Sequence[Leaf]) -> tuple[tuple[Leaf, ...], ...]:
    """Empty when it is a single page."""
    leaves = group if len(group) > 1 else tuple(group[0].cut(2))
    middle = len(leaves) // 2
    return (tuple(leaves[:middle]), tuple(leaves[middle:])) if len(leaves) > 1 else ()


def _merge(group: Sequence[Leaf], path: Path) -> None:
    try:
        _copy(group, path)
    except (PdfError, RuntimeError) as error:
        for leaf in group:
            try:
                _copy([leaf], path)
            except (PdfError, RuntimeError):
                raise Unbindable(leaf.place) from error
        raise


def _copy(group: Sequence[Leaf], path: Path) -> None:
    pages = [{"file": str(leaf.path), "range": f"{leaf.first}-{leaf.last}"} for leaf in group]
    Job({
        "empty": "", "pages": pages, "outputFile": str(path), "streamData": "preserve", "objectStreams": "generate",
        "keepFilesOpen": "n", "deterministicId": "", "warningExit0": "",
    }).run()  # fmt: skip


def starts(leaves: Sequence[Leaf], first: int) -> list[int]:
    """The page each leaf begins on, where the first of them begins on `first`."""
    return [first, *(first + count for count in accumulate(leaf.pages for leaf in leaves))][: len(leaves)]
