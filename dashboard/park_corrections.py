"""A park's issued documents, and 定稿."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, choice, field, form
from dashboard.components.tables import Column, row, table
from dashboard.page import Visit
from db.queries.issued import IssuedRow
from policy.access import Permission
from policy.terms import HalfYear
from services.documents.catalogue import KINDS

ISSUED = (Column("文件", "head"), Column("版"), Column("数据截至", "day"), Column("定稿"), Column("下载"))


def issued_card(code: str, found: Sequence[IssuedRow], periods: Iterable[HalfYear], visit: Visit) -> html.Section:
    rows = [
        row(ISSUED, (
            entry.title, f"第{entry.number}版", labels.day(entry.as_of),
            f"{entry.issued_by} {labels.stamp(entry.issued_at)}",
            html.A(f"PDF（{labels.size(entry.size)}）", href=f"/parks/{code}/issued/{entry.id}"),
        ))
        for entry in found
    ]  # fmt: skip
    listed = table("定稿文件", ISSUED, rows, empty=empty("没有定稿的文件。"))
    kinds = [(kind.key, kind.label) for kind in KINDS.values() if kind.of_park and visit.may(kind.permission)]
    which = [("", "最近一期"), *((str(period), period.label) for period in periods)]
    freezing = form(
        f"/parks/{code}/freeze",
        field("文件", choice("kind", kinds)),
        field("报告期（发展情况表、解释说明表）", choice("period", which)),
        button("定稿", tone="secondary"),
        kind="line",
    )
    may = visit.may(Permission.ISSUE_DOCUMENT)
    return card("定稿文件", listed, freezing if may else None, id="issued", note="定稿后内容不再改变")
