"""预计数, 快报数, 年报数: wherever a paper says it, for the whole or for one figure; and what does not say it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from policy.terms import FigureKind, Status
from services.intake import FileReading
from services.intake.reading import as_json
from tests.services.intake.makers import (
    CONTEXT,
    LABELS,
    LAST_YEAR,
    UNITS,
    VALUES,
    codes,
    read_bytes,
    roster,
    weighty,
    word,
    workbook,
)

ESTIMATE, PRELIMINARY, FINAL = FigureKind
TITLE = "示例甲园2025年上半年发展情况统计表"


def figures(
    title: str = TITLE,
    *above: list[Any],
    head: tuple[str, str] = ("本期累计", "上年同期"),
    labels: dict[str, str] | None = None,
    values: dict[str, Any] | None = None,
    below: str = "",
) -> list[list[Any]]:
    rows: list[list[Any]] = [[title], *above, ["指标", "单位", *head]]
    known, named = VALUES | (values or {}), LABELS | (labels or {})
    rows += [[named[key], UNITS[key], known[key], LAST_YEAR[key]] for key in LABELS]
    return [*rows, [], [below]] if below else rows


def sheet(*arguments: Any, name: str = "报告.xlsx", tab: str = "半年报", **more: Any) -> FileReading:
    return read_bytes(workbook({tab: figures(*arguments, **more), "企业名录": roster()}), name)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (["数据性质", "预计数"], ESTIMATE),
        (["数据性质：", "快报数"], PRELIMINARY),
        (["数据类别", "年报数"], FINAL),
        (["口径", "预计"], ESTIMATE),
        (["数据性质：预计数"], ESTIMATE),
        (["数据口径：年报数（决算）"], FINAL),
        (["填报单位", "示例区经济信息委", "数据性质", "年报"], FINAL),
        # What is no statement of it.
        (["数据性质（预计数／快报数／年报数）"], PRELIMINARY),
        (["统计口径", "按园区注册企业统计"], PRELIMINARY),
        (["半年报", "2025年"], PRELIMINARY),
    ],
)
def test_a_line_says_what_the_figures_are(line: list[str], kind: FigureKind) -> None:
    reading = sheet(TITLE, line)
    assert reading.figure_kind is kind
    assert as_json(reading, stored=False)["figure_kind"] == kind
    assert weighty(reading) == []


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"title": f"{TITLE}（预计数）"}, ESTIMATE),
        ({"title": "示例甲园2025年上半年主要指标预计情况"}, ESTIMATE),
        ({"title": "示例甲园2025年1—6月网络安全产业快报"}, PRELIMINARY),
        ({"title": "示例甲园2025年1—12月发展情况（年报数）"}, FINAL),
        ({"head": ("本期累计（预计数）", "上年同期")}, ESTIMATE),
        ({"head": ("2025年1—6月（预计）", "2024年1—6月（年报数）")}, ESTIMATE),
        ({"below": "注：本表数据为预计数。"}, ESTIMATE),
        ({"below": "注：表中数据均为快报数，上年同期为年报数"}, PRELIMINARY),
        ({"below": "备注：下半年预计新增企业5家"}, PRELIMINARY),
        ({"below": "上年同期数据为年报数"}, PRELIMINARY),
        ({"below": "注：本表数据不含预计数"}, PRELIMINARY),
        ({"tab": "半年报（预计数）"}, ESTIMATE),
        ({"name": "示例甲园半年报（预计数）.xlsx"}, ESTIMATE),
        ({"name": "示例甲园年报.xlsx"}, PRELIMINARY),
        ({}, PRELIMINARY),
    ],
)
def test_a_title_a_header_or_a_note_says_it(more: dict[str, Any], kind: FigureKind) -> None:
    assert sheet(**more).figure_kind is kind


def test_a_word_paper_says_it_in_its_title_or_in_its_text() -> None:
    table = figures()[1:]
    for paragraphs, kind in (
        (("示例甲园2025年上半年发展情况（预计数）",), ESTIMATE),
        ((TITLE, "以上数据系年报数。"), FINAL),
        ((TITLE, "下半年预计实现收入6亿元。"), PRELIMINARY),
    ):
        assert read_bytes(word(*paragraphs, table, roster()), "报告.docx").figure_kind is kind


def test_one_cell_may_say_it_of_itself_and_is_still_to_be_confirmed() -> None:
    reading = sheet(values={"revenue_cyber": "预计5.2", "staff_cyber": "0.45（预计数）", "firms_cyber": "约48"})
    kinds = {entry.key: entry.figure_kind for entry in reading.fields if entry.figure_kind}
    assert kinds == {"revenue_cyber": ESTIMATE, "staff_cyber": ESTIMATE}
    revenue = reading.field("revenue_cyber")
    assert revenue is not None
    assert (revenue.status, revenue.value) == (Status.CONFIRM, "5.2")
    assert reading.figure_kind is PRELIMINARY


def test_the_label_of_one_indicator_may_say_it() -> None:
    reading = sheet(labels={"revenue_cyber": f"{LABELS['revenue_cyber']}（预计）"})
    kinds = {(entry.key, entry.column): entry.figure_kind for entry in reading.fields if entry.figure_kind}
    assert kinds == {("revenue_cyber", "current"): ESTIMATE}
    assert (reading.figure_kind, weighty(reading)) == (PRELIMINARY, [])


def test_an_export_says_it_in_a_column() -> None:
    rows = [["园区名称", "指标名称", "报告期", "数据性质", "值"]]
    rows += [["示例甲园", LABELS[key], "2025年1—6月", "预计数", VALUES[key]] for key in LABELS]
    reading = read_bytes(workbook({"数据": rows, "企业名录": roster()}))
    assert (reading.figure_kind, codes(reading, "confirm", "error")) == (ESTIMATE, [])


def test_what_contradicts_itself_or_cannot_be_told_is_asked() -> None:
    reading = sheet(f"{TITLE}（快报数）", ["数据性质", "年报数"])
    assert reading.figure_kind is FINAL
    ((code, where, message),) = weighty(reading)
    assert (code, where) == ("figure_kind_conflict", "半年报!A1")
    assert "半年报!B2为年报数" in message
    reading = sheet(TITLE, ["数据性质", "初步审定数据"])
    assert reading.figure_kind is ESTIMATE
    reading = sheet(TITLE, ["数据性质", "审定数"])
    assert (reading.figure_kind, codes(reading, "confirm")) == (PRELIMINARY, ["figure_kind_unknown"])


def test_the_caller_speaks_for_a_paper_that_says_nothing() -> None:
    said = replace(CONTEXT, figure_kind=FINAL)
    data = workbook({"半年报": figures(), "企业名录": roster()})
    assert read_bytes(data, context=said).figure_kind is FINAL
    other = workbook({"半年报": figures(TITLE, ["数据性质", "快报数"]), "企业名录": roster()})
    reading = read_bytes(other, context=said)
    assert (reading.figure_kind, codes(reading, "confirm")) == (PRELIMINARY, ["figure_kind_mismatch"])
