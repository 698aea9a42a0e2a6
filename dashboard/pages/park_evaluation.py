"""评分 of a park: its score so far line by line, what lacks, the marks given by people, and the scores kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, choice, field, form, hidden, text
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import contents, park_crumbs, park_tabs
from dashboard.evaluation_parts import missing_list, outcome, sheet_cards, watermarked
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.access import ID, ParkName, park_in_scope
from db.queries.evaluations import FreezeRow, MarkRow, SystemRow, freezes, mark_history, system, system_of, systems
from policy.access import Permission
from policy.evaluation.inputs import OfMarks
from policy.evaluation.rules import Experts
from policy.evaluation.sheet import Sheet, sheet
from policy.evaluation.system import Item, System
from policy.figures import plain
from policy.scoring import scored_items
from services.evaluations import score

MARKS = (Column("指标", "head"), Column("评定"), Column("依据"), Column("评定日期", "day"), Column("登记"))
KEPT = (
    Column("用途", "head"),
    Column("定稿日期", "day"),
    Column("评估指标体系"),
    Column("总分", "number", "分"),
    Column("等次"),
    Column("登记"),
)


def layout(visit: Visit, code: str) -> View:
    with visit.platform.database.read() as session:
        park = park_in_scope(session, visit.actor, code)
        if park is None:
            abort(404)
        kept, rows = freezes(session, park.id), systems(session)
        wanted = visit.args.get("system", "")
        row_ = system(session, int(wanted)) if ID.fullmatch(wanted) else system_of(session, visit.today)
        found = score(session, visit.actor, code, visit.today, row_.id) if row_ else None
        marks = mark_history(session, park.id, row_.id) if row_ else ()
    if not visit.may(Permission.ENTER_SCORES):
        kept, marks = _discreet(kept, rows), tuple(mark for mark in marks if not mark.giver)
    frozen = next((one for one in kept if str(one.id) == visit.args.get("freeze")), None)
    if frozen is not None:
        return _view(park, visit, _frozen(park, frozen))
    if row_ is None or found is None:
        nothing = empty(
            "尚无生效的评估指标体系，不作评分。", "通知五(三)规定评估指标体系另行制定；可先导入自拟的体系试算。"
        )
        return _view(park, visit, [card("评分", nothing), _kept(park, kept)])
    shown = sheet(found) if visit.may(Permission.ENTER_SCORES) else sheet(found).without_givers(_by_experts(row_))
    return _view(park, visit, _live(park, row_, rows, shown, marks, kept, visit))


def _by_experts(row_: SystemRow) -> frozenset[str]:
    return frozenset(item.id for item in scored_items(row_.system))


def _discreet(kept: Sequence[FreezeRow], rows: Sequence[SystemRow]) -> tuple[FreezeRow, ...]:
    """Without what single experts gave: they score independently, and those they judge do not learn who gave what."""
    items = {row_.id: _by_experts(row_) for row_ in rows}
    return tuple(replace(one, sheet=one.sheet.without_givers(items.get(one.system_id, ()))) for one in kept)


def _view(park: ParkName, visit: Visit, body: Node) -> View:
    return View(
        f"{park.short_name}评分",
        body=[park_tabs(park.code, "/evaluation", visit.actor), body],
        lead="按评估指标体系逐项计分，只用审核通过的数据、报送记录和登记的评定。",
        crumbs=(*park_crumbs(visit.actor), (park.title, f"/parks/{park.code}")),
    )


def _live(
    park: ParkName, row_: SystemRow, rows: Sequence[SystemRow], found: Sheet, marks: Sequence[MarkRow],
    kept: Sequence[FreezeRow], visit: Visit,
) -> Node:  # fmt: skip
    manages, of = visit.may(Permission.MANAGE_EVALUATION), row_.system
    parts = [("total", "总分"), ("lines", "逐项得分"), ("missing", "缺数据"), ("marks", "评定"), ("kept", "评分定稿")]
    return [
        contents(parts),
        watermarked(
            found.mark,
            card("总分", outcome(found), _by(row_, rows, park), id="total", note=f"截至{labels.day(found.as_of)}"),
            sheet_cards(found),
            _missing(found),
        ),
        _marks(park, row_, marks, visit) if manages or marks else None,
        _kept(park, kept, _freezing(park, row_) if manages and of.in_force(visit.today) else None),
    ]


def _by(row_: SystemRow, rows: Sequence[SystemRow], park: ParkName) -> Node:
    others = [
        html.A(f"{one.system.name} {one.system.version}", href=f"/parks/{park.code}/evaluation?system={one.id}")
        for one in rows
        if one.id != row_.id
    ]
    named = html.A(f"{row_.system.name} {row_.system.version}", href=f"/evaluation/{row_.id}")
    return [
        html.P(["评估指标体系：", named], className="small-text"),
        html.P(["按其他体系试算：", *_with_commas(others)], className="small-text") if others else None,
    ]


def _with_commas(links: Sequence[Node]) -> list[Node]:
    return [part for link in links for part in (link, "、")][:-1]


def _missing(found: Sheet) -> Node:
    nothing = empty("各项都有数据和评定。")
    return card(
        "缺数据", missing_list(found) if found.missing else nothing, id="missing", note="补齐后自动计分，点名称看该项"
    )


def _frozen(park: ParkName, kept: FreezeRow) -> Node:
    told = f"{labels.day(kept.frozen_on)}为“{kept.purpose}”定稿，以下是当时的评分，此后的数据和评定不改变它。"
    by = html.P(["评估指标体系：", html.A(f"{kept.system_name} {kept.version}", href=f"/evaluation/{kept.system_id}")])
    return [
        html.P([told, html.A("看今天的评分", href=f"/parks/{park.code}/evaluation")], className="notice"),
        watermarked(
            kept.sheet.mark,
            card("总分", outcome(kept.sheet), by, id="total", note=f"截至{labels.day(kept.sheet.as_of)}"),
            sheet_cards(kept.sheet),
        ),
    ]


# 评定


def _marks(park: ParkName, row_: SystemRow, marks: Sequence[MarkRow], visit: Visit) -> Node:
    names = {item.id: item for item in row_.system.everything()}
    rows = [row(MARKS, _mark_cells(entry, names)) for entry in marks]
    form_ = _marking(park, row_, visit) if visit.may(Permission.MANAGE_EVALUATION) else None
    nothing = empty("尚未登记评定。")
    return card(
        "评定", table("评定", MARKS, rows, empty=nothing), form_, id="marks", note="同一评定人以最新的为准，先前的保留"
    )


def _mark_cells(entry: MarkRow, names: dict[str, Item]) -> tuple[Node, ...]:
    item = names.get(entry.item)
    unit = item.input.unit if item else ""
    said = "撤回" if entry.value is None else f"{plain(entry.value)}{unit}"
    return (
        item.name if item else entry.item, f"{entry.giver}：{said}" if entry.giver else said, entry.basis,
        labels.day(entry.given_on), f"{entry.recorded_by} {labels.stamp(entry.recorded_at)}",
    )  # fmt: skip


def _marking(park: ParkName, row_: SystemRow, visit: Visit) -> Node:
    items = [item for item in row_.system.everything() if isinstance(item.input, OfMarks)]
    if not items:
        return None
    typed = visit.args
    return form(
        f"/parks/{park.code}/evaluation/marks",
        hidden("system", row_.id),
        field("指标", choice("item", [(item.id, _asked(item)) for item in items], typed.get("item", ""))),
        field("评定", text("value", typed.get("value", ""), inputmode="decimal"),
              "分数、数量，或是填1、否填0；不填为撤回先前的评定"),
        field("专家代号", text("giver", typed.get("giver", ""), maxlength="50"), "专家评分项填写，如 专家1；其他不填")
        if _has_experts(row_.system) else None,
        field("依据", text("basis", typed.get("basis", ""), required=True, maxlength="500"),
              "如现场核查记录、会议纪要文号"),
        field("评定日期", text("given_on", typed.get("given_on", "") or str(visit.today), kind="date", required=True)),
        button("登记评定"),
        kind="stack narrow",
    )  # fmt: skip


def _has_experts(found: System) -> bool:
    return any(isinstance(item.rule, Experts) for item in found.items)


def _asked(item: Item) -> str:
    asks = item.input.asks if isinstance(item.input, OfMarks) else ""
    most = f"，满分{plain(item.rule.out_of)}分" if isinstance(item.rule, Experts) else ""
    return f"{item.name}（{asks}{most}）"


# 评分定稿


def _kept(park: ParkName, kept: Sequence[FreezeRow], form_: Node = None) -> Node:
    rows = [
        row(KEPT, (
            html.A(entry.purpose, href=f"/parks/{park.code}/evaluation?freeze={entry.id}"),
            labels.day(entry.frozen_on), f"{entry.system_name} {entry.version}",
            [entry.sheet.total_told, html.Span(entry.sheet.mark, className="tag") if entry.sheet.mark else None],
            entry.sheet.grade or "不评等次", f"{entry.recorded_by} {labels.stamp(entry.recorded_at)}",
        ))
        for entry in kept
    ]  # fmt: skip
    return card(
        "评分定稿", table("评分定稿", KEPT, rows, empty=empty("尚无定稿的评分。")), form_, id="kept",
        note="定稿时逐项保存，此后不变",
    )  # fmt: skip


def _freezing(park: ParkName, row_: SystemRow) -> Node:
    mark = "本体系没有发布文号，定稿的评分仍标“试算”" if row_.system.trial else None
    return form(
        f"/parks/{park.code}/evaluation/freezes",
        hidden("system", row_.id),
        field("用途", text("purpose", "", required=True, maxlength="200", placeholder="如：专家评审验收"), mark),
        button("评分定稿"),
        kind="stack narrow",
    )


PAGE = Page("park_evaluation", "/parks/<code>/evaluation", layout)
