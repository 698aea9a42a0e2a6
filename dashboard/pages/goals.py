"""建设目标 of a park: what is in force by which decision, what it replaced, and for the committee how to set it."""

from __future__ import annotations

from collections.abc import Iterator

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty, link_button
from dashboard.components.figure import figure
from dashboard.components.forms import button, choice, field, form, hidden, text
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from db.queries.goals import GoalBook, GoalHistory, goal_book
from db.queries.provenance import GoalOrigin
from policy.access import Permission
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.indicators.path import MONTHS
from policy.provenance import goal_path
from policy.terms import GoalPath, Measure

BETWEEN = MONTHS[:-1]
VALUES = (
    Column("基期值", "number"),
    *(Column(f"{month}个月", "number") for month in BETWEEN),
    Column("目标值", "number"),
    Column("推进方式"),
    Column("依据"),
)
GOALS = (Column("指标", "head"), *VALUES, Column("生效日期", "day"))
CHANGING = Column("办理")
EARLIER = (Column("指标", "head"), *VALUES, Column("有效期", "day"))


def layout(visit: Visit, code: str) -> View:
    with visit.platform.database.read() as session:
        found = goal_book(session, visit.actor.scope, code, visit.today)
    if found is None:
        abort(404)
    may_set = visit.may(Permission.MANAGE_GOALS)
    return View(
        f"{found.park.title}建设目标",
        body=[_standing(found, may_set=may_set), _setting(found, visit) if may_set else None],
        after=[_importing(found) if may_set else None, _earlier(found)],
        lead="依据：三(一)1 建设方案；变更目标须有文件，原目标保留。阶段目标按批复后的月数列出。",
        actions=link_button("下载建设目标表", f"/parks/{found.park.code}/goals.xlsx") if may_set else None,
        crumbs=(*park_crumbs(visit.actor), (found.park.title, f"/parks/{found.park.code}#goals")),
    )


def _standing(found: GoalBook, *, may_set: bool) -> html.Section:
    columns = (*GOALS, CHANGING) if may_set else GOALS
    rows = [row(columns, _row(found, history, may_set=may_set)) for history in found.histories]
    nothing = empty("尚未登记建设目标。", "请市经济信息委按批复或建设方案填写或导入；没有目标就无法判断进度。")
    return card("现行目标", table("现行目标", columns, rows, empty=nothing), id="standing")


def _row(found: GoalBook, history: GoalHistory, *, may_set: bool) -> list[Node]:
    goal, key = history.goals[0], history.key
    change = html.A("变更", href=f"/parks/{found.park.code}/goals?set={key}#set")
    cells = [*_cells(goal, key, goal_path(found.park.code, key)), labels.day(goal.valid_from)]
    return [*cells, change] if may_set else cells


def _cells(goal: GoalOrigin, key: str, source: str) -> list[Node]:
    indicator, known = BY_KEY[key], [goal.milestones.get(month) for month in BETWEEN]
    return [
        [indicator.label, html.Span(f"（{indicator.unit}）", className="unit")],
        figure(plain(goal.baseline), source),
        *("—" if value is None else figure(plain(value), source, again=True) for value in known),
        figure(plain(goal.target), source, again=True),
        goal.path.label,
        goal.decision or "—",
    ]


def _earlier(found: GoalBook) -> html.Section | None:
    rows = [row(EARLIER, cells) for history in found.histories for cells in _replaced(found, history)]
    return card("原目标", table("原目标", EARLIER, rows), id="earlier", note="已由后来的文件变更") if rows else None


def _replaced(found: GoalBook, history: GoalHistory) -> Iterator[list[Node]]:
    source = goal_path(found.park.code, history.key)
    for newer, goal in zip(history.goals, history.goals[1:], strict=False):
        span = f"{labels.day(goal.valid_from)}至{labels.day(newer.valid_from)}前"
        yield [*_cells(goal, history.key, source), span]


def _setting(found: GoalBook, visit: Visit) -> html.Section:
    """Filled with what was typed before a refusal, else with the goal asked for in the address."""
    wanted = visit.args.get("set", "")
    history = next((one for one in found.histories if one.key == wanted), None)
    filled = dict(visit.args) if "baseline" in visit.args else _filled(history)
    address = f"/parks/{found.park.code}/goals"
    return card(
        f"变更：{BY_KEY[wanted].label}" if history else "填写目标",
        form(
            address,
            *_indicator(wanted if history else "", filled),
            field("基期值", _amount("baseline", filled, required=True)),
            field("基期日期", text("baseline_on", filled.get("baseline_on", ""), kind="date"), "不填为批复上一年末"),
            *(field(f"{month}个月阶段目标", _amount(f"m{month}", filled)) for month in BETWEEN),
            field("目标值（24个月）", _amount("target", filled, required=True)),
            field("推进方式", choice("path", [(one, one.label) for one in GoalPath], filled.get("path", "")), WAYS),
            field("依据文号", text("decision", filled.get("decision", ""), required=True, maxlength="200"),
                  "如批复、建设方案或同意变更目标的文件"),
            button("登记目标"),
            kind="stack narrow",
        ),
        id="set",
        note="登记后即时生效；首次登记的自批复之日起",
    )  # fmt: skip


WAYS = "直线推进：在前后两个目标之间匀速；分段推进：到下一个目标之日前按上一个计；后期加快：按序时进度的平方"


def _indicator(key: str, filled: dict[str, str]) -> list[Node]:
    if key:
        return [hidden("indicator", key), hidden("set", key)]
    options = [(one.key, f"{one.label}（{one.unit}）") for one in CATALOGUE if one.measure is not Measure.RATIO]
    return [field("指标", choice("indicator", options, filled.get("indicator", "")))]


def _amount(name: str, filled: dict[str, str], *, required: bool = False) -> Node:
    return text(name, filled.get(name, ""), required=required, inputmode="decimal", maxlength="40")


def _filled(history: GoalHistory | None) -> dict[str, str]:
    if history is None:
        return {}
    goal = history.goals[0]
    milestones = {f"m{month}": plain(value) for month, value in goal.milestones.items()}
    return milestones | {
        "baseline": plain(goal.baseline),
        "baseline_on": str(goal.baseline_on),
        "target": plain(goal.target),
        "path": goal.path.value,
    }


def _importing(found: GoalBook) -> html.Section:
    return card(
        "整表导入",
        form(
            f"/parks/{found.park.code}/goals/import",
            field(
                "建设目标表",
                element("input", type="file", name="file", required=True),
                "可先下载建设目标表，填好后上传",
            ),
            field("依据文号（变更已有目标时必填）", text("decision", "", maxlength="200")),
            button("导入"),
            files=True,
            kind="stack narrow",
        ),
        id="import",
        note="整份导入或整份不导入；表中没有的指标不变",
    )


PAGE = Page("goals", "/parks/<code>/goals", layout)
