"""The page form: one self-contained html file, everything escaped, no script, nothing fetched."""

from __future__ import annotations

import base64
from functools import singledispatch
from html import escape
from typing import Any

from services.documents import chart
from services.documents.content import (
    Annex,
    Attachments,
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

STYLE = """
body{margin:0;color:#000;background:#fff;font:16px/1.75 "仿宋_GB2312",FangSong,STFangsong,"Noto Serif CJK SC",serif}
main{max-width:60rem;margin:0 auto;padding:1.5rem}
header,h1,.subtitle,.issuer,figure,figcaption,caption{text-align:center}
header{font-family:"黑体",SimHei,"Noto Sans CJK SC",sans-serif}
h1{font:700 1.6rem/1.5 "方正小标宋简体",SimSun,"Noto Serif CJK SC",serif}
h1 span{display:block}
h2,caption,figcaption,th,.lead{font-family:"黑体",SimHei,"Noto Sans CJK SC",sans-serif;font-weight:400}
h2{font-size:1.15rem}h3{font:400 1.05rem "楷体_GB2312",KaiTi,serif}h4{font-weight:400;font-size:1rem}
p{text-indent:2em;margin:.4em 0}p.flush{text-indent:0}.remark,.subtitle{font-family:"楷体_GB2312",KaiTi,serif}
.number,.signoff{text-align:right}.signoff p{text-indent:0}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:.875rem}
th,td{border:1px solid #000;padding:.2rem .4rem;vertical-align:middle;overflow-wrap:anywhere;white-space:pre-line}
.left{text-align:left}.center{text-align:center}.right{text-align:right}
.seal{display:block;text-align:right}.seal:first-of-type{padding-top:5rem}
.note{font-size:.875rem;text-indent:0}.imprint{font-size:.75rem;text-indent:0}
.letterhead{font:700 2.2rem/1.5 "方正小标宋简体",SimSun,"Noto Serif CJK SC",serif;color:#d00;text-align:center;
text-indent:0;border-bottom:5px double #d00}img{max-width:100%;height:auto}
sup a,td a,.note a{color:#003a8c}section.annex{border-top:1px solid #000;margin-top:2rem;padding-top:1rem}
"""


def render_html(document: Document) -> str:
    """A whole html page. Charts are images in data: addresses; figures link to their entry in 数据来源."""
    opening = "".join(_opening(document))
    body = "".join(_block(block, document.site) for block in document.blocks)
    annexes = "".join(_annex(annex, document.site) for annex in document.annexes)
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(document.name)}</title>'
        f"<style>{STYLE}</style></head><body><main>{opening}{body}{annexes}</main></body></html>\n"
    )


def _opening(document: Document) -> list[str]:
    imprint = f'<p class="imprint">{escape(document.drawn_up_from)}</p>' if document.drawn_up_from else ""
    parts = [f"<header>{escape(document.running_head)}{imprint}</header>"]
    if document.letterhead:
        parts.append(f'<p class="letterhead">{escape(document.letterhead)}</p>')
    if document.number:
        parts.append(f'<p class="number">{escape(document.number)}</p>')
    if document.cover:
        parts.append(f'<p class="flush">{escape(document.cover.above)}</p>')
    lines = "".join(f"<span>{escape(line)}</span>" for line in document.title)
    parts.append(f"<h1>{lines}</h1>")
    if document.subtitle:
        parts.append(f'<p class="subtitle">{escape(document.subtitle)}</p>')
    parts += [f'<p class="remark">{escape(remark)}</p>' for remark in document.remarks]
    if document.cover:
        parts += [f'<p class="flush">{escape(line)}</p>' for line in document.cover.lines]
        parts.append(f'<p class="issuer">{escape(document.cover.foot)}</p>')
    if document.addressee:
        parts.append(f'<p class="flush">{escape(document.addressee)}</p>')
    return parts


