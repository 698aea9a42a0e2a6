"""退回原因统计: districts down, kinds of reason across."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from dash import html

from dashboard.components.blocks import card, empty
from dashboard.components.tables import Column, row, table
from db.queries.returns import Returned
from policy.terms import ReturnReason

COLUMNS = (
    Column("区县", "head"),
    *(Column(reason.label, "number", "次") for reason in ReturnReason),
    Column("合计", "number", "次"),
)


def returns_card(found: Sequence[Returned]) -> html.Section:
    rows = [_row(entry.district, entry.counts) for entry in found]
    if len(found) > 1:
        rows.append(_row("合计", sum((entry.counts for entry in found), Counter())))
    nothing = empty("没有退回过报告。", "退回修改时选择的原因类别会按区县统计在这里。")
    listed = table("退回原因统计", COLUMNS, rows, id="returns-table", empty=nothing)
    return card("退回原因统计", listed, id="returns", note="各次退回修改，按园区现属区县")


def _row(word: str, counts: Counter[ReturnReason]) -> html.Tr:
    return row(COLUMNS, (word, *(counts[reason] or "—" for reason in ReturnReason), counts.total()))
