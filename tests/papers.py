"""Half-year reports as districts send them: the product's own template, filled in and saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from policy.indicators.catalogue import REQUIRED
from policy.tables import ROSTER
from policy.terms import FigureKind, HalfYear
from services.intake.templates import firm_page
from services.intake.templates.half_year import FIRST_ROW, ROSTER_FIRST_ROW, TemplateFacts, write_template

SAMPLES = Path(__file__).parent / "samples"
REPORT_SAMPLE = SAMPLES / "half-year-reports" / "半年报-示例甲园-2025H1.xlsx"

# A park whose report gives no cause for any remark: 30 firms, 25 of them listed with 90 % of the revenue.
CLEAN: dict[str, Any] = {
    "area_planned": 50, "area_built": 34.5, "area_operating": 22, "revenue_total": 4, "revenue_cyber": 1.5,
    "firms_total": 60, "firms_cyber": 30, "staff_total": 1.25, "staff_cyber": 0.45, "listed_total": 1,
    "listed_cyber": 0, "tier_over_100m": 0, "tier_50m_100m": 0, "tier_20m_50m": 0, "tier_5m_20m": 25,
}  # fmt: skip


def firm(number: int, **cells: Any) -> dict[str, Any]:
    """A firm with 540万元 of security revenue."""
    values = {
        "name": f"示例安全{number}有限公司", "legal": "示例甲", "founded": "2016-09-27",
        "address": f"产业园{number}号楼", "scope": "网络安全软件开发", "products": "1.安全网关",
        "revenue": 900, "cyber": 540, "rnd": 60.5, "staff": 40,
        "quals": "ISO27001", "contact": f"示例乙 1390000{number:04d}",
    }  # fmt: skip
    return values | cells


def report(
    title: str,
    period: str = "2025H1",
    *,
    figures: Mapping[str, Any] | None = None,
    firms: Sequence[Mapping[str, Any]] | None = None,
    template: bytes | None = None,
    kind: FigureKind | None = None,
) -> bytes:
    """A filled-in template (the park's own when given): CLEAN with `figures` changed, a None left blank.

    `kind`: chosen in 数据性质, else as the template proposes.
    """
    template = template or write_template(TemplateFacts("", title, "示例区经济信息委", HalfYear.parse(period)))
    book = load_workbook(BytesIO(template))
    _fill_figures(book["半年报"], CLEAN | dict(figures or {}))
    if kind is not None:
        book["半年报"]["E4"] = kind.label
    listed = [firm(number) for number in range(1, 26)] if firms is None else firms
    _fill_roster(book["企业名录"], listed)
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def _fill_figures(sheet: Worksheet, figures: Mapping[str, Any]) -> None:
    for row, indicator in enumerate(REQUIRED, start=FIRST_ROW + 1):
        sheet.cell(row, 3, figures[indicator.key])


def _fill_roster(sheet: Worksheet, firms: Sequence[Mapping[str, Any]]) -> None:
    for number, cells in enumerate(firms, start=1):
        row = ROSTER_FIRST_ROW + number
        sheet.cell(row, 1, number)
        for place, column in enumerate(ROSTER.columns, start=2):
            sheet.cell(row, place, cells[column.key])


def fill_firm_page(page: bytes, **cells: Any) -> bytes:
    """A firm's one-page workbook with these cells of the roster's columns written into it."""
    book = load_workbook(BytesIO(page))
    sheet = book[firm_page.SHEET]
    for row, column in enumerate(ROSTER.columns, start=firm_page.FIRST_ROW + 1):
        if column.key in cells:
            sheet.cell(row, 3, cells[column.key])
    output = BytesIO()
    book.save(output)
    return output.getvalue()
