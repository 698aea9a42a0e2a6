"""What was reached against the path, with the range the forecast sees for the last day (趋势研判, 内部参考).

The range is drawn and never written: no label, no word on pointing, no number in the data sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import plotly.graph_objects as go

from dashboard.figures.path import HEIGHT, Point, Span, level, numbers
from dashboard.figures.picture import ACTUAL, BAND, GRID, Picture, Sheet, framed
from policy.facts import GoalFact
from policy.indicators.indicator import Indicator

INTERNAL = "内部参考"
RANGE = "研判区间（八成把握）"


def foreseen(
    heading: str, indicator: Indicator, goal: GoalFact, points: Sequence[Point], span: Span,
    outcome: tuple[Decimal, Decimal], goal_at: str, worked_out: str,
) -> Picture:  # fmt: skip
    """`points`: levels, or of a running total twelve months each; `outcome`: the range on the last day."""
    figure = level(indicator, goal, points, span)
    if points and points[-1].period.end < span.ends_on:
        _fan(figure, points[-1], span, outcome)
    grid = {"xaxis": {**GRID, "showgrid": False}, "yaxis": GRID}
    columns = (
        ("报告期", 30), (f"实际（{indicator.unit}）", 16), ("数据性质", 12), (f"序时目标（{indicator.unit}）", 18),
        ("来源", 80),
    )  # fmt: skip
    rows = tuple(numbers(indicator, goal, point, span, goal_at) for point in points)
    note = (
        f"{INTERNAL}，不写入文件和邮件；{worked_out}研判。阴影为期满日的研判区间（八成把握），只作示意，不列数值；"
        "实际为审核通过的数据，累计数按近12个月合计"
    )
    title = f"{INTERNAL}：{heading}"
    return Picture(
        f"outlook-{indicator.key}", title, f"{indicator.label}（{INTERNAL}）", note, framed(figure, HEIGHT, **grid),
        Sheet(columns, rows), indicator.unit,
    )  # fmt: skip


def _fan(figure: go.Figure, last: Point, span: Span, outcome: tuple[Decimal, Decimal]) -> None:
    """From the newest report, where nothing is open, to all that may be on the last day."""
    low, high, start = float(outcome[0]), float(outcome[1]), float(last.value)
    figure.add_scatter(
        x=[last.period.end, span.ends_on, span.ends_on, last.period.end], y=[start, high, low, start],
        name=RANGE, mode="lines",
        fill="toself", fillcolor=BAND, line={"color": ACTUAL, "width": 1, "dash": "dot"}, hoverinfo="skip",
    )  # fmt: skip
