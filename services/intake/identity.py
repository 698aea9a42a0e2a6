"""Whose report this is and for which period, wherever the file says so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from policy.findings import Finding
from policy.terms import HalfYear, Severity
from services.intake.contents import Contents
from services.intake.context import Context, ParkRef
from services.intake.document import Cell, CellKind, Sheet
from services.intake.labels import Role
from services.intake.parsed import is_placeholder
from services.intake.periods import Span, find_span, find_stated_span, read_period
from services.intake.text import fold, shorten, squash

_TOP_ROWS = 8
_PERIOD_LABEL = re.compile(r"^(统计|报告|数据|报送|所属|填报)?(期|期间|时段|周期|时间)[:：]?$")
_PERIOD_INLINE = re.compile(r"(?:统计|报告|数据|所属|报送)?(?:期|期间|时段|时间)[:：]\s*([^\s,;，；]+)")
_PARK_LABEL = re.compile(r"^(园区名称|园区|重点园区名称|园区称号|称号|拟申报名称|申报名称)[:：]?$")
_PARK_INLINE = re.compile(r"(?:园区名称|重点园区名称|拟申报名称)[:：]\s*(\S+)")
_TITLE = re.compile(r"国家网络安全产业园区\(([^()]{1,12}园)\)")
_SHORT = re.compile(r"([\u4e00-\u9fff]{1,8}?园)(?:区)?(?=\d{4}年|上半年|下半年|半年|建设|发展|[-_ .(]|$)")
_BEFORE_NAME = re.compile(r".*(?:关于|报送|上报|推进|申报|将|的)")


@dataclass(frozen=True, slots=True)
class _Text:
    where: str
    text: str


@dataclass(slots=True)
class ParkFound:
    """`park` is a registered code; `title` the registered title, or what the file says when it is not registered."""

    park: str | None = None
    title: str | None = None
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class PeriodFound:
    period: HalfYear | None = None
    months: int | None = None
    findings: list[Finding] = field(default_factory=list)


def labelled(sheet: Sheet, pattern: re.Pattern[str]) -> Iterator[tuple[Cell, Cell | None]]:
    """Cells that are such a label, each with the cell at its right."""
    for cell in sheet.filled():
        if cell.kind is CellKind.TEXT and len(cell.text) < 30 and pattern.fullmatch(squash(cell.text)):
            yield cell, sheet.at(cell.row, cell.last_column + 1)


def top_texts(contents: Contents) -> list[_Text]:
    """Title lines and paragraphs: the first rows of each visible sheet above its tables, and text outside them."""
    document = contents.document
    inside = {
        (found.sheet.name, row) for found in contents.tables for row in range(found.first_row, found.last_row + 1)
    }
    texts = [
        _Text(f"{sheet.name}!{cell.address}", cell.text)
        for sheet in document.sheets
        if not sheet.hidden
        for row in range(1, min(sheet.height, _TOP_ROWS) + 1)
        if (sheet.name, row) not in inside
        for cell in sheet.row(row)
        if cell.kind is CellKind.TEXT and len(cell.text) > 3
    ]
    paragraphs = [_Text(f"正文!P{number}", text) for number, text in document.paragraphs[:40]]
    return paragraphs + texts if document.format == "docx" else texts + paragraphs


# --- the park -------------------------------------------------------------------------------------------------


def find_park(contents: Contents, name: str, context: Context) -> ParkFound:
    """The registered park the file names; findings park_unknown and park_mismatch."""
    said = list(_said_parks(contents, name))
    found = ParkFound()
    for text, certain in said:
        park = _registered(text, context.parks, whole=certain)
        if park is not None:
            found.park, found.title = park.code, park.title
            break
        if certain:
            found.title = _as_title(text)
            break
    found.title = found.title or next((guess for text, _ in said if (guess := _guess(text))), None)
    _compare_park(found, context)
    return found


def _said_parks(contents: Contents, name: str) -> Iterator[tuple[str, bool]]:
    """Texts that may name the park, the most reliable first; True: the text is nothing but the name."""
    for sheet in contents.document.sheets:
        for _, value in labelled(sheet, _PARK_LABEL):
            if value is not None and not value.blank and not is_placeholder(value.text):
                yield value.text.strip(), True
    texts = [entry.text for entry in top_texts(contents)]
    for text in texts:
        if match := _PARK_INLINE.search(fold(text)):
            yield match[1], True
    for text in texts:
        if match := _TITLE.search(squash(text)):
            yield match[0], True
    for text in (*texts, *(sheet.name for sheet in contents.document.sheets), name.rpartition(".")[0]):
        yield text, False


def _registered(text: str, parks: tuple[ParkRef, ...], *, whole: bool) -> ParkRef | None:
    folded = squash(text)
    inside = _TITLE.search(folded)
    for park in sorted(parks, key=lambda park: -len(park.short_name)):
        short = squash(park.short_name)
        if folded in (squash(park.title), short) or (inside and inside[1] == short):
            return park
        if not whole and short in folded:
            return park
    return None


def _as_title(text: str) -> str:
    match = _TITLE.search(squash(text))
    return f"国家网络安全产业园区（{match[1]}）" if match else text.strip()


def _guess(text: str) -> str | None:
    """A park's short name inside a title such as 示例丙园2025年上半年发展情况."""
    match = _SHORT.search(squash(text))
    if match is None:
        return None
    short = _BEFORE_NAME.sub("", match[1])
    return short if 3 <= len(short) <= 8 and not short.endswith(("产业园", "软件园", "重点园", "主体园")) else None


