"""Goals against results, as the self-assessment and the acceptance application both show them."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from dashboard.components import lights
from dashboard.components.blocks import empty
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from policy.figures import percent, plain
from policy.indicators.catalogue import BY_KEY
from services.dossiers import Dossier, GoalResult, Problem, Source

RESULTS = (
    Column("指标", "head"),
    Column("基期值", "number"),
    Column("目标值", "number"),
    Column("期末值", "number"),
    Column("报告期", "day"),
    Column("完成率", "number"),
    Column("增量完成率", "number"),
    Column("判断"),
)


def results_table(file: Dossier) -> html.Div:
    nothing = empty("尚未登记建设目标，无法对照。", "请市经济信息委导入批复的建设目标。")
    return table("建设目标与指标完成", RESULTS, [_result(entry) for entry in file.goals], empty=nothing)


def _result(entry: GoalResult) -> html.Tr:
    indicator, figure = BY_KEY[entry.goal.key], entry.figure
    cells: tuple[Node, ...] = (
        [indicator.label, html.Span(f"（{indicator.unit}）", className="unit")],
        html.Span(plain(entry.goal.baseline), title=_words(entry.source)),
        html.Span(plain(entry.goal.target), title=_words(entry.source)),
        "—" if figure is None else html.Span(plain(figure.value), title=_words(figure.source)),
        "—" if figure is None else figure.source.period,
        "—" if entry.completion is None else percent(entry.completion),
        "—" if entry.incremental is None else percent(entry.incremental),
        lights.light(entry.verdict.light) if entry.verdict else html.Span("全年数出来后比较", className="muted"),
    )
    return row(RESULTS, cells)


def _words(source: Source) -> str:
    version = f"，第{source.version}版" if source.version else ""
    decided = f"，{source.decided}" if source.decided else ""
    raw = f"，原文“{source.raw}”" if source.raw else ""
    return f"数据来源：{source.file} {source.sheet} {source.cell}{raw}{version}{decided}"


def problems_list(problems: Sequence[Problem]) -> html.Ul:
    """What a rule has found wrong, each with its clause."""
    return html.Ul(
        [html.Li([lights.light(entry.light, entry.label), _sentence(entry)]) for entry in problems],
        className="items problems-of-park",
    )


def _sentence(problem: Problem) -> html.Span:
    told = problem.clause in problem.sentence
    return html.Span(problem.sentence if told else f"{problem.sentence}（依据：{problem.clause}）", className="small")
