"""One 应报事项: its dates and documents, and what may be recorded about it by whoever looks."""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from flask import abort

from dashboard import labels
from dashboard import obligation_parts as parts
from dashboard.components.blocks import card, empty, facts
from dashboard.components.forms import button, field, form, text
from dashboard.components.tables import Column, row, table
from dashboard.components.tabs import park_crumbs
from dashboard.labels import NON_CLASSIFIED
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from db.queries.access import park_in_scope
from db.queries.obligations import ActRow, Entry, park_ledger
from policy.access import Permission
from policy.obligation_acts import fitting
from policy.obligations import CHECKLIST, OWED_BY
from policy.terms import ActKind, ObligationKind
from services.obligation_acts import NEEDS

ACTS = (
    Column("办理", "head"),
    Column("文件"),
    Column("事由"),
    Column("登记"),
    Column("撤销"),
)
HINTS = {
    ActKind.EXTENSION: "延期只变更本事项的报送截止日，自文件成文之日起算；原截止日仍显示。",
    ActKind.WAIVER: "免报后不计入应报，不再提醒和催报。",
    ActKind.NIL_RETURN: "零报告指经签署的“本期无变化”，计为已报；不是空白报告。由区县登记的，须附盖章函件的扫描件。",
    ActKind.DISCHARGE: "登记文件的发文字号、成文日期，并附文件；涉密文件只登记字号和日期，不得上传。",
}
SAMPLES = {ActKind.DISCHARGE: "如：示例府发〔2026〕3号", ActKind.NIL_RETURN: "如：示例府函〔2026〕12号"}


def layout(visit: Visit, code: str, obligation_id: int) -> View:
    with visit.platform.database.read() as session:
        park = park_in_scope(session, visit.actor, code)
        if park is None:
            abort(404)
        found = park_ledger(session, park.id, visit.today)
    entry = next((one for one in found.entries if one.id == obligation_id), None)
    if entry is None:
        abort(404)
    back = (labels.short_name(entry.park.title), f"/parks/{code}#obligations")
    return View(
        entry.obligation.label,
        body=[_about(entry, visit), _recorded(entry, visit), html.Div(_forms(entry, visit), className="columns")],
        lead=[parts.standing(entry), html.Span(entry.park.title)],
        crumbs=(*park_crumbs(visit.actor), back),
    )


def _about(entry: Entry, visit: Visit) -> html.Section:
    rows: list[tuple[str, Node]] = [
        ("报送单位", OWED_BY[entry.kind]),
        ("时限", parts.dates(entry, visit.today)),
        ("收到情况", parts.came_in(entry)),
        ("依据", entry.due.clause),
    ]
    if entry.round_no:
        rows.append(("报送通知", entry.round_no))
    if entry.kind not in CHECKLIST:
        rows.append(("是否按期", f"以{entry.punctual_by}为准"))
    return card("基本情况", facts(rows), _locked(entry), id="about")


def _locked(entry: Entry) -> Node:
    """What a 封账日 means, and the one way round it."""
    if entry.locked_on is None:
        return None
    return html.P(f"{entry.obligation.period_label}{parts.lock_told(entry)}。", className="notice")


def _recorded(entry: Entry, visit: Visit) -> html.Section:
    rows = [_act(entry, act, visit) for act in reversed(entry.acts)]
    nothing = empty("还没有办理记录。")
    return card(
        "办理记录", table("办理记录", ACTS, rows, empty=nothing), id="acts", note="记录只增不改，有误的撤销后保留"
    )


def _act(entry: Entry, act: ActRow, visit: Visit) -> html.Tr:
    number = html.A(act.number, href=parts.file_path(entry, act)) if act.file_name else act.number
    paper = [number, html.Span(parts.act_told(act), className="small"), None if act.file_name else _no_file()]
    recorded = [act.by, html.Span(labels.stamp(act.recorded_at), className="small")]
    return row(ACTS, (act.kind.label, paper, act.reason or "—", recorded, _withdrawal(entry, act, visit)))


def _no_file() -> html.Span:
    return html.Span("未附文件", className="small")


def _withdrawal(entry: Entry, act: ActRow, visit: Visit) -> Node:
    if act.withdrawn_on is not None:
        return [html.Span("已撤销", className="muted"), html.Span(_withdrawn(act), className="small")]
    own = act.account == visit.actor.account and visit.may(NEEDS[act.kind])
    if not own and not visit.may(Permission.MANAGE_OBLIGATIONS):
        return "—"
    taken_back = form(
        f"{parts.path(entry)}/acts/{act.id}/withdraw",
        field("撤销理由", text("reason", required=True, maxlength=200)),
        button("撤销", tone="secondary small-button"),
    )
    return html.Details([html.Summary("撤销"), taken_back], className="remark")


def _withdrawn(act: ActRow) -> str:
    return f"{labels.day(act.withdrawn_on)}，{act.withdrawn_by}"


def _forms(entry: Entry, visit: Visit) -> list[Node]:
    """One form for each act that fits and that one may record; none for what nothing more can be said of."""
    standing = {act.kind for act in parts.in_force(entry)} - {ActKind.EXTENSION}
    over = standing or (entry.received_on is not None and entry.locked_on is None)
    if over:
        return []
    kinds = [kind for kind in fitting(entry.obligation) if visit.may(NEEDS[kind])]
    if not entry.obligation.opened(visit.today):
        kinds = [kind for kind in kinds if kind is not ActKind.NIL_RETURN]
    typed = visit.args.get("kind", "")
    return [_form(entry, kind, visit.args if kind == typed else {}) for kind in kinds]


def _form(entry: Entry, kind: ActKind, typed: Mapping[str, str]) -> html.Section:
    """`typed`: what was refused comes back as it was typed, but for the file."""

    def word(name: str) -> str:
        return typed.get(name, "")

    sample = SAMPLES.get(kind, "如：示例经信函〔2026〕9号")
    fields: list[Node] = [
        field("发文字号", text("number", word("number"), required=True, maxlength=100), sample),
        field("成文日期", text("dated", word("dated"), kind="date", required=True)),
    ]
    if kind is ActKind.EXTENSION:
        fields.append(field("新的报送截止日", text("due_on", word("due_on"), kind="date", required=True)))
        if entry.due.lock_on is not None or entry.kind is ObligationKind.HALF_YEAR_REPORT:
            fields.append(field("新的封账日", text("lock_on", word("lock_on"), kind="date"), "没有封账日的不填"))
    if kind is not ActKind.DISCHARGE:
        fields.append(field("事由", text("reason", word("reason"), required=True, maxlength=500)))
    fields.append(field("文件扫描件", element("input", type="file", name="file"), NON_CLASSIFIED))
    title = "登记办理" if kind is ActKind.DISCHARGE else f"登记{kind.label}"
    return card(
        title,
        html.P(HINTS[kind], className="muted"),
        form(
            f"{parts.path(entry)}/acts", *fields, button(title), files=True, kind="stack narrow",
            which=("kind", kind.value),
        ),
        id=f"record-{kind.value.replace('_', '-')}",
    )  # fmt: skip


PAGE = Page("obligation", "/parks/<code>/obligations/<int:obligation_id>", layout)
