"""Small real files of the kinds people put forward, with whatever text they should carry."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\0\0\0\0IEND\xaeB`\x82"
)
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + bytes(200) + b"\xff\xd9"
MP4_HEAD = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41"
PROGRAM = b"MZ\x90\0" + bytes(56) + struct.pack("<I", 64) + b"PE\0\0" + bytes(200)


def pdf(*pages: str) -> bytes:
    """A PDF with a text layer of Chinese lines; a page without text is a scan."""
    font = b"<</Type/Font/Subtype/Type0/BaseFont/SimSun/Encoding/UniGB-UCS2-H/DescendantFonts[<</Type/Font/Subtype"
    font += b"/CIDFontType0/BaseFont/SimSun/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>>>]>>"
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)), font]
    for number, text in enumerate(pages):
        page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>"
        objects += [page % (5 + 2 * number), stream(_shown(text.splitlines()))]
    return pdf_of(objects)


def _shown(lines: Sequence[str]) -> bytes:
    shown = (b"<%s> Tj 0 -20 Td" % line.encode("utf-16-be").hex().encode() for line in lines)
    return b"BT /F 14 Tf 60 780 Td " + b" ".join(shown) + b" ET"


def stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed)


def pdf_of(objects: Sequence[bytes]) -> bytes:
    """The file of these objects, the first of which is its catalog."""
    body, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(body))
    return body + b"xref\n0 %d\n" % size + table + end


def archive(**members: bytes) -> bytes:
    """A zip; the names' underscores are dots."""
    return zip_of({name.replace("_", "."): data for name, data in members.items()})


def zip_of(members: dict[str, bytes]) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return output.getvalue()


def slides(*texts: str) -> bytes:
    """A .pptx, as far as its texts are concerned."""
    drawing = "http://schemas.openxmlformats.org/drawingml/2006/main"
    parts = {"[Content_Types].xml": b"<Types/>", "ppt/presentation.xml": b"<p/>"}
    for number, text in enumerate(texts, 1):
        xml = f'<s xmlns:a="{drawing}"><a:p><a:r><a:t>{text}</a:t></a:r></a:p></s>'
        parts[f"ppt/slides/slide{number}.xml"] = xml.encode()
    return zip_of(parts)


def old_word(text: str = "") -> bytes:
    """A .doc, as far as its streams' names and its text are concerned."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "WordDocument".encode("utf-16-le") + text.encode("utf-16-le")
    )
