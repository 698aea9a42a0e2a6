"""Text set above the line or struck out: 5.2 with a raised 1 is a figure and a footnote mark, not 5.21, and what is
struck out is no longer said. Raised digits become ¹²³, which every reader knows for marks; struck text goes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from typing import Any

from lxml import etree

from services.intake.formats import package
from services.intake.formats.package import xml_part

STRUCK = "有划去（删除线）或隐藏的文字，没有读入"
_RAISED = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_FALSE = ("0", "false", "off")
_RICH = re.compile(rb"<(?:\w+:)?(?:vertAlign|strike)\b")
_SHARED = "xl/sharedStrings.xml"


def raised(text: str) -> str:
    return text.translate(_RAISED)


def settle(runs: Iterable[Any], properties: str, text: str) -> bool:
    """Rewrite the texts of these runs; `properties` and `text` are the tags of a run's properties and texts.
    True when something was struck out."""
    struck = False
    for run in runs:
        look = run.find(properties)
        gone = look is not None and any(
            _is_on(node) for tag in ("strike", "dstrike", "vanish") for node in look.iter(f"{{*}}{tag}")
        )
        above = look is not None and any("superscript" in node.attrib.values() for node in look.iter("{*}vertAlign"))
        for node in run.iter(text) if gone or above else ():
            struck = struck or (gone and bool(node.text))
            node.text = "" if gone else raised(node.text or "")
    return struck


def _is_on(node: Any) -> bool:
    return not any(value in _FALSE for value in node.attrib.values())


def settled_workbook(data: bytes, sheets: Iterable[str]) -> tuple[bytes, bool]:
    """The workbook with the rich texts of its shared strings and of these sheets' parts settled, and whether
    something was struck out; nearly every workbook stays as it is."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = list(sheets)
        if _SHARED in archive.namelist() and _RICH.search(package.part(archive, _SHARED)):
            parts.append(_SHARED)
        if not parts:
            return data, False
        changed, struck = {}, False
        for part in parts:
            root = xml_part(archive, part)
            struck |= settle(root.iter("{*}r"), "{*}rPr", "{*}t")
            changed[part] = etree.tostring(root)
        output = io.BytesIO()
        with zipfile.ZipFile(output, "w") as copy:
            for entry in archive.infolist():
                copy.writestr(entry, changed.get(entry.filename) or package.part(archive, entry.filename))
        return output.getvalue(), struck
