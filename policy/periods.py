"""报告期 of every kind of 应报事项: half-years, quarters and calendar years."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from policy.terms import HalfYear

QUARTERS = "一二三四"


@dataclass(frozen=True, order=True, slots=True)
class Quarter:
    """A calendar quarter, the default interval of 建设进展报送 (五(二) 定期; reading N14)."""

    year: int
    quarter: int

    @classmethod
    def containing(cls, day: date) -> Quarter:
        return cls(day.year, (day.month + 2) // 3)

    @property
    def start(self) -> date:
        return date(self.year, self.quarter * 3 - 2, 1)

    @property
    def end(self) -> date:
        return self.next().start - timedelta(days=1)

    @property
    def label(self) -> str:
        return f"{self.year}年第{QUARTERS[self.quarter - 1]}季度"

    def next(self) -> Quarter:
        return Quarter(self.year + self.quarter // 4, self.quarter % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"


@dataclass(frozen=True, order=True, slots=True)
class Year:
    """A calendar year, that of an annual plan (五(二) 制定年度工作计划)."""

    year: int

    @property
    def start(self) -> date:
        return date(self.year, 1, 1)

    @property
    def end(self) -> date:
        return date(self.year, 12, 31)

    @property
    def label(self) -> str:
        return f"{self.year}年度"

    def __str__(self) -> str:
        return str(self.year)


Period: TypeAlias = HalfYear | Quarter | Year


def parse_period(text: str) -> Period | None:
    """2026H1, 2026Q3, 2026 -> the period; None for the empty text of what is owed once. Raises ValueError."""
    if not text:
        return None
    if re.fullmatch(r"\d{4}", text):
        return Year(int(text))
    if match := re.fullmatch(r"(\d{4})Q([1-4])", text):
        return Quarter(int(match[1]), int(match[2]))
    return HalfYear.parse(text)
