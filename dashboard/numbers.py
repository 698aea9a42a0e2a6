"""Whole numbers as forms send them."""

from __future__ import annotations

from flask import request

from policy.refusal import Refused

LONGEST = 18
"""Digits: more than any count has, and few enough for every database."""


def typed_whole(word: str, name: str) -> int | None:
    """The number in the field `name`, called `word` on the page; None when left out. Raises Refused for no whole
    number."""
    said = request.form.get(name, "").strip()
    if not said:
        return None
    try:
        if len(said) > LONGEST:
            raise ValueError(said)
        return int(said)
    except ValueError:
        raise Refused(f"{word}应为整数，收到“{said[:40]}”") from None


def required_whole(word: str, name: str) -> int:
    """The same where it may not be left out."""
    number = typed_whole(word, name)
    if number is None:
        raise Refused(f"请填写{word}")
    return number
