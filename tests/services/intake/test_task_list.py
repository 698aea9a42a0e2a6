"""重点任务 in workbooks of anybody's own making: columns by what they are called, deadlines as people write them."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from services.intake.sandbox import open_document
from services.intake.task_list import TaskLine, read_tasks

HEADER = ("任务", "责任单位", "完成时限", "进展", "完成时间")


def read(*rows: tuple[object, ...]) -> tuple[TaskLine, ...]:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    output = BytesIO()
    book.save(output)
    found = read_tasks(open_document("台账.xlsx", output.getvalue()))
    assert found.problems == ()
    return found.lines


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2026年6月", date(2026, 6, 30)), ("2026年2月底", date(2026, 2, 28)), ("2026.8.15", date(2026, 8, 15)),
        ("2026年8月15日前", date(2026, 8, 15)), ("2026年底", date(2026, 12, 31)), ("2026年", date(2026, 12, 31)),
        ("2026年第三季度", date(2026, 9, 30)), ("2026年上半年", date(2026, 6, 30)), ("2026-11", date(2026, 11, 30)),
        ("二〇二六年九月", date(2026, 9, 30)), ("2026年12月底之前完成", date(2026, 12, 31)),
        (date(2026, 8, 15), date(2026, 8, 15)),
    ],
)  # fmt: skip
def test_deadlines_as_people_write_them(written: object, due: date) -> None:
    (line,) = read(HEADER, ("任务甲", "", written, "", ""))
    assert line.due_on == due


@pytest.mark.parametrize(
    "header",
    [
        ("编号", "工作任务", "牵头单位", "计划完成时间", "推进情况", "实际完成时间"),
        ("序号", "任务名称", "责任部门", "时限要求", "目前进展", "办结时间"),
        ("", "任务（项目）", "承办单位", "办结期限", "落实情况", "销号时间"),
    ],
)
def test_columns_are_found_by_what_they_are_called(header: tuple[str, ...]) -> None:
    (line,) = read(("示例甲园台账（虚构）",), header, (1, "靶场投用", "运营公司", "2026年6月", "到货", "2026-06-28"))
    assert line == TaskLine("靶场投用", "运营公司", date(2026, 6, 30), "到货", date(2026, 6, 28), "Sheet!3")


def test_with_one_date_only_that_is_the_deadline() -> None:
    (line,) = read(("重点任务", "完成时间"), ("靶场投用", "2026年12月"))
    assert (line.due_on, line.done_on) == (date(2026, 12, 31), None)


def test_a_unit_over_several_rows_holds_for_each_of_them() -> None:
    book = Workbook()
    for row in (HEADER, ("任务甲", "运营公司", "2026-06-30"), ("任务乙", None, "2026-09-30"), (None, None, None)):
        book.active.append(row)
    book.active.merge_cells("B2:B4")
    output = BytesIO()
    book.save(output)
    lines = read_tasks(open_document("台账.xlsx", output.getvalue())).lines
    assert [(line.name, line.unit) for line in lines] == [("任务甲", "运营公司"), ("任务乙", "运营公司")]
