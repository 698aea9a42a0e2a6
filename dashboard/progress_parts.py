"""建设进展报送 on a page: every period and how it stands, a version's text beside the last one's, the forms."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, choice, field, form, text
from dashboard.components.tables import Column, row, table
from dashboard.labels import NON_CLASSIFIED
from dashboard.markup import Node, element
from dashboard.page import Visit
from db.queries.progress import InHand, OwedProgress, ProgressVersion
from policy.access import Permission
from policy.progress_report import SECTIONS, ProgressPeriod, ProgressState
from policy.terms import Light, ReceiptState, Standing
from services.progress_reports import Board, last_before

PERIODS = (
    Column("报告期", "head"),
    Column("报送截止日", "day"),
    Column("状态"),
    Column("最新版本"),
    Column("办理"),
)
VERSIONS = (Column("版本", "head"), Column("状态"), Column("上传"), Column("转报或退回"), Column("文件"))
STATE_LIGHTS: dict[ProgressState, Light] = {
    ProgressState.WAITING: Light.BLUE,
    ProgressState.FORWARDED: Light.GREEN,
    ProgressState.RETURNED: Light.YELLOW,
    ProgressState.REPLACED: Light.GREY,
}
ACCEPTED = ".xlsx,.xls,.ods,.docx"


def periods_card(board: Board, visit: Visit) -> html.Section:
    """One row a period, and the way to its text and its template."""
    nothing = empty(
        "还没有建设进展。", "建设进展由园区运营管理机构按模板填写上传，区县经信部门转报；未要求时可自愿报送。"
    )
    rows = [row(PERIODS, _period_cells(entry, board, visit), id=f"period-{entry.period}") for entry in board.owed]
    return card(
        "建设进展报送",
        table("各报告期建设进展", PERIODS, rows, id="progress-table", empty=nothing),
        id="progress",
        note="依据：五(二) 定期报送建设进展；报送间隔为系统设置，通知未规定",
    )


def _period_cells(entry: OwedProgress, board: Board, visit: Visit) -> tuple[Node, ...]:
    newest = next((version for version in board.versions if version.period == entry.period), None)
    overdue = entry.standing is Standing.OVERDUE
    late = html.Span("迟报", className="tag") if entry.standing is Standing.LATE else None
    open_now = entry.period.end < visit.today
    state = lights.receipt(entry.state, overdue=overdue, due=open_now or entry.state is not ReceiptState.NOTHING)
    shown = html.A(entry.period.label, href=f"?period={entry.period}#report") if newest else entry.period.label
    return (
        shown,
        labels.day(entry.due_on) if entry.due_on else "自愿报送",
        [state, late] if late else state,
        newest.no.label if newest else "—",
        html.A("下载模板", href=f"/parks/{board.park.code}/progress/{entry.period}.xlsx"),
    )


def report_card(board: Board, visit: Visit) -> Node:
    """The version the address names, else the newest: its text beside that of the period before."""
    chosen = _chosen(board.versions, visit)
    if chosen is None:
        return None
    last = last_before(board.versions, chosen.period)
    told = f"{chosen.period.label}建设进展（{chosen.no.label}）"
    return card(
        told,
        _return_notice(chosen),
        html.P(
            [lights.light(STATE_LIGHTS[chosen.state], chosen.state.label), f" {chosen.uploaded_by} "
             f"{labels.stamp(chosen.uploaded_at)}上传", *_passed_on(chosen)],
            className="summary",
        ),
        _texts(chosen, last),
        _deciding(board.park.code, chosen) if visit.may(Permission.FORWARD_PROGRESS) else None,
        _versions(board, chosen.period),
        id="report",
    )  # fmt: skip


def _chosen(versions: Iterable[ProgressVersion], visit: Visit) -> ProgressVersion | None:
    wanted, period = visit.args.get("version", ""), visit.args.get("period", "")
    known = tuple(versions)
    named = (version for version in known if str(version.id) == wanted)
    of_period = (version for version in known if not wanted and str(version.period) == period)
    return next(named, None) or next(of_period, known[0] if known else None)


def _return_notice(version: ProgressVersion) -> Node:
    if version.state is not ProgressState.RETURNED:
        return None
    told = f"{labels.day(version.returned_on)}退回修改：{version.return_reason}"
    return html.P(told, className="notice notice-returned", id="return-reason-shown")


def _passed_on(version: ProgressVersion) -> list[Node]:
    if version.forwarded_on is None:
        return []
    return [f"，{version.forwarded_by} {labels.day(version.forwarded_on)}转报"]


def _texts(chosen: ProgressVersion, last: ProgressVersion | None) -> html.Div:
    """Section by section, beside what the last one said; a section that says the same again is marked."""
    now, before = Column(f"本期（{chosen.period.label}）"), Column(f"上期（{last.period.label}）" if last else "上期")
    columns = (Column("事项", "head"), before, now) if last else (Column("事项", "head"), now)
    rows = []
    for section in SECTIONS:
        said, told = chosen.content.get(section.key, ""), last.content.get(section.key, "") if last else ""
        same = html.Span("与上期相同", className="tag") if said == told and said not in ("", "无") else None
        cells = (section.label, *([_lines(told)] if last else []), [_lines(said), same])
        rows.append(row(columns, cells))
    return table("建设进展与上期对照" if last else "建设进展", columns, rows, id="progress-texts")


def _lines(words: str) -> Node:
    """A text as it was typed, line by line."""
    if not words:
        return html.Span("—", className="muted")
    return [html.P(line, className="said") for line in words.splitlines() if line.strip()]


def _deciding(code: str, version: ProgressVersion) -> Node:
    """转报 or 退回修改, while it waits for the district."""
    if version.state is not ProgressState.WAITING:
        return None
    base = f"/parks/{code}/progress/{version.id}"
    reason = field(
        "退回原因", text("reason", required=True, id="return-reason", placeholder="如：重大活动请写明举办时间和规模")
    )
    return html.Div(
        [
            form(f"{base}/forward", button("转报市经济信息委", id="forward")),
            html.Div(form(f"{base}/return", reason, button("退回修改", id="return", tone="secondary"), kind="line"),
                     className="return"),
        ],
        className="act review",
    )  # fmt: skip


def _versions(board: Board, period: ProgressPeriod) -> Node:
    found = [version for version in board.versions if version.period == period]
    rows = [row(VERSIONS, _version_cells(version, board.park.code), id=f"version-{version.id}") for version in found]
    shown = table("各版建设进展", VERSIONS, rows)
    return html.Details([html.Summary(f"{period.label}各版（{len(found)}版）"), shown], className="attempts")


def _version_cells(version: ProgressVersion, code: str) -> tuple[Node, ...]:
    settled = (
        f"{labels.day(version.forwarded_on)}转报（{version.forwarded_by}）" if version.forwarded_on
        else f"{labels.day(version.returned_on)}退回：{version.return_reason}" if version.returned_on
        else "—"
    )  # fmt: skip
    return (
        html.A(version.no.label, href=f"?version={version.id}#report"),
        lights.light(STATE_LIGHTS[version.state], version.state.label),
        f"{version.uploaded_by} {labels.stamp(version.uploaded_at)}",
        settled,
        html.A(version.file_name, href=f"/parks/{code}/progress/{version.id}/file", className="file-name"),
    )


def in_hand_notice(found: InHand) -> html.P:
    """On the home page of whoever has it in hand."""
    version = found.version
    told = f"{found.short_name}{version.period.label}建设进展"
    link = html.A(told, href=f"/parks/{found.park}/progress?version={version.id}#report")
    returned = version.state is ProgressState.RETURNED
    then = f"已退回修改：{version.return_reason}" if returned else "已上传，待转报。"
    return html.P([link, then], className="notice notice-returned" if returned else "notice")


def upload_card(board: Board) -> html.Section:
    """The operator's form; what the file says itself is compared with what is chosen."""
    code = board.park.code
    options = [(str(period), period.label) for period in board.open]
    file = element("input", type="file", name="file", required=True, accept=ACCEPTED)
    zone = html.Label(
        [html.Span("点击选择文件，或把文件拖到这里", className="dropzone-word"),
         html.Span("按模板填写的 .xlsx，或分项写明的 .docx", className="hint"), file],
        id="upload", className="dropzone",
    )  # fmt: skip
    period = field("报告期", choice("period", options, str(board.likely)), "与文件所写的报告期核对，不一致的不保存")
    template = html.A(
        f"下载{board.likely.label}模板", href=f"/parks/{code}/progress/{board.likely}.xlsx", id="progress-template"
    )
    return card(
        "上传建设进展",
        html.P(["先", template, "，上期所报已列在旁边；填好后上传，由区县经信部门转报市经济信息委。"]),
        form(
            f"/parks/{code}/progress", html.P(NON_CLASSIFIED, className="non-classified"), period, zone,
            button("上传", id="submit"), files=True, kind="stack narrow",
        ),
        id="progress-upload",
    )  # fmt: skip
