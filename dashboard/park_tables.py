"""A park's goals, figures and obligations as tables."""

from __future__ import annotations

from dash import html

from dashboard.components.blocks import empty
from dashboard.components.figure import estimated, figure
from dashboard.components.tables import Column, row, table
from dashboard.dossier_tables import goal_cells, judgement, worked
from dashboard.markup import Node
from db.queries.park_detail import ParkDetail, SourcedFigure
from policy.figures import percent, plain
from policy.indicators.catalogue import CATALOGUE
from policy.provenance import Working, figure_path
from services.dossiers import Dossier, GoalResult

GOALS = (
    Column("指标", "head"),
    Column("基期值", "number"),
    Column("目标值", "number"),
    Column("最近可比数", "number"),
    Column("报告期", "day"),
    Column("完成率", "number"),
    Column("增量完成率", "number"),
    Column("序时进度", "number"),
    Column("增量相差", "number"),
    Column("判断"),
    Column("依据"),
)


def goals_table(file: Dossier) -> html.Div:
    nothing = empty("尚未登记建设目标。", "请市经济信息委按批复或建设方案导入建设目标；没有目标就无法判断进度。")
    return table("建设目标", GOALS, [_goal(entry, file) for entry in file.goals], empty=nothing)


def _goal(entry: GoalResult, file: Dossier) -> html.Tr:
    verdict = entry.verdict
    passed = figure(percent(verdict.elapsed), worked(entry, file, Working.PACE)) if verdict is not None else "—"
    gap = verdict.gap_told if verdict is not None else ""
    points = figure(gap, worked(entry, file, Working.PACE), again=True) if gap else "—"
    return row(GOALS, (*goal_cells(entry, file), passed, points, judgement(entry), entry.goal.decision or "—"))


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
