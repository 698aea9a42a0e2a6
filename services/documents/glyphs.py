"""What the shipped faces can draw: a character none of them has is printed as 〓, the printers' sign for it, never as
an empty box. Word files keep the character itself."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import pylopdf_fonts_zh_cn
from fontTools.ttLib import TTFont

ABSENT = "〓"
UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Categories that take no glyph: controls, joiners, spaces."""


def drawable(text: str) -> str:
    """The text with 〓 for every character that could not be drawn."""
    missing = {ord(one): ABSENT for one in set(text) if not one.isascii() and not _drawn(one)}
    return text.translate(missing) if missing else text


def _drawn(character: str) -> bool:
    return ord(character) in _covered() or unicodedata.category(character) in UNSEEN


@lru_cache(maxsize=1)
def _covered() -> frozenset[int]:
    """The fallback face has all that the others have, and more."""
    with TTFont(str(pylopdf_fonts_zh_cn.serif_path()), lazy=True) as font:
        return frozenset(font.getBestCmap())
