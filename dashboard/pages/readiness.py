"""验收就绪度: what a park would lack if it were reviewed today, and the back-plan; and all parks at a glance."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, elapsed, empty
from dashboard.components.figure import counted, figure
from dashboard.components.forms import button, field, form, text
from dashboard.components.paging import page_number, pager
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs, park_tabs
from dashboard.condition_table import conditions_table
from dashboard.dossier_tables import results_table
from dashboard.evaluation_parts import outcome
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.office_cycles import CycleRow
from policy.acceptance import Condition, Readiness
from policy.access import Permission
from policy.deadlines import elapsed_share
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.obligations import PAPERS
from policy.readiness import Gap, Leg, next_leg
from policy.refusal import Unknown
from policy.rulebook import DEFAULT_SOURCE
from policy.terms import Light, ObligationKind
from services.dossiers import Dossier
from services.readiness import LONGEST, NotAccepted, OverviewLine, ParkReadiness, overview, readiness


def layout(visit: Visit, code: str) -> View:
    try:
        with visit.platform.database.read() as session:
            found = readiness(session, visit.actor, code, visit.today)
    except Unknown:
        abort(404)
    file = found.file
    return View(
        f"{file.park.title}验收就绪度",
        body=[
            park_tabs(file.park.code, "/readiness", visit.actor),
            card("假如今日验收", _summary(found), conditions_table(file), id="conditions"),
            _score(found),
            card("差距清单", _gaps(found.gaps), id="gaps", note="点“办理”到补齐的地方"),
            card("倒排计划", _basis(found, visit), _plan(found.plan, visit), id="plan"),
            card("建设目标与指标完成", results_table(file), id="results", note="只采用审核通过的数据"),
            _waiting(found.waiting, file),
            _cycles(found, visit),
        ],
        lead=[lights.stage(file.park.stage), html.Span(f"截至{labels.day(file.as_of)}；不代替专家评审验收结论")],
        crumbs=(*park_crumbs(visit.actor), (file.park.title, f"/parks/{file.park.code}")),
    )


def _score(found: ParkReadiness) -> html.Section:
    """What the park has by the indicator system in force; without one nothing is scored."""
    file = found.file
    if found.score is None:
        said: Node = next(entry.sentence for entry in file.conditions if entry.key == "evaluation_system")
        return card("评分", html.P(said, className="muted"), id="score", note="依据：五(三)")
    lines = html.A("逐项查看评分", href=f"/parks/{file.park.code}/evaluation")
    return card("评分", outcome(found.score), html.P(lines, className="links"), id="score", note="依据：五(三)")


def _met(conditions: Sequence[Condition]) -> int:
    return sum(entry.readiness is Readiness.MET for entry in conditions)


def _summary(found: ParkReadiness) -> html.P:
    conditions, step = found.file.conditions, next_leg(found.plan)
    words: list[Node] = [
        "验收条件", counted(f"{len(conditions)}项", "#conditions"), f"，已具备{_met(conditions)}项；差距",
        counted(f"{len(found.gaps)}条", "#gaps"), "。",
    ]  # fmt: skip
    if step is not None:
        words.append(f"下一份材料：{step.kind.label}（{step.who}），{step.standing(found.file.as_of)[1]}。")
    return html.P(words, className="summary")


GAPS = (Column("差距", "head"), Column("差多少"), Column("依据"), Column("责任单位"), Column("办理", "day"))


def _gaps(found: Sequence[Gap]) -> html.Div:
    nothing = empty("没有发现差距。", "验收结论由专家组按评估指标体系作出。")
    return table("差距清单", GAPS, [_gap(gap) for gap in found], id="gap-table", empty=nothing)


def _gap(gap: Gap) -> html.Tr:
    amount: Node = figure(gap.amount, gap.source) if gap.source else gap.amount
    return row(GAPS, (gap.what, amount, gap.clause, gap.who, html.A("办理", href=gap.path)))


PLAN = (
    Column("材料", "head"),
    Column("责任单位"),
    Column("办文周期", "number", "个工作日"),
    Column("最迟着手日", "day"),
    Column("最迟办结日", "day"),
    Column("报送截止日", "day"),
    Column("状态"),
)


def _basis(found: ParkReadiness, visit: Visit) -> html.P:
    park = found.file.park
    left = (park.ends_on - visit.today).days
    stands = f"剩{left}天" if left >= 0 else f"已满{-left}天"
    return html.P(
        f"建设期{labels.day(park.ends_on)}届满（{stands}）。由建设期满推算的报送截止日往前，按各自办文周期的工作日倒排：前一份材料在"
        "后一份着手之前办结。自评报告、审核意见和验收申请函在建设期满之后定稿，须在期满之前着手的已注明。",
        className="summary",
    )


def _plan(plan: Sequence[Leg], visit: Visit) -> html.Div:
    return table("倒排计划", PLAN, [_leg(leg, visit) for leg in plan], id="plan-table")


def _leg(leg: Leg, visit: Visit) -> html.Tr:
    light, word = leg.standing(visit.today)
    noted = ["建设期满之前须着手"] if leg.before_end and leg.done_on is None else []
    noted += [leg.provisional] if leg.provisional else []
    notes = [html.Span(note, className="small") for note in noted]
    return row(PLAN, (
        leg.kind.label, leg.who, counted(str(leg.days), "#cycles"), labels.day(leg.begin), labels.day(leg.finish),
        labels.day(leg.due), [lights.light(light, word), *notes],
    ))  # fmt: skip


WAITING = (
    Column("报告期", "head"),
    Column("版本"),
    Column("状态"),
    Column("所列数与目标"),
    Column("未作情况说明", "number", "条"),
)


def _waiting(found: Sequence[NotAccepted], file: Dossier) -> Node:
    """What is not accepted as yet and may still change the picture."""
    if not found:
        return None
    targets = {goal.goal.key: goal.goal.target for goal in file.goals}
    rows = []
    for entry in found:
        report = f"/reports/{entry.row.submission_id}"
        stated: list[Node] = []
        for key, fact in entry.figures.items():
            unit = BY_KEY[key].unit
            value = figure(f"{plain(fact.value)}{unit}{fact.kind.mark}", report)
            stated.append(
                html.Span([f"{BY_KEY[key].label}", value, f"（目标{plain(targets[key])}{unit}）"], className="small")
            )
        rows.append(row(WAITING, (
            entry.row.period.label, html.A(entry.row.version.label, href=report), lights.state(entry.row.state),
            stated or "—", counted(str(entry.unexplained), f"{report}#problems") if entry.unexplained else "0",
        )))  # fmt: skip
    return card("尚未审核通过的报告", table("尚未审核通过的报告", WAITING, rows), id="waiting", note="不计入上面的判断")


CYCLES = (Column("材料", "head"), Column("办文周期", "number", "个工作日"), Column("设定"), Column("设定人"))


def _cycles(found: ParkReadiness, visit: Visit) -> html.Section:
    """How long this district needs for each paper, the form to set it, and what was set before."""
    newest: dict[ObligationKind, CycleRow] = {}
    for entry in found.cycles:
        newest.setdefault(entry.kind, entry)
    days = {leg.kind: leg.days for leg in found.plan}
    rows = [_cycle(kind, days[kind], newest.get(kind)) for kind in PAPERS]
    earlier = [entry for entry in found.cycles if entry not in newest.values()]
    return card(
        "办文周期",
        table("办文周期", CYCLES, rows),
        _set_form(found, days, visit) if visit.may(Permission.SET_OFFICE_CYCLE) else None,
        _earlier(earlier),
        id="cycles",
        note="由区县经信部门设定，适用于本区县各园区；未设定的为系统默认值",
    )


def _cycle(kind: ObligationKind, days: int, entry: CycleRow | None) -> html.Tr:
    when, by = (labels.stamp(entry.at), entry.by) if entry else (DEFAULT_SOURCE, "—")
    return row(CYCLES, (kind.label, days, when, by))


def _set_form(found: ParkReadiness, days: dict[ObligationKind, int], visit: Visit) -> Node:
    boxes = [
        field(kind.label, text(kind.value, visit.args.get(kind.value, str(days[kind])), kind="number", required=True,
                               min=1, max=LONGEST))
        for kind in PAPERS
    ]  # fmt: skip
    return form(f"/parks/{found.file.park.code}/readiness/cycle", *boxes, button("保存", tone="secondary"), kind="line")


def _earlier(found: Sequence[CycleRow]) -> Node:
    if not found:
        return None
    rows = [row(CYCLES, (one.kind.label, one.days, labels.stamp(one.at), one.by)) for one in found]
    shown = table("此前的办文周期", CYCLES, rows)
    return html.Details([html.Summary(f"此前的设定（{len(found)}次）"), shown], className="attempts")


PAGE_SIZE = 50
OVERVIEW = (
    Column("园区", "head"),
    Column("阶段"),
    Column("建设期"),
    Column("验收条件"),
    Column("差距", "number", "条"),
    Column("下一份材料"),
    Column("最迟着手日", "day"),
    Column("最迟办结日", "day"),
    Column("状态"),
)


def all_parks(visit: Visit) -> View:
    page = page_number(visit.args)
    with visit.platform.database.read() as session:
        lines, total = overview(session, visit.actor, visit.today, (page - 1) * PAGE_SIZE, PAGE_SIZE)
    nothing = empty("没有园区。", "园区登记后显示在这里。")
    rows = [_line(line, visit) for line in lines]
    return View(
        "验收就绪度",
        body=card(
            f"园区（{total}个）",
            table(
                "各园区验收就绪度",
                OVERVIEW,
                rows,
                id="readiness-table",
                empty=nothing,
            ),
            pager("/readiness", {}, page, total, PAGE_SIZE),
            note="按行政区划序；差距含佐证资料；情况说明见各园区页",
        ),
        lead=f"截至{labels.day(visit.today)}，只采用审核通过的数据；不代替专家评审验收结论。",
    )


def _line(line: OverviewLine, visit: Visit) -> html.Tr:
    park, leg = line.park, next_leg(line.plan)
    base = f"/parks/{park.code}/readiness"
    name = [html.A(park.short_name, href=base, className="name"), html.Span(park.district, className="small")]
    passed = elapsed(
        elapsed_share(park.approved_on, park.ends_on, visit.today), (park.ends_on - visit.today).days, base
    )
    met = ["已具备", counted(f"{_met(line.conditions)}/{len(line.conditions)}", f"{base}#conditions")]
    ahead: tuple[Node, ...] = ("—", "—", "—", lights.light(Light.GREEN, "均已登记"))
    if leg is not None:
        light, word = leg.standing(visit.today)
        ahead = (
            [leg.kind.label, html.Span(leg.who, className="small")], labels.day(leg.begin), labels.day(leg.finish),
            [lights.light(light, word), html.Span(leg.provisional, className="small") if leg.provisional else None],
        )  # fmt: skip
    gaps = counted(str(len(line.gaps)), f"{base}#gaps")
    return row(OVERVIEW, (name, lights.stage(park.stage), passed, met, gaps, *ahead))


PAGE = Page("readiness", "/parks/<code>/readiness", layout)
OVERVIEW_PAGE = Page("readiness_overview", "/readiness", all_parks, menu="验收就绪度")
