"""The parts of the 数据来源 pages: the cell, the version and its people, what went into a figure, other versions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, facts
from dashboard.components.figure import figure
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from db.queries.provenance import CellOrigin, Decided, GoalOrigin, VersionOrigin
from policy.figures import plain
from policy.provenance import GOAL_PLACE, split_place
from policy.terms import SubmissionState
from services.traces import Part, Trace


def notice(version: VersionOrigin, counts: bool, current: str) -> Node:
    """Whether pages show this version at all."""
    if counts:
        return None
    word = "已被后来的版本取代" if version.state is SubmissionState.ACCEPTED else f"的状态为“{version.state.label}”"
    told = [f"以下是{version.number.label}的数，该版{word}。", html.A("查看目前采用的数", href=current)]
    return html.P(told, className="notice notice-message")


def cell_card(cell: CellOrigin, version: VersionOrigin, anchor: str, *, linked: bool) -> html.Section:
    """Where it stands in the file, what stood there, how it was read, and who decided what."""
    sheet, place = split_place(cell.where)
    link = html.A("在报告中查看该行", href=f"/reports/{version.id}#{anchor}") if linked else None
    rows: list[tuple[str, Node]] = [
        ("文件", version.file_name),
        ("工作表", sheet or "—"),
        ("单元格", html.Span([html.Strong(place or "文件中没有"), link], className="links")),
        ("原文", html.Code(cell.raw) if cell.raw.strip() else "空白"),
        ("读数", [lights.status(cell.read_as), f" {cell.message}" if cell.message else _read(cell)]),
    ]
    if cell.remark:
        rows.append(("备注", cell.remark))
    rows.append(("核对", _decision(cell)))
    if cell.overruled:
        rows.append(("此前的核对", html.Ul([html.Li(_overruled(made, cell)) for made in cell.overruled])))
    return card("出处", facts(rows), id="cell")


def _read(cell: CellOrigin) -> str:
    return " 按原文读取" if cell.read is not None else ""


def _decision(cell: CellOrigin) -> str:
    """Who decided, when and why; from which version it was carried over."""
    if cell.decided is None:
        return "读数无疑义，未作核对" if not cell.read_as.blocks else "尚未核对"
    read = "" if cell.read in (None, cell.value) else f"，原取值{cell.read}{cell.unit}"
    carried = f"（沿用{cell.carried_from.label}的核对）" if cell.carried_from else ""
    return f"{cell.decided.told}{read}{carried}"


def _overruled(made: Decided, cell: CellOrigin) -> str:
    return f"{made.told}，{'不采用原取值' if made.value is None else f'取值{made.value}{cell.unit}'}"


def version_card(version: VersionOrigin, *, linked: bool) -> html.Section:
    """The file and its way: sent by whom and when, received, decided, and under which letter."""
    file: Node = f"{version.file_name}（{labels.size(version.file_size)}）"
    if linked:
        file = [file, html.A("下载原文件", href=f"/reports/{version.id}/file")]
    letters = "；".join(
        f"{letter.sender} {letter.number}，{labels.day(letter.dated)}成文，{labels.day(letter.received_on)}收到"
        for letter in version.letters
    )
    number: Node = version.number.label
    rows: list[tuple[str, Node]] = [
        ("文件", html.Span(file, className="links")),
        ("版本", html.Span([html.A(number, href=f"/reports/{version.id}") if linked else number,
                          lights.state(version.state)], className="links")),
        ("上传", f"{version.uploaded_by} {labels.stamp(version.uploaded_at)}"),
        ("收到日期", labels.day(version.received_on)),
        ("报送", f"{version.submitted_by} {labels.day(version.submitted_on)}" if version.submitted_on else "尚未报送"),
        ("审核", _reviewed(version)),
        ("半年函", letters or "尚未登记"),
    ]  # fmt: skip
    return card("版本与经办", facts(rows), id="version")


def _reviewed(version: VersionOrigin) -> str:
    if version.decided_on is None:
        return "尚未审核"
    return f"{version.decided_by} {labels.day(version.decided_on)} {version.state.label}"


PARTS = (
    Column("项目", "head"),
    Column("数值", "number"),
    Column("位置"),
    Column("原文"),
    Column("核对"),
)


def parts_table(parts: Iterable[Part]) -> html.Div:
    """Every cell, row or figure that went in, each leading on."""
    rows = [
        row(PARTS, (
            part.label, figure(part.value, part.path) if part.path else part.value, part.where or "—",
            html.Code(part.raw) if part.where and part.raw else part.raw or "—", part.decided or "—",
        ))
        for part in parts
    ]  # fmt: skip
    return html.Div(table("由下列数据得出", PARTS, rows), className="tall")


VERSIONS = (
    Column("版本", "head"),
    Column("数值", "number"),
    Column("数据性质"),
    Column("状态"),
    Column("文件"),
    Column("上传"),
)


def versions_table(found: Trace) -> html.Div:
    """The same figure in every version, newest first."""
    here = found.version.number if found.version else None
    rows = [
        row(VERSIONS, (
            f"{entry.version.number.label}{'（当前查看）' if entry.version.number == here else ''}",
            figure(entry.value, entry.path) if entry.value else "—", entry.version.kind.label,
            lights.state(entry.version.state), entry.version.file_name,
            f"{entry.version.uploaded_by} {labels.stamp(entry.version.uploaded_at)}",
        ))
        for entry in found.versions
    ]  # fmt: skip
    return table("各版的数", VERSIONS, rows)


def goal_facts(goal: GoalOrigin, unit: str) -> Sequence[tuple[str, Node]]:
    """A goal's values, the decision it holds by, and the cell it was read from."""
    located = GOAL_PLACE.fullmatch(goal.source)
    file, sheet, cell = located.groups() if located else (goal.source, "", "")
    return (
        ("基期值", f"{plain(goal.baseline)}{unit}（{labels.day(goal.baseline_on)}）"),
        *((f"{month}个月阶段目标", f"{plain(value)}{unit}") for month, value in sorted(goal.milestones.items())),
        ("目标值", html.Strong(f"{plain(goal.target)}{unit}", className="source-value")),
        ("推进方式", goal.path.label),
        ("依据", goal.decision),
        ("生效日期", labels.day(goal.valid_from)),
        ("文件", file or "未登记文件"),
        ("工作表", sheet or "—"),
        ("单元格", f"{cell}（目标值；基期值在同一行）" if cell else "—"),
        ("导入", f"{goal.recorded_by} {labels.stamp(goal.recorded_at)}".strip()),
    )
