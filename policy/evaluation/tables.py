"""One table of the file as it is read: every value by its kind, every fault with its line, nothing given up early."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from policy.evaluation.located import Path, line_of
from policy.figures import plain
from policy.terms import Labelled

ITEM_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
LARGEST, SMALLEST_PLACE = Decimal(10) ** 12, -6


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of the file: its line, what it is about, and what was found, what expected, how to mend it."""

    line: int
    place: str
    message: str

    def __str__(self) -> str:
        return f"第{self.line}行 {self.place}：{self.message}"


@dataclass(slots=True)
class Table:
    """`name` is what it is called in a fault: 三级指标“网络安全产业收入”."""

    values: Mapping[str, Any]
    path: Path
    lines: Mapping[Path, int]
    problems: list[Problem]
    name: str
    asked: set[str] = field(default_factory=set)

    def line(self, key: str = "") -> int:
        return line_of(self.lines, (*self.path, key) if key else self.path)

    def fault(self, message: str, key: str = "") -> None:
        self.problems.append(Problem(self.line(key), self.name, message))

    def has(self, key: str) -> bool:
        self.asked.add(key)
        return key in self.values

    def _value(self, key: str, expected: str, *, needed: bool) -> Any:
        if not self.has(key):
            if needed:
                self.fault(f"缺少 {key}，应写作 {key} = {expected}")
            return None
        return self.values[key]

    def text(self, key: str, *, needed: bool = True, longest: int = 200) -> str:
        found = self._value(key, '"文字"', needed=needed)
        if found is None:
            return ""
        if not isinstance(found, str):
            self.fault(f"{key} 应为文字，加英文双引号，收到 {told(found)}", key)
            return ""
        value = found.strip()
        if needed and not value:
            self.fault(f"{key} 是空的，请填写", key)
        if len(value) > longest or "\0" in value:
            self.fault(f"{key} 过长或含有不可见字符：{len(value)}个字符，不能超过{longest}个", key)
        return value

    def item_id(self) -> str:
        value = self.text("id", longest=40)
        if value and not ITEM_ID.fullmatch(value):
            self.fault(f"id 应由小写字母开头，只含小写字母、数字和下划线，收到“{value}”", "id")
        return value

    def number(self, key: str, default: Decimal | None = None, *, lowest: Decimal | None = Decimal(0)) -> Decimal:
        """What stands in for a faulty value (its size, the default, or 1) serves only to read on: the fault is told."""
        value = self._value(key, "数值", needed=default is None)
        stand_in = Decimal(1) if default is None else default
        if value is None:
            return stand_in
        number = self._as_number(value)
        if number is None:
            self.fault(f"{key} 应为数值（不加引号，小数不超过6位），收到 {told(value)}", key)
            return stand_in
        if lowest is not None and number < lowest:
            expected = "不能为负数" if lowest == 0 else f"不能小于{plain(lowest)}"
            self.fault(f"{key} 为{plain(number)}，{expected}", key)
            return abs(number)
        return number

    def _as_number(self, value: object) -> Decimal | None:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return None
        number = Decimal(value)
        if not number.is_finite() or abs(number) >= LARGEST:
            return None
        exponent = number.normalize().as_tuple().exponent
        return number if isinstance(exponent, int) and exponent >= SMALLEST_PLACE else None

    def whole(self, key: str, default: int, *, lowest: int = 0) -> int:
        number = self.number(key, Decimal(default), lowest=Decimal(lowest))
        if number != int(number) or number > 1000:
            self.fault(f"{key} 应为不超过1000的整数，收到 {plain(number)}", key)
            return default
        return int(number)

    def limit(self, key: str) -> Decimal | None:
        """An end that may be left out."""
        return self.number(key, lowest=None) if self.has(key) else None

    def flag(self, key: str, default: bool) -> bool:
        value = self._value(key, "true", needed=False)
        if value is None:
            return default
        if not isinstance(value, bool):
            self.fault(f"{key} 应写 true（是）或 false（否），收到 {told(value)}", key)
            return default
        return value

    def day(self, key: str, *, needed: bool = True) -> date | None:
        value = self._value(key, "2026-01-01", needed=needed)
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            self.fault(f"{key} 应为日期，写作 2026-01-01（不加引号），收到 {told(value)}", key)
            return None
        return value

    def word(self, key: str, words: type[Labelled], default: Labelled | None = None) -> Any:
        """A member by its key or its Chinese word; None for one that is not known (told)."""
        value = self._value(key, f'"{next(iter(words)).label}"', needed=default is None)
        if value is None:
            return default
        found = next((word for word in words if value in (word.value, word.label)), None)
        if found is None:
            known = "、".join(f"{word.label}（{word.value}）" for word in words)
            self.fault(f"{key} 没有 {told(value)} 这种写法，可用：{known}", key)
        return found

    def table(self, key: str, name: str, expected: str) -> Table | None:
        value = self._value(key, expected, needed=True)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(f"{key} 应写作 {key} = {expected}，收到 {told(value)}", key)
            return None
        return Table(value, (*self.path, key), self.lines, self.problems, name)

    def tables(self, key: str, word: str, written: str) -> Iterator[Table]:
        """The tables of a list, each called by its word and its own name."""
        if not self.has(key):
            return
        rows = self.values[key]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            self.fault(f"{key} 应写作一个或几个 {written} 小节，收到 {told(rows)}", key)
            return
        for place, row in enumerate(rows):
            around = f"{self.name} " if self.path else ""
            called = f"{word}“{row['name']}”" if isinstance(row.get("name"), str) else f"{around}第{place + 1}个{word}"
            yield Table(row, (*self.path, key, place), self.lines, self.problems, called)

    def close(self) -> None:
        """Names nobody asked for are faults: a mistyped one would otherwise be passed over in silence."""
        for key in self.values:
            if key not in self.asked:
                self.fault(f"不认识的名称 {key}{meant(key, self.asked)}", key)


def told(value: object) -> str:
    """A value as the file has it, shortened."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"“{value[:40]}”"
    if isinstance(value, Decimal) and value.is_finite() and abs(value.adjusted()) < 20:
        return plain(value)
    if isinstance(value, list | dict):
        return "一组值"
    return str(value)[:40]


def meant(word: str, known: Iterable[str], listed: Iterable[str] | None = None) -> str:
    """What the writer may have meant, else all there is (`listed`, where that is less than `known`)."""
    words: Sequence[str] = sorted(known)
    near = get_close_matches(word, words, n=1)
    return f"，是否为“{near[0]}”？" if near else f"，可用：{'、'.join(words if listed is None else listed)}"
