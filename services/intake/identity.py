"""Whose report this is, wherever the file says so: a labelled cell, a title, running text, the file's name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from policy.facts import Passage
from policy.findings import Finding
from policy.terms import Severity
from services.intake.contents import Contents
from services.intake.context import Context, ParkRef
from services.intake.document import CellKind
from services.intake.labels import indicator_label
from services.intake.park_names import TITLE, is_park_name
from services.intake.parsed import is_placeholder
from services.intake.text import fold, squash

_TOP_ROWS = 8
_LABEL = re.compile(r"(?:重点)?园区(?:名称|称号)?|称号|(?:拟申报|申报)名称")
_INLINE = re.compile(r"(?:园区名称|拟申报名称):\s*([^\s,;。]+)")
_SHORT = re.compile(r"([\u4e00-\u9fff]{1,12}?园)(?=\d{4}年|上半年|下半年|半年|建设|发展|[-_ .(]|$)")
_BEFORE_NAME = re.compile(r".*(?:关于|报送|上报|推进|将|的)")


@dataclass(slots=True)
class ParkFound:
    """`park` is a registered code; `title` the registered title, or what the file says when it is not registered."""

    park: str | None = None
    title: str | None = None
    findings: list[Finding] = field(default_factory=list)


def passages(contents: Contents) -> list[Passage]:
    """Title lines and paragraphs: the first rows of each visible sheet above its tables, and text outside them."""
    document = contents.document
    lines = [
        Passage(f"{sheet.name}!{cell.address}", cell.text)
        for sheet in document.sheets
        if not sheet.hidden
        for row in range(1, min(sheet.height, _TOP_ROWS) + 1)
        if not contents.in_table(sheet, row)
        for cell in sheet.row(row)
        if cell.kind is CellKind.TEXT and len(cell.text) > 3 and not indicator_label(cell.text)
    ]
    paragraphs = [Passage(f"正文!P{number}", text) for number, text in document.paragraphs[:60]]
    return paragraphs + lines if document.format == "docx" else lines + paragraphs


def find_park(contents: Contents, name: str, context: Context) -> ParkFound:
    """The registered park the file names; findings park_unknown, park_mismatch and park_assumed."""
    found = ParkFound()
    texts = passages(contents)
    for text in _names(contents, texts):
        park = _registered(text, context.parks)
        if park is not None or is_park_name(text):
            found.park, found.title = (park.code, park.title) if park else (None, _as_title(text))
            break
    else:
        _search(found, [*(entry.text for entry in texts), *_sheet_names(contents), name.rpartition(".")[0]], context)
    _compare(found, context)
    return found


def _sheet_names(contents: Contents) -> list[str]:
    return [sheet.name for sheet in contents.document.sheets]


def _names(contents: Contents, texts: list[Passage]) -> Iterator[str]:
    """Texts that are a name and nothing else, the most reliable first."""
    for sheet in contents.document.sheets:
        for _, value in contents.labelled(sheet, _LABEL):
            if value is not None and not value.blank and not is_placeholder(value.text):
                yield value.text.strip()
    for entry in texts:
        if match := _INLINE.search(fold(entry.text)):
            yield match[1]
    for entry in texts:
        if match := TITLE.search(squash(entry.text)):
            yield match[0]


def _registered(name: str, parks: tuple[ParkRef, ...]) -> ParkRef | None:
    folded = squash(name)
    inside = TITLE.search(folded)
    short = inside[1] if inside else folded
    return next((park for park in parks if squash(park.title) == folded or squash(park.short_name) == short), None)


def _as_title(name: str) -> str:
    match = TITLE.search(squash(name))
    return f"国家网络安全产业园区（{match[1]}）" if match else name.strip()


def _search(found: ParkFound, texts: list[str], context: Context) -> None:
    """The one registered short name in the first text that holds any, else a guess at a name."""
    for text in texts:
        folded = squash(text)
        inside = [park for park in context.parks if squash(park.short_name) in folded]
        if len(inside) == 1:
            found.park, found.title = inside[0].code, inside[0].title
            return
    found.title = next((guess for text in texts if (guess := _guess(text))), None)


def _guess(text: str) -> str | None:
    """A park's short name inside a title such as 示例丙园2025年上半年发展情况."""
    match = _SHORT.search(squash(text))
    if match is None:
        return None
    short = _BEFORE_NAME.sub("", match[1])
    return short if 3 <= len(short) <= 8 and is_park_name(short) else None


def _compare(found: ParkFound, context: Context) -> None:
    said = context.park_named(context.park) if context.park else None
    if said is not None and found.park is None and found.title is None:
        found.park, found.title = said.code, said.title
        message = f"文件中没有园区名称，按指定的“{said.title}”读取"
        found.findings.append(Finding("park_assumed", Severity.NOTE, "", message, ""))
    elif said is not None and found.park != said.code:
        found.findings.append(other_park(found.title, said))
    elif found.park is None:
        what = f"文件写的园区“{found.title}”不在园区名册中" if found.title else "文件中没有找到园区名称"
        message = f"{what}；应写明已批复园区的名称，如“国家网络安全产业园区（××园）”，或先登记园区"
        found.findings.append(Finding("park_unknown", Severity.CONFIRM, "", message, ""))


def other_park(title: str | None, said: ParkRef) -> Finding:
    """The file names one park, the caller another."""
    message = f"文件写的是“{title}”，而指定的园区是“{said.title}”；请核对文件，或改选园区"
    return Finding("park_mismatch", Severity.ERROR, "", message, "")
