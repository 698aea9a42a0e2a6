"""Two neighbours and more of each worked case that no single cell decides: V7, V8, V15d, V21 … in whole small files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from docx import Document

from policy.rulebook import DEFAULT
from services.checking import checked
from services.intake.reading import FileReading, Reading
from tests.services.intake.layouts import figures, firms
from tests.services.intake.makers import (
    LABELS,
    ROSTER_HEAD,
    UNITS,
    VALUES,
    codes,
    read_bytes,
    roster,
    saved,
    word,
    workbook,
)
from tests.services.intake.worked_cases import OF_FILES

Grid = list[list[Any]]
NEIGHBOURS: list[tuple[str, str, Callable[[], None]]] = []
"""Case, what is different, and the test."""
CURRENT = [row[:3] for row in figures()]
NAME, CYBER, STAFF = 1, 8, 10


def neighbour(case: str, different: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def entered(run: Callable[[], None]) -> Callable[[], None]:
        NEIGHBOURS.append((case, different, run))
        return run

    return entered


def report(of_firms: Grid | None = None, of_figures: Grid | None = None, **more: Any) -> FileReading:
    sheets = {"半年报": of_figures or CURRENT, "企业名录": of_firms or roster(30)}
    return checked(read_bytes(workbook(sheets, **more)), rulebook=DEFAULT)


def column(reading: FileReading, key: str) -> list[Reading]:
    return [row.cells[key] for row in reading.rows["roster"]]


def told(entry: Reading | None) -> tuple[str, str | None]:
    assert entry is not None
    return str(entry.status), entry.value


def changed_firms(number: int, place: int, value: Any, count: int = 30) -> Grid:
    grid = roster(count)
    grid[number][place] = value
    return grid


def under(header: str, value: Any, place: int = CYBER) -> Grid:
    grid = roster(30)
    grid[0][place] = header
    for row in grid[1:]:
        row[place] = value
    return grid


def put(key: str, value: Any) -> Grid:
    return [[*row[:2], value] if row[0] == LABELS[key] else row for row in CURRENT]


def with_period(value: Any) -> Grid:
    return [["国家网络安全产业园区（示例甲园）发展情况表"], ["填报日期", "2025-12-31", "统计期", value], *CURRENT[1:]]


# A firm's figure in another unit (V7).
@neighbour("V7", "one firm wrote 元")
def _() -> None:
    reading = report(changed_firms(3, CYBER, 15_000_000))
    assert told(column(reading, "cyber")[2]) == ("confirm", "1500")
    assert [entry.status for entry in column(reading, "cyber")].count("confirm") == 1


@neighbour("V7", "every firm wrote 亿元")
def _() -> None:
    grid = roster(30)
    for row in grid[1:]:
        row[7], row[CYBER], row[9] = 0.2, 0.15, 0.00605
    assert {told(entry) for entry in column(report(grid), "cyber")} == {("confirm", "1500")}


@neighbour("V7", "a firm that really is that small, and nothing lacks")
def _() -> None:
    assert told(column(report(changed_firms(3, CYBER, 3.2)), "cyber")[2]) == ("ok", "3.2")


# The header states another unit (V8).
@neighbour("V8", "the unit stands behind a stroke, and is larger")
def _() -> None:
    reading = report(under("网络安全业务收入/亿元", 0.15))
    assert {told(entry) for entry in column(reading, "cyber")} == {("note", "1500")}
    assert codes(reading, "note").count("unit_converted") == 1


@neighbour("V8", "the unit stands in the line above the table")
def _() -> None:
    reading = report([["金额单位：元"], *under("网络安全业务收入", 15_000_000)])
    assert {told(entry) for entry in column(reading, "cyber")} == {("note", "1500")}


@neighbour("V8", "a currency that no exact number converts")
def _() -> None:
    assert {told(entry) for entry in column(report(under("网络安全业务收入（万美元）", 1500)), "cyber")} == {
        ("error", None)
    }


@neighbour("V8", "an incomplete unit")
def _() -> None:
    assert {told(entry) for entry in column(report(under("网络安全业务收入（亿）", 0.15)), "cyber")} == {
        ("confirm", "1500")
    }


# What stands in the text columns of the printed total (V15d).
@neighbour("V15d", "a stroke instead of dashes")
def _() -> None:
    total = ["合计", *["/"] * 6, 60000, 45000, 1815, 1200, "/", "/"]
    assert not codes(read_bytes(workbook({"半年报": CURRENT, "企业名录": [*roster(30), total]})), "confirm", "error")


@neighbour("V15d", "one dash, in the row of a 小计")
def _() -> None:
    part = ["", "小计", *["—"] * 5, 60000, 45000, 1815, 1200, "—", "—"]
    assert not codes(read_bytes(workbook({"半年报": CURRENT, "企业名录": [*roster(30), part]})), "confirm", "error")


@neighbour("V15d", "the same dash in a firm's row is no content")
def _() -> None:
    assert told(column(report(changed_firms(3, CYBER, "——")), "cyber")[2]) == ("error", None)


# A period that became a date (V21).
@neighbour("V21", "1-12 became the 12th of January")
def _() -> None:
    reading = report(of_figures=with_period(date(2025, 1, 12)))
    assert (str(reading.period), codes(reading, "confirm").count("period_doubtful")) == ("2025H2", 2)


@neighbour("V21", "the last day of the period, as a date: it says when, not since when")
def _() -> None:
    reading = report(of_figures=with_period(date(2025, 6, 30)))
    assert str(reading.period) == "2025H1"
    assert "period_doubtful" in codes(reading, "confirm")


@neighbour("V21", "the same day as text is no month span, but names June")
def _() -> None:
    reading = report(of_figures=with_period("2025-06-30"))
    assert (str(reading.period), "period_doubtful" in codes(reading)) == ("2025H1", False)


# Merged cells fill their own rows (V22).
@neighbour("V22", "an address merged over two firms")
def _() -> None:
    reading = report([*roster(5)], merges={"企业名录": ["E3:E4"]})
    assert [entry.value for entry in column(reading, "address")][:4] == [f"产业园{n}号楼" for n in (1, 2, 2, 4)]


@neighbour("V22", "an amount merged over two firms belongs to neither for certain")
def _() -> None:
    reading = report([*roster(5)], merges={"企业名录": ["I3:I4"]})
    assert [entry.status for entry in column(reading, "cyber")] == ["ok", "ok", "confirm", "ok", "ok"]


# Headers of several rows (V23).
@neighbour("V23", "three rows, the unit in the topmost")
def _() -> None:
    head = list(ROSTER_HEAD)
    top = [*head[:7], "经营情况（元）", "", "", *head[10:]]
    middle = [*[""] * 7, "2025年1-6月", "", "", *[""] * 3]
    names = [*[""] * 7, "公司营业总收入", "网络安全业务收入", "研发投入", *[""] * 3]
    rows = [[*row[:7], 20_000_000, 15_000_000, 605_000, *row[10:]] for row in roster(5)[1:]]
    reading = report([top, middle, names, *rows], merges={"企业名录": ["H1:J1", "H2:J2"]})
    assert {told(entry) for entry in column(reading, "cyber")} == {("note", "1500")}


@neighbour("V23", "the same sub-headers under this year and last year")
def _() -> None:
    head = list(ROSTER_HEAD)
    top = [*head[:7], "2024年1-6月", "", "2025年1-6月", "", *head[9:]]
    names = [*[""] * 7, *["公司营业总收入（万元）", "网络安全业务收入（万元）"] * 2, *[""] * 4]
    rows = [[*row[:7], 999, 888, *row[7:9], *row[9:]] for row in roster(5)[1:]]
    reading = report([top, names, *rows], merges={"企业名录": ["H1:I1", "J1:K1"]})
    assert {told(entry) for entry in column(reading, "cyber")} == {("ok", "1500")}


# Sums among the rows (V24).
@neighbour("V24", "the sum stands first and counts the firms")
def _() -> None:
    total = ["", "合计（5家）", *[""] * 5, 10000, 7500, 302.5, 200, "", ""]
    head, *rows = firms()
    reading = report([head, total, *rows])
    assert len(reading.rows["roster"]) == 5
    assert "roster_total_mismatch" not in codes(reading)


@neighbour("V24", "a 小计 that leaves a firm out")
def _() -> None:
    part = ["", "小计", *[""] * 5, 8000, 6000, 242, 160, "", ""]
    reading = report([*firms(), part])
    assert len(reading.rows["roster"]) == 5
    assert "roster_total_mismatch" in codes(reading, "confirm")


# Formulas (V25, V26).
@neighbour("V25", "an error value instead of a missing one")
def _() -> None:
    assert told(column(report(changed_firms(3, CYBER, "#DIV/0!", 5)), "cyber")[2]) == ("error", None)


@neighbour("V25", "in the printed sum it is a note, since the rows themselves add up")
def _() -> None:
    total = ["合计", *[""] * 7, "=SUM(I2:I6)", *[""] * 4]
    assert "formula_not_calculated" in codes(report([*firms(), total]), "note")


@neighbour("V26", "the range begins too late")
def _() -> None:
    total = ["合计", *[""] * 7, "=SUM(I4:I6)", *[""] * 4]
    assert "formula_range_short" in codes(report([*firms(), total]), "confirm")


@neighbour("V26", "another function over the same short range")
def _() -> None:
    total = ["合计", *[""] * 7, "=SUBTOTAL(9,I2:I4)", *[""] * 4]
    assert "formula_range_short" in codes(report([*firms(), total]), "confirm")


@neighbour("V26", "the whole column is not short")
def _() -> None:
    total = ["合计", *[""] * 7, "=SUM(I2:I6)", *[""] * 4]
    assert "formula_range_short" not in codes(report([*firms(), total]))


# A name that says another format than the content has (V30).
@neighbour("V30", ".xls that is a new workbook")
def _() -> None:
    assert (reading := read_bytes(workbook({"半年报": CURRENT, "名录": firms()}), "报告.xls")).format == "xlsx"
    assert told(reading.field("revenue_cyber")) == ("ok", "5.2")


@neighbour("V30", ".xls that is text with tabs")
def _() -> None:
    text = "\n".join("\t".join(str(value) for value in row) for row in CURRENT).encode("gb18030")
    reading = read_bytes(text, "报告.xls")
    assert (reading.format, told(reading.field("revenue_cyber"))) == ("csv", ("ok", "5.2"))


@neighbour("V30", ".xlsx that is a Word file")
def _() -> None:
    reading = read_bytes(word("国家网络安全产业园区（示例甲园）2025年上半年发展情况表", CURRENT[1:]), "报告.xlsx")
    assert (reading.format, told(reading.field("revenue_cyber"))) == ("docx", ("ok", "5.2"))


# Hidden or doubled (V31).
@neighbour("V31", "a copy of the sheet that says another figure")
def _() -> None:
    copy = put("revenue_cyber", 6.2)
    reading = read_bytes(workbook({"半年报": CURRENT, "半年报 (2)": copy, "企业名录": firms()}))
    assert "duplicate_sheet" in codes(reading, "confirm")


@neighbour("V31", "a copy of the roster")
def _() -> None:
    reading = read_bytes(workbook({"半年报": CURRENT, "企业名录": firms(), "企业名录 (2)": firms()}))
    assert [f for f in checked(reading, rulebook=DEFAULT).findings if f.severity == "confirm"]


# One firm twice (V32).
@neighbour("V32", "blanks inside the name")
def _() -> None:
    assert "duplicate_firm" in codes(report(changed_firms(3, NAME, "示例安全 1 有限公司")), "confirm")


@neighbour("V32", "wide digits in the name")
def _() -> None:
    assert "duplicate_firm" in codes(report(changed_firms(3, NAME, "示例安全１有限公司")), "confirm")


@neighbour("V32", "a branch is a firm of its own")
def _() -> None:
    assert "duplicate_firm" not in codes(report(changed_firms(3, NAME, "示例安全1有限公司重庆分公司")))


# A part above its whole (V33).
@neighbour("V33", "people instead of money")
def _() -> None:
    reading = report(of_figures=put("staff_cyber", 1.3))
    assert told(reading.field("staff_cyber")) == ("ok", "1.3")
    assert [f for f in reading.findings if f.severity == "error" and "1.3" in f.message]


@neighbour("V33", "listed firms above the firms")
def _() -> None:
    reading = report(of_figures=put("listed_total", 300))
    assert told(reading.field("listed_total")) == ("ok", "300")
    assert [f for f in reading.findings if f.severity == "error" and "300" in f.message]


# Merged cells of a Word table (V35).
def merged_word(first: tuple[int, int], last: tuple[int, int], rows: Grid) -> bytes:
    document = Document()
    document.add_paragraph("国家网络安全产业园区（示例甲园）2025年上半年发展情况表")
    table = document.add_table(rows=len(rows), cols=max(map(len, rows)))
    for row, values in zip(table.rows, rows, strict=True):
        for cell, value in zip(row.cells, values, strict=False):
            cell.text = str(value)
    merged = table.cell(*first).merge(table.cell(*last))
    merged.text = str(rows[first[0]][first[1]])
    return saved(document)


@neighbour("V35", "merged downwards: the group's name beside its rows")
def _() -> None:
    rows = [["类别", "指标", "计量单位", "本期累计"], *(["", *row] for row in CURRENT[2:])]
    rows[1][0] = "指标类"
    reading = read_bytes(merged_word((1, 0), (15, 0), rows), "报告.docx")
    assert {key: told(reading.field(key))[1] for key in VALUES} == {key: str(value) for key, value in VALUES.items()}


@neighbour("V35", "the figure's own cell spans two columns")
def _() -> None:
    rows = [["指标", "计量单位", "本期累计", ""], *([LABELS[key], UNITS[key], VALUES[key], ""] for key in VALUES)]
    place = 1 + list(VALUES).index("revenue_cyber")
    reading = read_bytes(merged_word((place, 2), (place, 3), rows), "报告.docx")
    assert told(reading.field("revenue_cyber")) == ("ok", "5.2")


@pytest.mark.parametrize(
    ("case", "different", "run"), NEIGHBOURS, ids=[f"{case}: {what}" for case, what, _ in NEIGHBOURS]
)
def test_neighbour(case: str, different: str, run: Callable[[], None]) -> None:
    run()


def test_every_case_of_whole_files_has_two_neighbours() -> None:
    beside = Counter(re.sub("d$", "", case) for case, _, _ in NEIGHBOURS)
    assert {case for case in OF_FILES if beside[re.sub("d$", "", case)] < 2} == set()
