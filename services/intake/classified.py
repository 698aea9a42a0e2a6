"""密级 marks: this is a system for unclassified matter, so a file that bears one is neither read nor kept.

Recognised is the mark as it is set (秘密★, 机密★1年, 绝密 ★, 密级：机密), wherever it stands, and the bare word
where marks stand: in a margin or at the head of a page. 商业秘密 in running text is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from mmap import mmap

from policy.findings import Finding
from policy.terms import Severity
from services.intake.document import Document
from services.intake.text import squash

CODE = "classified_mark"
CLAUSE = "非涉密系统使用要求"
_STARRED = re.compile(r"(?:绝密|机密|秘密)[★☆✩⭐]|密级:(?:绝密|机密|秘密)")
_BARE = re.compile(r"(?:绝密|机密|秘密)(?:\d{1,2}年|长期)?")
_NAMED = re.compile(r"(?:^|[\[【(《「_\-.·、])(?:绝密|机密|秘密)(?:\d{1,2}年|长期)?(?=$|[\]】)》」_\-.·、])")
_BYTES = tuple(
    f"{word}★".encode(codec) for word in ("绝密", "机密", "秘密") for codec in ("utf-8", "utf-16-le", "gb18030")
)
_SIGN = "密"
"""Every mark has it."""
_HEAD = 3


def find_mark(document: Document) -> Finding | None:
    """The finding when the document bears a mark; it names the place, and nothing of what stands around it."""
    where = marked_place(texts(document))
    return None if where is None else marked(where)


def marked_place(texts: Iterable[tuple[str, str, bool]]) -> str | None:
    """The first place that bears a mark, of (place, text, whether marks stand there as a bare word)."""
    for where, text, at_head in texts:
        if _SIGN not in text:
            continue
        folded = squash(text)
        if _STARRED.search(folded) or (at_head and _BARE.fullmatch(folded)):
            return where
    return None


def in_bytes(data: bytes | mmap) -> bool:
    """A starred mark in the raw bytes: for files no parser opens (.doc, .wps)."""
    return any(data.find(mark) >= 0 for mark in _BYTES)


def in_name(name: str) -> bool:
    """The name of a file bears a mark: starred, or the bare word set apart (【机密】…, …-秘密.docx)."""
    folded = squash(name)
    return bool(_STARRED.search(folded) or _NAMED.search(folded))


def marked(where: str) -> Finding:
    message = (
        f"{f'{where}处' if where else '文件'}带有密级标志。本系统为非涉密系统，严禁处理、存储、传输涉密信息："
        "文件内容没有保存，只记录文件名、校验值、时间和上传人。请立即按涉密误传应急处置要求处理；"
        "确属误报的，请在“涉密误传”页申明误报并说明理由，经市经济信息委核实后重新上传"
    )
    return Finding(CODE, Severity.ERROR, where, message, CLAUSE)


def texts(document: Document) -> Iterator[tuple[str, str, bool]]:
    """Place, text, and whether marks stand there: margins, the first paragraphs, the first cells of a sheet.

    Of the cells, which are many, only those that may bear a mark.
    """
    for text in document.margins:
        yield "页眉页脚或文本框", text, True
    for number, text in document.paragraphs:
        yield f"正文!P{number}", text, number <= _HEAD
    for sheet in document.sheets:
        for order, cell in enumerate(sheet.filled()):
            if _SIGN in cell.text:
                yield f"{sheet.name}!{cell.address}", cell.text, order < _HEAD
