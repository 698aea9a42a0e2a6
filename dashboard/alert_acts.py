"""What people do about an alert, and with the 拟催报清单; each route makes one call into services."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.dates import required_day, typed_day
from dashboard.downloads import printed
from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.pages import alert
from dashboard.serve import again
from policy.refusal import Refused
from policy.terms import ContactRole
from services import clock, handling, pressing
from services.documents import catalogue


def install(server: Flask) -> None:
    server.add_url_rule("/alerts/<int:alert_id>/feedback", "give_feedback", _feedback, methods=["POST"])
    server.add_url_rule("/alerts/<int:alert_id>/pause", "pause_pressing", _pause, methods=["POST"])
    server.add_url_rule("/alerts/<int:alert_id>/resume", "resume_pressing", _resume, methods=["POST"])
    server.add_url_rule("/alerts/<int:alert_id>/calls", "log_call", _call, methods=["POST"])
    server.add_url_rule("/press", "decide_press", _press, methods=["POST"])
    server.add_url_rule("/parks/<code>/reminder-letter.<file_format>", "reminder_letter_file", _letter)


def _feedback(alert_id: int) -> ResponseReturnValue:
    form = request.form
    return _act(
        alert_id,
        lambda session: handling.give_feedback(
            session, g.actor, alert_id, cause=form.get("cause", ""), measure=form.get("measure", ""),
            promised_on=required_day("承诺时限", "promised_on"),
        ),
        "反馈情况已登记，市经济信息委可以看到。",
    )  # fmt: skip


def _pause(alert_id: int) -> ResponseReturnValue:
    return _act(
        alert_id,
        lambda session: handling.pause(
            session, g.actor, alert_id, reason=request.form.get("reason", ""), until=required_day("暂缓截止日", "until")
        ),
        "已暂缓催报，到期自动恢复；事项仍未销号。",
    )  # fmt: skip


def _resume(alert_id: int) -> ResponseReturnValue:
    return _act(alert_id, lambda session: handling.resume(session, g.actor, alert_id), "已恢复催报。")


def _call(alert_id: int) -> ResponseReturnValue:
    form = request.form
    return _act(
        alert_id,
        lambda session: handling.log_call(
            session, g.actor, alert_id, person=form.get("person", ""), role=_role(), said=form.get("said", ""),
            called_on=required_day("通话日期", "called_on"),
            promised_on=typed_day("承诺时限", "call_promised_on"),
        ),
        "电话催办已登记。",
    )  # fmt: skip


def _act(alert_id: int, act: Callable[[Session], object], done: str) -> ResponseReturnValue:
    """One act in one transaction, then back to the alert; refused, the form comes back with what was typed."""
    try:
        with current_platform().database.write() as session:
            act(session)
    except Refused as refusal:
        return again(refusal, lambda visit: alert.layout(visit, alert_id))
    tell(done, "done")
    return redirect(f"/alerts/{alert_id}", code=303)


def _role() -> ContactRole:
    given = request.form.get("role", "")
    try:
        return ContactRole(given)
    except ValueError:
        raise Refused("请选择接听人的角色") from None


def _press() -> ResponseReturnValue:
    """批准 or 不予催报: those ticked; 全部批准 takes everything that waits."""
    platform, form = current_platform(), request.form
    chosen = [int(number) for number in form.getlist("proposals") if number.isdecimal() and len(number) < 10]
    settings = platform.settings
    try:
        with platform.database.write() as session:
            if form.get("decision") == "decline":
                tell(f"{pressing.decline(session, g.actor, chosen)}项不予催报，没有发送邮件。", "done")
                return redirect("/press", code=303)
            if form.get("decision") == "approve" and not chosen:
                raise Refused("请先选择要批准的事项，或点“全部批准”")
            done = pressing.approve(
                session, g.actor, None if form.get("decision") == "approve_all" else chosen,
                base_url=settings.base_url, content=settings.mail_content,
            )  # fmt: skip
    except Refused as refusal:
        tell(str(refusal), "refused")
        return redirect("/press", code=303)
    left = f"{'；'.join(done.left_out)}。" if done.left_out else ""
    tell(f"已批准，{done.mails}封催报邮件列入发件箱，涉及{done.matters}项。{left}", "done")
    return redirect("/press", code=303)


def _letter(code: str, file_format: str) -> ResponseReturnValue:
    """催报函 as of today; with `?whole=1` of every park of the district."""
    with current_platform().database.read() as session:
        document = catalogue.compose(
            session, g.actor, "reminder-letter", code, clock.today(), whole_district="whole" in request.args
        )
    return printed(document, file_format)
