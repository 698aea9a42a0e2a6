"""What is done with a version as a whole: its marked file, and working on it anew after a return."""

from __future__ import annotations

from flask import Flask, g, redirect
from flask.typing import ResponseReturnValue

from dashboard.downloads import attachment
from dashboard.notices import tell
from dashboard.page import current_platform
from policy.refusal import Refused
from services import annotated, submissions


def install(server: Flask) -> None:
    server.add_url_rule("/reports/<report_id>/annotated", "annotated_file", _annotated)
    server.add_url_rule("/reports/<report_id>/reopen", "reopen_report", _reopen, methods=["POST"])


def _refused(refusal: Refused, report_id: str) -> ResponseReturnValue:
    tell(str(refusal), "refused")
    return redirect(f"/reports/{report_id}", code=303)


def _annotated(report_id: str) -> ResponseReturnValue:
    try:
        file = annotated.annotated(current_platform(), g.actor, int(report_id))
    except Refused as refusal:
        return _refused(refusal, report_id)
    return attachment(file.data, file.name, file.format)


def _reopen(report_id: str) -> ResponseReturnValue:
    """To the new version, where the work goes on."""
    try:
        done = submissions.reopen(current_platform(), g.actor, int(report_id))
    except Refused as refusal:
        return _refused(refusal, report_id)
    tell("已按原文件新建一版，已核对和说明的内容已沿用；补充后请报送。", "done")
    return redirect(f"/reports/{done.submission_id}", code=303)
