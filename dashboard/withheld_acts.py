"""申明误报 and 核为误报: plain forms of the page of 涉密误传."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from dashboard.notices import tell
from dashboard.page import current_platform
from policy.access import Actor
from policy.refusal import Refused, Unknown
from services import withheld


def install(server: Flask) -> None:
    server.add_url_rule("/withheld/<int:withheld_id>/claim", "claim_withheld", _claim, methods=["POST"])
    server.add_url_rule("/withheld/<int:withheld_id>/release", "release_withheld", _release, methods=["POST"])


def _claim(withheld_id: int) -> ResponseReturnValue:
    return _act(withheld.claim, withheld_id, "已申明误报，待市经济信息委核对原件。")


def _release(withheld_id: int) -> ResponseReturnValue:
    return _act(withheld.release, withheld_id, "已核为误报，上传人可以重新上传。")


def _act(act: Callable[[Session, Actor, int, str], object], withheld_id: int, done: str) -> ResponseReturnValue:
    try:
        with current_platform().database.write() as session:
            act(session, g.actor, withheld_id, request.form.get("reason", ""))
    except Unknown:
        abort(404)
    except Refused as refusal:
        tell(str(refusal), "refused")
    else:
        tell(done, "done")
    return redirect(f"/withheld#withheld-{withheld_id}", code=303)