def _compare_park(found: ParkFound, context: Context) -> None:
    said = context.park_named(context.park) if context.park else None
    if found.park is None and said is not None and found.title is None:
        found.park, found.title = said.code, said.title
        message = f"文件中没有园区名称，按指定的“{said.title}”读取"
        found.findings.append(Finding("park_assumed", Severity.NOTE, "", message, ""))
    elif said is not None and found.park != said.code:
        message = f"文件写的是“{found.title}”，而指定的园区是“{said.title}”；请核对文件，或改选园区"
        found.findings.append(Finding("park_mismatch", Severity.ERROR, "", message, ""))
    elif found.park is None:
        what = f"文件写的园区“{found.title}”不在园区名册中" if found.title else "文件中没有找到园区名称"
        message = f"{what}；应写明已批复园区的名称，如“国家网络安全产业园区（××园）”，或先登记园区"
        found.findings.append(Finding("park_unknown", Severity.CONFIRM, "", message, ""))


# --- the period -----------------------------------------------------------------------------------------------


def find_period(contents: Contents, name: str, context: Context) -> PeriodFound:
    """The half-year the figures are for; findings period_unknown, period_mismatch and placeholder_left."""
    found = PeriodFound()
    stated = _labelled_period(contents, found)
    said = [*stated, *_other_periods(contents)]
    from_name = find_span(name)
    if from_name is not None:
        said.append((from_name, "文件名"))
    year = next((span.year for span, _ in said if span.year), None) or (context.period.year if context.period else None)
    chosen = next(((span, where) for span, where in said), None)
    if chosen is None:
        return _not_stated(found, context)
    span, where = chosen
    found.months = span.last
    found.period = span.half_year(year)
    if found.period is None:
        found.findings.append(_no_half_year(span, where, year))
    elif span.half_word and not any(other.last == 12 and not other.half_word for other, _ in said):
        message = f"只写了“{found.period.label}”；请确认数据是1—12月累计，而不是7—12月当期数"
        found.findings.append(Finding("period_unknown", Severity.CONFIRM, where, message, ""))
    _compare_period(found, said, where, context)
    return found


