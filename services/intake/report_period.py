"""Which half-year a report is for: the period its file states, checked against everything else that says one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from policy.facts import Passage
from policy.findings import Finding
from policy.tables import ROSTER
from policy.terms import HalfYear, Severity
from services.intake.contents import Contents
from services.intake.context import Context
from services.intake.dates import read_date
from services.intake.document import Cell, CellKind, Sheet
from services.intake.identity import passages
from services.intake.labels import Role, indicator_label
from services.intake.parsed import is_placeholder
from services.intake.periods import Span, find_month, find_span, find_stated_span, read_period
from services.intake.spots import Spot
from services.intake.text import fold, shorten, squash

FILE_NAME = "文件名"
_LABEL = re.compile(r"(?:统计|报告|数据|报送|所属)(?:期|期间|时段|周期|时间)|时间|期间")
_INLINE = re.compile(r"(?:(?:统计|报告|数据|报送|所属)(?:期|期间|时段|时间)|时间|期间):\s*([^\s,;]+)")
_FILLED_ON = re.compile(r"(?:填报|填表|报送|上报)(?:日期|时间)")
_YEAR = re.compile(r"(?<!\d)(20\d{2})年")
_TITLE_WORDS = re.compile(r"情况|报表|半年报|统计表|关于|函|园")
_A_COLUMN = 3
_A_TITLE = 40
_SOME_MONTHS = 3
_NUMBER = re.compile(r"\d{1,15}(?:\.\d{1,15})?")
_OTHER_TIME = re.compile(r"同期|上年|去年|计划|打算|目标|下步|下一步")


@dataclass(frozen=True, slots=True)
class Said:
    """A period the file states. `binding`: in a place that speaks of the whole report, so it must agree."""

    span: Span
    where: str
    binding: bool = True


@dataclass(slots=True)
class PeriodFound:
    period: HalfYear | None = None
    months: int | None = None
    findings: list[Finding] = field(default_factory=list)

    def add(self, code: str, severity: Severity, where: str, message: str) -> None:
        self.findings.append(Finding(code, severity, where, message, ""))


def find_period(contents: Contents, name: str, context: Context) -> PeriodFound:
    """Findings period_unknown, period_doubtful, period_mismatch and placeholder_left."""
    found = PeriodFound()
    texts = passages(contents)
    said = [*_labelled(contents, texts, found), *_elsewhere(contents, texts, name, context.period)]
    if not said:
        _not_stated(found, context)
        return found
    first = said[0]
    year = _year(said, texts, context) or _year_by_date(contents, first, found)
    found.months = first.span.last
    found.period = first.span.half_year(year)
    if found.period is None:
        found.add("period_unknown", Severity.ERROR, first.where, _why_not(first.span))
        return found
    if first.span.half_word and not any(entry.span.last == 12 and not entry.span.half_word for entry in said):
        message = f"只写了“{found.period.label}”；请确认数据是1—12月累计，而不是7—12月当期数"
        found.add("period_doubtful", Severity.CONFIRM, first.where, message)
    _compare(found, first, said, context)
    return found


def _year(said: list[Said], texts: list[Passage], context: Context) -> int | None:
    """The year of a period written without one: any other period, the caller's, a title such as 2025年情况."""
    years = [entry.span.year for entry in said] + [context.period.year if context.period else None]
    titles = " ".join(entry.text for number, entry in enumerate(texts) if _is_title(entry, number))
    years += [int(year) for year in _YEAR.findall(titles)]
    return next((year for year in years if year), None)


