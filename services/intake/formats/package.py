"""XML parts of a zipped document, parsed so that nothing is fetched and no entity is expanded.

No office program writes a document type into them, so a part that has one was made to harm.
"""

from __future__ import annotations

import re
import zipfile
from typing import Any, NoReturn

from lxml import etree

from services.intake.formats.refused import unsafe

PICTURES = "图片，图片中的内容没有读入"
_PICTURE = re.compile(r"(?:(?:xl|word)/media|Pictures)/[^/]+\.(?:png|jpe?g|gif|bmp|tiff?|webp)", re.IGNORECASE)
_EMBEDDED = re.compile(r"(?:xl|word)/embeddings/[^/]+", re.IGNORECASE)
_CHUNK = 1 << 16
SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False}


def part(archive: zipfile.ZipFile, path: str) -> bytes:
    """A part, piece by piece: one that is larger than it says is given up where it should have ended."""
    with archive.open(path) as stream:
        return b"".join(iter(lambda: stream.read(_CHUNK), b""))


def xml_part(archive: zipfile.ZipFile, path: str, renamed: tuple[str, str] = ("", "")) -> Any:
    """The part's root element; `renamed`: a namespace to be read as another, as Strict Open XML as the usual one.
    Raises FileRefused when it declares a document type."""
    data = part(archive, path)
    if renamed[0]:
        data = data.replace(renamed[0].encode(), renamed[1].encode())
    root: Any = etree.fromstring(data, etree.XMLParser(**SAFE))
    if root.getroottree().docinfo.doctype:
        has_doctype()
    return root


def texts(archive: zipfile.ZipFile, parts: re.Pattern[str], tags: tuple[str, ...]) -> tuple[str, ...]:
    """What these elements say, one text an element, in every part whose path fits."""
    found = []
    for path in archive.namelist():
        if parts.fullmatch(path):
            found += ["".join(node.itertext()) for node in xml_part(archive, path).iter(*tags)]
    return tuple(text for text in found if text.strip())


def not_read(archive: zipfile.ZipFile) -> tuple[str, ...]:
    """What a document holds besides its text: pictures, which may show a table, and other files put into it."""
    names = archive.namelist()
    pictures = [name for name in names if _PICTURE.fullmatch(name)]
    files = [name for name in names if _EMBEDDED.fullmatch(name)]
    remarks = []
    if pictures:
        remarks.append(f"文件含有{len(pictures)}张{PICTURES}；表格请直接填在文件里，不要用截图或照片")
    if files:
        remarks.append(f"文件嵌入了{len(files)}个其他文件（如表格），其中的内容没有读入；请把内容直接填在文件里")
    return tuple(remarks)


def has_doctype(*_declared: object) -> NoReturn:
    raise unsafe("文件内部含有文档类型声明（可能用来引用外部内容），已拒绝读取；请用 WPS 或 Office 重新保存")