def _labelled_period(contents: Contents, found: PeriodFound) -> list[tuple[Span, str]]:
    """The cell beside 统计期, or 统计期：… inside a title line."""
    spans = []
    for sheet in contents.document.sheets:
        for label, value in labelled(sheet, _PERIOD_LABEL):
            if value is None or value.blank:
                continue
            where = f"{sheet.name}!{value.address}"
            if value.kind is CellKind.DATE or is_placeholder(value.text):
                spans += _odd_period(value, where, found)
            elif span := find_stated_span(value.text):
                spans.append((span, where))
            elif "统计" in label.text or "报告" in label.text:
                message = read_period(value).message
                found.findings.append(Finding("period_unknown", Severity.ERROR, where, message, ""))
    for entry in top_texts(contents):
        match = _PERIOD_INLINE.search(fold(entry.text))
        if match and (span := find_stated_span(match[1])):
            spans.append((span, entry.where))
    return spans


def _odd_period(value: Cell, where: str, found: PeriodFound) -> list[tuple[Span, str]]:
    """A placeholder, or a date cell that was meant as 1-6: a proposal to confirm."""
    parsed = read_period(value)
    if parsed.placeholder:
        found.findings.append(Finding("placeholder_left", Severity.ERROR, where, parsed.message, ""))
        return []
    found.findings.append(Finding("period_unknown", Severity.CONFIRM, where, parsed.message, ""))
    span = find_span(parsed.value or "")
    return [(span, where)] if span else []


def _other_periods(contents: Contents) -> list[tuple[Span, str]]:
    """Headers of the current column, titles and running text, sheet names, headers of the roster."""
    headers = [(spot.span, spot.where) for spot in contents.spots if spot.span and spot.role is Role.CURRENT]
    titles = [(span, entry.where) for entry in top_texts(contents) if (span := find_span(entry.text))]
    sheets = [(span, sheet.name) for sheet in contents.document.sheets if (span := find_span(sheet.name))]
    roster = [
        (span, found.sheet.row_where(found.first_row))
        for found in contents.of("roster")
        for path in found.paths.values()
        for text in path[:-1]
        if (span := find_span(text))
    ]
    return [*sorted(headers, key=lambda entry: -(entry[0].year or 0))[:1], *titles, *sheets, *roster[:1]]


def _not_stated(found: PeriodFound, context: Context) -> PeriodFound:
    if found.findings:
        return found
    if context.period is not None:
        found.period, found.months = context.period, context.period.months
        message = f"文件没有写明统计期，按指定的{context.period.months_label}读取，请确认"
        found.findings.append(Finding("period_unknown", Severity.CONFIRM, "", message, ""))
        return found
    message = "文件没有写明统计期；请在表头填写，如“统计期：2025年1—6月”"
    found.findings.append(Finding("period_unknown", Severity.ERROR, "", message, ""))
    return found


def _no_half_year(span: Span, where: str, year: int | None) -> Finding:
    written = f"{span.first}—{span.last}月"
    if not span.cumulative:
        message = f"统计期写的是{written}；半年报填1月起的累计数，应为1—6月或1—12月，请改正数据和统计期"
    elif span.last not in (6, 12):
        message = f"统计期写的是{written}，不是半年；应为1—6月（上半年）或1—12月（下半年）"
    else:
        message = f"统计期“{written}”没有写年份；请写全，如“2025年{written}”" if year is None else "统计期无法识别"
    return Finding("period_unknown", Severity.ERROR, where, message, "")


def _compare_period(found: PeriodFound, said: list[tuple[Span, str]], where: str, context: Context) -> None:
    if found.period is None:
        return
    year = found.period.year
    for span, place in said:
        other = span.half_year(year)
        if place != "文件名" and other is not None and other != found.period:
            message = (
                f"统计期前后不一致：{shorten(where)}为{found.period.months_label}，"
                f"{place}为{other.months_label}，请核对"
            )
            found.findings.append(Finding("period_mismatch", Severity.CONFIRM, place, message, ""))
            break
    if context.period is not None and context.period != found.period:
        message = (
            f"文件的统计期是{found.period.months_label}，而指定的报告期是{context.period.months_label}；"
            "请核对文件，或改选报告期"
        )
        found.findings.append(Finding("period_mismatch", Severity.ERROR, where, message, ""))
