"""The change of one figure in steps (a waterfall): from what it was, by what added and what took away, to what it is.

Only what is alike is laid side by side: whoever gives the two ends sees to it that both are levels, or both running
totals of the same months. What the steps leave unexplained stands as 其他, so that they always add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from dashboard.figures.picture import ACTUAL, GRID, MUTED, WHOLE_YEAR, Cell, Picture, Sheet, framed
from policy.figures import half_up, plain
from policy.indicators.indicator import Indicator
from policy.terms import FigureKind

REST = "其他"
BETWEEN = {"color": MUTED, "width": 1, "dash": "dot"}
ROOM, ROW = 48, 40
"""Pixels: for the axis below, and for each bar."""


@dataclass(frozen=True, slots=True)
class End:
    """The figure at one end: `when` it holds, where it was read, and the address its source is told at."""

    when: str
    value: Decimal
    source: str
    path: str
    kind: FigureKind = FigureKind.PRELIMINARY


@dataclass(frozen=True, slots=True)
class Step:
    """What a part added, or with a minus took away; `told`: what it is counted from."""

    word: str
    amount: Decimal
    told: str
    path: str = ""


def waterfall(
    title: str, word: str, indicator: Indicator, then: End, now: End, parts: Sequence[Step], note: str
) -> Picture:
    """`parts` in the indicator's unit; those that are 0 are left out of the drawing and kept in the sheet.

    The drawing rounds what is worked out, the sheet has it exactly.
    """
    unit = indicator.unit
    rest = now.value - then.value - sum((step.amount for step in parts), Decimal(0))
    left = Step(REST, rest, "两端之差减去以上各项", now.path)
    steps = (*parts, *([left] if rest or not parts else []))
    figure = _drawn(then, now, [step for step in steps if step.amount], unit, indicator.places)
    return Picture(f"change-{indicator.key}", title, word, note, figure, _sheet(then, now, steps, unit), unit)


def signed(amount: Decimal) -> str:
    """+6, −3, 0: the sign says which way, no colour has to."""
    return f"{'+' if amount > 0 else '−' if amount < 0 else ''}{plain(abs(amount))}"


def _drawn(then: End, now: End, steps: Sequence[Step], unit: str, places: int) -> go.Figure:
    """Lying down, read from above: words keep their room on a narrow screen."""
    reached = _reached(then, steps)
    bases = [0.0, *reached[:-1], 0.0]
    words = [f"{then.when}<br>{then.kind.label}", *(step.word for step in steps), f"{now.when}<br>{now.kind.label}"]
    figure = go.Figure(
        go.Bar(
            orientation="h", y=words, base=bases,
            x=[float(then.value), *(float(step.amount) for step in steps), float(now.value)],
            text=[_linked(plain(then.value) + then.kind.mark, then.path),
                  *(_linked(signed(half_up(step.amount, places) or step.amount), step.path) for step in steps),
                  _linked(plain(now.value) + now.kind.mark, now.path)],
            customdata=[_end_told(then, unit), *(_step_told(step, unit) for step in steps), _end_told(now, unit)],
            hovertemplate="%{customdata}<extra></extra>",
            textposition="outside", constraintext="none", cliponaxis=False, width=0.6,
            marker={"color": [WHOLE_YEAR, *(ACTUAL if step.amount > 0 else MUTED for step in steps), WHOLE_YEAR]},
        )
    )  # fmt: skip
    for number, at in enumerate(reached):
        figure.add_shape(type="line", x0=at, x1=at, y0=number + 0.3, y1=number + 0.7, line=BETWEEN)
    top = max(reached)
    across = {**GRID, "range": [0, top * 1.45 or 1], "nticks": 6}
    down = {**GRID, "showgrid": False, "type": "category", "autorange": "reversed"}
    return framed(figure, ROOM + ROW * len(words), showlegend=False, xaxis=across, yaxis=down)


def _reached(then: End, steps: Sequence[Step]) -> list[float]:
    """How far the bars reach, one after the other."""
    reached = [float(then.value)]
    for step in steps:
        reached.append(reached[-1] + float(step.amount))
    return reached


def _linked(text: str, path: str) -> str:
    return f"<a href='{path}' target='_self'>{text}</a>" if path else text


def _end_told(end: End, unit: str) -> str:
    return f"{end.when}<br><b>{plain(end.value)}{unit}</b>（{end.kind.label}）<br>来源：{end.source}"


def _step_told(step: Step, unit: str) -> str:
    return f"{step.word}<br><b>{signed(step.amount)}{unit}</b><br>{step.told}"


def _sheet(then: End, now: End, steps: Sequence[Step], unit: str) -> Sheet:
    rows = [
        _end_row(then),
        *((Cell(step.word), Cell(step.amount, step.path, counted=True), Cell(""), Cell(step.told)) for step in steps),
        _end_row(now),
    ]
    return Sheet((("项目", 26), (f"数值（{unit}）", 16), ("数据性质", 12), ("来源", 70)), tuple(rows))


def _end_row(end: End) -> tuple[Cell, ...]:
    return Cell(end.when), Cell(end.value, end.path), Cell(end.kind.label), Cell(end.source)
