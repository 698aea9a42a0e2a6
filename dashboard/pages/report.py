"""One version of a report: its problems by cell, what is to be done with it, and every value as it was read."""

from __future__ import annotations

from dash import html
from flask import abort
from sqlalchemy.orm import Session

from dashboard import labels
from dashboard.components import lights
from dashboard.components.blocks import card, facts, link_button
from dashboard.components.figure import counted
from dashboard.components.tabs import park_crumbs
from dashboard.markup import Node
from dashboard.obligation_parts import lock_told
from dashboard.obligation_parts import path as obligation_path
from dashboard.page import Page, View, Visit
from dashboard.report_acts import acts, holder
from dashboard.report_comments import Remarks, earlier_notice, sent_list
from dashboard.report_kinds import sealing_card
from dashboard.report_tables import figures_card, problems_card, tables_cards
from dashboard.report_versions import versions_card
from dashboard.text_links import text_link
from db.queries.access import park_in_scope
from db.queries.attempts import attempts
from db.queries.obligations import with_a_lock
from db.queries.reports import Report, report
from policy.access import Scope
from policy.outlines import HALF_YEAR_LETTER
from policy.terms import Severity, Status, SubmissionState
from services.comments import comments
from services.sealing import code_of, seals_of


def layout(visit: Visit, report_id: str) -> View:
    with visit.platform.database.read() as session:
        found = report(session, visit.actor, int(report_id))
        failed = attempts(session, visit.actor, found.park_code) if found is not None else ()
        if found is None:
            abort(404)
        locked = _lock(session, found, visit)
        code, sealed = code_of(session, found.id), seals_of(session, found.park_code)
        remarks = Remarks(found, visit, comments(session, visit.actor, found.id))
    return View(
        _title(found),
        body=[
            _standing(found, locked, visit, remarks),
            problems_card(found, visit.args.get("show", ""), visit, remarks),
        ],
        after=[
            figures_card(found, remarks),
            *tables_cards(found, remarks),
            sealing_card(found, code, sealed, _letter_text(found, visit)),
            versions_card(found, failed),
            _about(found),
        ],
        lead=[lights.state(found.state), html.Span(_lead(found))],
        actions=link_button("下载原文件", f"/reports/{found.id}/file"),
        crumbs=_crumbs(found, visit),
    )


def _title(found: Report) -> str:
    if found.state is SubmissionState.ATTEMPT or found.kind is None:
        return f"未入库的文件：{found.file_name}"
    period = f" {found.period.label}" if found.period else ""
    return f"{found.park_title or '（未登记园区）'}{period}{found.kind.label}"


def _lead(found: Report) -> str:
    version = f"{found.version.label} · " if found.version.number else ""
    return f"{version}{found.uploaded_by} {labels.stamp(found.uploaded_at)} 上传"


def _crumbs(found: Report, visit: Visit) -> tuple[tuple[str, str], ...]:
    start = park_crumbs(visit.actor)
    return (*start, (found.park_title, f"/parks/{found.park_code}")) if found.park_code else start


def _standing(found: Report, locked: Node, visit: Visit, remarks: Remarks) -> html.Section:
    """How many problems there are, and what whoever looks may do about it."""
    counts = (
        ("须更正", found.count(Status.ERROR) + found.count_findings(Severity.ERROR), "须更正", "?show=error#problems"),
        ("待确认", found.count(Status.CONFIRM) + found.count_findings(Severity.CONFIRM), _asked(found),
         "?show=confirm#problems"),
        ("已规整", found.count(Status.NOTE) + found.count_findings(Severity.NOTE), "已按规范改写，请看一眼",
         "?show=note#problems"),
        ("正常", found.count(Status.OK), "", "#figures"),
    )  # fmt: skip
    tiles = [
        html.Div(
            [html.Span(word), html.Strong(counted(number, f"/reports/{found.id}{there}") if number else 0),
             html.Small(what if number else "")],
            className=f"count-{index}",
        )
        for index, (word, number, what, there) in enumerate(counts)
    ]  # fmt: skip
    return html.Section(
        [
            html.Div(tiles, className="counts"),
            holder(found, visit),
            _decided(found, remarks),
            earlier_notice(remarks),
            _newer(found),
            locked,
            *acts(found, visit, remarks),
        ],
        className="card standing",
    )


def _asked(found: Report) -> str:
    """What is still to be done about what is at confirm."""
    explained = sum(entry.explanation is not None for entry in found.findings if entry.severity is Severity.CONFIRM)
    waiting = found.count(Status.CONFIRM) + found.count_findings(Severity.CONFIRM) - explained
    if not explained:
        return "请核对后说明或更正"
    return f"{explained}条已有情况说明，{waiting}处待核对" if waiting else "均已有情况说明"


def _decided(found: Report, remarks: Remarks) -> Node:
    decision = found.decision
    if decision is None:
        return None
    if decision.accepted:
        return html.P(f"{labels.day(decision.decided_on)}审核通过", className="notice notice-message")
    told = f"{labels.day(decision.decided_on)}退回修改，原因：{decision.reason}"
    category = f"原因类别：{decision.category.label}" if decision.category else ""
    return html.Div(
        [html.P(told), html.P(category) if category else None, sent_list(found, remarks)],
        className="notice notice-returned",
    )


def _newer(found: Report) -> Node:
    if found.newest:
        return None
    latest = found.versions[0]
    link = html.A(latest.number.label, href=f"/reports/{latest.id}")
    return html.P(["这不是最新的版本，最新为", link, "。"], className="notice notice-message")


def _lock(session: Session, found: Report, visit: Visit) -> Node:
    """The 封账日 of its period, for a draft; once it has passed, for an accepted version, too."""
    if found.park_code is None or found.state not in (SubmissionState.DRAFT, SubmissionState.ACCEPTED):
        return None
    park = park_in_scope(session, visit.actor, found.park_code)
    entries = with_a_lock(session, Scope(park_ids=frozenset({park.id})), visit.today) if park else ()
    entry = next((entry for entry in entries if entry.obligation.period == found.period), None)
    if entry is None or (found.state is SubmissionState.ACCEPTED and entry.locked_on is None):
        return None
    period = html.A(entry.obligation.period_label, href=obligation_path(entry))
    return html.P([period, f"{lock_told(entry)}。"], className="notice")


def _letter_text(found: Report, visit: Visit) -> Node:
    """Where the 半年函报 that goes with it is written."""
    if found.park_code is None or found.period is None:
        return None
    return text_link(visit.actor, HALF_YEAR_LETTER, found.park_code, str(found.period))


def _about(found: Report) -> html.Section:
    rows = [
        ("文件", f"{found.file_name}（{labels.size(found.file_size)}）"),
        ("文件摘要", html.Code(found.file_sha256[:16], title=found.file_sha256)),
        ("种类", found.kind.label if found.kind else "未能识别"),
        ("收到日期", labels.day(found.received_on)),
        ("报送日期", labels.day(found.submitted_on)),
        ("所属区县", found.district),
    ]
    return card("文件信息", facts(rows))


PAGE = Page("report", "/reports/<report_id>", layout)