def _year_by_date(contents: Contents, first: Said, found: PeriodFound) -> int | None:
    """The last such period that had ended on 填报日期: inferred, so to be confirmed."""
    for sheet in contents.document.sheets:
        for _, value in contents.labelled(sheet, _FILLED_ON):
            parsed = read_date(value, day_required=True) if value is not None and not value.blank else None
            if parsed is not None and parsed.value is not None and len(parsed.value) == 10:
                day = date.fromisoformat(parsed.value)
                year = day.year if day.month >= first.span.last else day.year - 1
                found.add(
                    "period_doubtful", Severity.CONFIRM, first.where,
                    f"统计期没有写年份，按填报日期{parsed.value}推定为{year}年，请确认",
                )  # fmt: skip
                return year
    return None


def _labelled(contents: Contents, texts: list[Passage], found: PeriodFound) -> list[Said]:
    """The cell beside 统计期, or 统计期：… inside a line."""
    said: list[Said] = []
    for sheet in contents.document.sheets:
        for label, value in contents.labelled(sheet, _LABEL):
            beside = value is not None and not value.blank and not _heads_a_column(sheet, label)
            if value is not None and beside and not contents.in_table(sheet, label.row):
                said += _beside(label, value, f"{sheet.name}!{value.address}", found)
    for entry in texts:
        match = _INLINE.search(fold(entry.text))
        if match and (span := find_stated_span(match[1])):
            said.append(Said(span, entry.where))
    return said


def _heads_a_column(sheet: Sheet, label: Cell) -> bool:
    """报告期 over a column of periods is a header; what stands beside it is another header."""
    below = (sheet.text(row, label.column) for row in range(label.last_row + 1, sheet.height + 1))
    return bool(re.match(r"20\d{2}", squash(next(filter(None, below), ""))))


def _beside(label: Cell, value: Cell, where: str, found: PeriodFound) -> Iterator[Said]:
    """What the cell beside the label says; a date there was meant as 1-6, a placeholder is nothing."""
    span = None if value.kind is CellKind.DATE else find_month(value.text)
    if span is not None and not is_placeholder(value.text):
        yield Said(span, where)
        return
    if not squash(label.text).startswith(("统计", "报告")) or indicator_label(value.text):
        return
    parsed = read_period(value)
    if parsed.placeholder:
        found.add("placeholder_left", Severity.ERROR, where, parsed.message)
    elif parsed.value is None:
        found.add("period_unknown", Severity.ERROR, where, parsed.message)
    elif proposed := find_span(parsed.value):
        found.add("period_doubtful", Severity.CONFIRM, where, parsed.message)
        yield Said(proposed, where)


def _elsewhere(contents: Contents, texts: list[Passage], name: str, asked: HalfYear | None) -> Iterator[Said]:
    """Headers of the current column, titles, sheet names, the roster's header; then the file's name, running text;
    at last a header that names the year alone: in a paper on 1—6月 it means these months."""
    titles = [entry for number, entry in enumerate(texts) if _is_title(entry, number)]
    headers = _headers(contents, asked, next(_spans(titles), None))
    yield from (entry for entry in headers if not entry.span.year_alone)
    yield from _spans(titles)
    yield from _spans([Passage(sheet.name, sheet.name) for sheet in contents.document.sheets])
    for table in contents.of("roster")[:1]:
        heads = dict.fromkeys(text for path in table.paths.values() for text in path[:-1])
        yield from _spans([Passage(table.sheet.row_where(table.first_row), text) for text in heads])
    yield from _spans([Passage(FILE_NAME, name)], binding=False)
    yield from _spans(texts, binding=False)
    yield from (replace(entry, binding=False) for entry in headers if entry.span.year_alone)


def _headers(contents: Contents, asked: HalfYear | None, title: Said | None) -> list[Said]:
    """The period the figures are headed by: of several the one asked for, else the title's, else the latest."""
    headers = [Said(span, spots[0].where) for span, spots in _headed(contents).items()]
    wanted = [entry for entry in headers if asked and entry.span.half_year(None) == asked]
    wanted = wanted or [entry for entry in headers if title and _same(entry.span, title.span)]
    return wanted or sorted(headers, key=_latest_first)[:1]


