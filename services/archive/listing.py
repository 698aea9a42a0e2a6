"""归档目录 and 材料清单 as a workbook: every piece with what an archive asks of it, and every file with its digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from policy.archiving import Group
from services.archive.packing import Member
from services.archive.paging import Paged
from services.archive.pieces import Piece
from services.intake.row_heights import height

ON_PAPER = "纸质原件，本系统未存扫描件"
COLUMNS = (
    ("件号", 5), ("题名", 34), ("文号", 18), ("责任者", 18), ("日期", 15), ("页数", 5), ("保管期限", 9),
    ("存放位置", 34), ("备注", 24),
)  # fmt: skip
FILES = (("文件", 60), ("大小（字节）", 14), ("校验值（SHA-256）", 70))


@dataclass(frozen=True, slots=True)
class Listing:
    """`title`: over the list; `told`: what it lists and on what it rests, a line each; `kept`: 保管期限 in words."""

    title: str
    told: tuple[str, ...]
    dated: date
    kept: Mapping[Group, str]


def write_listing(
    listing: Listing, pieces: Sequence[Piece], pages: Sequence[Paged], members: Sequence[Member | None]
) -> bytes:
    """Two sheets: 目录, and 文件 with size and digest of each. Every text is written as text."""
    output = BytesIO()
    with Workbook(output, {"in_memory": True}) as book:
        book.set_properties({"title": listing.title, "created": datetime.combine(listing.dated, time())})
        rows = [
            _row(listing, number, *of) for number, of in enumerate(zip(pieces, pages, members, strict=True), start=1)
        ]
        _sheet(book, "目录", (listing.title, *listing.told), COLUMNS, rows)
        files = [(member.path, member.size, member.sha256) for member in members if member is not None]
        _sheet(book, "文件", ("文件和校验值",), FILES, files)
    return output.getvalue()


def _row(listing: Listing, number: int, piece: Piece, paged: Paged, member: Member | None) -> Sequence[str | int]:
    pages = "—" if paged.pages is None else paged.pages
    place = member.path if member else ON_PAPER
    remark = "；".join(piece.about)
    kept = listing.kept[piece.group]
    return number, piece.title, piece.number or "—", piece.author, piece.day, pages, kept, place, remark


def _sheet(
    book: Workbook,
    name: str,
    told: Sequence[str],
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[str | int]],
) -> None:
    sheet = book.add_worksheet(name)
    heading = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#DDE9F5", "valign": "top"})
    cell = book.add_format({"text_wrap": True, "border": 1, "valign": "top"})
    sheet.write_string(0, 0, told[0], book.add_format({"bold": True, "font_size": 14}))
    for number, line in enumerate(told[1:], start=1):
        sheet.write_string(number, 0, line)
    top = len(told)
    for place, (word, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(top, place, word, heading)
    for number, cells in enumerate(rows, start=top + 1):
        sheet.set_row(number, height((str(value), width) for value, (_word, width) in zip(cells, columns, strict=True)))
        for place, value in enumerate(cells):
            write = sheet.write_string if isinstance(value, str) else sheet.write_number
            write(number, place, value, cell)
    _printed(sheet, top)


def _printed(sheet: Worksheet, top: int) -> None:
    """On paper: one page wide, its head on every page."""
    sheet.freeze_panes(top + 1, 2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    sheet.set_footer("&C第&P页，共&N页")
