"""重新发送: a mail that was given up goes out once more, under the same number."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, abort, g, redirect
from flask.typing import ResponseReturnValue

from dashboard.notices import tell
from dashboard.page import current_platform
from policy.refusal import Refused, Unknown
from services.mail import outbox


def install(server: Flask) -> None:
    server.add_url_rule("/outbox/<mail_key>/retry", "retry_mail", _retry, methods=["POST"])


def _retry(mail_key: str) -> ResponseReturnValue:
    try:
        with current_platform().database.write() as session:
            outbox.retry(session, g.actor, mail_key)
    except Unknown:
        abort(404)
    except Refused as refusal:
        tell(str(refusal), "refused")
    else:
        tell("已重新列入，将以同一编号发送。", "done")
    return redirect(f"/outbox/{quote(mail_key)}", code=303)
