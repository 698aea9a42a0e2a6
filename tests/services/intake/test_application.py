"""The application form of the notice's annex: read by label, and no box may stay empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import docx
import pytest

from policy.rulebook import DEFAULT
from policy.terms import Status, SubmissionKind
from services.checking import checked
from services.intake import Context, FileReading
from tests.papers import SAMPLES
from tests.services.intake.makers import codes, read_bytes, saved, statuses, values, weighty

FORM = SAMPLES / "application-forms" / "申报表-示例甲园.docx"


Cells = Mapping[tuple[int, int, int], Any]


def form(cells: Cells | None = None, paragraphs: Mapping[str, str] | None = None) -> FileReading:
    """The clean sample form with cells (table, row, grid column, from 1) or paragraphs written over."""
    document = docx.Document(str(FORM))
    for (table, row, column), text in (cells or {}).items():
        document.tables[table - 1].cell(row - 1, column - 1).text = str(text)
    for old, new in (paragraphs or {}).items():
        next(entry for entry in document.paragraphs if old in entry.text).text = new
    return read_bytes(saved(document), "申报表.docx")


def test_the_form_itself() -> None:
    reading = form()
    assert (reading.kind, reading.months, reading.period) == (SubmissionKind.APPLICATION_FORM, 9, None)
    assert (reading.park, reading.park_title) == ("P1", "国家网络安全产业园区（示例甲园）")
    assert values(reading)["operator"] == "示例甲园运营管理有限公司"
    assert values(reading)["filled_on"] == "2022-11-08"
    assert values(reading, "previous")["share_revenue_cyber"] == "49"
    assert "area_built" not in values(reading, "previous")
    assert reading.clean
    assert reading.findings == ()


def test_what_stands_in_the_boxes_is_read() -> None:
    """Its years apart; a hint left over is nothing, 无 a declared nothing."""
    read = form({(6, 3, 2): "无", (5, 2, 1): "（包括园区人才住宿配套、商业配套等）"})
    this_year, before = values(read), values(read, "previous")
    assert this_year["operator_capital"] == "10000万元"
    assert (this_year["operator_revenue"], before["operator_revenue"]) == ("1800", "3200")
    assert (this_year["operator_staff"], before["operator_staff"]) == ("45", "42")
    assert this_year["building_plan"] == "新增建筑面积12万平方米。"
    assert (this_year["operator_address"], statuses(read)["operator_address"]) == (None, Status.NOTE)
    assert "facilities" not in this_year


def test_a_park_that_is_not_registered_needs_no_finding() -> None:
    reading = read_bytes(FORM.read_bytes(), "申报表.docx", Context())
    assert (reading.park, reading.park_title, reading.findings) == (None, "国家网络安全产业园区（示例甲园）", ())


@pytest.mark.parametrize(
    ("place", "where", "label"),
    [
        ((1, 1, 2), "表1!R1C2", "拟申报名称"),
        ((1, 3, 2), "表1!R3C2", "地址"),
        ((6, 2, 6), "表6!R2C6", "注册资金"),
        ((6, 5, 4), "表6!R5C4", "联系电话"),
        ((6, 8, 5), "表6!R8C3", "营业收入"),
        ((3, 14, 1), "表3!R14C1", "其他服务能力状况"),
        ((4, 2, 1), "表4!R2C1", "园区土地利用情况"),
        ((7, 2, 1), "表7!R2C1", "当地政府支持"),
        ((8, 4, 1), "表8!R4C1", "区县经信部门审核推荐意见"),
        ((1, 11, 2), "表1!R11C2", "园区注册企业数量"),
        ((2, 5, 3), "表2!R5C3", "法定代表人"),
    ],
)
def test_a_blank_box_is_an_error_at_its_place(place: tuple[int, int, int], where: str, label: str) -> None:
    found = weighty(form({place: "  "}))
    assert [(code, at) for code, at, _ in found] == [("blank_field", where)]
    assert label in found[0][2]


def test_a_box_with_only_the_words_for_the_seal_is_blank() -> None:
    found = weighty(form({(8, 2, 1): "（盖章）  年   月   日"}))
    assert [(code, at) for code, at, _ in found] == [("blank_field", "表8!R2C1")]


@pytest.mark.parametrize(
    ("place", "text", "where"),
    [
        ((1, 1, 2), "国家网络安全产业园区（**园）", "表1!R1C2"),
        ((1, 2, 2), "***网络产业城/***网络安全产业园/***软件园", "表1!R2C2"),
        ((1, 6, 1), "示例：50万平方米", "表1!R6C1"),
        ((1, 10, 2), "*亿元（*%）", "表1!R10C2"),
        ((4, 2, 1), "（包括园区产业用地比重、园区开发强度、公共空间用地比重等）", "表4!R2C1"),
        ((6, 11, 1), "包括但不限于团队情况、招商引资情况、服务发展情况、所获荣誉情况、能力建设情况等等。", "表6!R11C1"),
        ((6, 3, 2), "（若注册地与实际办公地不一样的，分别填写）", "表6!R3C2"),
    ],
)
def test_examples_and_hints_left_over(place: tuple[int, int, int], text: str, where: str) -> None:
    assert [(code, at) for code, at, _ in weighty(form({place: text}))] == [("placeholder_left", where)]


def test_a_placeholder_takes_figure_and_share_with_it() -> None:
    reading = form({(1, 10, 2): "*亿元（*%）"})
    assert (statuses(reading)["revenue_cyber"], statuses(reading)["share_revenue_cyber"]) == ("error", "error")


def test_the_month_of_the_header_left_over() -> None:
    reading = form({(1, 8, 2): "申报当年数据（1—*月）"})
    assert reading.months is None
    assert "placeholder_left" in codes(reading, "error")


def test_none_is_an_answer_everywhere() -> None:
    reading = form({(3, 14, 1): "无", (6, 4, 2): "无", (1, 3, 2): "无", (1, 15, 2): "无", (1, 16, 2): "无（0%）"})
    assert reading.findings == ()
    assert values(reading)["listed_cyber"] == "0"
    assert values(reading)["share_listed_cyber"] == "0"
    assert values(reading)["address"] is None


def test_a_table_without_any_row_is_blank_and_with_none_is_not() -> None:
    blank = {(3, row, column): "" for row in (11, 12) for column in range(1, 6)}
    assert [code for code, _, _ in weighty(form(blank))] == ["blank_field"]
    declared = blank | {(3, 11, column): "无" for column in range(1, 6)}
    reading = form(declared)
    assert (weighty(reading), reading.rows["events"]) == ([], ())


def test_cover_facts_left_blank() -> None:
    reading = form(
        paragraphs={
            "申报单位": "申报单位（运营管理机构）：                    （盖章）",
            "填  报  日  期": "填  报  日  期：          年        月       日",
        }
    )
    assert [(code, where) for code, where, _ in weighty(reading)] == [
        ("blank_field", "正文!P4"),
        ("blank_field", "正文!P6"),
    ]
    entry = reading.field("filled_on")
    assert entry is not None
    assert (entry.status, entry.value) == (Status.ERROR, None)


def test_figures_that_need_a_look() -> None:
    reading = form({(1, 9, 2): "约16.2", (1, 10, 3): "100000（49%）"})
    assert statuses(reading)["revenue_total"] == "confirm"
    entry = reading.field("revenue_cyber", "previous")
    assert entry is not None
    assert (entry.value, entry.status, entry.candidates) == ("10", Status.CONFIRM, ("10", "100000"))


def test_a_form_whose_tables_were_glued_together() -> None:
    """WPS joins tables when the paragraphs between them are deleted: the labels still lead to the boxes."""
    document = docx.Document(str(FORM))
    first, second = document.tables[0]._tbl, document.tables[1]._tbl
    for row in list(second.tr_lst):
        first.append(row)
    second.getparent().remove(second)
    reading = read_bytes(saved(document), "申报表.docx")
    assert values(reading)["firms_cyber"] == "48"
    assert len(reading.rows["roster"]) == 36
    assert weighty(reading) == []


def test_what_the_form_says_in_words_is_handed_to_the_checks() -> None:
    said = form().said
    assert (said["title"].where, said["title"].text) == ("表1!R1C2", "国家网络安全产业园区（示例甲园）")
    assert (said["roster_heading"].where, said["roster_heading"].text) == ("表2!R1C8", "2021年（申报时的上年度）")
    assert "产业用地" in said["land_use"].text
    assert said["land_use"].where == "表4!R2C1"
    assert [said[key].where for key in ("applicant_opinion", "department_opinion")] == ["表8!R2C1", "表8!R4C1"]


@pytest.mark.parametrize(
    ("place", "text", "code", "where"),
    [
        ((1, 1, 2), "国家网络安全产业园区（示例甲区园）", "title_not_by_rule", "表1!R1C2"),
        ((2, 1, 8), "2020年（申报时的上年度）", "roster_year_mismatch", "表2!R1C8"),
        ((4, 2, 1), "产业用地比重120%，公共空间用地比重12%", "land_ratio_above_100", "表4!R2C1"),
        ((8, 4, 1), "同意推荐。（盖章）2022年11月7日", "opinions_out_of_order", "表8!R4C1"),
        ((8, 2, 1), "同意申报。（盖章）", "opinion_undated", "表8!R2C1"),
        ((1, 8, 3), "2020年数据（申报当年上一年度）", "form_year_mismatch", "表1!R8C3"),
        ((1, 9, 1), "2020年园区业务总收入（亿元）", "form_year_mismatch", "表1!R9C1"),
        ((6, 7, 5), "申报前一年度（2020年）数据", "form_year_mismatch", "表6!R7C3"),
        ((6, 2, 6), "一万", "operator_capital_unclear", "表6!R2C6"),
        ((6, 4, 2), "区国资委（60%）、某集团（60%）", "operator_shares_exceed_whole", "表6!R4C2"),
        ((6, 5, 4), "8888", "operator_phone_unclear", "表6!R5C4"),
        ((6, 5, 6), "op.example", "operator_mail_unclear", "表6!R5C6"),
        ((6, 3, 2), "注册地址：甲路1号；办公地址：", "operator_addresses_apart", "表6!R3C2"),
        ((6, 8, 3), "约1800", "operator_figure_unclear", "表6!R8C2"),
        ((6, 9, 5), "42000", "operator_exceeds_park", "表6!R9C3"),
        ((6, 7, 3), "申报当年数据（1~6月）", "operator_months_differ", "表6!R7C2"),
    ],
)
def test_words_against_the_rules_of_the_form_are_found(
    place: tuple[int, int, int], text: str, code: str, where: str
) -> None:
    """Through the checks, as `services.submissions` runs them."""
    judged = checked(form({place: text}), rulebook=DEFAULT)
    assert [(finding.code, finding.where) for finding in judged.findings] == [(code, where)]
    assert checked(form(), rulebook=DEFAULT).findings == ()
