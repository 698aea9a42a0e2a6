"""数据来源: where a figure, a goal or a single cell comes from, down to file, cell, raw text, decision and people."""

from __future__ import annotations

from dash import html
from flask import abort
from sqlalchemy.orm import Session

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty, facts
from dashboard.components.figure import figure
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs
from dashboard.evidence_parts import file
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from dashboard.source_parts import cell_card, goal_facts, notice, parts_table, version_card, versions_table
from db.queries.corrections import CorrectedFigure
from db.queries.provenance import CellOrigin, cell, version
from db.queries.reports import label_of
from policy.access import Permission
from policy.corrections import Stated, amount
from policy.evidence import ROWS, claim_path, headline_key, row_key
from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.indicators.catalogue import HEADLINES
from policy.provenance import figure_path, figures_path, formula
from policy.refusal import Unknown
from policy.terms import HalfYear
from policy.version_no import VersionNo
from services.claims import ledger
from services.provenance import goal_trace, period_trace, trace
from services.traces import Trace

HEADLINE_KEYS = frozenset(indicator.key for indicator in HEADLINES)


def layout(visit: Visit, code: str, period: str, key: str) -> View:
    with visit.platform.database.read() as session:
        try:
            found = trace(session, visit.actor, code, _period(period), key, _number(visit), visit.today)
        except Unknown:
            abort(404)
        proof = _proof(session, found, visit)
    known = found.park
    every = (f"{found.period.label}全部数据", figures_path(known.code, found.period, _number(visit)))
    return View(
        f"{found.label}的数据来源",
        body=[_value(found, visit), _formula(found), *_origin(found, visit)],
        after=[proof, _versions(found), _corrections(found)],
        lead=f"{known.title} {found.period.label}",
        crumbs=(*park_crumbs(visit.actor), (known.title, f"/parks/{known.code}"), every),
    )


def _period(text: str) -> HalfYear:
    try:
        return HalfYear.parse(text)
    except ValueError:
        abort(404)


def _number(visit: Visit) -> VersionNo | None:
    """The version asked for in the address; what is none is not found."""
    asked = visit.args.get("version", "")
    if not asked:
        return None
    try:
        return VersionNo.parse(asked)
    except ValueError:
        abort(404)


def _value(found: Trace, visit: Visit) -> html.Section:
    if found.version is None:
        return card("数值", empty(f"{found.period.label}尚无审核通过的数据。", "审核通过后，这里写明数值和来源。"))
    rows: list[tuple[str, Node]] = [
        ("数值", html.Strong(found.value, className="source-value") if found.value else _no_value(found)),
        ("统计期", found.span),
    ]
    if found.kind is not None:
        rows.append(("数据性质", found.kind.label))
    if found.name.indicator:
        indicator = INDICATORS[found.name.indicator]
        rows.append(("依据", f"申报表附件{indicator.annex}“{indicator.label}（{indicator.unit}）”；五(二) 每半年函报"))
    return card("数值", notice(found.version, found.counts, figure_path(found.park.code, found.period, found.key)),
                facts(rows))  # fmt: skip


def _no_value(found: Trace) -> str:
    if found.name.working is not None:
        return "当年累计数只以全年数与目标对照，本期不计算" if found.parts else "没有登记建设目标或没有数据，不计算"
    return f"没有可采用的数值（{found.cell.status.label}）" if found.cell else "本版没有填报"


def _formula(found: Trace) -> Node:
    """How it was worked out, and from what."""
    said = formula(found.name)
    if not said and not found.parts:
        return None
    listed = parts_table(found.parts) if found.parts else None
    title = "怎样得出" if said else "各栏数据"
    return card(title, html.P(said, className="summary") if said else None, listed, id="parts", wide=True)


def _origin(found: Trace, visit: Visit) -> list[Node]:
    if found.version is None:
        return []
    linked = visit.may(Permission.VIEW_REPORT)
    place = f"v-{found.name.indicator}" if found.cell else f"t-{found.name.table}" if found.name.table else ""
    shown = cell_card(found.cell, found.version, place, linked=linked) if found.cell else None
    return [shown, version_card(found.version, linked=linked)]


def _proof(session: Session, found: Trace, visit: Visit) -> Node:
    """What was put forward to prove the figure or the row, where it states something to be proven."""
    name = found.name
    if name.row is not None and name.table in ROWS:
        key = row_key(name.table, found.value)
    elif name.indicator in HEADLINE_KEYS and name.working is None:
        key = headline_key(name.indicator, found.period)
    else:
        return None
    if not visit.may(Permission.VIEW_EVIDENCE):
        return None
    known = ledger(session, visit.actor, found.park.code, rows=name.row is not None)
    if known.claim(key) is None:
        return None
    papers = [html.Li(file(paper, known)) for paper in known.proofs.get(key, ())]
    body = html.Ul(papers, className="items") if papers else empty("还没有佐证资料。")
    link = html.P(html.A("查看佐证事项", href=claim_path(known.code, key)), className="links")
    return card("佐证资料", body, link, id="proof")


