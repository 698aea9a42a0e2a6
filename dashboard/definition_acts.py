"""指标口径 recorded on the page of indicators; one call into services."""

from __future__ import annotations

from flask import Flask, abort, g, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.notices import tell
from dashboard.page import current_platform
from dashboard.pages import indicators as indicators_page
from dashboard.serve import again
from policy.indicators.catalogue import BY_KEY
from policy.refusal import Refused, Unknown
from services.definitions import Wording, define


def install(server: Flask) -> None:
    server.add_url_rule("/indicators", "define_indicator", _define, methods=["POST"])


def _define() -> ResponseReturnValue:
    said = request.form.get
    wording = Wording(
        key=said("key", ""), since=said("since", ""), scope=said("scope", ""), basis=said("basis", ""),
        taken_at=said("taken_at", ""), document=said("document", ""), breaks=said("breaks") == "yes",
        park=said("park", ""),
    )  # fmt: skip
    try:
        with current_platform().database.write() as session:
            made = define(session, g.actor, wording)
    except Unknown:
        abort(404)
    except Refused as refusal:
        return again(refusal, indicators_page.layout, set=wording.key)
    apart = "此前的数与此后的数不作比较" if made.breaks else "数据前后仍可比较"
    tell(f"已登记{BY_KEY[made.key].label}的指标口径，自{made.since.label}起；{apart}。", "done")
    return redirect(f"/indicators#{made.key}", code=303)
