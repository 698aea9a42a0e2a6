"""更正说明: accepted figures that were replaced, old and new, why, and which issued documents state the old ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from db.queries.corrections import CorrectedFigure, Settled, condensed
from policy.corrections import Stated
from policy.figures import chinese_date, plain
from policy.indicators.catalogue import BY_KEY
from policy.provenance import figure_path, figures_path
from services.documents.content import (
    Align,
    Annex,
    Block,
    Column,
    Document,
    Link,
    PageNumbers,
    Paragraph,
    StatedFigure,
    Table,
    Text,
    text,
)
from services.documents.marks import DEMONSTRATION

COLUMNS = (
    Column("报告期", 11),
    Column("指标", 21, Align.LEFT),
    Column("原数据", 17),
    Column("更正为", 17),
    Column("更正原因", 30, Align.LEFT),
    Column("更正日期\n及经办", 20),
    Column("载有原数据的已定稿文件", 34, Align.LEFT),
)


def build(
    titles: Sequence[str], found: Sequence[CorrectedFigure], as_of: date, *, fictional: bool, several: bool
) -> Document:
    """`titles`: the parks it speaks of; of several parks each gets a table of its own. Figures are never changed in
    documents that went out: this is what goes out beside them."""
    name = "国家网络安全产业园区市级重点园区" if several else titles[0]
    by_park = [(title, [entry for entry in found if entry.park_title == title]) for title in titles]
    filled = [(title, rows) for title, rows in by_park if rows]
    said = (
        f"截至{chinese_date(as_of)}，审核通过的数据经更正的有{len(found)}项，见附表。"
        "已定稿印发的文件保留原数据不变，以本说明为准。"
        if found
        else f"截至{chinese_date(as_of)}，审核通过的数据没有更正。"
    )
    return Document(
        title=(name, "数据更正说明"),
        blocks=(Paragraph(text(said)),),
        dated=as_of,
        page_numbers=PageNumbers.CENTRED,
        annexes=tuple(_annex(number, title, rows, len(filled)) for number, (title, rows) in enumerate(filled, start=1)),
        banner=DEMONSTRATION if fictional else "",
        figures=tuple(
            StatedFigure(entry.new_submission_id, entry.key, entry.period, entry.new.value)
            for entry in found
            if entry.new.value is not None
        ),
    )


def _annex(number: int, title: str, rows: Sequence[CorrectedFigure], of: int) -> Annex:
    table: Block = Table(title if of > 1 else "", COLUMNS, tuple(_row(entry) for entry in condensed(rows)))
    return Annex(f"附表{number}" if of > 1 else "附表", "数据更正明细", (table,), landscape=True)


def _row(shown: CorrectedFigure | Settled) -> tuple[Text, ...]:
    """Its name leads to where the application tells the figure's source in every version."""
    entry = shown.first if isinstance(shown, Settled) else shown
    if isinstance(shown, Settled):
        name, old, new = shown.told, entry.old.kind.label, entry.new.kind.label
        path = figures_path(entry.park_code, entry.period)
    else:
        name, old, new = f"{BY_KEY[entry.key].label}（{BY_KEY[entry.key].unit}）", _value(entry.old), _value(entry.new)
        path = figure_path(entry.park_code, entry.period, entry.key)
    cells = (
        entry.period.label.replace("年", "年\n", 1),
        Link(path, name),
        f"{old}\n{entry.old_version.label}",
        f"{new}\n{entry.new_version.label}",
        entry.reason or "未写明",
        f"{chinese_date(entry.corrected_on)}\n{entry.recorded_by}",
        "；\n".join(entry.documents) or "无",
    )
    return tuple(text(cell) for cell in cells)


def _value(stated: Stated) -> str:
    return f"{'未填' if stated.value is None else plain(stated.value)}（{stated.kind.label}）"
