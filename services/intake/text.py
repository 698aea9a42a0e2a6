"""One way to make text comparable: full-width forms, dashes, brackets and blanks; nothing else is changed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"
HARD_SPACES = "\u00a0\u2007\u202f"

_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_DASHES = re.compile("[‐‑‒–—―−﹣－~～〜∼⁓─]+|-{2,}")


# Footnote marks would otherwise become digits: 3.2① is not 3.21. The square of a metre (m²) is none.
_FOOTNOTES = re.compile("(?<![mM米])[²³]|[¹⁰⁴-⁹⁺⁻⁽⁾₀-₉①-⑳⑴-⒛㈠-㈩⓪-⓿❶-➓㊀-㊉㉑-㉟㊱-㊿]")


def footnotes(text: str) -> str:
    """The footnote marks in a text, such as ①."""
    return "".join(_FOOTNOTES.findall(text))


def without_footnotes(text: str) -> str:
    return _FOOTNOTES.sub("", text)


# Nearly all text is of these characters alone, and stays as it is.
_PLAIN = re.compile("[\n -}\u3001\u3002\u4e00-\u9fff]*")
_SOLID = re.compile("[!-}\u3001\u3002\u4e00-\u9fff]*")


def fold(text: str) -> str:
    """Full-width letters, digits and signs as half-width; dashes of any length as one "-"; blanks as spaces."""
    return text if _PLAIN.fullmatch(text) and "--" not in text else _folded(text)


@lru_cache(maxsize=16384)
def _folded(text: str) -> str:
    return _DASHES.sub("-", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


def squash(text: str) -> str:
    """`fold` without any blank: for comparing labels."""
    return text if _SOLID.fullmatch(text) and "--" not in text else _squashed(text)


@lru_cache(maxsize=16384)
def _squashed(text: str) -> str:
    return "".join(fold(text).split())


def shorten(text: str, length: int = 30) -> str:
    """For messages: one line, not longer than `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length] + "…"
