"""Reports in layouts nobody announced: the same figures must come out, wherever they stand."""

from __future__ import annotations

from typing import Any

import pytest

from policy.terms import HalfYear, Status
from tests.services.intake.makers import (
    EXPECTED,
    LABELS,
    LAST_YEAR,
    UNITS,
    VALUES,
    changed,
    codes,
    firm_row,
    read_bytes,
    roster,
    statuses,
    values,
    weighty,
    word,
    workbook,
)

TITLE = "示例甲园2025年上半年发展情况统计表"
H1 = HalfYear(2025, 1)


def assert_clean(reading: Any, *, firms: int = 30) -> None:
    assert weighty(reading) == []
    assert values(reading) == EXPECTED
    assert (reading.park, reading.period, reading.months) == ("P1", H1, 6)
    assert len(reading.rows["roster"]) == firms


def test_numbered_rows_with_growth_and_remarks_under_another_sheet_name() -> None:
    rows: list[list[Any]] = [
        [TITLE],
        ["序号", "指标", "单位", "2025年1-6月", "2024年1-6月", "同比增长（%）", "备注"],
    ]
    for number, key in enumerate(LABELS, 1):
        rows.append([number, LABELS[key], UNITS[key], VALUES[key], LAST_YEAR[key], 25, "—"])
    reading = read_bytes(workbook({"情况统计": rows, "名单": roster()}))
    assert_clean(reading)
    assert values(reading, "previous")["revenue_cyber"] == "4.16"
    assert reading.field("revenue_cyber").where == "情况统计!D7"  # type: ignore[union-attr]


def test_indicators_across_under_a_two_row_header() -> None:
    keys = list(LABELS)
    width = len(keys)
    rows: list[list[Any]] = [
        [TITLE + "（单位：万元、人、万平方米）"],
        ["园区", "2025年1—6月", *[""] * (width - 1), "上年同期"],
        ["", *[LABELS[key] for key in keys], *[LABELS[key] for key in keys]],
        ["示例甲园", *[in_small_units(key, VALUES) for key in keys], *[in_small_units(key, LAST_YEAR) for key in keys]],
    ]
    merges = ["A1:Q1", "A2:A3", "B2:P2", "Q2:AE2"]
    reading = read_bytes(workbook({"Sheet1": rows, "企业": roster()}, {"Sheet1": merges}))
    assert_clean(reading)
    assert statuses(reading)["revenue_cyber"] == "note"
    assert statuses(reading)["area_built"] == "ok"
    assert values(reading, "previous")["staff_cyber"] == "0.36"


def in_small_units(key: str, figures: dict[str, Any]) -> float:
    return round(figures[key] * 10000, 2) if UNITS[key] in ("亿元", "万人") else figures[key]


def test_indicators_across_with_this_year_and_last_year_under_each() -> None:
    rows: list[list[Any]] = [[TITLE], ["项目"], [""], ["填报数"]]
    for key in LABELS:
        rows[1] += [f"{LABELS[key]}（{UNITS[key]}）", ""]
        rows[2] += ["本期", "上年同期"]
        rows[3] += [VALUES[key], LAST_YEAR[key]]
    reading = read_bytes(workbook({"汇总": [*rows, [], *roster()]}))
    assert_clean(reading)
    assert values(reading, "previous")["revenue_total"] == "8.32"


def test_one_row_a_period_under_a_row_of_indicators() -> None:
    rows = [
        [TITLE],
        ["期间", *LABELS.values()],
        ["2024年1—6月", *LAST_YEAR.values()],
        ["2025年1—6月", *VALUES.values()],
        ["同比增长", *[25] * len(LABELS)],
    ]
    reading = read_bytes(workbook({"表": rows, "企业": roster()}))
    assert_clean(reading)
    assert values(reading, "previous")["revenue_cyber"] == "4.16"


