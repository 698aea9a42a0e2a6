"""A picture with what it says in numbers: drawing and data sheet are made in one place, from the same values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from policy.figures import plain

# Blue and orange stay apart for every kind of colour vision; grey reads on white and on dark. None of them is a
# light: red, yellow and green say how something is judged, never whether it grows.
ACTUAL, WHOLE_YEAR, GOAL, MUTED, BAND = "#2f7fc1", "#1b4f86", "#d98200", "#8a94a3", "rgba(47,127,193,.18)"
GRID = {"gridcolor": "rgba(128,140,155,.25)", "zeroline": False, "automargin": True, "fixedrange": True}
FONT = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a data sheet: a number stays one; `path` is the address its source is told at, or, of one `counted`
    or worked out from several, the address of what it is worked out from."""

    value: str | Decimal
    path: str = ""
    counted: bool = False

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else plain(self.value)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The numbers of a picture. `columns`: word (with its unit) and width in characters."""

    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """`name` stands in its address. `title` heads a saved picture; `word` is enough on the page, where the rest is
    plain. `note` is printed under a saved picture: periods, where the data are from. `unit` where all numbers have
    one."""

    name: str
    title: str
    word: str
    note: str
    figure: go.Figure
    sheet: Sheet
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Undrawn:
    """Where a picture would stand: why it cannot be drawn, and what to do about it."""

    word: str
    why: str
    then: str = ""


def framed(figure: go.Figure, height: int, **more: object) -> go.Figure:
    """The look all pictures share: still, quiet, on the page's own ground."""
    layout: dict[str, object] = {
        "height": height,
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12},
        "legend": {"orientation": "h", "y": -0.18, "x": 0},
        "hovermode": "closest",
        "hoverlabel": {"align": "left"},
        "dragmode": False,
    }
    return figure.update_layout({**layout, **more})


def linked(value: Decimal, path: str) -> str:
    """The number as a label in a picture, leading to its source."""
    return f"<a href='{path}' target='_self'>{plain(value)}</a>" if path else plain(value)
