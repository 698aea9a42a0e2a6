"""XML parts of a zipped document, parsed so that nothing is fetched and no entity is expanded.

No office program writes a document type into them, so a part that has one was made to harm.
"""

from __future__ import annotations

import re
import zipfile
from typing import Any, NoReturn

from lxml import etree

from services.intake.formats.refused import unsafe

SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False}


def xml_part(archive: zipfile.ZipFile, path: str, renamed: tuple[str, str] = ("", "")) -> Any:
    """The part's root element; `renamed`: a namespace to be read as another, as Strict Open XML as the usual one.
    Raises FileRefused when it declares a document type."""
    data = archive.read(path)
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


def has_doctype(*_declared: object) -> NoReturn:
    raise unsafe("文件内部含有文档类型声明（可能用来引用外部内容），已拒绝读取；请用 WPS 或 Office 重新保存")