def test_two_labels_and_values_side_by_side() -> None:
    keys = list(LABELS)
    rows: list[list[Any]] = [[TITLE]]
    for left, right in zip(keys[::2], [*keys[1::2], None], strict=True):
        row = [f"{LABELS[left]}（{UNITS[left]}）", VALUES[left]]
        rows.append(row + ([f"{LABELS[right]}（{UNITS[right]}）", VALUES[right]] if right else []))
    assert_clean(read_bytes(workbook({"表": rows, "企业": roster()})))


def test_a_share_column_beside_the_figures() -> None:
    rows: list[list[Any]] = [[TITLE], ["指标名称", "本期累计", "占比", "上年同期", "备注"]]
    shares = {"revenue_cyber": 0.5, "staff_cyber": "36%"}
    for key in LABELS:
        rows.append([LABELS[key], VALUES[key], shares.get(key), None, None])
    reading = read_bytes(workbook({"表": rows, "企业": roster()}))
    assert weighty(reading) == []
    assert values(reading) == EXPECTED | {"share_revenue_cyber": "50", "share_staff_cyber": "36"}
    assert statuses(reading)["share_revenue_cyber"] == "note"


def test_grouped_labels_numbering_and_other_spellings() -> None:
    spelled = {
        "area_planned": "1.规划建设面积（万㎡）", "area_built": "2.其中：已建成面积（万㎡）",
        "area_operating": "（3）投用面积",
        "revenue_total": "营业总收入", "revenue_cyber": "网安收入", "firms_total": "截至6月底注册企业数",
        "firms_cyber": "其中:网安企业数", "staff_total": "从业人员总数", "staff_cyber": "其中：网络安全从业人员",
        "listed_total": "上市企业", "listed_cyber": "网安上市企业",
        "tier_over_100m": "网络安全业务收入超过１亿元企业数",
        "tier_50m_100m": "网络安全业务收入 5000万元-1亿元 企业数",
        "tier_20m_50m": "网络安全业务收入２０００万～５０００万元的企业数（家）",
        "tier_5m_20m": "网安业务收入500—2000万元企业数",
    }  # fmt: skip
    rows: list[list[Any]] = [[TITLE], ["类别", "指标", "数值"]]
    rows += [["总体情况", label, VALUES[key]] for key, label in spelled.items()]
    assert_clean(read_bytes(workbook({"表": rows, "企业": roster()}, {"表": ["A3:A17"]})))


def test_a_gb18030_csv() -> None:
    lines = [f"{TITLE},,", "指标名称,计量单位,本期累计"]
    lines += [f"{LABELS[key]},{UNITS[key]},{VALUES[key]}" for key in LABELS]
    lines += ["", ",".join(roster()[0])]
    lines += [",".join(str(value) for value in firm_row(number)) for number in range(1, 31)]
    reading = read_bytes("\r\n".join(lines).encode("gb18030"), "上半年.csv")
    assert reading.format == "csv"
    assert_clean(reading)
    assert set(statuses(reading).values()) == {"ok"}


def test_a_word_report_with_both_tables() -> None:
    figures = [["指标", "单位", "本期累计", "上年同期"]]
    figures += [[LABELS[key], UNITS[key], VALUES[key], "/"] for key in LABELS]
    reading = read_bytes(
        word(
            "关于报送示例甲园发展情况的函",
            "现将2025年1—6月情况报告如下，2025年下半年打算另附。",
            figures,
            "附表",
            roster(),
        ),
        "函.docx",
    )
    assert_clean(reading)
    assert reading.field("revenue_cyber").where == "表1!R6C3"  # type: ignore[union-attr]
    assert reading.rows["roster"][0].where == "表2!R2"


