"""One line of the 问题整改台账: what is asked, everything told of it, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, empty, facts
from dashboard.components.forms import button, choice, field, form, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from db.queries.access import park_in_scope
from db.queries.evidence import EvidenceRow, evidence_of
from db.queries.rectifications import IssueRow, NoteRow, rectifications
from policy.access import Permission

NOTES = (Column("日期", "head"), Column("事项"), Column("内容"), Column("佐证资料"), Column("填报"))


def layout(visit: Visit, code: str, issue_id: int) -> View:
    with visit.platform.database.read() as session:
        park = park_in_scope(session, visit.actor, code)
        lines = rectifications(session, visit.actor.scope, code)
        papers = evidence_of(session, park.id) if park else ()
    entry = next((one for one in lines if one.fact.id == issue_id), None)
    if entry is None:
        abort(404)
    return View(
        entry.fact.title,
        body=[
            card("整改要求", facts(_facts(entry))),
            card("办理经过", _notes(entry), id="notes", note="各次填报均保留"),
            *_acts(entry, papers, visit),
        ],
        lead=[lights.light(entry.state(visit.today).light, entry.state(visit.today).label), html.Span(entry.fact.unit)],
        crumbs=(("问题整改台账", "/issues"), (entry.park_title, f"/parks/{code}#issues")),
    )


def _facts(entry: IssueRow) -> list[tuple[str, Node]]:
    source = html.A(entry.source, href=f"/visits/{entry.visit_id}") if entry.visit_id else entry.source
    return [
        ("问题", entry.fact.problem),
        ("来源", source),
        ("发现日期", labels.day(entry.found_on)),
        ("责任单位", entry.fact.unit),
        ("整改措施", entry.measure),
        ("整改时限", labels.day(entry.fact.due_on)),
        ("销号日期", labels.day(entry.fact.closed_on)),
        ("列入", entry.recorded_by),
    ]


def _notes(entry: IssueRow) -> html.Div:
    nothing = empty("尚未填报整改进展。", "由区县经信部门或园区运营管理机构填报。")
    return table("办理经过", NOTES, [_note(note, entry) for note in entry.notes], empty=nothing)


def _note(note: NoteRow, entry: IssueRow) -> html.Tr:
    paper = f"/parks/{entry.park_code}/evidence/{note.evidence_id}"
    proof: Node = html.A(note.evidence, href=paper) if note.evidence_id else "—"
    return row(NOTES, (labels.day(note.dated), note.kind.label, note.text, proof, f"{note.by} {labels.stamp(note.at)}"))


def _acts(entry: IssueRow, papers: Sequence[EvidenceRow], visit: Visit) -> list[Node]:
    closed, managing = entry.fact.closed_on is not None, visit.may(Permission.MANAGE_VISITS)
    if closed:
        return [_reopening(entry, visit)] if managing else []
    found: list[Node] = []
    if visit.may(Permission.REPORT_RECTIFICATION):
        found.append(_reporting(entry, papers, visit))
    if managing:
        found += [_closing(entry, visit), _changing(entry, visit)]
    return found


def _base(entry: IssueRow) -> str:
    return f"/parks/{entry.park_code}/issues/{entry.fact.id}"


def _box(name: str, value: str, **more: object) -> Node:
    return element("textarea", value, name=name, rows="3", required=True, maxlength="1000", **more)


def _reporting(entry: IssueRow, papers: Sequence[EvidenceRow], visit: Visit) -> html.Section:
    named = [("", "无"), *((str(paper.id), paper.title) for paper in papers if paper.withdrawal is None)]
    return card(
        "填报整改进展",
        form(
            f"{_base(entry)}/progress",
            field("整改进展", _box("text", visit.args.get("text", ""), placeholder="已做什么、结果如何、还差什么")),
            field("佐证资料", choice("evidence", named, visit.args.get("evidence", "")),
                  html.A("先提交佐证资料", href=f"/parks/{entry.park_code}/evidence#put")),
            button("填报"),
            kind="stack narrow",
        ),
        id="report",
    )  # fmt: skip


def _closing(entry: IssueRow, visit: Visit) -> html.Section:
    said, today = visit.args, str(visit.today)
    return card(
        "销号",
        form(
            f"{_base(entry)}/close",
            field("销号日期", text("closed_on", said.get("closed_on", today), kind="date", required=True, max=today)),
            field("整改结果和依据", _box("note", said.get("note", ""), placeholder="如：复核与账面一致，见佐证资料")),
            button("销号"),
            kind="stack narrow",
        ),
        id="close",
    )  # fmt: skip


def _changing(entry: IssueRow, visit: Visit) -> html.Section:
    said, fact = visit.args, entry.fact
    return card(
        "调整整改要求",
        form(
            f"{_base(entry)}/change",
            field("责任单位", text("unit", said.get("unit", fact.unit), required=True, maxlength=200)),
            field("整改措施", text("measure", said.get("measure", entry.measure), maxlength=1000)),
            field("整改时限", text("due_on", said.get("due_on", str(fact.due_on)), kind="date", required=True)),
            field("理由", text("reason", said.get("reason", ""), required=True, maxlength=200)),
            button("调整", tone="secondary"),
            kind="stack narrow",
        ),
        id="change",
        note="原要求在办理经过中保留",
    )


def _reopening(entry: IssueRow, visit: Visit) -> html.Section:
    reason = text(
        "reason", visit.args.get("reason", ""), required=True, maxlength=200, placeholder="如：复查发现数据仍不一致"
    )
    send = button("撤销销号", tone="secondary")
    return card("撤销销号", form(f"{_base(entry)}/reopen", field("原因", reason), send, kind="line"), id="reopen")


PAGE = Page("issue", "/parks/<code>/issues/<int:issue_id>", layout)
