"""Figures as fields in a written text: 【网络安全企业数量｜2026年上半年】 stands for the accepted figure itself.

What is written is the reference, never the number; so the number cannot be mistyped and follows the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.terms import HalfYear, Labelled

_WRITTEN = re.compile(r"【([^【】|｜\n]+)[|｜]([^【】|｜\n]+)】")
_PERIOD = re.compile(r"(\d{4})年([上下])半年")
_KEYS = {indicator.label: indicator.key for indicator in CATALOGUE}


class GoalValue(Labelled):
    """What a goal gives beside the figures of the half-years."""

    BASELINE = "baseline", "基期值"
    TARGET = "target", "目标值"


@dataclass(frozen=True, slots=True)
class Reference:
    """An indicator's figure of a half-year, or a value of its goal."""

    key: str
    of: HalfYear | GoalValue

    @property
    def code(self) -> str:
        """firms_cyber@2026H1: how it is kept where figures are listed."""
        return f"{self.key}@{self.of}"

    @property
    def words(self) -> str:
        """As it stands in the text."""
        return f"【{BY_KEY[self.key].label}｜{self.of.label}】"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words that look like a reference and name no figure: a label or a half-year was changed by hand."""

    words: str


def split(text: str) -> Iterator[str | Reference | Unknown]:
    """The text in its parts, in their order."""
    end = 0
    for match in _WRITTEN.finditer(text):
        if match.start() > end:
            yield text[end : match.start()]
        yield _read(match)
        end = match.end()
    if end < len(text):
        yield text[end:]


def references(text: str) -> tuple[Reference | Unknown, ...]:
    return tuple(part for part in split(text) if not isinstance(part, str))


def expanded(text: str, shown: Callable[[Reference], str]) -> str:
    """The text with every reference as `shown` gives it; unknown words stay away."""
    parts = (
        part if isinstance(part, str) else shown(part) if isinstance(part, Reference) else "" for part in split(text)
    )
    return "".join(parts)


def parse_code(code: str) -> Reference | None:
    """firms_cyber@2026H1 back again; None for what names nothing."""
    key, _, of = code.partition("@")
    if key not in BY_KEY:
        return None
    if of in set(GoalValue):
        return Reference(key, GoalValue(of))
    try:
        return Reference(key, HalfYear.parse(of))
    except ValueError:
        return None


def _read(match: re.Match[str]) -> Reference | Unknown:
    key, of = _KEYS.get(match[1].strip()), match[2].strip()
    goal = next((value for value in GoalValue if value.label == of), None)
    period = _PERIOD.fullmatch(of)
    if key is not None and goal is not None:
        return Reference(key, goal)
    if key is not None and period is not None:
        return Reference(key, HalfYear(int(period[1]), 1 if period[2] == "上" else 2))
    return Unknown(match[0])