def test_a_web_page_under_the_name_of_a_workbook() -> None:
    cells = "".join(f"<tr><td>{LABELS[key]}</td><td>{UNITS[key]}</td><td>{VALUES[key]}</td></tr>" for key in LABELS)
    firms = "".join(f"<tr>{''.join(f'<td>{value}</td>' for value in row)}</tr>" for row in roster())
    page = (
        f"<html><head><meta charset='utf-8'></head><body><table><tr><td colspan=3>{TITLE}</td></tr>"
        f"<tr><th>指标名称</th><th>计量单位</th><th>本期累计</th></tr>{cells}</table><table>{firms}</table></body></html>"
    )
    reading = read_bytes(page.encode(), "半年报.xls")
    assert_clean(reading)
    assert reading.format == "html"
    assert codes(reading, "note") == ["format_disguised"]


def test_several_months_side_by_side_the_latest_counts() -> None:
    rows: list[list[Any]] = [[TITLE], ["指标", "2025年1—3月", "2025年1—6月", "2024年1—6月"]]
    rows += [[LABELS[key], 1, VALUES[key], LAST_YEAR[key]] for key in LABELS]
    reading = read_bytes(workbook({"表": rows, "企业": roster()}))
    assert_clean(reading)
    assert values(reading, "previous")["revenue_cyber"] == "4.16"


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("网络安全企业数量", "firms_cyber"),
        ("园区注册企业数量", "firms_total"),
        ("网络安全产业从业人员", "staff_cyber"),
        ("从业人员", "staff_total"),
        ("网络安全上市企业数量", "listed_cyber"),
        ("园区上市企业数", "listed_total"),
    ],
)
def test_a_part_is_never_taken_for_its_whole(label: str, key: str) -> None:
    rows = [[TITLE], ["指标", "本期累计"], [label, 7], ["园区业务总收入", 10], ["网络安全产业收入", 5]]
    found = {name: value for name, value in values(read_bytes(workbook({"表": rows}))).items() if value == "7"}
    assert found == {key: "7"}


# --- cells that need the workbook -----------------------------------------------------------------------------


def test_a_formula_without_its_value_asks_to_recalculate() -> None:
    entry = read_bytes(changed(("半年报", "C10", "=A1+B1"))).field("revenue_cyber")
    assert entry is not None
    assert (entry.status, entry.value, entry.raw) == (Status.ERROR, None, "=A1+B1")
    assert "重算" in entry.message


def test_a_blank_inside_a_merged_range_takes_the_value_of_its_anchor() -> None:
    data = workbook(
        {"表": [[TITLE], ["指标", "本期累计", "上年同期"], *([LABELS[key], VALUES[key], 1] for key in LABELS)]},
        {"表": ["B12:B13"]},
    )
    reading = read_bytes(data)
    assert reading.field("listed_total").value == reading.field("listed_cyber").value == "3"  # type: ignore[union-attr]


def test_a_small_unit_in_the_roster_header_is_one_note_on_the_column() -> None:
    rows = roster()
    rows[0][8] = "其中：网络安全业务收入（元）"
    for row in rows[1:]:
        row[8] = 15_000_000
    figures = [[TITLE], ["指标", "本期累计"], *([LABELS[key], VALUES[key]] for key in LABELS)]
    reading = read_bytes(workbook({"表": figures, "企业": rows}))
    assert {row.cells["cyber"].value for row in reading.rows["roster"]} == {"1500"}
    assert {row.cells["cyber"].status for row in reading.rows["roster"]} == {Status.NOTE}
    assert codes(reading) == ["unit_converted"]


def test_a_two_row_header_names_the_later_year() -> None:
    head = list(roster()[0])
    rows: list[list[Any]] = [
        [*head[:7], "2023年", "", "2024年", "", "", "", *head[11:]],
        [""] * 7 + ["公司营业总收入（万元）", "其中：网络安全业务收入（万元）"] + list(head[7:11]) + ["", ""],
    ]
    rows.append([*firm_row(1)[:7], 1, 1, *firm_row(1)[7:]])
    merges = [f"{letter}1:{letter}2" for letter in "ABCDEFGNO"] + ["H1:I1", "J1:M1"]
    reading = read_bytes(workbook({"名单": rows}, {"名单": merges}))
    assert [row.cells["revenue"].value for row in reading.rows["roster"]] == ["2000"]


