"""A paper's versions, each to be compared with the one looked at, its failed uploads, and its marked file."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, link_button
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from db.queries.attempts import Attempt
from db.queries.reports import Report, Version

VERSIONS = (
    Column("版本", "head"),
    Column("状态"),
    Column("文件"),
    Column("收到日期", "day"),
    Column("上传"),
    Column("审核"),
    Column("比较"),
)
SHOWN_REASONS = 3
MARKED_IN_PLACE = ("xlsx", "docx")


def versions_card(found: Report, attempts: Iterable[Attempt]) -> Node:
    """Every version, then the uploads of its park that failed."""
    rows = [_version(entry, found.id) for entry in found.versions]
    listed = table("各版记录", VERSIONS, rows) if rows else None
    failed = attempts_list(entry for entry in attempts if entry.id != found.id)
    if listed is None and failed is None:
        return None
    return card("各版记录", listed, failed, id="versions", note="每次上传都是新的一版，旧版不会被覆盖")


def _version(entry: Version, shown: int) -> html.Tr:
    word = entry.number.label
    decision = entry.decision
    here = entry.id == shown
    cells: tuple[Node, ...] = (
        [word, "（当前查看）"] if here else html.A(word, href=f"/reports/{entry.id}"),
        lights.state(entry.state),
        entry.file_name,
        labels.day(entry.received_on),
        f"{entry.uploaded_by} {labels.stamp(entry.uploaded_at)}",
        "—" if decision is None else f"{labels.day(decision.decided_on)} {decision.reason or '审核通过'}",
        "—" if here else html.A("与本版比较", href=f"/reports/{shown}/compare/{entry.id}"),
    )
    return row(VERSIONS, cells)


ATTEMPTS = (Column("文件", "head"), Column("上传"), Column("未入库的原因"))


def attempts_list(attempts: Iterable[Attempt]) -> Node:
    """Folded away: what was sent for a park and could not be stored, with the reasons."""
    rows = [_attempt(entry) for entry in attempts]
    if not rows:
        return None
    head = html.Summary(f"未入库的上传（{len(rows)}次）")
    return html.Details([head, table("未入库的上传", ATTEMPTS, rows)], className="attempts", id="attempts")


def _attempt(entry: Attempt) -> html.Tr:
    reasons = [html.Li(reason) for reason in entry.reasons[:SHOWN_REASONS]]
    if len(entry.reasons) > SHOWN_REASONS:
        reasons.append(html.Li(f"等共{len(entry.reasons)}条"))
    return row(ATTEMPTS, (
        html.A(entry.file_name, href=f"/reports/{entry.id}"),
        f"{entry.uploaded_by} {labels.stamp(entry.uploaded_at)}",
        html.Ul(reasons, className="items") if reasons else "—",
    ))  # fmt: skip


def marked_file(found: Report) -> Node:
    """The same file with its problems marked; what could not be opened cannot be marked."""
    if found.format is None:
        return None
    words = "问题单元格已着色并加批注，改好后直接上传这个文件。"
    if found.format not in MARKED_IN_PLACE:
        words += f"原文件是 .{found.format}，标注后存为 .xlsx，工作表和单元格位置不变。"
    link = link_button("下载标注问题的原表", f"/reports/{found.id}/annotated")
    return html.P([link, html.Span(words, className="hint")], className="marked")
