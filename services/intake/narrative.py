"""Figures in running text: 上半年实现网络安全产业收入3.2亿元 in a letter's third paragraph.

A sentence is never as certain as a table: what is read here waits for confirmation at best. Taken is a number with
its complete unit right after an indicator's name; growth, goals, plans, single firms, and figures of another period
or of the whole city are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache

from policy.facts import Amount
from policy.figures import plain
from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY
from policy.reports.basis import Known, rounding
from policy.terms import Measure, Severity, Status
from services.intake.cells import read_figure
from services.intake.document import Cell, CellKind, Sheet
from services.intake.labels import indicator_names, tier_named
from services.intake.periods import Span, find_span
from services.intake.reading import Reading
from services.intake.text import squash

_NUMBER = re.compile(
    r"(?<![\d.])(?P<about>大约|约为?|将近|接近|近|超过|超|逾|突破|不少于|不低于)?"
    r"(?P<number>\d[\d,]*(?:\.\d+)?|[一二两三四五六七八九十百千零〇]{1,20}(?:点[一二三四五六七八九零〇]{1,20})?)(?P<more>余|多)?"
    r"(?P<unit>(?:亿|千万|百万|十万|万|千|百)?(?:元|人次?|名|家|户|平方米|平米|㎡|m2|公顷)|亿(?=[,;、)及和与]|$)|[个场])"
    r"(?P<after>左右|以上|上下)?"
)
_BOUNDARY = re.compile(
    r"(?:^|[现成区有中全部我本拥共达和及增加进册与含、:\"“”(]|月份?|半年|累计|今年|20\d\d年度?|以来|[底末]|园)$"
)
_BETWEEN = re.compile(
    r"(?:总数|总额|总量|数量|规模|面积|总|数|已经?|累计|共计?|合计|总计|分别|为|是|达到?|至|有|实现|完成|[:])*"
)
_GROWN = re.compile(r"新增|净增|增加|引进|新注册")
_SUM = re.compile(r"(?:总数|总量|总计|累计|共计?|合计)(?:已|达到?|为|至|有)*")
_GROWN_TO = re.compile(r"(?:增长|增加|提高|上升|扩大|发展)[到至为]")
"""由48家增加到57家: the second number is the level now; a reader of reports does not take it for certain."""
_AT_LEAST = ("超过", "超", "逾", "突破", "不少于", "不低于", "以上")
_RESPECTIVELY = re.compile(r"分别(?:为|是|达到?|有|实现|完成|增至|增长到)*")
_OTHER = re.compile(
    r"上年|去年|同期|上期|目标|计划|力争|打算|确保|争取|预期|将(?:实现|达到?|超过)|明年|到20\d\d年|全市|全区|全县|全国|全省|川渝|成渝"
    r"|公司|集团|签约|投资|项目|平均|户均|人均"
)
_ELSEWHERE = re.compile(r"上年|去年|上期|明年|到20\d\d年|力争|计划|打算|确保|争取|全市|全区|全县|全国|全省|川渝|成渝")
"""Said in a clause of its own, such as 去年上半年， or 到2026年， it governs what follows in the sentence."""
_PLANS = re.compile(r"打算|计划|下一?步|安排|展望|目标")
_HEADING = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、])")
_YEAR = re.compile(r"(20\d{2})年")
_MONTH_END = re.compile(r"(?:(?P<year>20\d{2})年)?(?<!\d)(?P<month>1[0-2]|[1-9])月(?:[底末]|\d{1,2}日)")
_YEAR_END = re.compile(r"(?P<year>20\d{2})年(?:年)?[底末]")
_TIER = re.compile(r"(?P<label>[^;。]{0,80}收入[^;。]{0,60}?(?:企业|公司)(?:数量?|有|为|达到?|共|:)*)(?P<number>\d+)家")
_ENDINGS = {
    "亿元": "元亿", "万元": "元", "万人": "人名", "人": "人名次", "万平方米": "米㎡2顷", "家": "家户", "个": "个",
    "场": "场",
}  # fmt: skip
"""How the unit a number is written in may end, by the catalogue's unit."""
_LONGEST_CELL = 1000
_ROUGH = Decimal("0.05")
"""How far a figure with 约 or 超 may lie from the table's."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence between commas: `live`: what it states is of this park and no plan; `span`, `year`: the
    period and year it speaks of, by itself or from what went before, None when neither says any."""

    text: str
    sentence: str
    span: Span | None
    year: int | None
    live: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure a sentence states; `span` and `year`: the period and year it speaks of, None when it says none.

    `at_least`: it says over so much (超, 以上); `more`: so much and something (余).
    """

    key: str
    where: str
    paragraph: int
    raw: str
    reading: Reading
    rough: bool
    span: Span | None
    year: int | None
    clause: Clause
    at_least: bool = False
    more: bool = False

    def speaks_of(self, period: Span | None) -> bool:
        """Nothing it says is against that period."""
        if period is None:
            return self.span is None or self.span.cumulative
        if self.year not in (None, period.year):
            return False
        return self.span is None or (self.span.cumulative and self.span.last == period.last)


def find_statements(paragraphs: Iterable[tuple[int, str]], *, every: bool = False) -> list[Statement]:
    """Every figure of 表一 stated in these paragraphs, in their order; a section about plans is passed over.

    `every`: of all indicators, those too that are worked out from tables.
    """
    return [
        statement for number, text in told_paragraphs(paragraphs) for statement in _paragraph(number, text, every)
    ]  # fmt: skip


def told_paragraphs(paragraphs: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The paragraphs that tell how things stand, in the spelling they are read in; not those of a section of plans."""
    plans = False
    for number, text in paragraphs:
        folded = squash(text)
        if _HEADING.match(folded) and len(folded) < 40:
            plans = bool(_PLANS.search(folded))
        if not plans:
            yield number, _plain(folded)


