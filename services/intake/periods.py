"""Statistical periods as people write them: 1—6月, 截至6月底, 2025年上半年, 全年."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from policy.terms import HalfYear, Status
from services.intake.document import Cell, CellKind
from services.intake.numerals import date_digits
from services.intake.parsed import Parsed, failed, is_placeholder
from services.intake.text import shorten, squash

_NUMERALS = {"十二": "12", "十一": "11", "十": "10"} | {text: str(n) for n, text in enumerate("一二三四五六七八九", 1)}
_NUMERAL = re.compile("|".join(f"{numeral}(?=个?月|-|至|到)" for numeral in _NUMERALS))
_YEAR = r"(?:(?P<year>(?:19|20)\d{2})\s*[年./-]?度?)?"
_SPANS = (
    re.compile(_YEAR + r"(?<!\d)(?P<first>\d{1,2})月?份?(?:-|至|到)(?P<last>\d{1,2})(?:月|$|(?=\)))"),
    re.compile(r"截[至止]到?" + _YEAR + r"(?P<last>\d{1,2})月?(?:份|底|末|\d{1,2}日)?"),
)
_HALF = re.compile(_YEAR + r"(?:(?P<half>上|下|前|后)半年|半年(?!函报|发展情况表$))")
_KEY = re.compile(r"(?P<year>20\d{2})年?h(?P<half>[12])", re.IGNORECASE)
_WHOLE = re.compile(r"(?:(?P<year>(?:19|20)\d{2})年?)?全年|(?P<annual>(?:19|20)\d{2})年度")
_YEAR_ALONE = re.compile(r"(?P<year>(?:19|20)\d{2})年?")
_MONTH_END = re.compile(_YEAR + r"(?P<last>\d{1,2})月(?:份|底|末|(?:28|29|30|31)日)?")
_YEAR_END = re.compile(r"(?P<year>(?:19|20)\d{2})年?[底末]")
_MONTH_NAMED = re.compile(r"(?P<year>20\d{2})[-./](?P<last>0?[1-9]|1[0-2])(?:[-./](?:28|29|30|31))?")
_MONTHS_NAMED = re.compile(r"(?P<year>20\d{2})[./](?P<first>\d{1,2})-(?P<last>\d{1,2})")
_COMPACT = re.compile(r"(?P<year>20\d{2})(?P<last>0[1-9]|1[0-2])(?:28|29|30|31)?")
_QUARTER = "[1-4一二三四]"
# From what people write to what the patterns above read; {} is the quarter's last month.
_QUARTERS = (
    (re.compile(rf"第?[1一](?:季度)?[-至到、和]第?({_QUARTER})季度"), "1-{}月"),
    (re.compile(r"前([2-4两二三四])个?季度"), "1-{}月"),
    (re.compile(rf"第?({_QUARTER})季度[末底]"), "截至{}月底"),
)
_ONE_QUARTER = re.compile(rf"第?({_QUARTER})季度|(?<![a-z])q([1-4])(?!\d)", re.IGNORECASE)
_DAY_TO_DAY = re.compile(
    r"(?:(\d{4})[年./-])?0?1[月./-]0?1日?[-至到](?:(\d{4})[年./-])?(\d{1,2})[月./-](?:28|29|30|31)(?:日|(?!\d))"
)
_MONTH_TO_MONTH = re.compile(r"(\d{4})[年./-](\d{1,2})月?[-至到](\d{4})[年./-](\d{1,2})(?:月|(?!\d))")
_OTHER_YEAR = re.compile("[去上前明]年|同期")
_FIRST_MONTHS = re.compile(r"(?<!\d)前(\d{1,2})个月")


@dataclass(frozen=True, slots=True)
class Span:
    """Months `first` to `last`; `year` None when not written; `half_word`: only 下半年 was written;
    `year_alone`: only 2025年 was; `month_alone`: only 6月 was, which may mean that month or up to it."""

    year: int | None
    first: int
    last: int
    half_word: bool = False
    year_alone: bool = field(default=False, compare=False)
    month_alone: bool = field(default=False, compare=False)

    @property
    def cumulative(self) -> bool:
        return self.first == 1

    def half_year(self, year: int | None) -> HalfYear | None:
        """The half-year a cumulative span reports on; None for any other span."""
        chosen = self.year or year
        if chosen is None or not self.cumulative or self.last not in (6, 12):
            return None
        return HalfYear(chosen, self.last // 6)


@lru_cache(maxsize=1024)
def find_span(text: str) -> Span | None:
    """The first period written in the text; None when there is none."""
    folded = _with_digits(squash(text))
    for pattern in _SPANS:
        for match in pattern.finditer(folded):
            first = int(match["first"]) if "first" in pattern.groupindex else 1
            written_out = not match[0][-1].isdigit()
            certain = written_out or "年" in match[0] or (match[0] == folded and not match["year"])
            if certain and 1 <= first <= int(match["last"]) <= 12:
                return Span(_year(match), first, int(match["last"]))
    if half := _KEY.search(folded) or _named_half(folded):
        second = half["half"] in ("2", "下", "后")
        return Span(_year(half), 1, 12 if second else 6, half_word=half["half"] in ("下", "后"))
    if whole := _WHOLE.search(folded):
        year = whole["year"] or whole["annual"]
        return Span(int(year) if year else None, 1, 12)
    return None


def _named_half(text: str) -> re.Match[str] | None:
    """上半年, 2025年半年: 半年 alone, as in 半年报, names no half."""
    return next((match for match in _HALF.finditer(text) if match["half"] or match["year"]), None)


@lru_cache(maxsize=1024)
def find_stated_span(text: str) -> Span | None:
    """As `find_span`, for a cell that can hold nothing but a period: there 2025年6月 is January to June."""
    span = find_span(text)
    if span is not None:
        return span
    folded = _with_digits(squash(text))
    if match := _YEAR_ALONE.fullmatch(folded):
        return Span(_year(match), 1, 12, year_alone=True)
    if match := _YEAR_END.fullmatch(folded):
        return Span(_year(match), 1, 12)
    if match := _MONTHS_NAMED.fullmatch(folded):
        first, last = int(match["first"]), int(match["last"])
        return Span(_year(match), first, last) if 1 <= first <= last <= 12 else None
    match = _MONTH_END.fullmatch(folded) or _MONTH_NAMED.fullmatch(folded)
    alone = folded.endswith(("月", "月份"))
    return (
        Span(_year(match), 1, int(match["last"]), month_alone=alone)
        if match and 1 <= int(match["last"]) <= 12
        else None
    )


def find_month(text: str) -> Span | None:
    """As `find_stated_span`, for a column of months: 202506 and 20250630 name the months up to June too; 去年上半年
    names none."""
    if _OTHER_YEAR.search(text):
        return None
    match = _COMPACT.fullmatch(squash(text))
    return Span(_year(match), 1, int(match["last"])) if match else find_stated_span(text)


def _year(match: re.Match[str]) -> int | None:
    return int(match["year"]) if match["year"] else None


def _with_digits(text: str) -> str:
    """Numerals as digits; quarters, days and first months as the months they cover."""
    text = _NUMERAL.sub(lambda match: _NUMERALS[match[0]], _without_quarters(date_digits(text)))
    text = _DAY_TO_DAY.sub(lambda match: _joined(match[1], "1", match[2], match[3]) or match[0], text)
    text = _MONTH_TO_MONTH.sub(lambda match: _joined(*match.groups()) or match[0], text)
    return _FIRST_MONTHS.sub(r"1-\1月", text)


def _without_quarters(text: str) -> str:
    if "季" not in text and "q" not in text.lower():
        return text
    for pattern, months in _QUARTERS:
        while match := pattern.search(text):
            text = text[: match.start()] + months.format(_last_month(match[1])) + text[match.end() :]
    return _ONE_QUARTER.sub(_months_of_quarter, text)


def _months_of_quarter(match: re.Match[str]) -> str:
    last = _last_month(match[1] or match[2])
    return f"{last - 2}-{last}月"


def _last_month(quarter: str) -> int:
    return 3 * ("一二三四".find(quarter.replace("两", "二")) + 1 or int(quarter))


def _joined(year: str | None, first: str, other: str | None, last: str) -> str | None:
    """Months of one year; None when the years differ."""
    if other not in (None, year):
        return None
    return f"{year}年{int(first)}-{int(last)}月" if year else f"{int(first)}-{int(last)}月"


def read_period(cell: Cell, year: int | None = None) -> Parsed:
    """The period cell. `value` is the last month covered (2025-06); from a date cell only a proposal (1—6月)."""
    if is_placeholder(cell.text):
        return failed("样表的占位符没有替换，请填写统计期，如 2025年1—6月", placeholder=True)
    if cell.kind is CellKind.DATE:
        day = date.fromisoformat(cell.text[:10])
        proposal = f"{day.month}—{day.day}月" if day.month < day.day <= 12 else f"1—{day.month}月"
        message = f"统计期被表格软件变成了日期（{day.month}月{day.day}日），按{proposal}读取，请确认"
        return Parsed(proposal, Status.CONFIRM, message, candidates=(proposal,))
    span = find_month(cell.text)
    if span is None:
        return failed(f"“{shorten(cell.text, 60)}”无法读成统计期，请填写如 2025年1—6月")
    if not span.cumulative:
        return failed(f"统计期“{shorten(cell.text, 60)}”不是自1月起的累计，请按累计数填报，如 1—6月、1—12月")
    chosen = span.year or year
    value = f"{chosen}-{span.last:02d}" if chosen else f"1—{span.last}月"
    return Parsed(value, Status.NOTE, f"按1—{span.last}月累计读取")