def _same(span: Span, other: Span) -> bool:
    return (span.first, span.last) == (other.first, other.last) and (not other.year or span.year in (None, other.year))


def _latest_first(entry: Said) -> tuple[bool, int, int]:
    """What runs from January before 二季度 beside it."""
    return (not entry.span.cumulative, -(entry.span.year or 9999), -entry.span.last)


def in_months(spots: list[Spot], period: HalfYear | None) -> list[Spot]:
    """Columns headed 2024年 and 2025年 in a paper on 1—6月 are of those months, if this year's column is among them."""
    alone = {spot.span.year for spot in spots if spot.span and spot.span.year_alone}
    if period is None or period.year not in alone:
        return spots
    return [
        replace(spot, span=replace(spot.span, last=period.months)) if spot.span and spot.span.year_alone else spot
        for spot in spots
    ]


def _headed(contents: Contents) -> dict[Span, list[Spot]]:
    """The figures under each period that a column (or row) of them names; the odd label that names one is none."""
    headed: dict[Span, list[Spot]] = {}
    for spot in contents.spots:
        if spot.span is not None and spot.role is Role.CURRENT:
            headed.setdefault(spot.span, []).append(spot)
    return {span: spots for span, spots in headed.items() if len(spots) >= _A_COLUMN}


def roster_year(contents: Contents, period: HalfYear | None) -> Iterator[Finding]:
    """A roster whose title or heading names another year, and no months, is not of this half-year."""
    if period is None:
        return
    for found in contents.of(ROSTER.key):
        sheet, heads = found.sheet, dict.fromkeys(text for path in found.paths.values() for text in path[:-1])
        above = [sheet.row(row) for row in range(max(1, found.first_row - 2), found.first_row)]
        titles = [cells[0].text for cells in above if len(cells) == 1 and not indicator_label(cells[0].text)]
        texts = [text for text in (*heads, *titles, *sheet.before[-1:]) if len(text) < _A_TITLE and not find_span(text)]
        years = {int(year) for text in texts for year in _YEAR.findall(text)}
        if years and period.year not in years:
            named = "、".join(f"{year}年" for year in sorted(years))
            message = f"企业一览表写的是{named}，本期是{period.months_label}；请核对一览表是否为本期数据"
            yield Finding("period_mismatch", Severity.CONFIRM, sheet.row_where(found.first_row), message, "")


def of_single_months(contents: Contents, period: HalfYear | None) -> Iterator[Finding]:
    """Months listed one by one are read as running totals; a revenue that does not grow like one is asked about."""
    for key in ("revenue_total", "revenue_cyber") if period is not None else ():
        months: dict[int, Spot] = {}
        for spot in contents.spots:
            span = spot.span
            if spot.key == key and span and spot.role is Role.CURRENT and period and span.year == period.year:
                months.setdefault(span.last, spot)
        figures = {last: _plain_number(spot) for last, spot in months.items() if spot.span and spot.span.cumulative}
        known = {last: figure for last, figure in figures.items() if figure}
        if len(known) < _SOME_MONTHS or not period or period.months not in known:
            continue
        first, last = min(known), period.months
        if known[last] * 2 * first < known[first] * last:
            message = (
                "各月数值没有逐月累加，像是当月数；半年报填1月起的累计数，请核对后改为累计数，或确认所填就是累计数"
            )
            yield Finding("period_doubtful", Severity.CONFIRM, months[last].where, message, "")
            return


def of_halves(contents: Contents, period: HalfYear | None) -> Iterator[Finding]:
    """上半年 and 下半年 side by side without the whole year: under 下半年 may stand its own six months alone."""
    for key in ("revenue_total", "revenue_cyber") if period is not None and period.months == 12 else ():
        spots = [spot for spot in contents.spots if spot.key == key and spot.role is Role.CURRENT and spot.span]
        spans = {spot.span: spot for spot in spots if spot.span}
        half = next((spot for span, spot in spans.items() if span.half_word), None)
        whole = any(span.last == 12 and not span.half_word for span in spans)
        if half is not None and not whole and any(span.cumulative and span.last == 6 for span in spans):
            message = "上半年、下半年分列，没有全年数；请确认“下半年”所填是1—12月累计，而不是7—12月当期数"
            yield Finding("period_doubtful", Severity.CONFIRM, half.where, message, "")
            return


