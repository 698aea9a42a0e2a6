"""Whose report, and for which half-year: wherever the file says it, and what when it says something else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from policy.terms import HalfYear, Status
from services.intake import Context, FileReading
from tests.services.intake.makers import (
    LABELS,
    PARKS,
    VALUES,
    changed,
    codes,
    read_bytes,
    roster,
    weighty,
    word,
    workbook,
)

H1 = HalfYear(2025, 1)


def report(
    *top: list[Any], header: str = "本期累计", name: str = "报告.xlsx", context: Context | None = None
) -> FileReading:
    rows = [*top, [], ["指标", header], *([LABELS[key], VALUES[key]] for key in LABELS)]
    return read_bytes(workbook({"表": rows, "企业": roster()}), name, context or Context(PARKS))


def test_a_title_in_half_width_brackets() -> None:
    reading = report(["园区名称", "国家网络安全产业园区(示例乙园)", "统计期", "2025年1～6月"])
    assert (reading.park, reading.park_title) == ("P2", "国家网络安全产业园区（示例乙园）")
    assert (reading.period, reading.months) == (H1, 6)


def test_park_and_period_in_one_line() -> None:
    reading = report(["园区名称：示例丙园  统计期：截至2025年6月底"])
    assert (reading.park, reading.period) == ("P3", H1)


def test_the_file_name_is_the_last_hint() -> None:
    reading = report(["发展情况表"], name="示例丁园2025年上半年.xlsx")
    assert (reading.park, reading.period) == ("P4", H1)


def test_the_host_park_s_own_name_does_not_hide_the_title() -> None:
    reading = report(["园区名称", "示例甲区网络产业城"], ["示例甲园2025年上半年情况"])
    assert reading.park == "P1"


def test_an_unregistered_park_is_named_and_to_be_confirmed() -> None:
    reading = report(["示例戊园2025年上半年发展情况"])
    assert (reading.park, reading.park_title) == (None, "示例戊园")
    assert codes(reading, "confirm") == ["park_unknown"]
    assert "示例戊园" in weighty(reading)[0][2]


def test_an_unregistered_title_wins_over_a_registered_file_name() -> None:
    reading = report(
        ["园区名称：", "国家网络安全产业园区（示例己园）", "统计期：", "2025年1—6月"], name="示例甲园.xlsx"
    )
    assert (reading.park, reading.park_title) == (None, "国家网络安全产业园区（示例己园）")


def test_another_park_than_the_one_asked_for() -> None:
    reading = report(["示例甲园2025年上半年情况"], context=Context(PARKS, park="P2"))
    assert codes(reading, "error") == ["park_mismatch"]
    assert reading.park == "P1"


def test_the_park_asked_for_where_the_file_names_none() -> None:
    reading = report(["2025年上半年情况"], context=Context(PARKS, park="P2"))
    assert (reading.park, codes(reading)) == ("P2", ["park_assumed"])


def test_no_park_anywhere() -> None:
    assert codes(report(["2025年上半年情况"]), "confirm") == ["park_unknown"]


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("1—6月", H1),
        ("2025年1-6月", H1),
        ("2025年上半年", H1),
        ("2025H1", H1),
        ("2025年1至12月", HalfYear(2025, 2)),
        ("2025年全年", HalfYear(2025, 2)),
        ("2025年度", HalfYear(2025, 2)),
        ("截至2025年12月底", HalfYear(2025, 2)),
        ("2025年6月", H1),
    ],
)
def test_periods_as_written(written: str, period: HalfYear) -> None:
    reading = report(["示例甲园2025年情况"], ["统计期：", written])
    assert (reading.period, reading.months) == (period, period.months)
    assert weighty(reading) == []


@pytest.mark.parametrize(
    ("written", "months", "told"),
    [("2025年7—12月", 12, "累计"), ("2025年1—9月", 9, "不是半年"), ("今年", None, "无法读成"), ("1—6月", 6, "年份")],
)
def test_what_is_no_half_year(written: str, months: int | None, told: str) -> None:
    reading = report(["示例甲园情况"], ["统计期：", written])
    assert (reading.period, reading.months) == (None, months)
    assert codes(reading, "error") == ["period_unknown"]
    assert told in weighty(reading)[0][2]


def test_the_second_half_alone_may_mean_july_to_december() -> None:
    reading = report(["示例甲园2025年下半年发展情况"])
    assert (reading.period, reading.months) == (HalfYear(2025, 2), 12)
    assert codes(reading, "confirm") == ["period_doubtful"]
    assert weighty(report(["示例甲园2025年下半年发展情况"], header="1—12月累计")) == []


def test_a_period_left_as_in_the_form() -> None:
    reading = report(["示例甲园情况"], ["统计期：", "2025年1—*月"])
    assert codes(reading, "error") == ["placeholder_left"]


def test_a_period_that_became_a_date() -> None:
    reading = read_bytes(changed(("半年报", "E2", date(2026, 1, 6))))
    assert (reading.period, reading.months) == (H1, 6)
    assert [(code, where) for code, where, _ in weighty(reading)] == [("period_doubtful", "半年报!E2")]


def test_a_title_of_another_period_than_the_one_stated() -> None:
    reading = report(["示例甲园2024年上半年情况"], ["统计期：", "2025年1—6月"])
    assert reading.period == H1
    assert codes(reading, "confirm") == ["period_mismatch"]


def test_last_year_s_column_is_no_contradiction() -> None:
    rows = [["示例甲园2025年上半年情况"], ["指标", "2025年1—6月", "2024年1—6月"]]
    rows += [[LABELS[key], VALUES[key], VALUES[key]] for key in LABELS]
    reading = read_bytes(workbook({"表": rows, "企业": roster()}))
    assert (reading.period, weighty(reading)) == (H1, [])


def test_plans_in_a_letter_are_no_period() -> None:
    figures = [["指标", "数值"], *([LABELS[key], VALUES[key]] for key in LABELS)]
    reading = read_bytes(
        word(
            "示例甲园发展情况的函",
            "2024年全年同期较低。2025年下半年计划新增。今年1—6月如下：",
            figures,
            "2025年7月20日",
            roster(),
        ),
        "函.docx",
        Context(PARKS, period=H1),
    )
    assert (reading.period, weighty(reading)) == (H1, [])


def test_another_period_than_the_one_asked_for() -> None:
    reading = report(["示例甲园2025年上半年情况"], context=Context(PARKS, period=HalfYear(2025, 2)))
    assert codes(reading, "error") == ["period_mismatch"]
    assert reading.period == H1


def test_the_period_asked_for_where_the_file_states_none() -> None:
    reading = report(["示例甲园情况"], context=Context(PARKS, period=H1))
    assert (reading.period, codes(reading, "confirm")) == (H1, ["period_doubtful"])
    assert codes(report(["示例甲园情况"]), "error") == ["period_unknown"]


def test_the_last_accepted_figures_tell_a_wrong_magnitude() -> None:
    asked: list[tuple[str, HalfYear]] = []

    def last(park: str, period: HalfYear) -> dict[str, Decimal]:
        asked.append((park, period))
        return {"area_operating": Decimal(20)}

    data = changed(("半年报", "C8", 1200), ("半年报", "D8", None))
    entry = read_bytes(data, context=Context(PARKS, last=last)).field("area_operating")
    assert entry is not None
    assert asked == [("P1", H1)]
    assert entry.status is Status.CONFIRM
