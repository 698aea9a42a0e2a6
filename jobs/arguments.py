"""What may stand behind an option or an argument: a day, a period, a word, a file. What else stands there is said."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import click

from policy.periods import Period as OfAnything
from policy.periods import Quarter, parse_period
from policy.progress_report import ProgressPeriod
from policy.terms import HalfYear

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Day(click.ParamType[date]):
    """A civil date, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            if not ISO_DAY.fullmatch(value):
                raise ValueError(value)
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"日期应写作 2026-07-31，收到“{value}”", param, ctx)


class Period(click.ParamType[HalfYear]):
    """A reporting period, 2026H1 or 2026H2."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> HalfYear:
        if isinstance(value, HalfYear):
            return value
        try:
            return HalfYear.parse(value)
        except ValueError:
            self.fail(f"报告期应写作 2026H1 或 2026H2，收到“{value}”", param, ctx)


class AnyPeriod(click.ParamType[ProgressPeriod]):
    """A quarter or a half-year: 2026Q3, 2026H1."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ProgressPeriod:
        if isinstance(value, Quarter | HalfYear):
            return value
        try:
            period = parse_period(value)
        except ValueError:
            period = None
        if not isinstance(period, Quarter | HalfYear):
            self.fail(f"报告期应写作 2026Q3（季度）或 2026H1（半年），收到“{value}”", param, ctx)
        return period


class OwedPeriod(click.ParamType[OfAnything]):
    """The period of any 应报事项: 2026H1, 2026Q3, or the year of an annual plan."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> OfAnything:
        try:
            period = parse_period(value) if isinstance(value, str) else value
        except ValueError:
            period = None
        if period is None:
            self.fail(f"报告期应写作 2026H1、2026Q1 或 2026，收到“{value}”", param, ctx)
        return period


class WorkYear(click.ParamType[int]):
    """A calendar year, four digits."""

    name = "year"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        if not re.fullmatch(r"\d{4}", value, re.ASCII):
            self.fail(f"年份应写作 2027，收到“{value}”", param, ctx)
        return int(value)


class OneOf(click.Choice[str]):
    """One of these words, written as they stand; of an enum its values, not the names of its members."""

    def __init__(self, words: Iterable[str]) -> None:
        super().__init__([str(word) for word in words])

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        return f"应为 {'、'.join(self.choices)} 之一，收到“{value}”"


class ReadableFile(click.ParamType[Path]):
    """A file that is there and may be read."""

    name = "file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        if path.is_dir():
            self.fail(f"“{value}”是文件夹，应为文件", param, ctx)
        if not path.exists():
            self.fail(f"没有找到文件“{value}”", param, ctx)
        if not os.access(path, os.R_OK):
            self.fail(f"没有读取文件“{value}”的权限", param, ctx)
        return path


class ReadableFiles(ReadableFile):
    """A file or a folder that is there and may be read."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        path = Path(value)
        return path if path.is_dir() and os.access(path, os.R_OK | os.X_OK) else super().convert(value, param, ctx)


DATE = Day()
PERIOD = Period()
OWED_PERIOD = OwedPeriod()
QUARTER = AnyPeriod()
YEAR = WorkYear()
FILE = ReadableFile()
FILE_OR_FOLDER = ReadableFiles()
NEW_FILE = click.Path(path_type=Path)
"""Where to write; what stands in the way is told when writing."""

AS_WRITTEN = click.option(
    "--as-written", is_flag=True, help="照此登记：与通常情况不符、按提示核对无误的，仍按所写办理。"
)
"""Of commands that refuse what is almost surely a mistake."""
