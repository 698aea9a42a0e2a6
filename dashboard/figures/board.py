"""The heat board: parks by indicators, each cell a light with its shape and the newest value.

The colours are lights: they say how a goal stands, never whether a figure grows. Rows keep the order they are given
in: nothing is ranked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from dashboard.figures.picture import Cell, Picture, Sheet, framed
from policy.figures import plain
from policy.indicators.indicator import Indicator
from policy.terms import FigureKind, Light

ROW, HEAD = 30, 64
"""Pixels of one park's row, and of the indicators' names above."""
LIGHTS = (Light.GREY, Light.GREEN, Light.YELLOW, Light.RED)
# See-through, so that the number on them is read on white and on dark alike.
COLOURS = ("rgba(128,140,155,.14)", "rgba(46,139,87,.26)", "rgba(224,160,20,.38)", "rgba(208,60,50,.42)")


@dataclass(frozen=True, slots=True)
class BoardCell:
    """One park and indicator: its light with shape and word, the newest value (None when there is none), what period
    it speaks of and of what kind it is, the address of its source, and the sentence that explains the light."""

    light: Light
    shape: str
    word: str
    sentence: str = ""
    value: Decimal | None = None
    period: str = ""
    kind: FigureKind | None = None
    source: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A park; `cells` in the order of the board's indicators."""

    park: str
    district: str
    path: str
    cells: tuple[BoardCell, ...]


def board(indicators: Sequence[Indicator], rows: Sequence[BoardRow], day: str) -> Picture:
    """`day`: as of when, in words."""
    note = f"截至{day}，按审核通过的数据；▲严重滞后 ◆进度滞后 ●正常 ○无数据、暂不比较或未设目标；按行政区划序"
    return Picture(
        "board", "各园区指标进度", "各园区指标进度", note, _drawn(indicators, rows), _sheet(indicators, rows)
    )


def _drawn(indicators: Sequence[Indicator], rows: Sequence[BoardRow]) -> go.Figure:
    steps = [[(place + end) / len(LIGHTS), colour] for place, colour in enumerate(COLOURS) for end in (0, 1)]
    figure = go.Figure(
        go.Heatmap(
            z=[[LIGHTS.index(cell.light) for cell in row.cells] for row in rows],
            x=list(range(len(indicators))), y=list(range(len(rows))), zmin=-0.5, zmax=len(LIGHTS) - 0.5,
            colorscale=steps, showscale=False, xgap=3, ygap=3,
            text=[[_label(cell) for cell in row.cells] for row in rows], texttemplate="%{text}",
            textfont={"size": 13},
            customdata=[[_words(row, one, cell) for one, cell in zip(indicators, row.cells, strict=True)]
                        for row in rows],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    heads = [_head(one, len(indicators)) for one in indicators]
    figure.update_xaxes(
        tickvals=list(range(len(indicators))), ticktext=heads, side="top", showgrid=False, fixedrange=True,
        automargin=True, zeroline=False, tickangle=0,
    )  # fmt: skip
    names = [f"<a href='{row.path}' target='_self'>{row.park}</a>" for row in rows]
    figure.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=names,
        range=[len(rows) - 0.5, -0.5], showgrid=False, fixedrange=True, automargin=True, zeroline=False,
    )  # fmt: skip
    return framed(figure, HEAD + ROW * max(len(rows), 1))


def _head(indicator: Indicator, columns: int) -> str:
    """The name over lines of much the same length, as there is room for, the unit below."""
    name, room = indicator.label, max(5, min(14, 80 // columns))
    size = -(-len(name) // -(-len(name) // room))
    lines = [name[start : start + size] for start in range(0, len(name), size)]
    return "<br>".join([*lines, f"（{indicator.unit}）"])


def _label(cell: BoardCell) -> str:
    return f"{cell.shape} {cell.word if cell.value is None else plain(cell.value)}"


def _words(row: BoardRow, indicator: Indicator, cell: BoardCell) -> str:
    kind = f"（{cell.kind.label}）" if cell.kind else ""
    newest = "" if cell.value is None else f"<br>{cell.period} {plain(cell.value)}{indicator.unit}{kind}"
    return f"{row.park} {indicator.label}<br><b>{cell.shape} {cell.word}</b>{newest}"


def _sheet(indicators: Sequence[Indicator], rows: Sequence[BoardRow]) -> Sheet:
    columns = (
        ("园区", 20), ("所属区县", 14), ("指标", 28), ("判断", 12), ("最新数据", 14), ("单位", 10), ("报告期", 20),
        ("数据性质", 12), ("说明", 80), ("来源", 50),
    )  # fmt: skip
    return Sheet(columns, tuple(
        (
            Cell(row.park), Cell(row.district), Cell(one.label), Cell(f"{cell.shape} {cell.word}"),
            Cell("") if cell.value is None else Cell(cell.value, cell.path), Cell(one.unit), Cell(cell.period),
            Cell(cell.kind.label if cell.kind else ""), Cell(cell.sentence), Cell(cell.source),
        )
        for row in rows
        for one, cell in zip(indicators, row.cells, strict=True)
    ))  # fmt: skip
