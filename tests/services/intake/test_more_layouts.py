"""Layouts that districts draw themselves: every figure is read as in the plain one, or it is told."""

from __future__ import annotations

from typing import Any

import pytest
from openpyxl.utils import get_column_letter

from services.intake import FileReading
from tests.services.intake.makers import (
    EXPECTED,
    LABELS,
    LAST_YEAR,
    ROSTER_HEAD,
    UNITS,
    VALUES,
    codes,
    firm_row,
    read_bytes,
    roster,
    values,
    weighty,
    workbook,
)

TITLE = "示例甲园2025年上半年发展情况统计表"
BEFORE = {key: str(value).removesuffix(".0") for key, value in LAST_YEAR.items()}
Rows = list[list[Any]]


def down(*heads: str, title: str = TITLE, rows: dict[str, list[Any]]) -> Rows:
    return [[title], ["指标", "单位", *heads], *([LABELS[key], UNITS[key], *rows[key]] for key in LABELS)]


def beside(change: str = "") -> dict[str, list[Any]]:
    """This year's figure and last year's."""
    return {key: [VALUES[key], LAST_YEAR[key]] for key in LABELS}


def read(rows: Rows, merges: list[str] | None = None, **more: Rows) -> FileReading:
    return read_bytes(workbook({"指标": rows, "企业": roster(), **more}, {"指标": merges or []}))


def assert_read(reading: FileReading, previous: dict[str, str] | None = None, firms: int = 30) -> None:
    assert values(reading) == EXPECTED
    assert str(reading.period) == "2025H1"
    if previous is not None:
        assert values(reading, "previous") == previous
    assert len(reading.rows["roster"]) == firms
    assert weighty(reading) == []


def test_months_under_their_years() -> None:
    """2024年 over 1—6月 and 全年: the year above a month is its year."""
    rows = {key: [LAST_YEAR[key], LAST_YEAR[key] * 2, VALUES[key], 25] for key in LABELS}
    table = down("2024年", "", "2025年", "", rows=rows)
    table.insert(2, ["", "", "1—6月", "全年", "1—6月", "同比（%）"])
    reading = read(table, ["C2:D2", "E2:F2"])
    assert_read(reading, BEFORE)
    assert "other_periods" in codes(reading, "note")


def test_quarters_beside_the_half_year() -> None:
    rows = {key: [VALUES[key] / 4, VALUES[key] / 2, VALUES[key], LAST_YEAR[key]] for key in LABELS}
    assert_read(read(down("一季度", "二季度", "上半年累计", "上年同期", rows=rows)), BEFORE)


def test_years_alone_in_a_paper_on_half_a_year() -> None:
    rows = {key: [LAST_YEAR[key], VALUES[key]] for key in LABELS}
    assert_read(read(down("2024年", "2025年", title="示例甲园上半年主要指标（1—6月）", rows=rows)), BEFORE)


def test_a_year_alone_beside_half_a_year_is_the_whole_year() -> None:
    rows = {key: [LAST_YEAR[key] * 2, VALUES[key]] for key in LABELS}
    reading = read(down("2024年", "2025年1—6月", rows=rows))
    assert_read(reading, {})
    assert "2024年下半年" in next(f.message for f in reading.findings if f.code == "other_periods")


def test_another_month_in_an_export_is_told() -> None:
    rows = [["园区", "指标", "报告期", "值"], *(["示例甲园", LABELS[key], "2025-06", VALUES[key]] for key in LABELS)]
    reading = read_bytes(
        workbook({"表": [*rows, ["示例甲园", LABELS["revenue_total"], "2025-09", 99]], "企业": roster()})
    )
    assert_read(reading)
    assert "2025年1—9月" in next(f.message for f in reading.findings if f.code == "other_periods")


def test_a_bare_part_belongs_to_the_whole_above_it() -> None:
    bare = {
        "revenue_cyber": "其中：网络安全",
        "firms_cyber": "  网安企业",
        "staff_cyber": "#网络安全产业",
        "listed_cyber": "其中:网安",
    }
    table = down("本期", "上年同期", rows=beside())
    for row, key in zip(table[2:], LABELS, strict=True):
        row[0] = bare.get(key, row[0])
    table[8][0] = "其中：网络安全"
    assert_read(read(table), BEFORE)


GROUPED = {
    "产业楼宇面积": ("规划", "已建成", "已运营"),
    "收入": ("业务总收入", "网络安全收入"),
    "企业": ("注册企业数", "网络安全企业数"),
    "人员": ("从业人员", "网络安全从业人员"),
    "上市": ("上市企业数", "网络安全上市企业"),
    "网络安全业务收入分档企业数": (
        "1亿元以上", "5000万（不含）—1亿元（含）", "2000万元（不含）—5000万（含）", "500万元（不含）—2000万（含）"
    ),
}  # fmt: skip


