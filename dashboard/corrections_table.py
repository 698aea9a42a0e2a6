"""更正说明 as a table: which accepted figure was replaced, why, and what still states the old one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty, link_button
from dashboard.components.figure import figure
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from db.queries.corrections import CorrectedFigure, Settled, condensed
from policy.corrections import Stated, amount
from policy.indicators.catalogue import BY_KEY
from policy.provenance import figure_path
from policy.version_no import VersionNo

COLUMNS = (
    Column("报告期", "head"),
    Column("指标"),
    Column("原数据", "day"),
    Column("更正为", "day"),
    Column("更正原因"),
    Column("更正日期及经办"),
    Column("载有原数据的定稿"),
)
NOTHING = "审核通过的数据被后来的版本替代时，会逐项记在这里。"


def corrections_card(found: Sequence[CorrectedFigure], address: str) -> html.Section:
    """`address`: where the slip is downloaded, without its ending."""
    links = [link_button("下载更正说明（PDF）", f"{address}.pdf"), link_button("Word", f"{address}.docx")]
    listed = corrections_table(found, "更正说明")
    return card("更正说明", listed, html.P(links, className="links") if found else None, id="corrections")


def corrections_table(found: Iterable[CorrectedFigure], title: str) -> html.Div:
    rows = [row(COLUMNS, _cells(entry)) for entry in condensed(found)]
    return table(title, COLUMNS, rows, empty=empty("没有数据更正。", NOTHING))


def _cells(shown: CorrectedFigure | Settled) -> tuple[Node, ...]:
    entry = shown.first if isinstance(shown, Settled) else shown
    return (
        entry.period.label,
        *(_settled(shown) if isinstance(shown, Settled) else _changed(shown)),
        entry.reason or "未写明",
        [labels.day(entry.corrected_on), html.Span(entry.recorded_by, className="small")],
        "；".join(entry.documents) or "无",
    )


def _changed(entry: CorrectedFigure) -> tuple[Node, ...]:
    at = (entry.park_code, entry.period, entry.key)
    old = figure(amount(entry.key, entry.old), figure_path(*at, entry.old_version))
    new = figure(amount(entry.key, entry.new), figure_path(*at))
    return (
        BY_KEY[entry.key].label,
        [old, _from(entry.old, entry.old_version)],
        [new, _from(entry.new, entry.new_version)],
    )


def _settled(shown: Settled) -> tuple[Node, ...]:
    entry = shown.first
    names = "、".join(BY_KEY[key].label for key in shown.keys)
    return (
        html.Span(shown.told, title=names),
        _from(entry.old, entry.old_version),
        _from(entry.new, entry.new_version),
    )


def _from(stated: Stated, version: VersionNo) -> html.Span:
    return html.Span(f"{stated.kind.label}，{version.label}", className="small")
