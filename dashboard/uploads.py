"""Answers to a form that sends files: a page for the plain form, one JSON object for assets/upload-progress.js."""

from __future__ import annotations

from flask import jsonify, redirect, request
from flask.typing import ResponseReturnValue

from dashboard.notices import tell
from policy.evidence import LARGEST

FORM_ROOM = 512 * 1024
"""What a form sends beside its file."""
LARGEST_EVIDENCE = LARGEST + FORM_ROOM


def wants_json() -> bool:
    """The script sends the form and shows the answer itself."""
    return request.accept_mimetypes.best == "application/json"


def sent(message: str, address: str) -> ResponseReturnValue:
    """The file is kept: say so, at the address where it now stands."""
    tell(message, "done")
    return jsonify(next=address) if wants_json() else redirect(address, code=303)


def not_sent(message: str, back: str) -> ResponseReturnValue:
    """Nothing is kept; the script leaves the form as it was filled in, the plain form comes back at `back`."""
    if wants_json():
        return jsonify(error=message)
    tell(message, "refused")
    return redirect(back, code=303)


def hear_out() -> None:
    """Read what is still being sent and throw it away: a browser that is cut off never shows the answer."""
    left, stream = min(request.content_length or 0, LARGEST * 5), request.environ["wsgi.input"]
    while left > 0 and (piece := stream.read(min(left, 1 << 20))):
        left -= len(piece)
