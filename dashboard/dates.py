"""Dates as forms send them."""

from __future__ import annotations

from datetime import date

from flask import request

from policy.refusal import Refused


def typed_day(word: str, name: str) -> date | None:
    """The date in the field `name`, called `word` on the page; None when left out. Raises Refused for no date."""
    said = request.form.get(name, "").strip()
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Refused(f"{word}应写作 2026-07-31，收到“{said}”") from None


def required_day(word: str, name: str) -> date:
    """The same where it may not be left out."""
    day = typed_day(word, name)
    if day is None:
        raise Refused(f"请填写{word}")
    return day
