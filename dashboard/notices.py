"""What a person is told at the top of the next page: that an act was done, or why it was not."""

from __future__ import annotations

from flask import flash

from services.intake.text import shorten

LONGEST = 600
"""Characters. Notices travel in the session cookie, and a browser drops a cookie over 4 KB together with the notice."""


def tell(message: str, kind: str = "message") -> None:
    """`kind`: "done", "refused", or neither. What a refusal quotes may be as long as people type; it is cut here."""
    flash(shorten(message, LONGEST), kind)