@pytest.mark.parametrize("merged", [True, False])
def test_names_that_lean_on_their_group(merged: bool) -> None:
    keys, table, merges = iter(LABELS), [[TITLE], ["类别", "指标", "单位", "本期", "上年同期"]], []
    for group, names in GROUPED.items():
        merges += [f"A{len(table) + 1}:A{len(table) + len(names)}"] if merged else []
        for number, name in enumerate(names):
            key = next(keys)
            table.append(["" if number else group, name, UNITS[key], VALUES[key], LAST_YEAR[key]])
    assert_read(read(table, merges), BEFORE)


@pytest.mark.parametrize("word", ["总数", "合计", "数量"])
@pytest.mark.parametrize("merged", [True, False])
def test_a_bare_whole_and_part_under_the_name_they_share(word: str, merged: bool) -> None:
    """上市企业 over 总数 and 其中：网安, across the page."""
    shared = {"listed_total": ("上市企业", word), "listed_cyber": ("", "其中：网安")}
    heads = [shared.get(key, (LABELS[key], "")) for key in LABELS]
    rows = [[TITLE], ["园区", *(over for over, _ in heads)], ["", *(under for _, under in heads)],
            ["单位", *(UNITS[key] for key in LABELS)], ["示例甲园", *(VALUES[key] for key in LABELS)]]  # fmt: skip
    columns = {key: get_column_letter(place) for place, key in enumerate(LABELS, 2)}
    alone = [f"{column}2:{column}3" for key, column in columns.items() if merged and key not in shared]
    together = f"{columns['listed_total']}2:{columns['listed_cyber']}2"
    assert_read(read(rows, [together, *alone]))


def test_names_that_lean_on_a_heading_above_them() -> None:
    keys, table = iter(LABELS), [[TITLE], ["指标", "单位", "本期"]]
    for group, names in GROUPED.items():
        table += [[f"一、{group}"], *([name, UNITS[key := next(keys)], VALUES[key]] for name in names)]
    assert_read(read(table))


def test_a_label_over_stacked_periods() -> None:
    table: Rows = [[TITLE]]
    for key in LABELS:
        table += [[f"{LABELS[key]}（{UNITS[key]}）", "本期", VALUES[key]], ["", "上年同期", LAST_YEAR[key]]]
    assert_read(read(table, [f"A{row}:A{row + 1}" for row in range(2, 2 + 2 * len(LABELS), 2)]), BEFORE)


def test_a_sheet_for_each_year() -> None:
    def sheet(figures: dict[str, Any]) -> Rows:
        return [["示例甲园发展情况"], ["指标", "数值"], *([LABELS[key], figures[key]] for key in LABELS)]

    book = {"2024年1-6月": sheet(LAST_YEAR), "2025年1-6月": sheet(VALUES), "企业": roster()}
    assert_read(read_bytes(workbook(book)), BEFORE)


def test_firms_side_by_side() -> None:
    turned = [list(row) for row in zip(*roster(4), strict=True)]
    reading = read_bytes(workbook({"指标": down("本期", "上年同期", rows=beside()), "企业": [["企业一览表"], *turned]}))
    assert_read(reading, BEFORE, 4)
    cells = reading.rows["roster"][1].cells
    assert (cells["name"].value, cells["name"].where) == ("示例安全2有限公司", "企业!C3")
    assert (cells["cyber"].value, cells["cyber"].where) == ("1500", "企业!C10")


def test_a_blank_in_a_turned_roster_is_found_where_it_stands() -> None:
    turned = [list(row) for row in zip(*roster(4), strict=True)]
    turned[8][3] = None
    reading = read_bytes(workbook({"指标": down("本期", "上年同期", rows=beside()), "企业": turned}))
    assert [(code, where) for code, where, _ in weighty(reading)] == [("blank_field", "企业!D9")]


@pytest.mark.parametrize("roster_first", [True, False])
def test_a_roster_beside_the_figures(roster_first: bool) -> None:
    figures, firms = down("本期", "上年同期", rows=beside()), roster(12)
    table: Rows = [[TITLE]]
    for number in range(len(LABELS) + 1):
        left = figures[number + 1]
        right = firms[number] if number < len(firms) else [None] * len(ROSTER_HEAD)
        table.append([*right, None, *left] if roster_first else [*left, None, *right])
    assert_read(read_bytes(workbook({"表": table})), BEFORE, 12)


