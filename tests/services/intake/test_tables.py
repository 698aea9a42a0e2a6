"""Rosters and service tables: rows, 小计 and 合计, blanks, notes under the table, doubtful figures."""

from __future__ import annotations

from typing import Any

import pytest

from policy.terms import Status
from services.intake import FileReading
from tests.services.intake.makers import LABELS, VALUES, codes, firm_row, read_bytes, roster, weighty, workbook

TITLE = "示例甲园2025年上半年发展情况统计表"


def report(firms: list[list[Any]], merges: list[str] | None = None, **figures: Any) -> FileReading:
    rows = [[TITLE], ["指标", "本期累计"], *([LABELS[key], (VALUES | figures)[key]] for key in LABELS)]
    return read_bytes(workbook({"表": rows, "企业": firms}, {"企业": merges or []}))


def total(word: str, revenue: object, cyber: object, staff: object = 40) -> list[Any]:
    return [word, *[""] * 6, revenue, cyber, 60.5, staff, "——", "—"]


def names(reading: FileReading) -> list[str | None]:
    return [row.cells["name"].value for row in reading.rows["roster"]]


def test_subtotals_and_totals_are_no_firms() -> None:
    firms = roster(2)
    firms += [
        total("小计", 4000, 3000, 80),
        firm_row(3),
        total("小　计", 2000, 1500, 40),
        total("总 计", 6000, 4500, 120),
    ]
    for row in (3, 5):
        firms[row][9] = 121 if row == 3 else 60.5
    reading = report(firms)
    assert names(reading) == [f"示例安全{number}有限公司" for number in (1, 2, 3)]
    assert [row.where for row in reading.rows["roster"]] == ["企业!2", "企业!3", "企业!5"]
    assert {key: entry.value for key, entry in reading.totals.items()} == {
        "revenue": "6000", "cyber": "4500", "rnd": "60.5", "staff": "120",
    }  # fmt: skip
    assert reading.totals["cyber"].where == "企业!I7"
    assert weighty(reading) == []


def test_a_subtotal_that_disagrees_is_to_be_confirmed() -> None:
    firms = [*roster(2), total("小计", 4000, 2999, 80), firm_row(3), total("合计", 6000, 4500, 120)]
    firms[3][9] = 121
    found = weighty(report(firms))
    assert [(code, where) for code, where, _ in found] == [("roster_total_mismatch", "企业!I4")]
    assert "2999万元" in found[0][2]
    assert "3000万元" in found[0][2]


def test_a_subtotal_rounded_to_fewer_places_agrees() -> None:
    firms = [*roster(1), total("小计", 2000, 1500.3, 40)]
    firms[1][8] = 1500.26
    assert weighty(report(firms)) == []


def test_a_sum_that_misses_rows_is_to_be_confirmed() -> None:
    firms = [*roster(5), total("合计", "=SUM(H2:H4)", "=SUM(I2:I6)")]
    reading = report(firms)
    assert [(code, where) for code, where, _ in weighty(reading)] == [("formula_range_short", "企业!H7")]
    assert "第2—4行" in weighty(reading)[0][2]
    assert codes(reading, "note") == ["formula_not_calculated", "formula_not_calculated"]
    assert "cyber" not in reading.totals


def test_blank_rows_notes_and_prefilled_numbers_are_no_firms() -> None:
    firms = [
        *roster(2),
        [],
        ["", "二、硬件类企业"],
        [3, " ", "\u3000"],
        firm_row(4),
        ["注：本表所填企业为在库企业"],
        ["填表人：示例甲", "", "联系电话：023-60000000"],
    ]
    reading = report(firms)
    assert names(reading) == ["示例安全1有限公司", "示例安全2有限公司", "示例安全4有限公司"]
    assert weighty(reading) == []


def test_blank_cells_of_a_firm_are_errors_with_one_finding_a_column() -> None:
    firms = roster(3)
    firms[1][4] = None
    firms[3][4] = " "
    firms[2][8] = None
    reading = report(firms)
    assert reading.rows["roster"][0].cells["address"].status is Status.ERROR
    assert [(code, where) for code, where, _ in weighty(reading)] == [
        ("blank_field", "企业!E2"),
        ("blank_field", "企业!I3"),
    ]
    assert "E2、E4共2处" in weighty(reading)[0][2]


def test_a_roster_without_a_required_column_says_which() -> None:
    firms = [row[:12] for row in roster(2)]
    reading = report(firms)
    assert reading.rows["roster"][0].cells["contact"].where is None
    assert [(code, where) for code, where, _ in weighty(reading)] == [("blank_field", "企业!1")]
    assert "企业联系人及手机" in weighty(reading)[0][2]


