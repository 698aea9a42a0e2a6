"""A picture on a page: the drawing, what can be done with it, and its data sheet to unfold."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.components.blocks import empty
from dashboard.components.figure import counted, figure
from dashboard.components.tables import Column, row, table
from dashboard.figures.picture import Cell, Picture, Sheet, Undrawn
from dashboard.markup import Node

STILL = {"displayModeBar": False, "responsive": True}
"""No zoom and no tool bar: pictures.js offers what officials ask for, a picture to paste and its numbers."""


def picture(drawn: Picture, sheet_at: str, *head: Node, sheet_shown: bool = True) -> html.Figure:
    """`head` stands between title and drawing. `sheet_at`: the address of the .xlsx.

    `sheet_shown` False where the page lists the same numbers anyway.
    """
    unit = html.Span(f"（{drawn.unit}）", className="unit") if drawn.unit else None
    title = html.Figcaption([html.Strong(drawn.word), unit])
    height = drawn.figure.layout.height
    graph = dcc.Graph(figure=drawn.figure, config=STILL, style={"height": f"{height}px"})
    numbers = sheet(drawn.title, drawn.sheet) if sheet_shown else None
    said: dict[str, Any] = {"data-title": drawn.title, "data-unit": drawn.unit, "data-note": drawn.note}
    return html.Figure([title, *head, graph, _tools(sheet_at), numbers], className="chart", **said)


def undrawn(lacking: Undrawn) -> html.Figure:
    """In the picture's place: why there is none, and what to do."""
    return html.Figure(
        [html.Figcaption(html.Strong(lacking.word)), empty(lacking.why, lacking.then)], className="chart"
    )


def _tools(sheet_at: str) -> html.P:
    copy, save = {"data-picture": "copy"}, {"data-picture": "save"}
    return html.P(
        [
            html.Button("复制图片", type="button", className="plain", **copy),
            html.Button("下载图片", type="button", className="plain", **save),
            html.A("下载数据表", href=sheet_at),
            html.Span(role="status", className="picture-told"),
        ],
        className="picture-tools",
    )


def sheet(title: str, numbers: Sheet) -> html.Details:
    """The data sheet as a table; every number leads to where it comes from."""
    columns = [Column(word, _kind(numbers, place)) for place, (word, _width) in enumerate(numbers.columns)]
    rows = [row(columns, [_cell(cell) for cell in cells]) for cells in numbers.rows]
    return html.Details([html.Summary("数据表"), table(title, columns, rows)], className="picture-sheet")


def _kind(numbers: Sheet, place: int) -> str:
    if place == 0:
        return "head"
    return "number" if any(not isinstance(cells[place].value, str) for cells in numbers.rows) else "text"


def _cell(cell: Cell) -> Node:
    if not cell.path:
        return cell.text
    return counted(cell.text, cell.path) if cell.counted else figure(cell.text, cell.path)