def test_a_percent_format_and_a_bare_one() -> None:
    def share(value: float, code: str) -> tuple[str | None, str]:
        rows = [
            ["任务", "责任单位", "进展情况", "完成比例", "完成时间"],
            ["任务一", "区政府", "已完成", value, "2025-02-10"],
        ]
        reading = read_bytes(workbook({"任务": rows, "企业": roster(1)}, formats={("任务", "D2"): code}))
        cell = reading.rows["tasks"][0].cells["done_share"]
        return cell.value, str(cell.status)

    assert share(1, "General") == ("100", "confirm")
    assert share(1, "0%") == ("100", "ok")
    assert share(0.6, "0.00%") == ("60", "ok")


def test_a_finished_task_needs_its_date_and_an_unfinished_one_does_not() -> None:
    head = ["任务", "责任单位", "进展情况", "完成比例", "完成时间"]
    rows = [head, ["任务一", "区政府", "已完成", "100%", None], ["任务二", "区政府", "推进中", "60%", "/"]]
    reading = read_bytes(workbook({"任务": rows, "企业": roster(1)}))
    first, second = (row.cells["done_on"] for row in reading.rows["tasks"])
    assert (first.status, second.status) == (Status.ERROR, Status.NOTE)


def test_a_telephone_number_kept_as_a_number_comes_back_whole() -> None:
    reading = read_bytes(changed(("企业名录", "M4", 13800000000)))
    contact = reading.rows["roster"][0].cells["contact"]
    assert (contact.value, contact.status) == ("13800000000", Status.NOTE)
    lost = read_bytes(changed(("企业名录", "M4", "1.38E+10"))).rows["roster"][0].cells["contact"]
    assert (lost.value, lost.status) == (None, Status.ERROR)


# --- sheets ---------------------------------------------------------------------------------------------------


def figures_sheet() -> list[list[Any]]:
    return [[TITLE], ["指标", "单位", "本期累计"], *([LABELS[key], UNITS[key], VALUES[key]] for key in LABELS)]


def test_two_sheets_that_say_the_same_are_to_be_confirmed() -> None:
    other = figures_sheet()
    other[6][2] = 9
    reading = read_bytes(workbook({"Sheet1": figures_sheet(), "Sheet1 (2)": other, "企业": roster()}))
    assert values(reading) == EXPECTED
    assert [(code, where) for code, where, _ in weighty(reading)] == [("duplicate_sheet", "Sheet1 (2)")]


def test_hidden_rows_and_sheets_are_read_and_listed() -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    from tests.services.intake.makers import saved

    book = load_workbook(BytesIO(workbook({"表": figures_sheet(), "企业": roster()})))
    book["企业"].sheet_state = "hidden"
    book["表"].row_dimensions[4].hidden = True
    reading = read_bytes(saved(book))
    assert_clean(reading)
    assert codes(reading, "note") == ["hidden_content"]
    assert "企业" in reading.findings[-1].message
    assert "第4行" in reading.findings[-1].message


# --- Word -----------------------------------------------------------------------------------------------------


def test_a_merged_cell_of_a_word_table_is_counted_once() -> None:
    from io import BytesIO

    from docx import Document

    from tests.services.intake.makers import saved

    rows = [["指标", "", "本期累计", "备注"], *([LABELS[key], "", VALUES[key], "无"] for key in LABELS)]
    document = Document(BytesIO(word("示例甲园2025年上半年情况", rows)))
    table = document.tables[0]
    for row in table.rows:
        row.cells[0].merge(row.cells[1])
    table.cell(1, 3).merge(table.cell(5, 3))
    reading = read_bytes(saved(document), "表.docx")
    assert values(reading) == EXPECTED
    assert reading.field("revenue_cyber").where == "表1!R6C2"  # type: ignore[union-attr]