def test_a_merge_fills_its_own_rows_only() -> None:
    firms = roster(8)
    for row in range(3, 8):
        firms[row][4] = "产业园1号楼" if row == 3 else None
    reading = report(firms, ["E4:E8"])
    addresses = [row.cells["address"].value for row in reading.rows["roster"]]
    assert addresses == ["产业园1号楼", "产业园2号楼", *["产业园1号楼"] * 5, "产业园8号楼"]
    assert reading.rows["roster"][4].cells["address"].where == "企业!E4"
    assert weighty(reading) == []


def test_an_amount_merged_over_several_firms_is_to_be_confirmed() -> None:
    firms = roster(2)
    firms[2][7] = None
    cell = report(firms, ["H2:H3"]).rows["roster"][1].cells["revenue"]
    assert (cell.status, cell.value) == (Status.CONFIRM, "2000")


def test_a_declared_empty_roster_needs_no_firm() -> None:
    firms = [roster(0)[0], ["无", *["无"] * 12]]
    reading = report(firms, firms_cyber="无")
    assert reading.rows["roster"] == ()
    assert weighty(reading) == []


def test_a_report_without_a_roster_lacks_it() -> None:
    rows = [[TITLE], ["指标", "本期累计"], *([LABELS[key], VALUES[key]] for key in LABELS)]
    reading = read_bytes(workbook({"表": rows}))
    assert [code for code, _, _ in weighty(reading)] == ["blank_field"]
    assert "一览表" in weighty(reading)[0][2]


def test_an_example_row_left_in_the_roster() -> None:
    firms = [roster(0)[0], ["1", "", "", "示例：2020-10-20", *[""] * 9], firm_row(2)]
    reading = report(firms)
    assert names(reading) == ["示例安全2有限公司"]
    assert [(code, where) for code, where, _ in weighty(reading)] == [("placeholder_left", "企业!2")]


# --- magnitudes -----------------------------------------------------------------------------------------------


def test_a_firm_that_wrote_another_unit_is_proposed_in_ten_thousands() -> None:
    firms = roster(20)
    for number, row in enumerate(firms[1:]):
        row[7], row[8] = 2000, 800 + number * 10
    firms.append(firm_row(21, revenue=4.1, cyber=3.2))
    reading = report(firms, revenue_cyber=5.0)
    last = reading.rows["roster"][-1].cells
    assert (last["cyber"].value, last["cyber"].status) == ("32000", Status.CONFIRM)
    assert last["cyber"].candidates == ("32000", "3.2")
    assert (last["revenue"].value, last["revenue"].status) == ("41000", Status.CONFIRM)
    assert {row.cells["cyber"].status for row in reading.rows["roster"][:-1]} == {Status.OK}


def test_a_small_firm_is_left_alone_when_nothing_is_lacking() -> None:
    firms = [*roster(20), firm_row(21, revenue=4.1, cyber=3.2)]
    reading = report(firms, revenue_cyber=3.1)
    assert reading.rows["roster"][-1].cells["cyber"].status is Status.OK


def test_a_firm_that_wrote_yuan_among_ten_thousands() -> None:
    firms = [*roster(20), firm_row(21, revenue=16_000_000, cyber=15_000_000)]
    cells = report(firms, revenue_cyber=3.2).rows["roster"][-1].cells
    assert (cells["cyber"].value, cells["cyber"].status) == ("1500", Status.CONFIRM)


@pytest.mark.parametrize(
    ("figures", "key", "value"),
    [
        ({"revenue_cyber": 52000}, "revenue_cyber", "5.2"),
        ({"revenue_total": 104000, "revenue_cyber": 52000}, "revenue_total", "10.4"),
        ({"revenue_cyber": 520000000}, "revenue_cyber", "5.2"),
        ({"staff_total": 12500}, "staff_total", "1.25"),
        ({"staff_cyber": 4500}, "staff_cyber", "0.45"),
        ({"area_planned": 500000}, "area_planned", "50"),
        ({"revenue_total": 1040, "revenue_cyber": 520}, "revenue_cyber", "5.2"),
    ],
)
def test_a_doubtful_magnitude_is_proposed_never_changed_silently(figures: dict[str, Any], key: str, value: str) -> None:
    entry = report(roster(30), **figures).field(key)
    assert entry is not None
    assert (entry.value, entry.status) == (value, Status.CONFIRM)
    assert entry.candidates == (value, str(figures[key]))


def test_a_figure_no_park_can_have_is_asked_about_as_it_stands() -> None:
    entry = report(roster(30), revenue_total=123456789012345678).field("revenue_total")
    assert entry is not None
    assert (entry.status, entry.candidates) == (Status.CONFIRM, (entry.value,))
    assert "超出园区可能的范围" in entry.message


def test_a_part_slightly_over_its_whole_keeps_its_value() -> None:
    entry = report(roster(20), revenue_total=3.0, revenue_cyber=3.5).field("revenue_cyber")
    assert entry is not None
    assert (entry.value, entry.status) == ("3.5", Status.OK)
