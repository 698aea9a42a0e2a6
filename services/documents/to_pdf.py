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
    Box,
    Document,
    Grid,
    Heading,
    Link,
    Paragraph,
    Picture,
    Ref,
    SignOff,
    Table,
    Text,
)
from services.documents.glyphs import drawable
from services.documents.typography import Measures

HERE = Path(__file__).parent
TEMPLATE = HERE / "official.typ"
FONTS = HERE / "fonts"
# Runs of Latin letters that typst would not break, though a narrow column needs it.
UNBROKEN = re.compile(r"[!-~]{9,}")
# A row stays on one page unless a cell of it is so long (in characters) that it may not fit on any.
WHOLE_CELL = 240
# A table of so many rows keeps its note below it on one page.
SHORT_TABLE = 10
ZERO_WIDTH_SPACE = "\u200b"
MM_A_POINT = 25.4 / 72


def render_pdf(document: Document) -> bytes:
    """The document as PDF; the same document gives the same bytes on every machine."""
    compiler = typst.Compiler(
        str(TEMPLATE), root=str(HERE), font_paths=fonts(), ignore_system_fonts=True,
        sys_inputs={"document": drawable(json.dumps(_document(document), ensure_ascii=False))},
    )  # fmt: skip
    moment = datetime.combine(document.dated, time(), UTC)
    return cast(bytes, compiler.compile(format="pdf", timestamp=moment))


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """Those this house ships, and none of the machine's."""
    rare = Path(str(pylopdf_fonts_zh_cn.serif_path())).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS), str(rare)])


def _document(document: Document) -> dict[str, Any]:
    return {
        "name": document.name,
        "title": document.title,
        "subtitle": document.subtitle,
        "remarks": document.remarks,
        "head": document.running_head,
        "imprint": document.drawn_up_from,
        "number": document.number,
        "addressee": document.addressee,
        "outside": document.page_numbers.value == "outside",
        "dated": [document.dated.year, document.dated.month, document.dated.day],
        "blocks": _blocks(document.blocks, document.profile.value),
        "annexes": [_annex(annex, document.profile.value) for annex in document.annexes],
        "type": _typography(document.profile.value),
        "cover": asdict(document.cover) if document.cover else None,
        "site": document.site,
        "letterhead": _letterhead(document.letterhead),
    }


def _letterhead(name: str) -> dict[str, Any] | None:
    if not name:
        return None
    form = type_.LetterForm
    return {
        "name": name, "size": form.size(name), "top": form.NAME_TOP, "gap": form.NAME_GAP, "foot": form.FOOT,
        "rule": form.RULE, "thick": form.THICK, "thin": form.THIN, "between": form.BETWEEN,
        "below": form.NUMBER_BELOW, "red": f"#{type_.RED}",
    }  # fmt: skip


def _typography(measures: Measures) -> dict[str, Any]:
    faces = {"body": measures.body, "hei": type_.HEI, "kai": type_.KAI, "title": type_.TITLE, "song": type_.SONG}
    sizes = ("title_size", "body_size", "number_size", "caption_size", "table_size", "line", "title_line", "table_line")
    return {
        "faces": {key: face.shipped for key, face in faces.items()},
        "headings": {str(level): face.shipped for level, face in measures.headings.items()},
        "rare": type_.RARE,
        "sizes": {name.removesuffix("_size"): getattr(measures, name) for name in sizes},
        "closer": measures.closer,
        "margins": asdict(measures.upright),
        "wide": asdict(measures.wide),
        "mirrored": measures.mirrored,
        "gap": type_.NUMBER_GAP,
        "imprint": type_.IMPRINT_SIZE,
    }


def _annex(annex: Annex, measures: Measures) -> dict[str, Any]:
    return {
        "label": annex.label,
        "title": annex.title,
        "landscape": annex.landscape,
        "blocks": _blocks(annex.blocks, measures, landscape=annex.landscape),
    }


def _blocks(blocks: Sequence[Block], measures: Measures, *, landscape: bool = False) -> list[dict[str, Any]]:
    """The blocks in order; a signature takes along what it may not stand on a page without: the block before it, and
    where that is 附件说明 the words above it."""
    drawn: list[dict[str, Any]] = []
    across = measures.text_width(landscape=landscape) / MM_A_POINT / measures.table_size
    for block in blocks:
        if isinstance(block, Grid):
            drawn.append(_grid(block, across))
        elif isinstance(block, SignOff):
            taken = 2 if drawn and drawn[-1]["kind"] == "attachments" else 1
            drawn[-taken:] = [{**_block(block), "with": drawn[-taken:]}]
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
    return {"kind": "small" if block.small else "paragraph", "text": _text(block.text), "lead": block.lead}


@_block.register
def _(block: Picture) -> dict[str, Any]:
    return {"kind": "picture", "svg": chart.svg(block.chart), "caption": block.caption, "alt": block.alt}


@_block.register
def _(block: SignOff) -> dict[str, Any]:
    return {"kind": "signoff", **asdict(block)}


@_block.register
def _(block: Attachments) -> dict[str, Any]:
    return {"kind": "attachments", "items": list(zip(block.numbers, block.items, strict=True))}


@_block.register
def _(block: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": _broken(block.caption),
        "columns": [{"head": _text(c.head), "share": c.share, "align": c.align.value} for c in block.columns],
        "rows": [[_breakable(cell) for cell in row] for row in block.rows],
        "long": [max(map(_length, row)) > WHOLE_CELL for row in block.rows],
        "note": block.note,
        "together": bool(block.note) and len(block.rows) <= SHORT_TABLE,
        "anchors": list(block.anchors),
    }


def _grid(block: Grid, across: float) -> dict[str, Any]:
    """`across`: how many characters of a table's size stand beside each other in the text block."""
    placed = list(block.placed())
    return {
        "kind": "grid",
        "shares": list(block.shares),
        "together": block.together,
        "heads": [_boxes(row, whole=True) for row in placed[: block.heads]],
        "rows": [_boxes(row, whole=block.whole(row, across)) for row in placed[block.heads :]],
    }


def _boxes(row: tuple[tuple[int, Box], ...], *, whole: bool) -> list[dict[str, Any]]:
    return [
        {
            "text": _breakable(box.text), "columns": box.columns, "rows": box.rows, "align": box.align.value,
            "below": list(box.below), "whole": whole,
        }
        for _at, box in row
    ]  # fmt: skip