def find_in_cells(sheet: Sheet, cells: Iterable[Cell]) -> list[Statement]:
    """Figures that a cell states in words (网络安全产业收入：5.2亿元): label, figure and unit in one."""
    found = []
    for cell in cells:
        where = f"{sheet.name}!{cell.address}"
        for line in cell.text.splitlines() if cell.kind is CellKind.TEXT and len(cell.text) < _LONGEST_CELL else ():
            for statement in _paragraph(0, _plain(squash(line))):
                message = f"取自单元格中的文字“{statement.raw}”，请确认"
                reading = statement.reading._replace(where=where, message=message)
                found.append(replace(statement, where=where, reading=reading))
    return found


def _plain(folded: str) -> str:
    """The spellings of `labels`: 网安企业 is 网络安全企业."""
    return folded.replace("网安", "网络安全").replace("网络与信息安全", "网络安全")


def _paragraph(number: int, text: str, every: bool = False) -> Iterator[Statement]:
    sentence, named = "", None
    for clause in clauses(text):
        if clause.sentence != sentence:
            sentence, named = clause.sentence, None
        for key, match in _figures(clause.text, named, every):
            named = key or None
            if match is not None and clause.live:
                yield _statement(key, number, match, clause)


def clauses(text: str) -> Iterator[Clause]:
    """The clauses of a paragraph; one without a period speaks of the one named last."""
    span, year = None, None
    for sentence in re.split("[。！!]", text):
        elsewhere = False
        whole = re.sub(r"(?<=\d),(?=\d{3})", "", sentence)
        for clause in re.split(r"[,;]", whole):
            if not _OTHER.search(clause):
                own, own_year = _span(clause), _year(clause)
                span = own or (None if own_year else span)
                year, elsewhere = own_year or year, elsewhere and not (own or own_year)
            elif _ELSEWHERE.search(clause) and not _NUMBER.search(clause):
                elsewhere = True
            yield Clause(clause, whole, span, year, not elsewhere)


def _span(clause: str) -> Span | None:
    """上半年, 截至6月底; here 2025年6月末 and 2025年底 name the months up to them too."""
    if (found := find_span(clause)) is not None:
        return found
    if match := _MONTH_END.search(clause):
        return Span(int(match["year"]) if match["year"] else None, 1, int(match["month"]))
    match = _YEAR_END.search(clause)
    return Span(int(match["year"]), 1, 12) if match else None


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    return int(match[1]) if match else None


def _figures(clause: str, named: str | None, every: bool) -> Iterator[tuple[str, re.Match[str] | None]]:
    """Indicators of a clause, each with its number; none where the number is only what was added, and no
    name where it is of something else. `named`: the indicator a clause such as 总数达42家 goes on about."""
    tier = _TIER.search(clause)
    key = tier_named(tier["label"]) if tier else None
    if tier and key:
        yield key, _NUMBER.match(clause, tier.start("number"))
        return
    if apart := _RESPECTIVELY.search(clause):
        yield from _respectively(clause, apart, every)
        return
    start = 0
    for match in _NUMBER.finditer(clause):
        before, start = clause[start : match.start()], match.end()
        if _OTHER.search(clause[: match.start()]):
            return
        key, between = name_at_end(before, every)
        if key is None:
            goes_on = _SUM.fullmatch(before) or (every and _GROWN_TO.fullmatch(before))
            on = bool(named) and bool(goes_on) and _fits(named or "", match["unit"])
            named = named if on else None
            yield named or "", match if on else None
        else:
            named = key
            stated = not _GROWN.search(before) and _BETWEEN.fullmatch(between) and _fits(key, match["unit"])
            yield key, match if stated else None