def test_sheets_of_notes_hold_no_figures_and_are_told() -> None:
    notes = [["填表说明"], [LABELS["firms_total"], "填写整数，例：230"], [LABELS["revenue_total"], 99]]
    codebook = [["指标", "代码"], *([LABELS[key], number] for number, key in enumerate(LABELS))]
    book = {"填表说明": notes, "表": down("本期", "上年同期", rows=beside()), "企业": roster(), "数据字典": codebook}
    reading = read_bytes(workbook(book))
    assert_read(reading, BEFORE)
    assert "“填表说明”、“数据字典”" in next(f.message for f in reading.findings if f.code == "explanation_sheet")


def test_figures_under_such_a_name_alone_are_read() -> None:
    assert_read(read_bytes(workbook({"情况说明": down("本期", "上年同期", rows=beside()), "企业": roster()})), BEFORE)


def test_rows_that_sum_up_some_firms_are_none() -> None:
    blank = [""] * 6
    firms = [
        *roster(3),
        ["合计", *blank, 6000, 4500, 181.5, 120],
        ["其中：规上企业", *blank, 4000, 3000, 121, 80],
        ["上年合计", *blank, 5000, 4000, 100, 100],
        ["第1页共1页"],
    ]
    firms[2:2] = [["", "（以下为规下企业）"], ["", "以下为规下企业"], ["", "规下企业："]]  # fmt: skip
    reading = read_bytes(workbook({"指标": down("本期", "上年同期", rows=beside()), "企业": firms}))
    assert_read(reading, BEFORE, 3)


@pytest.mark.parametrize("mark", ["同上", "同 上", "〃", "″", "＂", '"', "“", "''", "＂＂"])
def test_marks_for_the_same_as_above(mark: str) -> None:
    firms = roster(3)
    firms[2][4] = firms[3][4] = mark
    reading = read_bytes(workbook({"指标": down("本期", "上年同期", rows=beside()), "企业": firms}))
    assert [row.cells["address"].value for row in reading.rows["roster"]] == ["产业园1号楼"] * 3
    assert weighty(reading) == []


def test_a_firm_is_no_sum_for_what_its_name_begins_with() -> None:
    firms = roster(2)
    firms[1][1], firms[2][1] = "平均律科技有限公司", "合计数码有限公司"
    reading = read_bytes(workbook({"指标": down("本期", "上年同期", rows=beside()), "企业": firms}))
    assert_read(reading, BEFORE, 2)


def test_two_words_for_a_column() -> None:
    head = list(ROSTER_HEAD)
    head[5], head[6], head[11] = "主营业务", "产品及服务", "资质荣誉"
    reading = read_bytes(workbook({"指标": down("本期", "上年同期", rows=beside()), "企业": [head, firm_row(1)]}))
    assert_read(reading, BEFORE, 1)


def test_label_figure_and_unit_in_one_cell() -> None:
    lines = [[f"{LABELS[key]}：{VALUES[key]}{UNITS[key]}"] for key in LABELS]
    reading = read([[TITLE], *lines])
    assert values(reading) == EXPECTED
    assert {entry.status for entry in reading.fields} == {"confirm"}
    assert reading.fields[4].where == "指标!A6"
    assert "取自单元格中的文字" in reading.fields[4].message


def test_notes_under_a_table_that_has_the_figures_say_nothing() -> None:
    table = [*down("本期", "上年同期", rows=beside()), ["注：网络安全产业收入12.3亿元为含税口径"]]
    assert_read(read(table), BEFORE)


def test_a_month_beside_the_months_up_to_it() -> None:
    rows = {key: [VALUES[key] / 6, VALUES[key], LAST_YEAR[key]] for key in LABELS}
    assert_read(read(down("6月", "1-6月", "去年1-6月", rows=rows)), BEFORE)


def test_the_whole_of_last_year_is_no_same_period() -> None:
    rows = {key: [VALUES[key], VALUES[key] * 2, LAST_YEAR[key]] for key in LABELS}
    assert_read(read(down("上半年实际", "全年预计", "上年全年", rows=rows)), {})


@pytest.mark.parametrize(("heads", "asked"), [
    (("上半年", "下半年"), True), (("2025年上半年", "2025年下半年"), True), (("1-6月", "1-12月"), False),
])  # fmt: skip
def test_the_second_half_beside_the_first_is_asked_whether_it_is_the_whole_year(
    heads: tuple[str, str], asked: bool
) -> None:
    rows = {key: [VALUES[key], VALUES[key] * 2] for key in LABELS}
    reading = read([["2025年1—12月"], *down(*heads, rows=rows)[1:]])
    doubts = [finding for finding in reading.findings if finding.code == "period_doubtful"]
    assert [finding.severity for finding in doubts] == ["confirm"] * asked
    assert all("7—12月当期数" in finding.message for finding in doubts)