def test_a_cell_inside_a_content_control_is_not_lost() -> None:
    import copy
    from io import BytesIO

    from docx import Document
    from docx.oxml import OxmlElement

    from tests.services.intake.makers import saved

    document = Document(BytesIO(word("示例甲园2025年上半年情况", figures_sheet()[1:])))
    row = document.tables[0].rows[5]._tr
    cell = row.tc_lst[2]
    control, content = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
    content.append(copy.deepcopy(cell))
    control.append(content)
    row.replace(cell, control)
    assert values(read_bytes(saved(document), "表.docx")) == EXPECTED


def test_units_in_a_row_of_their_own_and_numbered_columns() -> None:
    keys = list(LABELS)
    rows: list[list[Any]] = [
        [TITLE],
        ["项目", *[LABELS[key] for key in keys]],
        ["计量单位", *["万元" if UNITS[key] == "亿元" else UNITS[key] for key in keys]],
        ["甲", *range(1, len(keys) + 1)],
        ["填报数", *[VALUES[key] * 10000 if UNITS[key] == "亿元" else VALUES[key] for key in keys]],
    ]
    firms = roster()
    firms.insert(1, ["甲", "乙", *range(1, 12)])
    assert_clean(read_bytes(workbook({"表": rows, "企业": firms})))


def test_a_share_in_a_row_under_its_figure() -> None:
    rows: list[list[Any]] = [[TITLE], ["指标", "本期累计"]]
    for key in LABELS:
        rows.append([LABELS[key], VALUES[key]])
        if key in ("revenue_cyber", "listed_cyber"):
            rows.append(["占比（%）", 50 if key == "revenue_cyber" else 33.3])
    found = values(read_bytes(workbook({"表": rows, "企业": roster()})))
    assert found == EXPECTED | {"share_revenue_cyber": "50", "share_listed_cyber": "33.3"}


def test_explaining_brackets_and_hash_marks_in_labels() -> None:
    rows: list[list[Any]] = [[TITLE], ["指标", "本期累计", "上年末"]]
    for key in LABELS:
        hash_mark = "＃" if key.endswith("_cyber") else ""
        label = LABELS[key] if key.startswith("tier") else f"{LABELS[key]}（{UNITS[key]}，期末数）"
        rows.append([f"{hash_mark}{label}", VALUES[key], 99])
    reading = read_bytes(workbook({"表": rows, "企业": roster()}))
    assert_clean(reading)
    assert values(reading, "previous") == {}


def test_parts_of_the_park_with_their_sum() -> None:
    def row(name: str, share: float) -> list[Any]:
        return [name, *[round(VALUES[key] * share, 4) for key in LABELS]]

    rows = [[TITLE], ["片区", *LABELS.values()], row("东区", 0.4), row("西区", 0.6), row("合计", 1)]
    assert_clean(read_bytes(workbook({"表": rows, "企业": roster()})))


def test_rows_nothing_tells_apart_are_to_be_confirmed() -> None:
    rows = [[TITLE], ["片区", *LABELS.values()], ["东区", *VALUES.values()], ["西区", *[99] * len(LABELS)]]
    reading = read_bytes(workbook({"表": rows, "企业": roster()}))
    assert values(reading) == EXPECTED
    assert weighty(reading) == []
    assert set(statuses(reading).values()) == {"confirm"}
    assert {entry.candidates for entry in reading.fields} == {(value, "99") for value in EXPECTED.values()}


def test_a_roster_in_two_sheets_with_a_total_each() -> None:
    figures = figures_sheet()
    first, second = roster(10), [roster(0)[0], *(firm_row(number) for number in range(11, 31))]
    first.append(["合计", *[""] * 6, 20000, 15000, 605, 400, "", ""])
    second.append(["合计", *[""] * 6, 40000, 29999, 1210, 800, "", ""])
    reading = read_bytes(workbook({"表": figures, "软件企业": first, "硬件企业": second}))
    assert len(reading.rows["roster"]) == 30
    assert reading.totals == {}
    assert [(code, where) for code, where, _ in weighty(reading)] == [("roster_total_mismatch", "硬件企业!I22")]
