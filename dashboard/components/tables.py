"""Tables: a caption for those who hear the page, a heading a column, numbers to the right, one row a matter.

On a narrow screen each row becomes a card; every cell therefore carries its column's word.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.markup import Node, flattened


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: text, day (never broken over lines), number (right-aligned) or head (the row's own name); `href`: where
    the heading leads."""

    word: str
    kind: str = "text"
    unit: str = ""
    href: str = ""


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Any],
    *,
    id: str | None = None,
    body_id: str | None = None,
    empty: Node = None,
    wide: bool = False,
) -> html.Div:
    """A table of `row(...)`s inside a box that scrolls by itself; `empty` says what to do when there is none."""
    found = list(rows)
    given = {name: value for name, value in (("id", id),) if value}
    if not found and empty is not None:
        return html.Div(html.Div(empty, className="empty"), className="table-box", **given)
    body = html.Tbody(found, **({"id": body_id} if body_id else {}))
    return html.Div(
        html.Table(
            [html.Caption(caption, className="unseen"), html.Thead(html.Tr([_head(c) for c in columns])), body],
            className="table wide" if wide else "table",
        ),
        className="table-box",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
        **given,
    )


def row(columns: Sequence[Column], cells: Sequence[Node], *, tone: str = "", id: str | None = None) -> html.Tr:
    """One row; `tone` marks a row that wants attention."""
    given = {name: value for name, value in (("id", id), ("className", tone)) if value}
    return html.Tr([_cell(column, cell) for column, cell in zip(columns, cells, strict=True)], **given)


def _head(column: Column) -> html.Th:
    unit = html.Span(f"（{column.unit}）", className="unit") if column.unit else None
    word = html.A(column.word, href=column.href) if column.href else column.word
    return html.Th([word, unit], scope="col", className=column.kind)


def _cell(column: Column, cell: Node) -> html.Td | html.Th:
    label = {"data-label": column.word}
    if column.kind == "head":
        return html.Th(cell, scope="row", className="head", **label)
    return html.Td(_held_together(cell), className=column.kind, **label)


def _held_together(cell: Node) -> Node:
    """Words beside a figure or a link: on a narrow screen they would else fall apart over the card's two columns."""
    if cell is None or isinstance(cell, str | int | Component):
        return cell
    parts = list(flattened(cell))
    return html.Div(parts) if len(parts) > 1 and any(isinstance(part, str | int) for part in parts) else parts
