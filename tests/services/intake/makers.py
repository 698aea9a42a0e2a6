"""Small files as districts might lay them out, made for one test each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from openpyxl import Workbook, load_workbook

from policy.indicators.catalogue import REQUIRED
from services.intake import Context, FileReading, ParkRef, read
from tests.papers import REPORT_SAMPLE

PARKS = tuple(
    ParkRef(f"P{number}", f"国家网络安全产业园区（示例{letter}园）", f"示例{letter}园")
    for number, letter in enumerate("甲乙丙丁", 1)
)
CONTEXT = Context(PARKS)

LABELS = {indicator.key: indicator.label for indicator in REQUIRED}
UNITS = {indicator.key: indicator.unit for indicator in REQUIRED}
VALUES: dict[str, Any] = {
    "area_planned": 50, "area_built": 34.5, "area_operating": 22, "revenue_total": 10.4, "revenue_cyber": 5.2,
    "firms_total": 230, "firms_cyber": 48, "staff_total": 1.25, "staff_cyber": 0.45, "listed_total": 3,
    "listed_cyber": 1, "tier_over_100m": 1, "tier_50m_100m": 0, "tier_20m_50m": 1, "tier_5m_20m": 7,
}  # fmt: skip
EXPECTED = {key: str(value) for key, value in VALUES.items()}
LAST_YEAR: dict[str, Any] = {key: round(value * 0.8, 3) for key, value in VALUES.items()}

ROSTER_HEAD = (
    "序号", "企业名称", "法定代表人", "注册成立时间", "办公地址", "经营范围", "主要产品/技术/服务",
    "公司营业总收入（万元）", "其中：网络安全业务收入（万元）", "当年企业研发投入（万元）", "员工总数（人）",
    "企业所获资质及上市情况", "企业联系人及手机",
)  # fmt: skip


def firm_row(number: int, revenue: object = 2000, cyber: object = 1500) -> list[Any]:
    return [
        number, f"示例安全{number}有限公司", "示例甲", "2016-09-27", f"产业园{number}号楼", "软件开发", "1.安全网关",
        revenue, cyber, 60.5, 40, "ISO27001", f"示例乙 1390000{number:04d}",
    ]  # fmt: skip


def roster(count: int = 30) -> list[list[Any]]:
    return [list(ROSTER_HEAD), *(firm_row(number) for number in range(1, count + 1))]


def workbook(
    sheets: Mapping[str, Iterable[Sequence[Any]]],
    merges: Mapping[str, Sequence[str]] | None = None,
    formats: Mapping[tuple[str, str], str] | None = None,
) -> bytes:
    """An .xlsx; `merges` by sheet, `formats` by (sheet, cell)."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    for name, ranges in (merges or {}).items():
        for area in ranges:
            book[name].merge_cells(area)
    for (name, cell), code in (formats or {}).items():
        book[name][cell].number_format = code
    return saved(book)


def changed(*cells: tuple[str, str, Any]) -> bytes:
    """The clean sample report with some cells (sheet, cell, value) written over."""
    book = load_workbook(REPORT_SAMPLE)
    for sheet, cell, value in cells:
        book[sheet][cell] = value
    return saved(book)


def saved(book: Any) -> bytes:
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def word(*parts: str | Sequence[Sequence[Any]]) -> bytes:
    """A .docx of paragraphs and tables in order."""
    document = Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(rows=len(part), cols=max(len(row) for row in part))
        for row, values in zip(table.rows, part, strict=True):
            for cell, value in zip(row.cells, values, strict=False):
                cell.text = str(value)
    return saved(document)


def read_bytes(data: bytes, name: str = "报告.xlsx", context: Context = CONTEXT) -> FileReading:
    return read(name, data, context)


def values(reading: FileReading, column: str = "current") -> dict[str, str | None]:
    return {entry.key: entry.value for entry in reading.fields if entry.column == column}


def statuses(reading: FileReading, column: str = "current") -> dict[str, str]:
    return {entry.key: str(entry.status) for entry in reading.fields if entry.column == column}


def codes(reading: FileReading, *severities: str) -> list[str]:
    return [finding.code for finding in reading.findings if not severities or finding.severity in severities]


def weighty(reading: FileReading) -> list[tuple[str, str, str]]:
    return [
        (finding.code, finding.where, finding.message)
        for finding in reading.findings
        if finding.severity in ("confirm", "error")
    ]
