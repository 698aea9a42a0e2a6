"""评估指标体系 and 评分表 on a page: three levels, rules in words, points with their sources, the 试算 watermark."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, facts
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from policy.evaluation.inputs import Source
from policy.evaluation.score import printed
from policy.evaluation.sheet import Row, RowKind, Sheet
from policy.evaluation.system import TRIAL, Area, Grade, Item, System
from policy.figures import plain

TRIAL_TOLD = "试算：本体系没有发布文号，评分只供内部测算，不是评审结论。"
ITEMS = (
    Column("三级指标", "head"),
    Column("二级指标"),
    Column("权重", "number", "分"),
    Column("数据"),
    Column("计分规则"),
    Column("缺数据时"),
)
EXTRA = (Column("项目", "head"), Column("数据"), Column("规则"))
POINTS = (
    Column("三级指标", "head"),
    Column("数值和来源"),
    Column("计分规则"),
    Column("权重", "number", "分"),
    Column("得分", "number", "分"),
)
EXTRA_POINTS = (Column("项目", "head"), Column("数值和来源"), Column("规则"), Column("结果", "number"))


def watermarked(mark: str, *parts: Node) -> Node:
    """What no document stands behind bears its mark on the screen and on every printed page."""
    if not mark:
        return list(parts)
    notice = html.P(TRIAL_TOLD, className="notice trial-notice", role="note")
    repeated = html.Div(mark, className="trial-print", **{"aria-hidden": "true"})
    return html.Div([notice, repeated, *parts], className="trial")


# The system itself


def system_facts(system: System) -> html.Dl:
    since = f"{labels.day(system.effective_from)}起"
    until = f"，至{labels.day(system.effective_to)}止" if system.effective_to else ""
    return facts((
        ("版本", system.version),
        ("发布文号", system.document or f"没有发布文号，评分一律为{TRIAL}"),
        ("有效期", since + until),
        ("等次", "；".join(map(_grade_told, system.grades))),
        ("说明", system.note),
    ))  # fmt: skip


def _grade_told(grade: Grade) -> str:
    return f"{grade.name} {plain(grade.lowest)}分及以上" if grade.lowest else f"{grade.name} 其余"


def system_cards(system: System) -> list[Node]:
    """Every area with its items, then bonuses and vetoes."""
    extras = [(title, found) for title, found in (("加分", system.bonuses), ("一票否决", system.vetoes)) if found]
    return [
        *(_area(number, area) for number, area in enumerate(system.areas, start=1)),
        *(card(title, table(title, EXTRA, [_extra(item) for item in found])) for title, found in extras),
    ]


def _area(number: int, area: Area) -> html.Section:
    rows = [
        row(ITEMS, (
            _named(item.name, item.note), f"{group.name}（{plain(group.weight)}分）", plain(item.weight),
            item.input.told, item.rule_told, item.missing.label,
        ))
        for group in area.groups
        for item in group.items
    ]  # fmt: skip
    title = f"{number}. {area.name}"
    return card(title, table(title, ITEMS, rows, wide=True), note=f"一级指标，{plain(area.weight)}分")


def _extra(item: Item) -> Node:
    return row(EXTRA, (_named(item.name, item.note), item.input.told, item.rule_told))


def _named(name: str, note: str) -> list[Node]:
    return [name, html.Span(note, className="small") if note else None]


# A score by it


def outcome(sheet: Sheet) -> Node:
    """The total, the grade, how they came about, and what decides them beside the points."""
    words = [html.Span(sheet.mark, className="tag") if sheet.mark else None]
    told = [
        html.P([html.Strong(sheet.total_told, className="score-total"), "分 ", html.Strong(sheet.grade or "不评等次"),
                *words], className="score"),
        html.P(sheet.sum_told, className="muted"),
    ]  # fmt: skip
    if sheet.vetoed:
        told.append(html.P(f"一票否决：{'、'.join(sheet.vetoed)}，评为最低等次。", className="notice notice-refused"))
    if sheet.blocked:
        lacking = "、".join(sheet.blocked)
        told.append(html.P(f"缺少数据，不能计总分：{lacking}。", className="notice notice-refused"))
    return told


def sheet_cards(sheet: Sheet) -> html.Div:
    """评分表 by area, line by line, then bonuses and vetoes."""
    areas = groupby(sheet.of(RowKind.ITEM), key=lambda line: line.area)
    cards = [
        *(_scored_area(number, name, list(rows)) for number, (name, rows) in enumerate(areas, start=1)),
        _scored_extra("加分", sheet.of(RowKind.BONUS)),
        _scored_extra("一票否决", sheet.of(RowKind.VETO)),
    ]
    return html.Div(cards, id="lines", className="stack-cards scored")


def _scored_area(number: int, name: str, rows: Sequence[Row]) -> html.Section:
    title = f"{number}. {name}"
    shown = [
        row(POINTS, (_named(line.name, line.group), value(line), line.rule, line.weight, _points(line)),
            id=f"item-{line.id}", tone="lacking" if line.why else "")
        for line in rows
    ]  # fmt: skip
    got = sum((Fraction(line.points) for line in rows if line.points), Fraction(0))
    whole = sum((Fraction(line.weight) for line in rows), Fraction(0))
    return card(title, table(title, POINTS, shown, wide=True), note=f"{printed(whole)}分中得{printed(got)}分")


def _points(line: Row) -> Node:
    return line.points_told if line.points else html.Span("未计入", className="muted")


def value(line: Row) -> Node:
    """What was looked at, its value, and where it comes from; else why nothing is known and what follows."""
    if line.why:
        return [
            html.Span(line.looked_at, className="small"), html.Span(f"缺：{line.why}"),
            html.Span(line.missing, className="small") if line.kind is RowKind.ITEM else None, *_sources(line.sources),
        ]  # fmt: skip
    return [html.Span(line.looked_at, className="small"), html.Span(line.value), *_sources(line.sources)]


def _sources(sources: Sequence[Source]) -> list[Node]:
    return [html.Span(html.A(one.told, href=one.path) if one.path else one.told, className="small") for one in sources]


def _scored_extra(title: str, rows: Sequence[Row]) -> Node:
    if not rows:
        return None
    shown = [
        row(EXTRA_POINTS, (line.name, value(line), line.rule, _result(line)), id=f"item-{line.id}") for line in rows
    ]
    return card(title, table(title, EXTRA_POINTS, shown, wide=True))


def _result(line: Row) -> str:
    if line.kind is RowKind.VETO:
        return "未认定" if line.why else line.value
    return f"{line.points_told}分"


def missing_list(sheet: Sheet) -> Node:
    """What lacks, each leading to its line."""
    items = [html.Li([html.A(line.name, href=f"#item-{line.id}"), f"：{line.why}"]) for line in sheet.missing]
    return html.Ul(items, className="plain-list")