def _annex(annex: Annex, site: str) -> str:
    label = f'<p class="flush">{escape(annex.label)}</p>' if annex.label else ""
    title = f"<h2>{escape(annex.title)}</h2>" if annex.title else ""
    body = "".join(_block(block, site) for block in annex.blocks)
    return f'<section class="annex">{label}{title}{body}</section>'


def _text(content: Text, site: str) -> str:
    return "".join(_part(part, site) for part in content)


def _part(part: str | Ref | Link, site: str) -> str:
    if isinstance(part, Ref):
        return f'<sup><a href="#source-{part.number}">[{part.number}]</a></sup>'
    if isinstance(part, Link):
        words = escape(part.shown(site))
        return f'<a href="{escape(site + part.path)}">{words}</a>' if site else words
    return escape(part)


@singledispatch
def _block(block: Any, site: str) -> str:
    raise TypeError(f"no drawing for {type(block).__name__}")


@_block.register
def _(block: Heading, site: str) -> str:
    level = block.level + 1
    return f"<h{level}>{escape(block.text)}</h{level}>"


@_block.register
def _(block: Paragraph, site: str) -> str:
    kind = ' class="note"' if block.small else ""
    lead = f'<span class="lead">{escape(block.lead)}</span>' if block.lead else ""
    return f"<p{kind}>{lead}{_text(block.text, site)}</p>"


@_block.register
def _(block: Picture, site: str) -> str:
    source = base64.b64encode(chart.svg(block.chart).encode()).decode()
    return (
        f'<figure><img src="data:image/svg+xml;base64,{source}" alt="{escape(block.alt)}">'
        f"<figcaption>{escape(block.caption)}</figcaption></figure>"
    )


@_block.register
def _(block: SignOff, site: str) -> str:
    return f'<div class="signoff"><p>{escape(block.name)}</p><p>{escape(block.dated)}</p></div>'


@_block.register
def _(block: Attachments, site: str) -> str:
    items = [
        f"<p>{'' if place else '附件：'}{number}{escape(item)}</p>"
        for place, (number, item) in enumerate(zip(block.numbers, block.items, strict=True))
    ]
    return "".join(items)


@_block.register
def _(block: Table, site: str) -> str:
    caption = f"<caption>{escape(block.caption)}</caption>" if block.caption else ""
    head = "".join(f'<th scope="col">{_text(column.head, site)}</th>' for column in block.columns)
    body = "".join(_row(block, place, site) for place in range(len(block.rows)))
    note = f'<p class="note">注：{escape(block.note)}</p>' if block.note else ""
    return (
        f'<div class="scroll"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{note}'
    )


@_block.register
def _(block: Grid, site: str) -> str:
    rows = [
        "".join(_box(box, "th" if n < block.heads else "td", site) for box in row) for n, row in enumerate(block.rows)
    ]
    head = "".join(f"<tr>{row}</tr>" for row in rows[: block.heads])
    body = "".join(f"<tr>{row}</tr>" for row in rows[block.heads :])
    return f'<div class="scroll"><table>{f"<thead>{head}</thead>" if head else ""}<tbody>{body}</tbody></table></div>'


def _box(box: Box, tag: str, site: str) -> str:
    spans = f' colspan="{box.columns}"' if box.columns > 1 else ""
    spans += f' rowspan="{box.rows}"' if box.rows > 1 else ""
    below = "".join(f'<span class="seal">{escape(line)}</span>' for line in box.below)
    return f'<{tag} class="{box.align}"{spans}>{_text(box.text, site)}{below}</{tag}>'


def _row(table: Table, place: int, site: str) -> str:
    anchor = f' id="{escape(table.anchors[place])}"' if table.anchors else ""
    cells = "".join(
        f'<td class="{column.align}">{_text(content, site)}</td>'
        for column, content in zip(table.columns, table.rows[place], strict=True)
    )
    return f"<tr{anchor}>{cells}</tr>"