def _versions(found: Trace) -> Node:
    return card("各版的数", versions_table(found), id="versions") if len(found.versions) > 1 else None


CORRECTIONS = (
    Column("更正日期", "day"), Column("原数", "number"), Column("更正为", "number"), Column("版本"), Column("原因"),
    Column("登记"),
)  # fmt: skip


def _corrections(found: Trace) -> Node:
    if not found.corrections:
        return None
    rows = [row(CORRECTIONS, _correction(entry, found)) for entry in found.corrections]
    return card("数据更正", table("数据更正", CORRECTIONS, rows), id="corrections")


def _correction(entry: CorrectedFigure, found: Trace) -> tuple[Node, ...]:
    def told(stated: Stated, number: VersionNo) -> Node:
        path = figure_path(found.park.code, found.period, found.key, number)
        return [figure(amount(entry.key, stated), path), html.Span(stated.kind.label, className="small")]

    return (
        labels.day(entry.corrected_on), told(entry.old, entry.old_version), told(entry.new, entry.new_version),
        f"{entry.old_version.label}→{entry.new_version.label}", entry.reason or "—", entry.recorded_by,
    )  # fmt: skip


def every_figure(visit: Visit, code: str, period: str) -> View:
    """All figures of a half-year, each with its cell, under the one file they come from."""
    with visit.platform.database.read() as session:
        try:
            found = period_trace(session, visit.actor, code, _period(period), _number(visit), visit.today)
        except Unknown:
            abort(404)
    known = found.park
    linked = visit.may(Permission.VIEW_REPORT)
    body: list[Node] = [card("全部数据", empty(f"{found.period.label}尚无审核通过的数据。"))]
    if found.version is not None:
        told = notice(found.version, found.counts, figures_path(known.code, found.period))
        shown = card("全部数据", told, parts_table(found.parts), note="点数字可追溯来源", wide=True)
        body = [version_card(found.version, linked=linked), shown]
    return View(
        f"{found.period.label}的数据来源",
        body=body,
        lead=known.title,
        crumbs=(*park_crumbs(visit.actor), (known.title, f"/parks/{known.code}")),
    )


def goal(visit: Visit, code: str, key: str) -> View:
    """Where a goal was read, by which decision it holds, and which goals it replaced."""
    with visit.platform.database.read() as session:
        try:
            found = goal_trace(session, visit.actor, code, key, visit.today)
        except Unknown:
            abort(404)
    indicator, known = INDICATORS[found.key], found.park
    replaced = [
        card(f"原目标（{labels.day(entry.valid_from)}起）", facts(goal_facts(entry, indicator.unit)))
        for entry in found.earlier
    ]
    return View(
        f"{indicator.label}建设目标的来源",
        body=card("建设目标", facts(goal_facts(found.goal, indicator.unit)), note="依据：三(一)1"),
        after=replaced,
        lead=known.title,
        crumbs=(*park_crumbs(visit.actor), (known.title, f"/parks/{known.code}#goals")),
    )


def one_cell(visit: Visit, report_id: str, cell_id: int) -> View:
    """A cell of one version, whatever that version is: draft, form or accepted report."""
    with visit.platform.database.read() as session:
        found = cell(session, int(report_id), cell_id)
        if found is None:
            abort(404)
        origin = version(session, int(report_id))
    place = f"v-{found.key}" if found.table == "figures" else f"t-{found.table}"
    value = "" if found.value is None else f"{found.value}{found.unit}"
    rows: list[tuple[str, Node]] = [
        ("数值", html.Strong(value, className="source-value") if value else "没有可采用的数值"),
        ("状态", lights.status(found.status)),
    ]
    return View(
        f"{_called(found)}的数据来源",
        body=[
            card("数值", facts(rows)),
            cell_card(found, origin, place, linked=True),
            version_card(origin, linked=True),
        ],
        lead=origin.told,
        crumbs=(*park_crumbs(visit.actor), (origin.told, f"/reports/{report_id}")),
    )


def _called(found: CellOrigin) -> str:
    label = label_of(found.table, found.key)
    return label if found.table == "figures" else f"第{found.row}行“{label}”"


PAGES = (
    Page("figure_source", "/parks/<code>/figures/<period>/<key>", layout),
    Page("figures_source", "/parks/<code>/figures/<period>", every_figure),
    Page("goal_source", "/parks/<code>/goals/<key>", goal),
    Page("cell_source", "/reports/<report_id>/cells/<int:cell_id>", one_cell),
)
