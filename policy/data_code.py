"""校验码: a short code of the data a sealed table states, so that paper and data can be told to agree.

Eight characters in two groups, without look-alikes; the last is a check character, so that a slip of the pen is
told apart from the code of another version. It speaks of the data alone: neither of the file's bytes nor of the
order of rows.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from hashlib import sha256

from policy.refusal import Refused
from policy.terms import FigureKind, HalfYear

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O 1 I L. 31 is prime: the check character finds every single wrong character and every two swapped."""

LENGTH = 8
_FILLING = re.compile(r"[\s\-‐‑‒–—―−]+")

Row = Mapping[str, str | None]
Figure = tuple[str, str, str | None, FigureKind | None]
"""Indicator, column, canonical value, and its kind where that is not the paper's."""


def data_code(
    park: str,
    period: HalfYear,
    kind: FigureKind,
    figures: Iterable[Figure],
    tables: Mapping[str, Iterable[Row]],
) -> str:
    """The code of one version's data: `park` its code, values as they count now; `7KQ3-M9XD`."""
    stated = {
        "park": park,
        "period": str(period),
        "kind": kind,
        "figures": sorted([key, column, value, own] for key, column, value, own in figures if value is not None),
        "tables": {name: sorted(map(_row, rows)) for name, rows in sorted(tables.items())},
    }
    return text_code(json.dumps(stated, ensure_ascii=False, sort_keys=True))


def text_code(words: str) -> str:
    """The code of a text, to the last character of it."""
    digest = int.from_bytes(sha256(words.encode()).digest())
    digits = [digest // len(ALPHABET) ** place % len(ALPHABET) for place in range(LENGTH - 1)]
    return _grouped([*digits, _check(digits)])


def _row(row: Row) -> str:
    return json.dumps({key: value for key, value in row.items() if value is not None}, sort_keys=True)


def _check(digits: list[int]) -> int:
    """Weights 1, 2, 3 … below a prime: changing one digit or swapping two changes the sum."""
    return sum(place * digit for place, digit in enumerate(digits, start=1)) % len(ALPHABET)


def _grouped(digits: list[int]) -> str:
    text = "".join(ALPHABET[digit] for digit in digits)
    return f"{text[:4]}-{text[4:]}"


def typed_code(text: str) -> str:
    """A code as people type it (small letters, full-width, without the dash) in its printed form.

    Raises Refused for what cannot be a code: its length, a character no code has, a wrong check character.
    """
    plain = _FILLING.sub("", unicodedata.normalize("NFKC", text)).upper()
    if len(plain) != LENGTH:
        raise Refused(
            f"校验码“{text.strip()}”应为{LENGTH}位（如 7KQ3-M9XD），收到{len(plain)}位，请对照盖章表格重新填写"
        )
    strange = "、".join(dict.fromkeys(one for one in plain if one not in ALPHABET))
    if strange:
        raise Refused(f"校验码“{text.strip()}”含有校验码不用的字符“{strange}”，请对照盖章表格重新填写")
    digits = [ALPHABET.index(one) for one in plain]
    if _check(digits[:-1]) != digits[-1]:
        raise Refused(f"校验码“{text.strip()}”有误，多半是抄写时错了一位或前后颠倒，请对照盖章表格重新填写")
    return _grouped(digits)
