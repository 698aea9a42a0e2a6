"""建设进展 of a park: its 重点任务台账, and what its 园区运营管理机构 reports period by period."""

from __future__ import annotations

from flask import abort

from dashboard.components.tabs import contents, park_crumbs, park_tabs
from dashboard.page import Page, View, Visit
from dashboard.progress_parts import periods_card, report_card, upload_card
from dashboard.task_parts import entry_card, tasks_card
from policy.access import Permission
from policy.refusal import Unknown
from services.progress_reports import board

CONTENTS = (
    ("tasks", "重点任务台账"),
    ("tasks-entry", "登记重点任务"),
    ("progress", "建设进展报送"),
    ("report", "进展内容"),
    ("progress-upload", "上传"),
)


def layout(visit: Visit, code: str) -> View:
    try:
        with visit.platform.database.read() as session:
            found = board(session, visit.actor, code)
    except Unknown:
        abort(404)
    reads, writes = visit.may(Permission.VIEW_OBLIGATIONS), visit.may(Permission.REPORT_PROGRESS)
    enters = visit.may(Permission.MANAGE_GOALS)
    here = {"tasks"} | ({"progress"} if reads else set()) | ({"report"} if found.versions else set())
    here |= ({"progress-upload"} if writes else set()) | ({"tasks-entry"} if enters else set())
    return View(
        f"{found.park.short_name}建设进展",
        body=[
            park_tabs(found.park.code, "/progress", visit.actor),
            contents(entry for entry in CONTENTS if entry[0] in here),
            tasks_card(found.park.code, found.tasks, visit),
            entry_card(found.park.code, visit.args) if enters else None,
            periods_card(found, visit) if reads else None,
            report_card(found, visit),
            upload_card(found) if writes else None,
        ],
        lead=f"建设方案重点任务的完成情况{'，和园区运营管理机构定期报送的建设进展' if reads else ''}。",
        crumbs=(*park_crumbs(visit.actor), (found.park.title, f"/parks/{found.park.code}")),
    )


PAGE = Page("progress", "/parks/<code>/progress", layout)
