"""建设目标: the workbook the goals of a construction plan are imported from, with those in force filled in."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO

import xlsxwriter

from policy.facts import GoalFact
from policy.figures import plain
from policy.indicators.catalogue import CATALOGUE
from policy.terms import GoalPath, Measure
from services.intake.goal_list import LABELS, MILESTONES
from services.intake.templates.look import Look, a4_sheet, put

SHEET = "建设目标"
WIDTHS = (44, 9, 10, 12, 10, 12, 12, 12, 12, 12)
HEAD_ROW = 3
NOTE = (
    "只填有目标的指标，其余各行留空；数值按所列单位填写。基期日期不填为批复上一年末。阶段目标、推进方式可不填：不填为直线推进。"
    "分段推进：到下一个阶段目标之日前按上一个计；后期加快：按序时进度的平方推进。24个月阶段目标即目标值，可不填。"
)


def write_goals(title: str, goals: Iterable[GoalFact]) -> bytes:
    """The workbook (.xlsx)."""
    standing = {goal.key: goal for goal in goals}
    output = BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        sheet, look = a4_sheet(book, SHEET), Look(book)
        for place, width in enumerate(WIDTHS):
            sheet.set_column(place, place, width)
        sheet.merge_range(0, 0, 0, len(LABELS) - 1, "", look.title)
        sheet.write_string(0, 0, f"{title}建设目标", look.title)
        sheet.merge_range(1, 0, 1, len(LABELS) - 1, NOTE, look.wrapped)
        sheet.set_row(0, 34)
        sheet.set_row(1, 34)
        for place, label in enumerate(LABELS.values()):
            sheet.write_string(HEAD_ROW - 1, place, label, look.heading)
        indicators = [indicator for indicator in CATALOGUE if indicator.measure is not Measure.RATIO]
        for row, indicator in enumerate(indicators, start=HEAD_ROW):
            cells = _cells(standing.get(indicator.key))
            for place, text in enumerate((indicator.label, indicator.unit, *cells)):
                put(sheet, row, place, text, look.label if place < 2 else look.open)
        sheet.data_validation(
            HEAD_ROW, len(LABELS) - 1, HEAD_ROW + len(indicators) - 1, len(LABELS) - 1,
            {"validate": "list", "source": [path.label for path in GoalPath]},
        )  # fmt: skip
        sheet.freeze_panes(HEAD_ROW, 1)
    return output.getvalue()


def _cells(goal: GoalFact | None) -> tuple[str, ...]:
    """What follows indicator and unit, in the order of LABELS."""
    if goal is None:
        return ("",) * (len(LABELS) - 2)
    known = (goal.milestones.get(month) for month in MILESTONES.values())
    milestones = ("" if value is None else plain(value) for value in known)
    path = "" if goal.path is GoalPath.STRAIGHT else goal.path.label
    return (plain(goal.baseline), str(goal.baseline_on), plain(goal.target), *milestones, path)
