"""Files marked for a test, and what stands in them."""

from __future__ import annotations

import zipfile
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.cell import Cell as SheetCell
from openpyxl.workbook import Workbook

from policy.terms import Severity, Status
from services.intake import FileReading, read
from services.intake.annotate.problems import Problem
from services.intake.sandbox import annotated_file
from tests.papers import SAMPLES
from tests.services.intake.makers import CONTEXT, LABELS, UNITS, VALUES, roster, word, workbook

REPORTS = SAMPLES / "half-year-reports"
WRONG = REPORTS / "半年报-示例乙园-2025H1-有问题.xlsx"
LETTER = REPORTS / "示例丁园半年函报-2025H1.docx"
ABOUT_THE_FILE = "format_disguised"


def problems_of(reading: FileReading) -> list[Problem]:
    """Everything that is said of a file, as its page would list it."""
    found = [Problem(entry.where, entry.severity, entry.severity.label, "", "", entry.message)
             for entry in reading.findings]  # fmt: skip
    return found + [
        Problem(cell.where or "", Severity(str(cell.status)), cell.status.label, cell.key, cell.raw or "", cell.message)
        for cell in reading.readings
        if cell.status is not Status.OK
    ]


def mark(name: str, data: bytes, *more: Problem) -> tuple[str, bytes]:
    """The marked file under the name it is sent again with."""
    kind, file = annotated_file(name, data, [*problems_of(read(name, data, CONTEXT)), *more])
    return f"{name.rpartition('.')[0]}.{kind}", file


def assert_same(again: FileReading, original: FileReading) -> None:
    for part in ("kind", "park", "park_title", "period", "months", "fields", "rows", "totals", "meets_thresholds"):
        assert getattr(again, part) == getattr(original, part), part
    assert said_of(again) == said_of(original)


def said_of(reading: FileReading) -> list[tuple[str, str, str]]:
    """All findings but that a file's name belies its content: the marked file's does not."""
    return [(f.code, f.where, f.message) for f in reading.findings if f.code != ABOUT_THE_FILE]


def opened(data: bytes) -> Workbook:
    return load_workbook(BytesIO(data))


def colour(cell: SheetCell) -> str:
    return str(cell.fill.fgColor.rgb)[-6:] if cell.fill.fill_type == "solid" else ""


def note_of(cell: SheetCell) -> str:
    return cell.comment.text if cell.comment else ""


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def grid(**figures: object) -> list[list[object]]:
    values = VALUES | figures
    return [["示例甲园2025年上半年发展情况统计表"], ["指标", "计量单位", "本期累计"],
            *([LABELS[key], UNITS[key], values[key]] for key in values)]  # fmt: skip


def page(title: str, *tables: list[list[object]]) -> bytes:
    """A web page whose title stands outside its tables."""
    body = "".join(f"<table>{''.join(map(_line, rows))}</table>" for rows in tables)
    return f"<html><body><h1>{title}</h1>{body}</body></html>".encode()


def _line(row: list[object]) -> str:
    return f"<tr>{''.join(f'<td>{written(value)}</td>' for value in row)}</tr>"


def written(value: object) -> str:
    return "" if value is None else str(value)


def in_format(kind: str, **figures: object) -> bytes:
    if kind == "xlsx":
        return workbook({"半年报": grid(**figures), "企业名录": roster()})
    (title,), *rows = grid(**figures)
    if kind == "docx":
        return word(str(title), [[written(value) for value in row] for row in rows], roster())
    if kind == "html":
        return page(str(title), rows, roster())
    return "\n".join(",".join(map(written, row)) for row in [*grid(**figures), [], *roster()]).encode()
