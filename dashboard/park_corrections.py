"""A park's 更正说明 and its issued documents."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty, link_button
from dashboard.components.figure import figure
from dashboard.components.forms import button, choice, form
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.page import Visit
from db.queries.corrections import CorrectedFigure
from db.queries.issued import IssuedRow
from policy.access import Permission
from policy.corrections import Stated, amount
from policy.indicators.catalogue import BY_KEY
from policy.provenance import figure_path
from policy.version_no import VersionNo
from services.documents.catalogue import KINDS

CORRECTIONS = (
    Column("报告期", "head"),
    Column("指标"),
    Column("原数据"),
    Column("更正为"),
    Column("更正原因"),
    Column("更正"),
    Column("载有原数据的定稿"),
)


def corrections_card(code: str, found: Sequence[CorrectedFigure]) -> html.Section:
    nothing = empty("没有数据更正。", "审核通过的数据被后来的版本替代时，会逐项记在这里。")
    rows = [row(CORRECTIONS, _correction(entry)) for entry in found]
    links = [link_button("下载更正说明（PDF）", f"/parks/{code}/corrections.pdf"),
             link_button("Word", f"/parks/{code}/corrections.docx")]  # fmt: skip
    listed = table("更正说明", CORRECTIONS, rows, empty=nothing)
    return card("更正说明", listed, html.P(links, className="links") if found else None, id="corrections")


def _correction(entry: CorrectedFigure) -> tuple[Node, ...]:
    new = figure(amount(entry.key, entry.new), figure_path(entry.park_code, entry.period, entry.key))
    return (
        entry.period.label,
        BY_KEY[entry.key].label,
        [
            amount(entry.key, entry.old),
            _from(entry.old, entry.old_version),
        ],
        [new, _from(entry.new, entry.new_version)],
        entry.reason or "未写明",
        f"{labels.day(entry.corrected_on)} {entry.recorded_by}",
        "；".join(entry.documents) or "无",
    )


def _from(stated: Stated, version: VersionNo) -> html.Span:
    return html.Span(f"{stated.kind.label}，{version.label}", className="small")


ISSUED = (Column("文件", "head"), Column("版"), Column("数据截至", "day"), Column("定稿"), Column("下载"))


def issued_card(code: str, found: Sequence[IssuedRow], visit: Visit) -> html.Section:
    rows = [
        row(ISSUED, (
            entry.title, f"第{entry.number}版", labels.day(entry.as_of),
            f"{entry.issued_by} {labels.stamp(entry.issued_at)}",
            html.A(f"PDF（{labels.size(entry.size)}）", href=f"/parks/{code}/issued/{entry.id}"),
        ))
        for entry in found
    ]  # fmt: skip
    listed = table("定稿文件", ISSUED, rows, empty=empty("没有定稿的文件。"))
    kinds = [(kind.key, kind.label) for kind in KINDS.values() if visit.may(kind.permission)]
    freezing = form(f"/parks/{code}/freeze", choice("kind", kinds), button("定稿", tone="secondary"), kind="line")
    may = visit.may(Permission.ISSUE_DOCUMENT)
    return card("定稿文件", listed, freezing if may else None, id="issued", note="定稿后内容不再改变")
