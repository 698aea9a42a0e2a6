"""The calendar file, for whoever is signed in and for whoever holds a token."""

from __future__ import annotations

from flask import Flask, Response, abort, g, redirect
from flask.typing import ResponseReturnValue

from dashboard.notices import tell
from dashboard.page import current_platform
from policy.refusal import Refused
from services import due_calendar

MIME = "text/calendar; charset=utf-8"
KEPT_SECONDS = 3600
"""How long a calendar program may go by what it has; the dates change a few times a year."""


def install(server: Flask) -> None:
    server.add_url_rule("/calendar/due.ics", "calendar_file", _file)
    server.add_url_rule("/calendar/<token>.ics", "calendar_feed", _feed)
    server.add_url_rule("/calendar/tokens", "subscribe_calendar", _subscribe, methods=["POST"])
    server.add_url_rule("/calendar/tokens/<int:token_id>/revoke", "revoke_calendar", _revoke, methods=["POST"])


def _file() -> ResponseReturnValue:
    platform = current_platform()
    with platform.database.read() as session:
        data = due_calendar.due_dates(session, g.actor, platform.settings.base_url)
    answer = Response(data, content_type=MIME)
    answer.headers["Content-Disposition"] = "attachment; filename=due.ics"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _feed(token: str) -> ResponseReturnValue:
    """A token that is unknown, revoked or of a closed account, and a feed that is switched off, look the same."""
    platform = current_platform()
    with platform.database.read() as session:
        actor = due_calendar.subscriber(session, token)
        if actor is None:
            abort(404)
        data = due_calendar.due_dates(session, actor, platform.settings.base_url)
    answer = Response(data, content_type=MIME)
    answer.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _subscribe() -> ResponseReturnValue:
    platform = current_platform()
    try:
        with platform.database.write() as session:
            token = due_calendar.subscribe(session, g.actor)
    except Refused as refusal:
        tell(str(refusal), "refused")
    else:
        address = f"{platform.settings.base_url}/calendar/{token}.ics"
        tell(f"订阅地址（只显示这一次，请现在复制）：{address}", "done")
    # To the top of the page, where the address is told this once.
    return redirect("/obligations", code=303)


def _revoke(token_id: int) -> ResponseReturnValue:
    try:
        with current_platform().database.write() as session:
            due_calendar.revoke(session, g.actor, token_id)
    except Refused as refusal:
        tell(str(refusal), "refused")
    else:
        tell("已撤销，该地址不再有效。", "done")
    return redirect("/obligations#calendar", code=303)
