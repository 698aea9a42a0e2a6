"""Goals against results, as the self-assessment and the acceptance application both show them."""

from __future__ import annotations

from decimal import Decimal

from dash import html

from dashboard.components import lights
from dashboard.components.blocks import empty
from dashboard.components.figure import estimated, figure, sentence
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from dashboard.proofs import proof, proof_of
from policy.evidence import ROWS, headline_key
from policy.figures import half_up, percent, plain
from policy.indicators.catalogue import BY_KEY
from policy.provenance import DERIVED, Working, figure_path, working_key
from services.dossiers import Dossier, Figure, GoalResult, Problem

RESULTS = (
    Column("指标", "head"),
    Column("基期值", "number"),
    Column("目标值", "number"),
    Column("期末值", "number"),
    Column("报告期", "day"),
    Column("完成率", "number"),
    Column("增量完成率", "number"),
    Column("判断"),
    Column("佐证"),
)


def results_table(file: Dossier) -> html.Div:
    nothing = empty("尚未登记建设目标，无法对照。", "请市经济信息委导入批复的建设目标。")
    rows = [row(RESULTS, (*goal_cells(entry, file), judgement(entry), _proof(entry, file))) for entry in file.goals]
    return table("建设目标与指标完成", RESULTS, rows, empty=nothing)


def goal_cells(entry: GoalResult, file: Dossier) -> tuple[Node, ...]:
    """指标, 基期值, 目标值, the figure held against them with its period, 完成率 and 增量完成率, each to its source."""
    indicator, known, goal_at = BY_KEY[entry.goal.key], entry.figure, entry.source.path
    return (
        [indicator.label, html.Span(f"（{indicator.unit}）", className="unit")],
        figure(plain(entry.goal.baseline), goal_at),
        figure(plain(entry.goal.target), goal_at, again=True),
        "—" if known is None else _result(entry, known, file),
        entry.period,
        _rate(entry.completion, entry, file, Working.COMPLETION),
        _rate(entry.incremental, entry, file, Working.INCREMENT),
    )


def _result(entry: GoalResult, known: Figure, file: Dossier) -> list[Node]:
    """期末值 to its source; of twelve months to how they are worked out."""
    if entry.verdict is None or entry.verdict.twelve is None:
        return [figure(plain(known.value), known.source.path), estimated(known.kind)]
    kind = min((one.kind for one in entry.basis), key=lambda one: one.rank)
    return [figure(plain(half_up(entry.verdict.value, 8)), worked(entry, file, Working.PACE)), estimated(kind)]


def _rate(share: Decimal | None, entry: GoalResult, file: Dossier, working: Working) -> Node:
    return "—" if share is None else figure(percent(share), worked(entry, file, working))


def worked(entry: GoalResult, file: Dossier, working: Working) -> str:
    """The address that tells how a goal's rate or verdict is worked out."""
    assert entry.figure is not None
    return figure_path(file.park.code, entry.figure.period, working_key(entry.goal.key, working))


def judgement(entry: GoalResult) -> Node:
    return lights.light(entry.judged.light) if entry.judged else html.Span("全年数出来后比较", className="muted")


def _proof(entry: GoalResult, file: Dossier) -> Node:
    """Of the newest report's figure, or of the rows it was worked out from; earlier ones were proven in their time."""
    known = entry.figure
    if known is None:
        return "—"
    if known.key in DERIVED:
        return proof_of(file.ledger, file.ledger.about(ROWS[DERIVED[known.key][0]]))
    return proof(file.ledger, headline_key(known.key, known.period))


def problems_list(file: Dossier) -> html.Ul:
    """What a rule has found wrong, each with its clause."""
    return html.Ul(
        [html.Li([lights.light(entry.light, entry.label), _sentence(entry, file)]) for entry in file.problems],
        className="items problems-of-park",
    )


def _sentence(problem: Problem, file: Dossier) -> html.Span:
    """A verdict's sentence with each figure leading to its source."""
    told = "" if problem.clause in problem.sentence else f"（依据：{problem.clause}）"
    if problem.figure is None:
        return html.Span(f"{problem.sentence}{told}", className="small")
    key, period = problem.figure.key, problem.figure.period
    return html.Span([*sentence(problem.sentence, file.park.code, key, period), told], className="small")
