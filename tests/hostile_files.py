"""Files built to harm, each with the finding it must end in: `python -m tests.hostile_files FOLDER` writes them.

None holds anything that could run; each is small and costs only a reader without limits.
"""

from __future__ import annotations

import io
import re
import struct
import sys
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.papers import REPORT_SAMPLE, SAMPLES

LETTER = SAMPLES / "half-year-reports" / "示例丁园半年函报-2025H1.docx"
XLS = SAMPLES / "other-formats" / "半年报-示例甲园-2025H1.xls"
ODS = SAMPLES / "other-formats" / "半年报-示例甲园-2025H1.ods"
SHEET = "xl/worksheets/sheet1.xml"


@dataclass(frozen=True)
class Hostile:
    """`code`: the finding; empty when the file is read all the same, without what harms."""

    name: str
    code: str
    make: Callable[[], bytes]


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return output.getvalue()


def with_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> bytes:
    parts = parts_of(path)
    parts[part] = change(parts.get(part, b""))
    return zipped(parts)


def sheet_with(row: bytes) -> bytes:
    return with_part(REPORT_SAMPLE, SHEET, lambda xml: xml.replace(b"</sheetData>", row + b"</sheetData>"))


def replaced(path: Path, part: str, old: bytes, new: bytes) -> bytes:
    assert old in parts_of(path)[part]
    return with_part(path, part, lambda xml: xml.replace(old, new, 1))


def with_doctype(path: Path, part: str, doctype: bytes) -> bytes:
    def change(xml: bytes) -> bytes:
        head, mark, body = xml.rpartition(b"?>")
        return head + mark + doctype + body

    return with_part(path, part, change)


LAUGHS = b"<!DOCTYPE w [<!ENTITY l0 'lol'>" + b"".join(
    b"<!ENTITY l%d '%s'>" % (number, b"&l%d;" % (number - 1) * 10) for number in range(1, 10)
) + b"]>"  # fmt: skip
OUTSIDE = b"<!DOCTYPE w [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"


def zip_bomb() -> bytes:
    return zipped(parts_of(REPORT_SAMPLE) | {"xl/media/x.bin": bytes(100 * 1024 * 1024)})


def quiet_bomb() -> bytes:
    """A hundred bombs of moderate size."""
    return zipped(parts_of(REPORT_SAMPLE) | {f"xl/media/{n}.bin": bytes(3 * 1024 * 1024) for n in range(100)})


