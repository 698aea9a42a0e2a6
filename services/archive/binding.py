"""装订本: every paper that is a PDF behind one another, with cover, contents, divider sheets and running page numbers.

qpdf copies pages from file to file without holding them: what is in memory does not grow with the evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from pathlib import Path

from typst import TypstError

from policy.refusal import Refused
from services.archive.packing import DamagedFile, Watch, broken, missing, require_unchanged
from services.archive.paging import NO_FILE, NO_PDF, Paged, paged
from services.archive.pictures import UNSHOWN, sheet
from services.archive.pieces import Made, Piece, opened, placed
from services.archive.sheets import Divider, Front, Printer
from services.archive.stamping import Mark, Numbering, finish
from services.archive.volumes import A_PAGE, Body, Leaf, Unbindable, bodies, starts
from services.storage import Storage, digest

SHORT = {NO_PDF: "隔页", NO_FILE: "隔页，纸质原件"}
"""In the contents, where the reason is the usual one."""
ON_PAPER = "本件只有纸质原件，系统内未存扫描件；装订时请将原件置于此页之后。"


@dataclass(frozen=True, slots=True)
class Binder:
    """`title`: its lines on the cover, `lines`: below it; `limit`: bytes of a volume."""

    title: tuple[str, ...]
    lines: tuple[str, ...]
    banner: str
    dated: date
    limit: int

    @property
    def name(self) -> str:
        return "".join(self.title)


@dataclass(frozen=True, slots=True)
class Bound:
    """The volumes in order; `pages` in all, covers and contents aside; `unbound`: titles of pieces whose pages are not
    among them, with the reason."""

    volumes: tuple[Path, ...]
    pages: int
    unbound: tuple[tuple[str, str], ...]


def bind(storage: Storage, pieces: Sequence[Piece], binder: Binder, room: Path, watch: Watch | None = None) -> Bound:
    """The volumes as files in `room`. Raises Refused, naming every stored file that is gone or was changed."""
    _require_whole(storage, pieces, watch)
    pages = [paged(storage, piece) for piece in pieces]
    while True:
        try:
            return _bound(storage, pieces, pages, binder, room)
        except Unbindable as found:
            pages[found.place] = Paged(pages[found.place].pages, found.why)


def _require_whole(storage: Storage, pieces: Sequence[Piece], watch: Watch | None) -> None:
    damaged = []
    for piece in pieces:
        if piece.content is None:
            continue
        try:
            with opened(storage, piece.content) as stream:
                require_unchanged(piece, digest(stream))
        except FileNotFoundError:
            damaged.append(missing(piece))
        except DamagedFile as damage:
            damaged.append(str(damage))
        if watch is not None:
            watch(piece.content.size)
    if damaged:
        raise Refused(broken(damaged))


def _bound(storage: Storage, pieces: Sequence[Piece], pages: Sequence[Paged], binder: Binder, room: Path) -> Bound:
    printer = Printer(binder.name, binder.banner, binder.dated)
    leaves = _leaves(storage, pieces, pages, printer, room)
    made = bodies(leaves, binder.limit, room)
    counts = [sum(leaf.pages for leaf in group) for group, _path in made]
    firsts = [1, *(1 + count for count in accumulate(counts))]
    rows = _contents(pieces, pages, made, firsts)
    volumes = []
    for number, ((group, body), (first, after)) in enumerate(zip(made, pairwise(firsts), strict=True), start=1):
        volume = f"第{number}册（共{len(made)}册）" if len(made) > 1 else "全一册"
        front = Front(binder.title, volume, binder.lines, rows, _notes(pages))
        numbering = Numbering(first, after - 1, tuple(_marks(pieces, group, first)))
        volumes.append(room / f"volume-{number}.pdf")
        finish(body, printer, front, numbering, volumes[-1])
        body.unlink()
    unbound = tuple((piece.title, of.unbound) for piece, of in zip(pieces, pages, strict=True) if of.unbound)
    return Bound(tuple(volumes), firsts[-1] - 1, unbound)


def _leaves(
    storage: Storage, pieces: Sequence[Piece], pages: Sequence[Paged], printer: Printer, room: Path
) -> list[Leaf]:
    """In order: of each piece its divider sheet, if it has one, and its pages, if they can be bound."""
    divided = [place for place, of in enumerate(pages) if of.unbound or pieces[place].divided]
    paths = placed(pieces)
    sheets = room / "dividers.pdf"
    if divided:
        sheets.write_bytes(printer.dividers([_divider(pieces[at], pages[at], paths[at], at + 1) for at in divided]))
    leaves = []
    for place, (piece, of) in enumerate(zip(pieces, pages, strict=True)):
        if place in divided:
            number = divided.index(place) + 1
            leaves.append(Leaf(place, sheets, number, number, A_PAGE))
        if not of.unbound and of.pages and piece.content is not None:
            try:
                path = _on_disk(storage, piece, of, room / f"piece-{place}.pdf", printer)
            except TypstError as error:
                raise Unbindable(place, UNSHOWN) from error
            leaves.append(Leaf(place, path, 1, of.pages, piece.content.size + of.pages * A_PAGE))
    return leaves


def _on_disk(storage: Storage, piece: Piece, of: Paged, path: Path, printer: Printer) -> Path:
    """Where the piece's PDF lies; what is none yet is put at `path`."""
    assert piece.content is not None
    if of.picture:
        with opened(storage, piece.content) as stream:
            return sheet(stream, path.parent, path.stem, printer.moment)
    if not isinstance(piece.content, Made):
        return storage.path(piece.content.sha256)
    path.write_bytes(piece.content.data)
    return path


