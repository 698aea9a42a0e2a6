"""Word papers as districts and operators send them: tables built straight into the document, letters, scans."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from io import BytesIO

import docx
from docx.document import Document
from docx.oxml.table import CT_Row, CT_Tbl

from policy.figures import chinese_date, half_up, plain
from policy.indicators.catalogue import BY_KEY
from policy.tables import EVENTS, PLATFORMS, ROSTER, TASKS, TRAINING
from services.demo.figures import Report
from services.demo.workbooks import label_with_unit

FICTION = "演示数据，纯属虚构"
# The order of 表一 in a letter: each whole, then its part.
IN_A_LETTER = (
    "revenue_total", "revenue_cyber", "firms_total", "firms_cyber", "staff_total", "staff_cyber",
    "listed_total", "listed_cyber", "area_planned", "area_built", "area_operating",
    "tier_over_100m", "tier_50m_100m", "tier_20m_50m", "tier_5m_20m",
)  # fmt: skip


def new_paper(made_on: date) -> Document:
    paper = docx.Document()
    paper.core_properties.created = datetime.combine(made_on, time(9), UTC)
    paper.core_properties.comments = FICTION
    return paper


def as_bytes(paper: Document) -> bytes:
    output = BytesIO()
    paper.save(output)
    return output.getvalue()


def add_paragraphs(paper: Document, texts: Iterable[str]) -> None:
    for text in texts:
        paper.add_paragraph(text)


def add_table(paper: Document, rows: Sequence[Sequence[str]]) -> CT_Tbl:
    """A table; in a short row the last cell reaches to the right edge."""
    width = max(len(row) for row in rows)
    table: CT_Tbl = paper.add_table(len(rows), width, style="Table Grid")._tbl
    for row, texts in zip(table.tr_lst, rows, strict=True):
        for cell, text in zip(row.tc_lst, texts, strict=False):
            if text:
                cell.p_lst[0].add_r().text = text
        if len(texts) < width:
            span_to_edge(row, len(texts) - 1)
    return table


def span_to_edge(row: CT_Row, first: int, count: int | None = None) -> None:
    """Merge `count` cells (all the rest when left out) of a row into the one at `first`."""
    cells = row.tc_lst[first + 1 :] if count is None else row.tc_lst[first + 1 : first + count]
    row.tc_lst[first].get_or_add_tcPr().grid_span = 1 + len(cells)
    for cell in cells:
        row.remove(cell)


def as_letter(report: Report, government: str) -> bytes:
    """园区发展情况函: the district government's letter with the figures in its tables."""
    paper = new_paper(report.filled_on)
    name, period = report.park.name, report.period
    half = period.label.removeprefix(f"{period.year}年")
    add_paragraphs(
        paper,
        (
            f"{government}关于报送{name}{period.year}年{half}发展情况的函",
            "市经济和信息化委员会：",
            f"现将{name}{period.months_label}发展情况函报如下。",
            "一、主要指标",
        ),
    )
    add_table(paper, [("指标", period.months_label, "备注"), *_figures(report)])
    paper.add_paragraph("二、网络安全企业名单")
    add_table(paper, _roster(report))
    for heading, table in zip("三四五六", (PLATFORMS, TRAINING, EVENTS, TASKS), strict=True):
        paper.add_paragraph(f"{heading}、{table.label}")
        rows = [[row[column.key] for column in table.columns] for row in report.rows[table.key]]
        add_table(paper, [[label_with_unit(column) for column in table.columns], *rows])
    filled = report.filled_on
    closing = ("七、下步打算", "加快载体建设和企业培育。", government, chinese_date(filled))
    add_paragraphs(paper, closing)
    return as_bytes(paper)


def _figures(report: Report) -> Iterable[tuple[str, str, str]]:
    for key in IN_A_LETTER:
        indicator, value = BY_KEY[key], report.current[key]
        share = ""
        if key.endswith("_cyber") and (whole := report.current[key.replace("_cyber", "_total")]):
            share = f"（{plain(half_up(value / whole * 100))}%）"
        label = f"其中：{indicator.label}" if key.endswith("_cyber") else indicator.label
        yield label, f"{plain(value)}{indicator.unit}{share}", ""


def _roster(report: Report) -> list[list[str]]:
    heading = ["序号", *(label_with_unit(column) for column in ROSTER.columns)]
    firms = [
        [str(number), *(firm[column.key] for column in ROSTER.columns)]
        for number, firm in enumerate(report.rows[ROSTER.key], start=1)
    ]
    total = ["合计", *(report.totals.get(column.key, "——") for column in ROSTER.columns)]
    return [heading, *firms, total]


def short_paper(made_on: date, *lines: str) -> bytes:
    """A page that stands for the scan of a letter or another paper."""
    paper = new_paper(made_on)
    add_paragraphs(paper, (f"（{FICTION}）", *lines))
    return as_bytes(paper)


def picture(subject: str, width: int = 480, height: int = 320) -> bytes:
    """A PNG that stands for a photograph: a plain field in two colours of the subject's own."""
    above, below = hashlib.sha256(subject.encode()).digest()[:3], hashlib.sha256(subject.encode()).digest()[3:6]
    lines = (b"\0" + (above if row < height * 2 // 3 else below) * width for row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(lines))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