def lying_size() -> bytes:
    """The directory declares ten bytes; 400 MB come out."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(body.compress(bytes(4 * 1024 * 1024)) for _ in range(100)) + body.flush()
    name = b"xl/workbook.xml"
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), 10, len(name), 0) + name + packed
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(packed), 10, len(name), 0, 0, 0, 0, 0, 0
    )
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) + len(name), len(local), 0)
    return local + entry + name + end


def duplicate_parts() -> bytes:
    output = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(output, "w") as archive:
        warnings.simplefilter("ignore")
        for name, data in [*parts_of(REPORT_SAMPLE).items(), (SHEET, b"<worksheet/>")]:
            archive.writestr(name, data)
    return output.getvalue()


def paths_outside() -> bytes:
    return zipped(parts_of(REPORT_SAMPLE) | {"../../../tmp/escaped.txt": b"x", "/etc/escaped.txt": b"x"})


def with_macros() -> bytes:
    return zipped(parts_of(REPORT_SAMPLE) | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(2000)})


def long_cell() -> bytes:
    text = b"a" * 5_000_000
    return sheet_with(b'<row r="60"><c r="A60" t="inlineStr"><is><t>' + text + b"</t></is></c></row>")


def deep_nesting() -> bytes:
    return with_part(REPORT_SAMPLE, "xl/styles.xml", lambda _: b"<a>" * 200_000 + b"</a>" * 200_000)


def far_merge() -> bytes:
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A50:XFD1048576"/></mergeCells>'
    return with_part(REPORT_SAMPLE, SHEET, lambda xml: xml.replace(b"</sheetData>", merge))


def endless_repeats() -> bytes:
    row = (
        b'<table:table-row table:number-rows-repeated="1000000000">'
        b'<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16000"/>'
        b"</table:table-row></table:table>"
    )
    return with_part(ODS, "content.xml", lambda xml: xml.replace(b"</table:table>", row))


def number_cell(value: bytes) -> bytes:
    return sheet_with(b'<row r="60"><c r="A60"><v>' + value + b"</v></c></row>")


def many_sheets() -> bytes:
    """One part under thousands of names."""
    sheet = re.search(rb"<sheet [^>]*/>", parts_of(REPORT_SAMPLE)["xl/workbook.xml"])
    assert sheet is not None
    names = b"".join(re.sub(rb' name="[^"]*"', b' name="s%d"' % number, sheet[0]) for number in range(3000))
    return replaced(REPORT_SAMPLE, "xl/workbook.xml", b"</sheets>", names + b"</sheets>")


def wide_merges() -> bytes:
    """Many cells, each merged over as much as one may be."""
    cell = (
        b'<table:table-row><table:table-cell table:number-rows-spanned="99999999" office:value-type="float" '
        b'table:number-columns-spanned="99999999" office:value="1"/></table:table-row>'
    )
    row = b"<table:table-row"
    return with_part(ODS, "content.xml", lambda xml: xml.replace(row, cell * 200 + row, 1))


def looping_sectors() -> bytes:
    """An .xls whose table of sectors leads every sector to itself."""
    data = bytearray(XLS.read_bytes())
    start = 512 * (int.from_bytes(data[76:80], "little") + 1)
    for sector in range(128):
        data[start + 4 * sector : start + 4 * sector + 4] = sector.to_bytes(4, "little")
    return bytes(data)


HTML_SPAN = "<table><tr><td rowspan=100000000 colspan=100000000>网络安全产业收入</td></tr></table>"
MANY_TABLES = b"<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>" * 20_000
WIDE_WORD = b'<w:gridSpan w:val="900000000"/></w:tcPr>'

FILES: tuple[Hostile, ...] = (
    Hostile("zip-bomb.xlsx", "file_unsafe", zip_bomb),
    Hostile("many-small-bombs.xlsx", "file_unsafe", quiet_bomb),
    Hostile("lying-size.xlsx", "file_un", lying_size),
    Hostile("thousands-of-parts.xlsx", "file_unsafe", lambda: zipped({f"xl/{n}.xml": b"" for n in range(3000)})),
    Hostile("duplicate-parts.xlsx", "file_unsafe", duplicate_parts),
    Hostile("paths-outside.xlsx", "file_unsafe", paths_outside),
    Hostile("far-cell.xlsx", "file_unsafe", lambda: sheet_with(
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    Hostile("far-cell-in-a-near-row.xlsx", "file_unsafe", lambda: sheet_with(
        b'<row r="60"><c r="XFD1048576"><v>1</v></c></row>')),
    Hostile("far-merge.xlsx", "", far_merge),
    Hostile("endless-repeats.ods", "file_unsafe", endless_repeats),
    Hostile("wide-word-cell.docx", "file_unsafe", lambda: replaced(
        LETTER, "word/document.xml", b"</w:tcPr>", WIDE_WORD)),
    Hostile("wide-html-cell.xls", "not_a_report", HTML_SPAN.encode),
    Hostile("billion-laughs.docx", "file_unsafe", lambda: with_doctype(LETTER, "word/document.xml", LAUGHS)),
    Hostile("billion-laughs.xlsx", "file_unsafe", lambda: with_doctype(REPORT_SAMPLE, SHEET, LAUGHS)),
    Hostile("billion-laughs.ods", "file_unsafe", lambda: with_doctype(ODS, "content.xml", LAUGHS)),
    Hostile("outside-entity.xlsx", "file_unsafe", lambda: with_doctype(REPORT_SAMPLE, "xl/workbook.xml", OUTSIDE)),
    Hostile("outside-entity.docx", "file_unsafe", lambda: with_doctype(LETTER, "word/document.xml", OUTSIDE)),
    Hostile("deep-nesting.xlsx", "file_un", deep_nesting),
    Hostile("macros.xlsm", "", with_macros),
    Hostile("not-a-number.xlsx", "", lambda: number_cell(b"NaN")),
    Hostile("infinity.xlsx", "", lambda: number_cell(b"Infinity")),
    Hostile("huge-exponent.xlsx", "", lambda: number_cell(b"1e308")),
    Hostile("five-million-characters.xlsx", "file_unsafe", long_cell),
    Hostile("five-million-characters.csv", "file_unsafe", lambda: b"a," + "园".encode() * 5_000_000),
    Hostile("nul-characters.csv", "format_unsupported", lambda: "指标,本期累计\n网络安全产业收入,5\0".encode()),
    Hostile("late-nul-characters.csv", "not_a_report", lambda: b"x,y\n" * 18_000 + b"a\0,b\n"),
    Hostile("long-paragraph.docx", "", lambda: replaced(
        LETTER, "word/document.xml", b"</w:t>", "园安全".encode() * 10_000 + b"</w:t>")),
    Hostile("thousands-of-sheets.xlsx", "file_unsafe", many_sheets),
    Hostile("thousands-of-tables.docx", "file_unsafe", lambda: replaced(
        LETTER, "word/document.xml", b"<w:body>", b"<w:body>" + MANY_TABLES)),
    Hostile("thousands-of-tables.xls", "file_unsafe", lambda: b"<table><tr><td>1</td></tr></table>" * 20_000),
    Hostile("wide-merges.ods", "file_unsafe", wide_merges),
    Hostile("looping-sectors.xls", "file_un", looping_sectors),
    Hostile("thousands-of-labels.csv", "file_unsafe", lambda: "网络安全产业收入,5\n".encode() * 15_000),
    Hostile("thousands-of-headers.csv", "file_unsafe", lambda: "企业名称,法定代表人,成立时间,地址\n".encode() * 15_000),
    Hostile("quote-left-open.csv", "file_unsafe", lambda: b'"' + b"\n,x" * 9_000_000),
    Hostile("half-a-character.csv", "format_unsupported", lambda: "指标,本期\n".encode("gb18030") + b"\xd0\n"),
)  # fmt: skip


def written(folder: Path) -> Iterator[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    for hostile in FILES:
        path = folder / hostile.name
        path.write_bytes(hostile.make())
        yield path


if __name__ == "__main__":
    for made in written(Path(sys.argv[1])):
        print(made, made.stat().st_size)
