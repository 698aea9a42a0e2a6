"""A TOML text with the line of everything in it: the standard library reads the values, this finds where they stand.

Only a text that has been read without fault is walked, so the walk need not look for faults itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and places in lists, from 0: ("area", 0, "weight")."""

TOKEN = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*|\n|[\[\]{}=,.]|[^\s\[\]{}=,.#"\']+',
    re.DOTALL,
)
PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")
TWICE = ("Cannot overwrite a value", "Cannot declare", "Duplicate")


class NotToml(ValueError):
    """The text is no TOML: `line` and what is wrong there, in Chinese."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


def read(text: str) -> tuple[dict[str, Any], dict[Path, int]]:
    """The values (numbers with a point as exact Decimals) and the line of each, from 1. Raises NotToml."""
    text = text.replace("\r\n", "\n")
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _located(str(error), text) from None
    except (ValueError, ArithmeticError, RecursionError):
        raise NotToml(1, "有写不成数值的数字，或括号套得过深，请核对") from None
    return values, _Walk(text).lines


def _located(said: str, text: str) -> NotToml:
    place = PLACE.search(said)
    line = int(place[1]) if place else max(len(text.rstrip().split("\n")), 1)
    found = text.split("\n")[line - 1].strip()[:60]
    if said.startswith(TWICE):
        return NotToml(line, f"同一名称写了两次：“{found}”；请删去其中一处，或另起一个以 [[ ]] 写明的小节")
    column = f"第{place[2]}个字符处" if place else "文件末尾"
    return NotToml(
        line, f"{column}不合写法：“{found}”；应写作 名称 = 值，文字加英文双引号，日期写作 2026-01-01，小节写作 [[area]]"
    )


@dataclass(slots=True)
class _Walk:
    """Goes once through the tokens of a sound text."""

    text: str
    lines: dict[Path, int] = field(default_factory=dict)
    tokens: list[tuple[str, int]] = field(default_factory=list)
    counts: dict[Path, int] = field(default_factory=dict)
    at: int = 0

    def __post_init__(self) -> None:
        line, end = 1, 0
        for match in TOKEN.finditer(self.text):
            line += self.text.count("\n", end, match.start())
            end = match.start()
            if not match[0].startswith("#"):
                self.tokens.append((match[0], line))
        self._document()

    def _word(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def _take(self) -> tuple[str, int]:
        self.at += 1
        return self.tokens[self.at - 1]

    def _skip(self, *words: str) -> None:
        while self._word() in words and self._word():
            self.at += 1

    def _document(self) -> None:
        table: Path = ()
        while self.at < len(self.tokens):
            if self._word() == "\n":
                self.at += 1
            elif self._word() == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        _, line = self._take()
        several = self._word() == "["
        self._skip("[")
        keys, _ = self._key("]")
        self._skip("]")
        path: Path = ()
        for key in keys[:-1]:
            path = self._inside((*path, key))
        path = (*path, keys[-1])
        if several:
            self.lines.setdefault(path, line)
            self.counts[path] = self.counts.get(path, 0) + 1
            path = self._inside(path)
        self.lines[path] = line
        return path

    def _inside(self, path: Path) -> Path:
        """The newest table of a list of tables."""
        return (*path, self.counts[path] - 1) if path in self.counts else path

    def _key(self, until: str) -> tuple[list[str], int]:
        keys, line = [], self.tokens[self.at][1]
        while self._word() != until:
            word, _ = self._take()
            if word != ".":
                keys.append(word[1:-1] if word[0] in "\"'" else word)
        return keys, line

    def _pair(self, table: Path) -> None:
        keys, line = self._key("=")
        self._take()
        path = (*table, *keys)
        self.lines[path] = line
        self._value(path)

    def _value(self, path: Path) -> None:
        self.lines.setdefault(path, self.tokens[self.at][1])
        word, _ = self._take()
        if word == "[":
            self._list(path)
        elif word == "{":
            self._skip("\n", ",")
            while self._word() != "}":
                self._pair(path)
                self._skip("\n", ",")
            self._take()
        else:
            while self._word() not in ("\n", ",", "]", "}", ""):
                self.at += 1

    def _list(self, path: Path) -> None:
        place = 0
        self._skip("\n", ",")
        while self._word() != "]":
            self._value((*path, place))
            place += 1
            self._skip("\n", ",")
        self._take()


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of what stands at the path, else of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
