"""PDF through typst: the content goes in as JSON, never into the source; fonts come from this house alone."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import lru_cache, singledispatch
from pathlib import Path
from typing import Any, cast

import pylopdf_fonts_zh_cn
import typst

from services.documents import chart
from services.documents import typography as type_
from services.documents.content import (
    Annex,
    Attachments,
    Block,
    Document,
    Heading,
    Link,
    Paragraph,
    Picture,
    Ref,
    SignOff,
    Table,
    Text,
)

HERE = Path(__file__).parent
TEMPLATE = HERE / "official.typ"
FONTS = HERE / "fonts"
# Runs of Latin letters that typst would not break, though a narrow column needs it.
UNBROKEN = re.compile(r"[!-~]{9,}")
# A row stays on one page unless a cell of it is so long (in characters) that it may not fit on any.
WHOLE_CELL = 240
ZERO_WIDTH_SPACE = "\u200b"


def render_pdf(document: Document) -> bytes:
    """The document as PDF; the same document gives the same bytes on every machine."""
    compiler = typst.Compiler(
        str(TEMPLATE), root=str(HERE), font_paths=_fonts(), ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(_document(document), ensure_ascii=False)},
    )  # fmt: skip
    moment = datetime.combine(document.dated, time(), UTC)
    return cast(bytes, compiler.compile(format="pdf", timestamp=moment))


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    rare = Path(str(pylopdf_fonts_zh_cn.serif_path())).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS), str(rare)])


def _document(document: Document) -> dict[str, Any]:
    return {
        "name": document.name,
        "title": document.title,
        "subtitle": document.subtitle,
        "remarks": document.remarks,
        "head": document.running_head,
        "number": document.number,
        "addressee": document.addressee,
        "outside": document.page_numbers.value == "outside",
        "dated": [document.dated.year, document.dated.month, document.dated.day],
        "blocks": _blocks(document.blocks),
        "annexes": [_annex(annex) for annex in document.annexes],
        "type": _typography(),
        "site": document.site,
    }


def _typography() -> dict[str, Any]:
    faces = {"body": type_.BODY, "hei": type_.HEI, "kai": type_.KAI, "title": type_.TITLE, "song": type_.SONG}
    headings = {str(level): face.shipped for level, face in type_.HEADINGS.items()}
    sizes = {
        "title": type_.TITLE_SIZE, "body": type_.BODY_SIZE, "number": type_.NUMBER_SIZE,
        "caption": type_.CAPTION_SIZE, "table": type_.TABLE_SIZE, "line": type_.LINE, "title_line": type_.TITLE_LINE,
        "table_line": type_.TABLE_LINE,
    }  # fmt: skip
    margins = {"top": type_.TOP, "bottom": type_.BOTTOM, "left": type_.LEFT, "right": type_.RIGHT}
    wide = {
        "top": type_.WIDE_TOP, "bottom": type_.WIDE_BOTTOM, "left": type_.WIDE_LEFT, "right": type_.WIDE_RIGHT
    }  # fmt: skip
    return {
        "faces": {key: face.shipped for key, face in faces.items()},
        "headings": headings, "rare": type_.RARE, "sizes": sizes, "margins": margins, "wide": wide,
        "gap": type_.NUMBER_GAP,
    }  # fmt: skip


def _annex(annex: Annex) -> dict[str, Any]:
    return {
        "label": annex.label,
        "title": annex.title,
        "landscape": annex.landscape,
        "blocks": _blocks(annex.blocks),
    }


def _blocks(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """The blocks in order; a signature takes the block before it along, for it may not stand on a page alone."""
    drawn: list[dict[str, Any]] = []
    for block in blocks:
        if isinstance(block, SignOff):
            drawn[-1:] = [{**_block(block), "with": drawn[-1:]}]
        else:
            drawn.append(_block(block))
    return drawn


def _text(content: Text) -> list[str | int | dict[str, str]]:
    """Strings as they are; a mark is its number, a link its path and words."""
    return [_part(part) for part in content]


def _part(part: str | Ref | Link) -> str | int | dict[str, str]:
    if isinstance(part, Ref):
        return part.number
    return {"path": part.path, "words": part.words} if isinstance(part, Link) else part


def _length(content: Text) -> int:
    return sum(len(part) for part in content if isinstance(part, str))


def _breakable(content: Text) -> list[str | int | dict[str, str]]:
    return [_broken(part) if isinstance(part, str) else _part(part) for part in content]


def _broken(text: str) -> str:
    return UNBROKEN.sub(_with_breaks, text)


def _with_breaks(match: re.Match[str]) -> str:
    return re.sub(r"([_./\\!@-]|.{6})", rf"\1{ZERO_WIDTH_SPACE}", match[0])


@singledispatch
def _block(block: Any) -> dict[str, Any]:
    raise TypeError(f"no drawing for {type(block).__name__}")


@_block.register
def _(block: Heading) -> dict[str, Any]:
    return {"kind": "heading", **asdict(block)}


@_block.register
def _(block: Paragraph) -> dict[str, Any]:
    return {"kind": "small" if block.small else "paragraph", "text": _text(block.text)}


@_block.register
def _(block: Picture) -> dict[str, Any]:
    return {"kind": "picture", "svg": chart.svg(block.chart), "caption": block.caption, "alt": block.alt}


@_block.register
def _(block: SignOff) -> dict[str, Any]:
    return {"kind": "signoff", **asdict(block)}


@_block.register
def _(block: Attachments) -> dict[str, Any]:
    return {"kind": "attachments", "items": list(block.items)}


@_block.register
def _(block: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": _broken(block.caption),
        "columns": [{"head": _text(c.head), "share": c.share, "align": c.align.value} for c in block.columns],
        "rows": [[_breakable(cell) for cell in row] for row in block.rows],
        "long": [max(map(_length, row)) > WHOLE_CELL for row in block.rows],
        "note": block.note,
        "anchors": list(block.anchors),
    }
