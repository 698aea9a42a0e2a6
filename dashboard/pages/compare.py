"""Two versions of one report side by side: what changed, by figure, by row and by problem."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty, facts
from dashboard.components.figure import figure
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.report_tables import COLUMN_WORDS
from db.queries.access import report_in_scope
from db.queries.diffs import Change, Difference, FindingPair, RowChange, TableDiff, difference
from db.queries.reports import Cell, FindingRow, Report
from policy.figures import percent, plain
from policy.provenance import cell_path
from policy.terms import FigureKind, SubmissionKind


def layout(visit: Visit, report_id: str, other_id: str) -> View:
    with visit.platform.database.read() as session:
        other = report_in_scope(session, visit.actor, other_id)
        found = difference(session, visit.actor, int(report_id), other) if other is not None else None
    if found is None:
        abort(404)
    new = found.new
    return View(
        f"{new.park_title or '（未登记园区）'}{f' {new.period.label}' if new.period else ''} 版本比较",
        body=[_summary(found), *(_same() if found.is_empty else _parts(found))],
        lead=f"{found.old.version.label}与{new.version.label}",
        crumbs=_crumbs(found, visit),
    )


def _crumbs(found: Difference, visit: Visit) -> tuple[tuple[str, str], ...]:
    new = found.new
    park = ((new.park_title, f"/parks/{new.park_code}"),) if new.park_code else ()
    return (*park_crumbs(visit.actor), *park, (new.version.label, f"/reports/{new.id}"))


def _summary(found: Difference) -> html.Section:
    counts = [
        ("指标", f"{len(found.figures)}项有变化，{found.figures_same}项不变"),
        *((entry.table.label, _row_counts(entry)) for entry in found.tables),
        ("问题", _finding_counts(found)),
    ]
    told = facts([("原版", _version(found.old)), ("新版", _version(found.new)), *counts])
    return card("比较结果", html.Div(told, className="one-column"))


def _version(entry: Report) -> Node:
    told = f" {entry.uploaded_by} {labels.stamp(entry.uploaded_at)} 上传 {entry.file_name}"
    return [html.A(entry.version.label, href=f"/reports/{entry.id}"), " ", lights.state(entry.state), told]


def _row_counts(entry: TableDiff) -> str:
    added, removed, changed = entry.count(added=True), entry.count(removed=True), entry.count()
    return f"新增{added}行，减少{removed}行，{changed}行有变化，{entry.same}行不变"


def _finding_counts(found: Difference) -> str:
    appeared = sum(pair.old is None for pair in found.findings)
    gone = sum(pair.new is None for pair in found.findings)
    reworded = len(found.findings) - appeared - gone
    return f"新出现{appeared}条，已消除{gone}条，{reworded}条内容或情况说明有变化，{found.findings_same}条不变"


def _same() -> list[Node]:
    return [
        html.Section(empty("两版内容一致，没有任何变化。", "指标、各表各行、问题和情况说明都相同。"), className="card")
    ]


def _parts(found: Difference) -> Iterator[Node]:
    if found.figures:
        rows = [_figure(entry, found) for entry in found.figures]
        yield card("指标变化", table("指标变化", FIGURES, rows), id="figures", note="未变化的不列")
    for entry in found.tables:
        if entry.changed:
            rows = [_row(change, found) for change in entry.changed]
            title = f"{entry.table.label}变化"
            yield card(title, table(title, ROWS, rows), id=f"t-{entry.table.key}", note=_row_counts(entry))
    if found.findings:
        rows = [_finding(pair) for pair in found.findings]
        yield card("问题变化", table("问题变化", FINDINGS, rows), id="findings", note=_finding_counts(found))


FIGURES = (
    Column("指标", "head"),
    Column("原值", "number"),
    Column("新值", "number"),
    Column("增减", "number"),
    Column("原文和位置"),
    Column("状态和核对"),
)


def _figure(change: Change, found: Difference) -> html.Tr:
    cell = change.cell
    word = COLUMN_WORDS.get(found.new.kind or SubmissionKind.HALF_YEAR_REPORT, {}).get(cell.column, "")
    return row(FIGURES, (
        [cell.label, html.Span(word, className="small")], _value(change.old, found.old), _value(change.new, found.new),
        _growth(change),
        _both(_raw(change.old), _raw(change.new)),
        _both(_marks(change.old, change.old_kind), _marks(change.new, change.new_kind)),
    ))  # fmt: skip


def _both(old: Node, new: Node) -> list[Node]:
    return [_line("原 ", old), _line("新 ", new)]


def _line(*parts: Any) -> html.Div:
    return html.Div(list(parts))


def _value(cell: Cell | None, report: Report) -> Node:
    if cell is None or cell.value is None:
        return html.Span("—", className="muted")
    return [_traced(cell, report), html.Span(cell.unit, className="unit")]


def _traced(cell: Cell, report: Report) -> Node:
    """A figure leads to its cell in that version."""
    return figure(cell.value, cell_path(report.id, cell.id)) if cell.unit else cell.value


def _growth(change: Change) -> str:
    """增加 or 减少 with its share of the old value; shares rise and fall by 个百分点."""
    amount = change.difference
    if amount is None:
        return "—"
    if not amount:
        return "持平"
    if change.cell.unit == "%":
        return f"{'提高' if amount > 0 else '下降'}{plain(abs(amount))}个百分点"
    share = f"（{'+' if amount > 0 else '-'}{percent(abs(change.share))}）" if change.share is not None else ""
    return f"{'增加' if amount > 0 else '减少'}{plain(abs(amount))}{change.cell.unit}{share}"


def _raw(cell: Cell | None) -> Node:
    if cell is None or not cell.where:
        return html.Span("文件中没有", className="muted")
    raw = html.Code(cell.raw) if cell.raw and cell.raw.strip() else html.Span("空白", className="muted")
    return [raw, html.Span(f" {cell.where}", className="muted")]


def _marks(cell: Cell | None, kind: FigureKind) -> Node:
    if cell is None:
        return "—"
    told = f" {cell.decided.told}" if cell.decided is not None else ""
    return [lights.status(cell.status), f" {kind.label}{told}" if cell.unit else told]


ROWS = (Column("名称", "head"), Column("变化", "day"), Column("内容"))


def _row(change: RowChange, found: Difference) -> html.Tr:
    if not change.old_row:
        word = f"新增（第{change.new_row}行）"
    elif not change.new_row:
        word = f"减少（原第{change.old_row}行）"
    else:
        word = f"有变化（第{change.new_row}行）"
    whole = not change.old_row or not change.new_row
    content = _whole(change, found) if whole else [_cell(cell, found) for cell in change.cells]
    return row(ROWS, (change.name or "（未填名称）", word, content))


def _whole(change: RowChange, found: Difference) -> Node:
    """All of a row that only one version has, in one run."""
    parts: list[Any] = []
    for entry in change.cells:
        if entry.cell.key != "name":
            report = found.new if entry.new else found.old
            parts += ["；" if parts else "", f"{entry.cell.label}：", *_short(entry.cell, report, "无")]
    return html.Span(parts, className="small-text") if parts else "—"


def _cell(change: Change, found: Difference) -> html.Div:
    growth = _growth(change)
    told = "" if growth == "—" else f"，{growth}"
    old, new = _short(change.old, found.old), _short(change.new, found.new)
    return _line(f"{change.cell.label}：", *old, " → ", *new, told)


def _short(cell: Cell | None, report: Report, nothing: str = "无取值") -> list[Node]:
    mark = f"（{cell.status.label}）" if cell is not None and cell.status.blocks else ""
    if cell is None or cell.value is None:
        return [f"{nothing}{mark}"]
    return [_traced(cell, report), f"{cell.unit}{mark}"]


FINDINGS = (Column("位置", "head"), Column("变化", "day"), Column("性质"), Column("内容"), Column("情况说明"))


def _finding(pair: FindingPair) -> html.Tr:
    entry = pair.new or pair.old
    assert entry is not None
    word = "新出现" if pair.old is None else "已消除" if pair.new is None else "仍存在"
    return row(FINDINGS, (entry.where or "全文", word, lights.severity(entry.severity), _message(pair), _reasons(pair)))


def _message(pair: FindingPair) -> Node:
    if pair.old is None or pair.new is None or pair.old.message == pair.new.message:
        return (pair.new or pair.old).message  # type: ignore[union-attr]
    return _both(pair.old.message, pair.new.message)


def _reasons(pair: FindingPair) -> Node:
    old, new = _reason(pair.old), _reason(pair.new)
    if old == new or pair.old is None or pair.new is None:
        return old if pair.new is None else new
    return _both(old, new)


def _reason(entry: FindingRow | None) -> str:
    return entry.explanation.text if entry is not None and entry.explanation else "—"


PAGE = Page("compare", "/reports/<report_id>/compare/<other_id>", layout)