def _respectively(clause: str, apart: re.Match[str], every: bool) -> Iterator[tuple[str, re.Match[str] | None]]:
    """总收入和网络安全产业收入分别为12.3亿元和6.35亿元: as many names as numbers, in their order; else nothing."""
    keys = _names_in(clause[: apart.start()], every)
    numbers = list(_NUMBER.finditer(clause, apart.end()))
    if len(keys) == len(numbers) and not _OTHER.search(clause):
        yield from ((key, number) for key, number in zip(keys, numbers, strict=True) if _fits(key, number["unit"]))


def _names_in(text: str, every: bool) -> list[str]:
    """The indicators a text names, in its order; of names one inside the other the longer."""
    found, at = [], 0
    longest = sorted(_names(every), key=lambda entry: -len(entry[0]))
    while at < len(text):
        name, key = next((entry for entry in longest if text.startswith(entry[0], at)), ("", ""))
        found += [key] if key else []
        at += len(name) or 1
    return found


def name_at_end(text: str, every: bool = False) -> tuple[str | None, str]:
    """The indicator named last in the text, and what follows its name; only a name that stands by itself."""
    text = text.replace("的", "")
    places = [(text.rfind(name) + len(name), len(name), key) for name, key in _names(every) if name in text]
    if not places:
        return None, text
    end, length, key = max(places)
    return (key, text[end:]) if _BOUNDARY.search(text[: end - length]) else (None, text)


@cache
def _names(every: bool) -> tuple[tuple[str, str], ...]:
    """Names of sums and levels; a share in running text is too easily a rate of growth."""
    measures = (Measure.FLOW_YTD, Measure.STOCK)
    return tuple(
        (name, key)
        for name, key in indicator_names().items()
        if BY_KEY[key].measure in measures and (every or BY_KEY[key].required) and len(name) > 3
    )


def _fits(key: str, unit: str) -> bool:
    return unit[-1] in _ENDINGS[BY_KEY[key].unit]


def _statement(key: str, number: int, match: re.Match[str], clause: Clause) -> Statement:
    where, raw = f"正文!P{number}", match[0]
    parsed = read_figure(BY_KEY[key], Cell(0, 0, f"P{number}", CellKind.TEXT, raw), None, typed=False, with_share=False)
    reading = Reading(
        key, "current", raw, parsed.value, BY_KEY[key].unit, Status.CONFIRM if parsed.value else Status.ERROR, where,
        f"表中没有此项，取自正文第{number}段的“{raw}”，请确认", parsed.remark, (parsed.value,) if parsed.value else (),
    )  # fmt: skip
    rough = bool(match["about"] or match["more"] or match["after"])
    at_least = match["about"] in _AT_LEAST or match["after"] in _AT_LEAST
    return Statement(
        key, where, number, raw, reading, rough, clause.span, clause.year, clause, at_least, bool(match["more"])
    )  # fmt: skip


def told(statements: Sequence[Statement], period: Span | None) -> dict[tuple[str, str], Reading]:
    """By indicator and column what the text says of the period; where it says two things, both are candidates."""
    said: dict[tuple[str, str], Reading] = {}
    for statement in statements:
        entry, place = statement.reading, (statement.key, "current")
        if not statement.speaks_of(period) or entry.value is None:
            continue
        first = said.setdefault(place, entry)
        if entry.value not in first.candidates:
            said[place] = first._replace(candidates=(*first.candidates, entry.value))
    return said


def contradictions(
    statements: Sequence[Statement], fields: Iterable[Reading], period: Span | None
) -> Iterator[Finding]:
    """A sentence that says another figure than the table; what only rounds it, or says 约, agrees."""
    tabled = {entry.key: entry for entry in fields if entry.column == "current" and entry.number is not None}
    for statement in statements:
        entry, said = tabled.get(statement.key), statement.reading.number
        if entry is None or said is None or entry.number is None or not statement.speaks_of(period):
            continue
        if entry.where == statement.where or abs(entry.number - said) <= _room(statement, entry.amount(), said):
            continue
        label, unit = BY_KEY[statement.key].label, BY_KEY[statement.key].unit
        message = (
            f"正文第{statement.paragraph}段写{label}“{statement.raw}”，{entry.where}为{plain(entry.number)}{unit}；"
            f"两处不一致，请核对后改为相同，或说明口径"
        )
        yield Finding("narrative_differs", Severity.CONFIRM, statement.where, message, "")


def _room(statement: Statement, amount: Amount, said: Decimal) -> Decimal:
    assert amount.value is not None
    exact = max(rounding(Known(said, "", statement.raw)), rounding(Known(amount.value, "", amount.raw)))
    return max(exact, said * _ROUGH) if statement.rough else exact
