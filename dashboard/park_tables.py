"""A park's goals, figures and obligations as tables."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard import holding, labels
from dashboard.components import lights
from dashboard.components.blocks import empty
from dashboard.components.figure import estimated, figure
from dashboard.components.tables import Column, row, table
from dashboard.dossier_tables import goal_cells, judgement, worked
from dashboard.markup import Node
from dashboard.page import Visit
from db.queries.park_detail import ParkDetail, SourcedFigure
from policy.access import Permission
from policy.figures import percent, plain
from policy.indicators.catalogue import CATALOGUE
from policy.provenance import Working, figure_path
from policy.terms import HalfYear, ReceiptState
from services.dossiers import Dossier, GoalResult, ReportRecord

GOALS = (
    Column("指标", "head"),
    Column("基期值", "number"),
    Column("目标值", "number"),
    Column("最近可比数", "number"),
    Column("报告期", "day"),
    Column("完成率", "number"),
    Column("增量完成率", "number"),
    Column("序时进度", "number"),
    Column("判断"),
    Column("依据"),
)


def goals_table(file: Dossier) -> html.Div:
    nothing = empty("尚未登记建设目标。", "请市经济信息委按批复或建设方案导入建设目标；没有目标就无法判断进度。")
    return table("建设目标", GOALS, [_goal(entry, file) for entry in file.goals], empty=nothing)


def _goal(entry: GoalResult, file: Dossier) -> html.Tr:
    verdict = entry.verdict
    passed = figure(percent(verdict.elapsed), worked(entry, file, Working.PACE)) if verdict is not None else "—"
    return row(GOALS, (*goal_cells(entry, file), passed, judgement(entry), entry.goal.decision or "—"))


def figures_table(park: ParkDetail) -> html.Div:
    """Rows are indicators in the order of the annex, columns the half-years with accepted data."""
    periods = sorted({entry.fact.period for entry in park.figures})
    known = {(entry.fact.key, entry.fact.period): entry for entry in park.figures}
    columns = (Column("指标", "head"), Column("单位"), *(Column(period.label, "number") for period in periods))
    code = park.park.code
    rows = [
        row(columns, ([i.label], i.unit, *(_figure(known.get((i.key, period)), code) for period in periods)))
        for i in CATALOGUE
        if any((i.key, period) in known for period in periods)
    ]
    nothing = empty("尚无审核通过的数据。", "报告经市经济信息委审核通过后，各项指标会显示在这里。")
    return table("各报告期指标数据", columns, rows, empty=nothing)


def _figure(entry: SourcedFigure | None, code: str) -> Node:
    if entry is None:
        return html.Span("—", className="muted")
    fact = entry.fact
    told = f"{fact.kind.label}；{fact.file} {fact.where}；原文“{fact.raw}”；{entry.version.label}"
    return [figure(plain(fact.value), figure_path(code, fact.period, fact.key), told=told), estimated(fact.kind)]


OWED = (
    Column("报告期", "head"),
    Column("报送截止日", "day"),
    Column("状态"),
    Column("数据收到", "day"),
    Column("函收到", "day"),
    Column("审核"),
    Column("当前办理单位"),
    Column("半年函"),
    Column("办理"),
)


def obligations_table(file: Dossier, park: ParkDetail, visit: Visit) -> html.Div:
    nothing = empty("建设周期内没有应报的半年函报。")
    rows = [_owed(record, park, visit) for record in file.reports]
    return table("应报事项", OWED, rows, empty=nothing)


def _owed(record: ReportRecord, park: ParkDetail, visit: Visit) -> html.Tr:
    owed, receipt = record.owed, record.owed.receipt
    cells: tuple[Node, ...] = (
        owed.period.label,
        [labels.day(owed.due_on), html.Span(labels.until(owed.due_on, visit.today), className="small")]
        if owed.state is not ReceiptState.COMPLETE
        else labels.day(owed.due_on),
        [lights.receipt(owed.state, overdue=owed.overdue, due=owed.period.end < visit.today), _late(owed.late)],
        labels.day(receipt.data_on if receipt else None),
        labels.day(receipt.letter_on if receipt else None),
        _review(record, visit),
        holding.cell(owed.holding, visit.today),
        "、".join(letter.number for letter in record.letters) or "—",
        _next_step(owed.period, park, visit),
    )
    return row(OWED, cells)


def _late(late: bool) -> Node:
    return html.Span("迟报", className="tag") if late else None


def _review(record: ReportRecord, visit: Visit) -> Node:
    receipt = record.owed.receipt
    if receipt is None:
        return "—"
    if receipt.returned_on:
        return f"{labels.day(receipt.returned_on)}退回修改"
    accepted = f"{labels.day(receipt.accepted_on)}审核通过" if receipt.accepted_on else ""
    if receipt.pending and visit.may(Permission.VIEW_REPORT):
        return [html.Span(accepted, className="small"), holding.pending_mark(receipt.pending, record.period)]
    return accepted or "—"


def _next_step(period: HalfYear, park: ParkDetail, visit: Visit) -> Sequence[Node]:
    code = park.park.code
    links = []
    if visit.may(Permission.UPLOAD_REPORT):
        links.append(html.A("下载模板", href=f"/parks/{code}/template/{period}.xlsx"))
        links.append(html.A("上传", href=f"/reports/new?park={code}&period={period}"))
    if visit.may(Permission.RECORD_LETTER):
        links.append(html.A("登记来函", href=f"/letters/new?park={code}&period={period}"))
    return html.Span(links, className="links") if links else "—"
