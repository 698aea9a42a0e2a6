"""The chart of a document: headline figures by period against the path to their goals, drawn without a screen.

Drawn in black and grey with different strokes, so that a copy loses nothing; all letters from one shipped
font; SVG letters are outlines, so that it looks the same on every machine.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import matplotlib as mpl
import pylopdf_fonts_zh_cn
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import FuncFormatter, MaxNLocator

from policy.figures import half_up, plain

# Element ids in the SVG follow from the content alone.
mpl.rcParams["svg.hashsalt"] = "parkwatch"

INK, GREY = "#000000", "#6b6b6b"
WIDTH_MM, ROW_MM = 156, 62


@dataclass(frozen=True, slots=True)
class Point:
    """One place on the axis; `comparable` is false where the actual may not be held against the path."""

    label: str
    actual: Decimal | None
    path: Decimal | None
    comparable: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """One indicator; `axis` is 名称（单位）."""

    axis: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    panels: tuple[Panel, ...]

    @property
    def height_mm(self) -> int:
        return ROW_MM * ((len(self.panels) + 1) // 2)


@lru_cache(maxsize=64)
def svg(chart: Chart) -> str:
    figure = _draw(chart)
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


@lru_cache(maxsize=64)
def png(chart: Chart) -> bytes:
    figure = _draw(chart)
    out = io.BytesIO()
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()


@lru_cache(maxsize=8)
def _font(size: float) -> FontProperties:
    # Named by file, not by family: nothing is looked up among the machine's fonts.
    return FontProperties(fname=str(pylopdf_fonts_zh_cn.sans_path()), size=size)


def _draw(chart: Chart) -> Figure:
    figure = Figure(figsize=(WIDTH_MM / 25.4, chart.height_mm / 25.4), dpi=220)
    figure.set_layout_engine("constrained", h_pad=0.09, w_pad=0.06)
    columns = min(len(chart.panels), 2)
    axes = figure.subplots((len(chart.panels) + columns - 1) // columns, columns, squeeze=False)
    for place, panel in zip(axes.flat, chart.panels, strict=False):
        _panel(place, panel)
    for place in list(axes.flat)[len(chart.panels) :]:
        place.set_axis_off()
    _legend(figure, axes.flat[0], chart)
    return figure


def _panel(axes: Axes, panel: Panel) -> None:
    bars = [(at, point.actual, point.comparable) for at, point in enumerate(panel.points) if point.actual is not None]
    for at, value, fit in bars:
        style: dict[str, Any] = {"color": GREY} if fit else {"color": "white", "hatch": "////"}
        axes.bar(at, float(value), width=0.5, edgecolor=INK, linewidth=0.8, zorder=2, **style)
        # At the foot of the bar, where the path does not run.
        axes.annotate(
            plain(value), (at, 0), ha="center", va="bottom", xytext=(0, 4), textcoords="offset points",
            fontproperties=_font(8), zorder=4, bbox={"boxstyle": "square,pad=0.15", "fc": "white", "ec": "none"},
        )  # fmt: skip
    path = [(at, float(point.path)) for at, point in enumerate(panel.points) if point.path is not None]
    if path:
        axes.plot(*zip(*path, strict=True), color=INK, linestyle="--", marker="D", markersize=3.5, zorder=3)
        _name_ends(axes, panel, path)
    _axes(axes, panel)


def _name_ends(axes: Axes, panel: Panel, path: list[tuple[int, float]]) -> None:
    """The ends of the path in figures, where no bar says its own."""
    for at, height in {path[0], path[-1]}:
        value = panel.points[at].path
        if panel.points[at].actual is None and value is not None:
            axes.annotate(
                plain(half_up(value, 4)), (at, height), ha="center", va="bottom", xytext=(0, 3),
                textcoords="offset points", fontproperties=_font(8),
            )  # fmt: skip


def _axes(axes: Axes, panel: Panel) -> None:
    axes.set_title(panel.axis, fontproperties=_font(9.5), pad=6)
    axes.set_xticks(range(len(panel.points)), [point.label for point in panel.points])
    axes.set_xlim(-0.6, len(panel.points) - 0.4)
    axes.margins(y=0.18)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _place: f"{value:g}"))
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set_fontproperties(_font(7.5))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="y", color="#d0d0d0", linewidth=0.5, zorder=0)


def _legend(figure: Figure, axes: Axes, chart: Chart) -> None:
    """Says what each stroke is; only those that were used."""
    points = [point for panel in chart.panels for point in panel.points]
    bar: dict[str, Any] = {"edgecolor": INK, "linewidth": 0.8}
    handles: list[Any] = [axes.bar(0, 0, color=GREY, label="实际", **bar)]
    if any(not point.comparable for point in points):
        handles.append(axes.bar(0, 0, color="white", hatch="////", label="实际（1—6月累计，不与目标对照）", **bar))
    if any(point.path is not None for point in points):
        path: dict[str, Any] = {"color": INK, "linestyle": "--", "marker": "D", "markersize": 3.5}
        handles += axes.plot([], [], label="序时目标（基期至建设期满）", **path)
    figure.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False, prop=_font(8))
