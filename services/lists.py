"""Lists as offices send them: a CSV with a header, in UTF-8 or GB18030; every line keeps its number."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO

from policy.refusal import Refused

FORMULA_LED = re.compile(r"[=@\t\n＝]|[+-](?!\d)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: `number` as an editor shows it."""

    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def day(self, column: str) -> date | None:
        """The date in the column, None when empty; raises Refused when it is written otherwise."""
        text = self.text(column)
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise Refused(f"{column} 应写作 2026-07-31，收到“{text}”") from None


def decode(data: bytes) -> str:
    """The text of a list as Excel or WPS saves it; raises Refused when it is no text."""
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused("文件是工作簿或文档，不是CSV，请用 WPS 或 Excel 另存为“CSV UTF-8”后重试")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("文件不是文本格式的CSV，请另存为“CSV UTF-8”后重试")


def read_list(text: str, columns: Sequence[str], *, required: Sequence[str]) -> Iterator[Line]:
    """The lines that say something. Raises Refused when a column is missing, twice or not known."""
    rows = _rows(text)
    if not rows:
        raise Refused(f"文件是空的；第一行的表头应为 {','.join(columns)}")
    header = [name.strip() for name in rows[0][1]]
    missing = [name for name in required if name not in header]
    foreign = [name for name in header if name and (name not in columns or header.count(name) > 1)]
    if missing or foreign:
        raise Refused(
            f"表头应为 {','.join(columns)}"
            + (f"；缺少 {','.join(missing)}" if missing else "")
            + (f"；多出 {','.join(foreign)}" if foreign else "")
        )
    return (Line(number, dict(zip(header, _padded(cells, header), strict=True))) for number, cells in rows[1:])


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Rows that hold something, each with the line it starts on."""
    reader = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""))
    rows, start = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error:
        raise Refused(f"第{start}行起不是CSV格式，请检查引号和换行") from None
    return rows


def _padded(cells: Sequence[str], header: Sequence[str]) -> list[str]:
    """As many cells as the header has; districts leave trailing commas out."""
    return ([_unquoted(cell.strip()) for cell in cells] + [""] * len(header))[: len(header)]


def write_list(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A list as `read_list` reads it back."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_quoted(cell) for cell in row] for row in rows)
    return out.getvalue()


def _quoted(cell: str) -> str:
    """A spreadsheet takes it for text, whatever it begins with; -30 and +1 stay the numbers they are."""
    return f"'{cell}" if FORMULA_LED.match(cell) else cell


def _unquoted(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA_LED.match(cell[1:]) else cell