def test_parts_of_the_park_in_columns_with_their_sum() -> None:
    rows = {key: [VALUES[key] * 0.4, VALUES[key] * 0.6, VALUES[key]] for key in LABELS}
    assert_read(read(down("东区", "西区", "合计", rows=rows)), {})


@pytest.mark.parametrize("name", ["国家网络安全产业园区（示例乙园）", "示例乙园"])
@pytest.mark.parametrize("first", [True, False])
def test_of_parks_in_columns_the_one_the_title_names_and_never_their_sum(name: str, first: bool) -> None:
    rows = {key: [VALUES[key], VALUES[key] * 3, VALUES[key] * 4] for key in LABELS}
    heads = ["示例甲园", name]
    if not first:
        heads, rows = heads[::-1], {key: [of[1], of[0], of[2]] for key, of in rows.items()}
    assert_read(read(down(*heads, "合计", rows=rows)))


def test_other_parks_in_rows_are_asked_about_and_their_sum_is_never_taken() -> None:
    keys = ("revenue_total", "revenue_cyber", "firms_total")
    table = [[TITLE], ["2025年1—6月"], ["名称", *(LABELS[key] for key in keys)],
             ["示例甲园", 10.4, 5.2, 230], ["示例乙园", 3, 2, 40], ["合计", 13.4, 7.2, 270]]  # fmt: skip
    reading = read(table)
    for key, total in zip(keys, ("13.4", "7.2", "270"), strict=True):
        entry = reading.field(key)
        assert entry is not None
        assert (entry.status, entry.value == total) == ("confirm", False)


def test_one_cell_for_two_figures_is_asked() -> None:
    table = down("本期", rows={key: [VALUES[key]] for key in LABELS})
    table[6][2] = None
    entry = read(table, ["C6:C7"]).field("revenue_cyber")
    assert entry is not None
    assert (entry.status, entry.value) == ("confirm", "10.4")


def test_a_figure_said_twice_proposes_both() -> None:
    rows = {key: [VALUES[key], VALUES[key] * 2] for key in LABELS}
    reading = read(down("园区填报数", "区县核定数", rows=rows))
    entry = reading.field("revenue_total")
    assert entry is not None
    assert (entry.status, entry.candidates) == ("confirm", ("10.4", "20.8"))


def test_a_roster_of_last_year_is_asked() -> None:
    firms = [["企业一览表（2024年）"], *roster(3)]
    reading = read_bytes(workbook({"指标": down("本期", "上年同期", rows=beside()), "企业": firms}))
    assert [(code, where) for code, where, _ in weighty(reading)] == [("period_mismatch", "企业!2")]


def test_of_two_periods_of_a_roster_the_later_counts() -> None:
    head, firms = list(ROSTER_HEAD), roster(3)[1:]
    upper = [*head[:7], "2025年1—3月", "", "", "", "2025年1—6月", "", "", "", *head[11:]]
    lower = ["", *[""] * 6, *head[7:11], *head[7:11], "", ""]
    rows = [[*row[:7], *(figure / 2 for figure in row[7:11]), *row[7:]] for row in firms]
    merges = ["H1:K1", "L1:O1", *(f"{letter}1:{letter}2" for letter in "ABCDEFGPQ")]
    book = {"指标": down("本期", "上年同期", rows=beside()), "企业": [upper, lower, *rows]}
    reading = read_bytes(workbook(book, {"企业": merges}))
    assert_read(reading, BEFORE, 3)
    assert [row.cells["cyber"].value for row in reading.rows["roster"]] == ["1500"] * 3


@pytest.mark.parametrize(("growth", "asked"), [(True, False), (False, True)])
def test_months_one_by_one_are_running_totals_or_a_question(growth: bool, asked: bool) -> None:
    rows = [["园区", "指标", "月份", "值"]]
    for month in range(1, 7):
        rows += [["示例甲园", LABELS[key], f"2025-{month:02d}", VALUES[key] * (month / 6 if growth else 1)]
                 for key in ("revenue_total", "revenue_cyber", "firms_total")]  # fmt: skip
    reading = read_bytes(workbook({"表": rows, "企业": roster()}))
    assert values(reading)["revenue_total"] == "10.4"
    assert ("period_doubtful" in codes(reading, "confirm")) is asked
