"""One 现场核查: its plan, the firms with their figures of the roster, its results, and what they propose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, empty, facts, link_button
from dashboard.components.figure import counted, figure
from dashboard.components.forms import button, choice, field, form, hidden, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.visit_parts import finding, state
from db.queries.visits import FIGURES, FirmRow, VisitRow, VisitState
from db.queries.visits import visit as known_visit
from policy.access import Permission
from policy.figures import plain
from policy.provenance import figure_path
from policy.tables import ROSTER
from policy.terms import VisitFinding

FIRMS = (
    Column("企业名称", "head"),
    Column("收入档次"),
    *(Column(ROSTER.column(key).label.removeprefix("其中："), "number", ROSTER.column(key).unit) for key in FIGURES),
    Column("核查结果"),
    Column("情况"),
)
DUE_AFTER = timedelta(days=60)
"""What the form proposes for putting a problem right; the committee sets the date."""


def layout(visit: Visit, visit_id: str) -> View:
    with visit.platform.database.read() as session:
        entry = known_visit(session, visit.actor, visit_id)
    if entry is None:
        abort(404)
    managing = visit.may(Permission.MANAGE_VISITS)
    acting = managing and entry.state is not VisitState.CANCELLED
    return View(
        f"{labels.short_name(entry.park_title)}现场核查",
        body=[
            card("核查安排", facts(_facts(entry))),
            _firms(entry),
            _proposals(entry, visit) if acting else None,
            _record(entry, visit) if acting else None,
            _others(entry, visit) if acting and entry.state is VisitState.PLANNED else None,
        ],
        lead=[state(entry), html.Span(labels.day(entry.visited_on or entry.planned_on))],
        actions=_papers(entry) if entry.firms else None,
        crumbs=(("现场核查", "/visits"), (entry.park_title, f"/parks/{entry.park_code}#visits")),
    )


def _papers(entry: VisitRow) -> Node:
    base = f"/visits/{entry.id}/sheet"
    return [link_button("下载核查表（Word）", f"{base}.docx", "primary"), link_button("PDF", f"{base}.pdf")]


def _facts(entry: VisitRow) -> list[tuple[str, Node]]:
    rows: list[tuple[str, Node]] = [
        ("园区", html.A(entry.park_title, href=f"/parks/{entry.park_code}")),
        ("计划日期", labels.day(entry.planned_on)),
        ("核查日期", labels.day(entry.visited_on)),
        ("核查单位", entry.visitors),
        ("核查事由", entry.purpose),
        ("抽样号", str(entry.seed) if entry.firms else "核查结果登记后显示"),
        ("抽样依据", _basis(entry)),
        ("拟定", entry.recorded_by),
    ]
    if entry.visited_on is not None:
        scan = html.A(entry.file_name, href=f"/visits/{entry.id}/file") if entry.file_sha256 else "未附"
        rows += [("核查情况", entry.result or "—"), ("签字的核查表", scan)]
    if entry.cancelled_on is not None:
        rows.append(("取消", f"{labels.day(entry.cancelled_on)}：{entry.cancel_reason}"))
    return rows


def _basis(entry: VisitRow) -> Node:
    roster = entry.roster
    if roster is None:
        return "最近一期审核通过的一览表"
    where = figure_path(entry.park_code, roster.period, ROSTER.key, roster.version)
    return [f"{roster.period.label}一览表{roster.version.label}，共", counted(f"{roster.firms}家", where)]


def _firms(entry: VisitRow) -> html.Section:
    nothing = empty("抽取的企业在核查结果登记后显示。", "请园区运营管理机构和区县经信部门配合现场核查。")
    rows = [row(FIRMS, _firm(firm, entry), id=f"firm-{firm.id}") for firm in entry.firms]
    return card(
        "核查企业", table("核查企业", FIRMS, rows, empty=nothing, wide=True), id="firms", note="点数字可追溯来源"
    )


def _firm(firm: FirmRow, entry: VisitRow) -> list[Node]:
    name: list[Node] = [firm.name]
    if firm.reason:
        name.append(html.Span(f"增加：{firm.reason}", className="small"))
    listed = html.A("已列入台账", href=f"/parks/{entry.park_code}/issues/{firm.issue_id}") if firm.issue_id else None
    return [name, firm.tier, *_figures(firm, entry), [finding(firm.finding), listed], firm.note or "—"]


def _figures(firm: FirmRow, entry: VisitRow) -> list[Node]:
    if entry.roster is None or firm.row is None:
        return ["—"] * len(FIGURES)
    path = figure_path(entry.park_code, entry.roster.period, f"{ROSTER.key}.{firm.row}", entry.roster.version)
    stated = [(key, firm.cells[key].value) for key in FIGURES if key in firm.cells]
    shown = {key: value for key, value in stated if value}
    first = next(iter(shown), "")
    return [figure(plain(Decimal(shown[key])), path, again=key != first) if key in shown else "—" for key in FIGURES]


def _proposals(entry: VisitRow, visit: Visit) -> Node:
    """What differs, each with a form that enters it in the ledger."""
    waiting = [firm for firm in entry.firms if firm.asks_for_a_line]
    if not waiting:
        return None
    forms = [
        html.Details([html.Summary(f"{firm.name}（{firm.finding.label if firm.finding else ''}）"),
                      _proposal(firm, entry, visit)], className="remark", open=len(waiting) == 1)
        for firm in waiting
    ]  # fmt: skip
    return card("建议列入问题整改台账", *forms, id="proposals", note="核查结果为不符、未见的企业")


def _proposal(firm: FirmRow, entry: VisitRow, visit: Visit) -> Node:
    word = firm.finding.label if firm.finding else ""
    found_on = entry.visited_on or visit.today
    return form(
        "/issues",
        hidden("park", entry.park_code), hidden("firm", firm.id), hidden("found_on", found_on),
        hidden("source", f"{labels.day(found_on)}现场核查"),
        field("问题", text("problem", f"{firm.name}核查{word}：{firm.note}", required=True, maxlength=1000)),
        field("责任单位", text("unit", entry.operator, required=True, maxlength=200)),
        field("整改措施", text("measure", "", maxlength=1000)),
        field("整改时限", text("due_on", str(found_on + DUE_AFTER), kind="date", required=True)),
        button("列入台账", tone="secondary"),
        kind="stack narrow",
    )  # fmt: skip


def _record(entry: VisitRow, visit: Visit) -> html.Section:
    said = visit.args
    today = str(visit.today)
    rows = [_result(firm, said) for firm in entry.firms]
    day = said.get("visited_on", str(entry.visited_on or min(entry.planned_on, visit.today)))
    recording = form(
        f"/visits/{entry.id}/record",
        field("核查日期", text("visited_on", day, kind="date", required=True, max=today)),
        table("核查结果", RESULTS, rows),
        field("核查情况和意见", element("textarea", said.get("result", entry.result), name="result", rows="3",
                                     maxlength="2000")),
        field("签字的核查表（扫描件）",
              element("input", type="file", name="file", accept=".pdf,.jpg,.jpeg,.png,.ofd"),
              "可以后再补；已附的不重复选择"),
        button("登记"),
        files=True,
    )  # fmt: skip
    if entry.visited_on is None:
        return card("登记核查结果", recording, id="record")
    correcting = html.Details([html.Summary("更正核查结果"), recording], className="remark", open="visited_on" in said)
    return card("更正", correcting, id="record", note="更正后原结果在操作日志中保留")


RESULTS = (Column("企业名称", "head"), Column("核查结果"), Column("实查数和情况（不符、未见须写明）"))


def _result(firm: FirmRow, typed: Mapping[str, str]) -> html.Tr:
    chosen = typed.get(f"finding-{firm.id}", firm.finding.value if firm.finding else "")
    options = [("", "请选择"), *((one.value, one.label) for one in VisitFinding)]
    note = text(
        f"note-{firm.id}", typed.get(f"note-{firm.id}", firm.note), maxlength=500, aria_label=f"{firm.name}情况"
    )
    return row(RESULTS, (firm.name, choice(f"finding-{firm.id}", options, chosen), note))


def _others(entry: VisitRow, visit: Visit) -> html.Section:
    said = visit.args
    adding = form(
        f"/visits/{entry.id}/firms",
        field("企业名称", text("name", said.get("name", ""), required=True, maxlength=200)),
        field("理由", text("why", said.get("why", ""), required=True, maxlength=200)),
        button("增加", tone="secondary"),
        kind="line",
    )
    cancelling = form(
        f"/visits/{entry.id}/cancel",
        field("理由", text("reason", said.get("reason", ""), required=True, maxlength=200)),
        button("取消核查", tone="plain"),
        kind="line",
    )
    return card("调整安排", html.H3("增加核查企业"), adding, html.H3("取消本次核查"), cancelling, id="adjust")


PAGE = Page("visit", "/visits/<visit_id>", layout)
