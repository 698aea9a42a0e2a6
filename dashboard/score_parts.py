"""专家评分 in parts: the sheets, the form for one, how far experts are apart, and what is scored without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dash import html

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty
from dashboard.components.forms import choice, text
from dashboard.components.tables import Column, row, table
from dashboard.evaluation_parts import value
from dashboard.markup import Node, element
from db.queries.evidence import EvidenceRow
from db.queries.scores import MemberSheets, PanelScores, SheetRow, SheetState
from policy.evaluation.inputs import OfMarks
from policy.evaluation.sheet import RowKind, Sheet
from policy.evaluation.system import Item
from policy.figures import percent, plain
from policy.scoring import Spread, most
from policy.terms import Light
from services.score_papers import ScorePaper
from services.score_sheets import LONGEST_BASIS

LIGHTS = {SheetState.WAITING: Light.BLUE, SheetState.COUNTS: Light.GREEN, SheetState.RETURNED: Light.GREY}
SHEETS = (
    Column("专家", "head"),
    Column("评分表"),
    Column("签字日期", "day"),
    Column("代录"),
    Column("复核"),
    Column("办理"),
)
GIVEN = (
    Column("指标", "head"),
    Column("满分", "number", "分"),
    Column("评分", "number", "分"),
    Column("评分依据"),
    Column("佐证编号"),
)
SPREADS = (
    Column("指标", "head"),
    Column("满分", "number", "分"),
    Column("各专家评分"),
    Column("最低", "number"),
    Column("中位数", "number"),
    Column("最高", "number"),
    Column("相差", "number"),
)
AUTOMATIC = (
    Column("指标", "head"),
    Column("数值和来源"),
    Column("计分规则"),
    Column("权重", "number", "分"),
    Column("得分", "number", "分"),
)


def state(sheet: SheetRow | None) -> Node:
    if sheet is None:
        return lights.light(Light.GREY, "未交")
    return lights.light(LIGHTS[sheet.state], sheet.state.label)


def sheets_table(scores: PanelScores, code: str) -> html.Div:
    """Who has handed in what; who stepped back stands below, their marks do not count."""
    rows = [_member(one, code) for one in (*scores.members, *scores.stepped_back)]
    return table("评分表", SHEETS, rows, id="score-sheets", empty=empty("专家组没有成员。"))


def _member(one: MemberSheets, code: str) -> html.Tr:
    sheet, member = one.standing, one.member
    left = None if member.reviews else html.Span("已退出，不计入", className="small")
    name = [member.name, html.Span(f"{member.code} {member.seat.label}", className="small"), left]
    address = f"/parks/{code}/panel/scores/{member.id}"
    checked = _when(sheet.checked_by, sheet.checked_at) if sheet and sheet.checked_at else "—"
    return row(SHEETS, (
        name, [state(sheet), html.Span(f"第{sheet.number}号", className="small") if sheet else None],
        labels.day(sheet.signed_on) if sheet else "—", _when(sheet.entered_by, sheet.entered_at) if sheet else "—",
        "在线提交，不另复核" if sheet and sheet.online else checked, html.A(_next(one), href=address),
    ))  # fmt: skip


def _next(one: MemberSheets) -> str:
    if one.standing is None:
        return "代录" if one.member.reviews else "查看"
    return "复核" if one.standing.state is SheetState.WAITING else "查看"


def _when(who: str, at: object) -> Node:
    return [who, html.Span(labels.stamp(at), className="small")]


def given_table(items: Iterable[Item], sheet: SheetRow, evidence: Sequence[EvidenceRow], code: str) -> html.Div:
    """A sheet as it was entered, line by line, to be held against its scan."""
    titles = {row_.id: row_.title for row_ in evidence}
    rows = []
    for item in items:
        mark = sheet.mark(item.id)
        number = mark.evidence_id if mark else None
        proof = html.A(f"{number} {titles.get(number, '')}", href=f"/parks/{code}/evidence#evidence-{number}")
        rows.append(row(GIVEN, (
            item.name, plain(most(item)), plain(mark.value) if mark else "—", (mark.basis if mark else "") or "—",
            proof if number else "—",
        )))  # fmt: skip
    return table(f"第{sheet.number}号评分表", GIVEN, rows)


ENTRY = (
    Column("指标和评分内容", "head"),
    Column("满分", "number", "分"),
    Column("评分"),
    Column("评分依据"),
    Column("佐证"),
)


def entry_table(items: Iterable[Item], evidence: Sequence[EvidenceRow], said: Mapping[str, str]) -> html.Div:
    """The fields of a sheet: value-…, basis-… and evidence-… of each item."""
    options = [("", "无"), *((str(one.id), f"{one.id} {one.title}") for one in evidence)]
    return html.Div(table("评分", ENTRY, [_entry(item, options, said) for item in items]), className="score-entry")


def _entry(item: Item, options: Sequence[tuple[str, str]], said: Mapping[str, str]) -> html.Tr:
    asks = item.input.asks if isinstance(item.input, OfMarks) else item.input.told
    names = {part: f"{part}-{item.id}" for part in ("value", "basis", "evidence")}
    mark = text(
        names["value"], said.get(names["value"], ""), inputmode="decimal", size=7, aria_label=f"{item.name}评分"
    )
    basis = element(
        "textarea", said.get(names["basis"], ""), name=names["basis"], rows="2", maxlength=LONGEST_BASIS,
        aria_label=f"{item.name}评分依据",
    )  # fmt: skip
    proof = choice(names["evidence"], options, said.get(names["evidence"], ""))
    return row(ENTRY, ([item.name, html.Span(asks, className="small")], plain(most(item)), mark, basis, proof))


# How far apart


def spread_card(paper: ScorePaper) -> html.Section:
    rows = [_spread(one) for one in paper.spreads]
    limit = percent(paper.limit, 0)
    nothing = empty("评估指标体系没有由专家评分的指标。")
    return card(
        "专家评分分歧", table("专家评分分歧", SPREADS, rows, empty=nothing, wide=True), id="spread",
        note=f"只计已复核的评分表；最高与最低相差超过满分的{limit}为分歧较大（系统默认值，通知未规定）",
    )  # fmt: skip


def _spread(one: Spread) -> html.Tr:
    given = "；".join(f"{mark.giver}：{plain(mark.value)}" for mark in one.given) or "—"
    values = [plain(value) if value is not None else "—" for value in (one.lowest, one.median, one.highest)]
    apart: Node = plain(one.difference) if one.difference is not None else "—"
    if one.wide:
        apart = [apart, html.Br(), lights.light(Light.YELLOW, "分歧较大")]
    return row(SPREADS, (one.item.name, plain(one.out_of), given, *values, apart), tone="lacking" if one.wide else "")


# What is scored without the experts


def automatic_card(found: Sheet, scored: Iterable[str]) -> html.Section:
    """Every item but those experts score, with its sources; bonuses too."""
    by_experts = set(scored)
    rows = [
        row(AUTOMATIC, (
            [line.name, html.Span(line.group or "加分", className="small")], value(line), line.rule, line.weight,
            line.points_told if line.points else html.Span("未计入", className="muted"),
        ), tone="lacking" if line.why else "")
        for line in found.rows
        if line.kind is not RowKind.VETO and line.id not in by_experts
    ]  # fmt: skip
    return card(
        "自动计分和登记评定的指标", table("自动计分和登记评定的指标", AUTOMATIC, rows, wide=True), id="automatic",
        note="按审核通过的数据、报送记录和登记的评定计分，点来源看出处",
    )  # fmt: skip