def _plain_number(spot: Spot) -> Decimal | None:
    text = fold(spot.cell.text).strip() if spot.cell else ""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def other_periods(contents: Contents, chosen: HalfYear | None) -> Iterator[Finding]:
    """A note on the periods that were not read: neither this half-year nor the one of a year before."""
    if chosen is None:
        return
    read = {(half.year, half.months) for half in (chosen, chosen.year_before())}
    others: dict[tuple[int, int], str] = {}
    for spot in contents.spots:
        span = spot.span
        if span and span.year and span.cumulative and spot.role is Role.CURRENT and (span.year, span.last) not in read:
            others.setdefault((span.year, span.last), spot.where)
    if others:
        told = "、".join(_named(*place) for place in sorted(others))
        message = f"文件另有{told}的数据，本次只读入{chosen.label}；其他报告期请选定报告期后分别上传"
        yield Finding("other_periods", Severity.NOTE, others[min(others)], message, "")


def _named(year: int, last: int) -> str:
    return HalfYear(year, last // 6).label if last in (6, 12) else f"{year}年1—{last}月"


def _is_title(entry: Passage, number: int) -> bool:
    """A line that names the paper: above the figures, or the first paragraph of a letter."""
    if entry.where.startswith("正文") and number > 1:
        return False
    return bool(_TITLE_WORDS.search(squash(entry.text)))


def _spans(texts: list[Passage], *, binding: bool = True) -> Iterator[Said]:
    """The first period of each text, leaving out clauses that speak of another time."""
    for entry in texts:
        clauses = re.split("[，。；,;]", entry.text)
        spans = (find_span(clause) for clause in clauses if not _OTHER_TIME.search(clause))
        span = next((span for span in spans if span is not None), None)
        if span is not None:
            yield Said(span, entry.where, binding)


def _not_stated(found: PeriodFound, context: Context) -> None:
    if found.findings:
        return
    if context.period is None:
        message = "文件没有写明统计期；请在表头填写，如“统计期：2025年1—6月”"
        found.add("period_unknown", Severity.ERROR, "", message)
        return
    found.period, found.months = context.period, context.period.months
    message = f"文件没有写明统计期，按指定的{context.period.months_label}读取，请确认"
    found.add("period_doubtful", Severity.CONFIRM, "", message)


def _why_not(span: Span) -> str:
    written = f"{span.first}—{span.last}月"
    if not span.cumulative:
        return f"统计期写的是{written}；半年报填1月起的累计数，应为1—6月或1—12月，请改正数据和统计期"
    if span.last not in (6, 12):
        return f"统计期写的是{written}，不是半年；应为1—6月（上半年）或1—12月（下半年）"
    return f"统计期“{written}”没有写年份；请写全，如“2025年{written}”"


def _compare(found: PeriodFound, first: Said, said: list[Said], context: Context) -> None:
    assert found.period is not None
    label = found.period.months_label
    for entry in said:
        other = entry.span.half_year(found.period.year) if entry.binding else None
        if other is not None and other != found.period:
            message = f"统计期前后不一致：{shorten(first.where)}为{label}，{entry.where}为{other.months_label}，请核对"
            found.add("period_mismatch", Severity.CONFIRM, entry.where, message)
            break
    if context.period is not None and context.period != found.period:
        message = f"文件的统计期是{label}，而指定的报告期是{context.period.months_label}；请核对文件，或改选报告期"
        found.add("period_mismatch", Severity.ERROR, first.where, message)
