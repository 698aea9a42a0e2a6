"""The worked cases as files: one sheet (or table) a case, written in every format that can carry it.

`python -m tests.services.intake.case_files` writes the .xls and .ods of tests/samples/other-formats anew,
by way of LibreOffice.
"""

from __future__ import annotations

import csv
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

from docx import Document as WordDocument
from openpyxl import Workbook

from policy.indicators.catalogue import BY_KEY
from tests.services.intake.makers import LABELS, UNITS, VALUES, firm_row, roster, saved
from tests.services.intake.worked_cases import (
    CELL_CASES,
    SAMPLES,
    Case,
    is_number_cell,
    place_of,
    ratio_of,
    raw_of,
    unit_column_of,
)

FOLDER = SAMPLES / "other-formats"
TITLE = "示例甲园2025年上半年发展情况统计表"
Grid = list[list[Any]]

_ROSTER_PLACES = {"founded": 3, "cyber": 8, "contact": 12}
_PLATFORM = ("平台名称", "建设单位", "服务内容", "市级认定时间")
_TASK = ("任务", "责任单位", "进展情况", "完成比例", "完成时间")


@dataclass(frozen=True)
class CaseSheet:
    """`spot`: row and column (from 0) of the case's cell."""

    case: Case
    grid: Grid
    spot: tuple[int, int]

    @property
    def raw(self) -> Any:
        return self.grid[self.spot[0]][self.spot[1]]


def sheet_of(case: Case) -> CaseSheet:
    raw = raw_of(case)
    value: Any = float(raw) if is_number_cell(case) else raw
    table, key = place_of(case)
    if table == "figures":
        return _figures(case, key, value)
    if table == "roster":
        grid = [[TITLE], *roster(1)]
        grid[2] = firm_row(1)
        return _placed(case, grid, (2, _ROSTER_PLACES[key]), value)
    if table == "platforms":
        return _placed(case, [[TITLE], *roster(1), [], list(_PLATFORM), ["平台", "单位", "服务", ""]], (5, 3), value)
    return _placed(case, [[TITLE], *roster(1), [], list(_TASK), ["任务", "单位", "推进中", "", "/"]], (5, 3), value)


def _placed(case: Case, grid: Grid, spot: tuple[int, int], value: Any) -> CaseSheet:
    grid[spot[0]][spot[1]] = value
    return CaseSheet(case, grid, spot)


def _figures(case: Case, key: str, value: Any) -> CaseSheet:
    """A share stands in a row of its own; where the case knows part ÷ whole, part and whole say so."""
    figures = dict(VALUES)
    ratio = ratio_of(case)
    if ratio is not None:
        figures["revenue_cyber"] = float(ratio * Decimal(str(figures["revenue_total"])))
    elif "share" in key:
        figures.pop("revenue_total")
    grid: Grid = [[TITLE], ["指标", "计量单位", "本期累计"], *([LABELS[k], UNITS[k], figures[k]] for k in figures)]
    if key not in figures:
        grid.append([BY_KEY[key].label, "%", None])
    row = next(number for number, line in enumerate(grid) if line[0] == BY_KEY[key].label)
    if "share" not in key:
        grid[row][1] = unit_column_of(case) or grid[row][1]
    return _placed(case, grid, (row, 2), value)


# What the last period said is no matter of the file; periods have tests of their own.
OF_CONTEXT = {"V6", "V6-a"}
CASES = [sheet_of(case) for case in CELL_CASES if case["field"] != "period" and case["id"] not in OF_CONTEXT]
FORMATTED = (
    (0.35, "0.00%"), (32000, '0.00"亿元"'), (date(2024, 6, 1), 'yyyy"年"m"月"'), (date(2024, 6, 30), "yyyy-mm-dd"),
    (3.2, '"≥"0.0'), (5, "General"),
)  # fmt: skip


def workbook(cases: Iterable[CaseSheet]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for entry in cases:
        sheet = book.create_sheet(entry.case["id"])
        for row in entry.grid:
            sheet.append(list(row))
        spot = sheet.cell(entry.spot[0] + 1, entry.spot[1] + 1)
        if isinstance(entry.raw, str):
            spot.data_type, spot.number_format = "s", "@"
    return saved(book)


def page(cases: Iterable[CaseSheet]) -> bytes:
    tables = [f"<table>{''.join(_line(row) for row in entry.grid)}</table>" for entry in cases]
    return f"<html><head><meta charset='utf-8'></head><body>{''.join(tables)}</body></html>".encode()


def _line(row: list[Any]) -> str:
    return f"<tr>{''.join(f'<td>{_html(value)}</td>' for value in row)}</tr>"


def _html(value: Any) -> str:
    return escape(written(value)).replace("\n", "<br>")


def letter(cases: Iterable[CaseSheet]) -> bytes:
    document = WordDocument()
    for entry in cases:
        table = document.add_table(rows=len(entry.grid), cols=max(len(row) for row in entry.grid))
        for row, values in zip(table.rows, entry.grid, strict=True):
            for cell, value in zip(row._tr.tc_lst, values, strict=False):
                cell.p_lst[0].add_r().text = written(value)
    return saved(document)


def listing(entry: CaseSheet, encoding: str) -> bytes:
    text = StringIO()
    csv.writer(text).writerows([written(value) for value in row] for row in entry.grid)
    return text.getvalue().encode(encoding)


def written(value: Any) -> str:
    """A number as text formats hold it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else str(value)
    return str(value)


def formatted() -> bytes:
    """Numbers that their formats show otherwise, and a hidden row."""
    book = Workbook()
    sheet = book.active
    for row, (value, code) in enumerate(FORMATTED, 1):
        sheet.cell(row, 1, value).number_format = code
    sheet.row_dimensions[len(FORMATTED)].hidden = True
    return saved(book)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, data in (("worked-cases", workbook(CASES)), ("number-formats", formatted())):
            source = Path(folder) / f"{name}.xlsx"
            source.write_bytes(data)
            for suffix in ("xls", "ods"):
                command = ["soffice", "--headless", "--convert-to", suffix, "--outdir", str(FOLDER), str(source)]
                subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    main()