def _divider(piece: Piece, of: Paged, path: str, number: int) -> Divider:
    told = [
        ("件　　号", str(number)), ("责 任 者", piece.author), ("文　　号", piece.number or "—"),
        ("日　　期", piece.day), ("页　　数", f"{of.pages}页" if of.pages else "—"),
        *(("说　　明" if not place else "", line) for place, line in enumerate(_shortened(piece.about))),
    ]  # fmt: skip
    return Divider(piece.folder.lstrip("0123456789"), piece.title, tuple(told), _elsewhere(piece, of, path))


MOST_LINES = 10


def _shortened(lines: Sequence[str]) -> Sequence[str]:
    """As many as a sheet has room for."""
    if len(lines) <= MOST_LINES:
        return lines
    return (*lines[:MOST_LINES], f"……等{len(lines)}项，详见目录工作簿")


def _elsewhere(piece: Piece, of: Paged, path: str) -> str:
    if not of.unbound:
        return ""
    if piece.content is None:
        return ON_PAPER
    size = f"{-(-piece.content.size // 1024)}KB" if piece.content.size < 1 << 20 else f"{piece.content.size >> 20}MB"
    return f"{of.unbound}；原件见汇总材料“{path}”（{size}）。"


def _places(made: Sequence[Body], firsts: Sequence[int]) -> dict[int, tuple[int, int]]:
    """By piece the volume, from 1, and the page it begins on."""
    found: dict[int, tuple[int, int]] = {}
    for volume, ((leaves, _path), first) in enumerate(zip(made, firsts, strict=False), start=1):
        for mark, leaf in zip(starts(leaves, first), leaves, strict=True):
            found.setdefault(leaf.place, (volume, mark))
    return found


def _marks(pieces: Sequence[Piece], leaves: Sequence[Leaf], first: int) -> Iterator[Mark]:
    """Where each piece of a volume begins, for the reader's outline."""
    seen: set[int] = set()
    for start, leaf in zip(starts(leaves, first), leaves, strict=True):
        if leaf.place not in seen:
            seen.add(leaf.place)
            yield Mark(f"{leaf.place + 1}. {pieces[leaf.place].title}", start - first)


def _contents(
    pieces: Sequence[Piece], pages: Sequence[Paged], made: Sequence[Body], firsts: Sequence[int]
) -> tuple[tuple[str, ...], ...]:
    places, several = _places(made, firsts), len(made) > 1
    rows = []
    for at, (piece, of) in enumerate(zip(pieces, pages, strict=True)):
        volume, page = places[at]
        title = f"{piece.title}（{SHORT.get(of.unbound, of.unbound)}）" if of.unbound else piece.title
        where = f"第{volume}册\n{page}" if several else str(page)
        rows.append((str(at + 1), title, piece.author, piece.number or "—", piece.day, where))
    return tuple(rows)


def _notes(pages: Sequence[Paged]) -> tuple[str, ...]:
    unbound = sum(bool(of.unbound) for of in pages)
    told = f"；其中{unbound}件只装订隔页，原件见汇总材料或纸质原件" if unbound else ""
    return (f"注：共{len(pages)}件{told}。页码自封面、目录之后起编，各册连续。",)
