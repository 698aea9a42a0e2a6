"""A narrative held against the accepted figures: what a sentence says and what the data say, units made the same.

A sentence speaks of the half-year it names, else of the newest. What rounds a figure agrees with it, and so does
约 within 5 %, and 超, 以上, 余 where the figure is no less. Plans, goals, other places and single firms are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from policy.facts import FigureFact
from policy.figures import half_up, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.definitions import Definition
from policy.indicators.derivation import Series, decimal
from policy.indicators.progress import comparable
from policy.references import Reference, expanded
from policy.reports.basis import Known, rounding
from policy.terms import HalfYear
from services.intake.labels import indicator_names, share_of
from services.intake.narrative import Clause, Statement, clauses, find_statements, name_at_end, told_paragraphs

TOLERANCE = (
    "按所写位数四舍五入后相同的不提示；写“约”“近”的相差不超过5%不提示；写“超”“以上”“余”的，实际数不低于所写数不提示"
)
_ROUGH = Decimal("0.05")
_TO_COME = re.compile(r"预计|预测|预期|有望|将(?!近)|(?<![模虚])拟|目标|力争")
_RATE = re.compile(
    r"(?:(?P<way>同比(?:增长|增加|提高|上升|下降|减少))|(?P<share>占(?P<whole>[^,;\d%]{0,20}?)(?:比重|比例|比)?))"
    r"(?:达到?|为|是|至|了|的)*(?P<about>约|近|超过?|逾)?(?P<number>\d+(?:\.\d+)?)%"
)
_DOWN = ("下降", "减少")


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is not what the data say.

    `key`: the indicator's; of a rate of growth with `.growth`, of a share the share's own. `said`: in the catalogue's
    unit. `told`: both values, with place and period. `fact`: the figure, None where the number was worked out.
    """

    key: str
    period: HalfYear
    said: Decimal
    paragraph: int
    sentence: str
    told: str
    fact: FigureFact | None = None


def differences(
    text: str, figures: Sequence[FigureFact], newest: HalfYear, definitions: Iterable[Definition] = ()
) -> tuple[Difference, ...]:
    """What the text says otherwise than the figures; `newest`: the half-year meant where a sentence names none."""
    known = {(one.key, one.period): one for one in figures}
    series = Series(figures, tuple(definitions))
    shown = expanded(text, lambda reference: _shown(reference, known))
    paragraphs = list(enumerate(shown.splitlines(), start=1))
    found = [
        *_values(find_statements(paragraphs, every=True), known, newest),
        *_rates(told_paragraphs(paragraphs), series, newest),
    ]
    return tuple(sorted(found, key=lambda one: one.paragraph))


_Known = dict[tuple[str, HalfYear], FigureFact]


def _shown(reference: Reference, known: _Known) -> str:
    fact = known.get((reference.key, reference.of)) if isinstance(reference.of, HalfYear) else None
    return f"{plain(fact.value)}{BY_KEY[fact.key].unit}" if fact else ""


def _values(statements: Iterable[Statement], known: _Known, newest: HalfYear) -> Iterator[Difference]:
    for statement in statements:
        said, period = statement.reading.number, _spoken_of(statement.clause, newest)
        fact = known.get((statement.key, period)) if period else None
        if said is None or fact is None or _TO_COME.search(statement.clause.text) or _agrees(statement, said, fact):
            continue
        if (part := _meant(statement.key, fact.period, known)) is not None and _agrees(statement, said, part):
            continue
        told = (
            f"写“{statement.raw}”{_converted(statement, said)}；{_fact_told(fact)}{_elsewhere(statement, said, known)}"
        )
        yield Difference(
            statement.key, fact.period, said, statement.paragraph, statement.clause.sentence, told, fact
        )  # fmt: skip


def _spoken_of(clause: Clause, newest: HalfYear) -> HalfYear | None:
    """The half-year a clause names, else the newest; None where it names months no report covers."""
    span, year = clause.span, clause.year
    if span is None:
        if year is None:
            return newest
        return HalfYear(year, 2)  # 2025年: the whole year, or how things stood at its end
    if not span.cumulative or span.last not in (6, 12):
        return None
    if span.year is None and year is None and span.last // 6 != newest.half:
        return HalfYear(newest.year - 1, 2) if newest.half == 1 else HalfYear(newest.year, 1)
    return span.half_year(year or newest.year)


def _agrees(statement: Statement, said: Decimal, fact: FigureFact) -> bool:
    """Whether the figure is what the words say, as exactly as they say it."""
    if statement.more:
        return said <= fact.value < said + _step(said)
    if statement.at_least:
        return fact.value >= said or _rounds_to(said, Known(fact.value, "", fact.raw))
    if statement.rough and abs(fact.value - said) <= said * _ROUGH:
        return True
    return _rounds_to(fact.value, Known(said, "", statement.raw)) or _rounds_to(said, Known(fact.value, "", fact.raw))


def _rounds_to(exact: Decimal, written: Known) -> bool:
    """Whether a number rounded half up (四舍五入) to as many digits as were written is what was written."""
    step = rounding(written) * 2
    return abs(exact - written.value) <= step and half_up(exact / step) == half_up(written.value / step)


def _step(said: Decimal) -> Decimal:
    """50余 reaches up to 60, 300余 up to 400: one of the last digit that is not 0."""
    return Decimal(1).scaleb(int(said.normalize().as_tuple().exponent))


def _meant(key: str, period: HalfYear, known: _Known) -> FigureFact | None:
    """从业人员 alone may mean those in security: the part of a whole, in the same unit."""
    part = next((one.key for one in BY_KEY.values() if one.part_of == key and one.key.endswith("_cyber")), None)
    return known.get((part, period)) if part and not key.startswith("revenue") else None


def _converted(statement: Statement, said: Decimal) -> str:
    told = f"{plain(said)}{BY_KEY[statement.key].unit}"
    return "" if told in statement.raw else f"，折合{told}"


def _fact_told(fact: FigureFact) -> str:
    value = f"{plain(fact.value)}{BY_KEY[fact.key].unit}{fact.kind.mark}"
    return f"{fact.period.label}{BY_KEY[fact.key].label}所报数据为{value}（{fact.where}）"


def _elsewhere(statement: Statement, said: Decimal, known: _Known) -> str:
    """A true number of another half-year, where the sentence names none."""
    if statement.span is not None or statement.year is not None:
        return ""
    same = next((one for (key, _), one in known.items() if key == statement.key and one.value == said), None)
    if same is None:
        return ""
    months = "末" if comparable(same.key, HalfYear(same.period.year, 1)) else f"1—{same.period.months}月累计"
    return f"；与{same.period.label}（{months}）的数相同，请写明报告期"


def _rates(paragraphs: Iterable[tuple[int, str]], series: Series, newest: HalfYear) -> Iterator[Difference]:
    """Shares and growth against the same time of the year before, of the indicator a sentence named last."""
    for number, text in paragraphs:
        sentence, named = "", None
        for clause in clauses(text):
            if clause.sentence != sentence:
                sentence, named = clause.sentence, None
            for match in _RATE.finditer(clause.text):
                named = _last_named(clause.text[: match.start()]) or named
                period = _spoken_of(clause, newest)
                if named and period and clause.live and not _TO_COME.search(clause.text):
                    yield from _rate(named, period, match, clause, number, series)
            named = _last_named(clause.text) or (None if _of_something_else(clause.text) else named)


def _last_named(text: str) -> str | None:
    """The indicator named last, whatever follows its name."""
    ends = [text.rfind(name) + len(name) for name in indicator_names() if len(name) > 3 and name in text]
    return name_at_end(text[: max(ends)], every=True)[0] if ends else None


def _of_something_else(text: str) -> bool:
    """项目投资同比增长40%: the growth of what is no indicator."""
    return not text.startswith(("同比", "占", "较", "比"))


def _rate(
    key: str, period: HalfYear, match: re.Match[str], clause: Clause, number: int, series: Series
) -> Iterator[Difference]:
    said = Decimal(match["number"])
    if match["way"]:
        of, what, worked = f"{key}.growth", "同比增长率", series.growth(key, period)
        said = -said if match["way"].endswith(_DOWN) else said
    else:
        share = share_of().get(key)
        if share is None or not _of_its_whole(share, match["whole"]):
            return
        of, what, worked = share, "占比", series.share(share, period)
    if worked.value is None:
        return
    actual = decimal(worked.value)
    if _rate_agrees(match, said, actual):
        return
    told = (
        f"写“{match[0]}”；按所报数据，{period.label}{BY_KEY[key].label}{what}为{half_up(actual, 1)}%"
        f"（{worked.formula}）"
    )
    yield Difference(of, period, said, number, clause.sentence, told)


def _rate_agrees(match: re.Match[str], said: Decimal, actual: Decimal) -> bool:
    room = Decimal(5).scaleb(-len(match["number"].partition(".")[2]) - 1)
    if match["about"] in ("超", "超过", "逾"):
        return abs(actual) >= abs(said) - room and actual * said >= 0
    if match["about"]:
        room = max(room, abs(said) * _ROUGH)
    return abs(actual - said) <= room


def _of_its_whole(share: str, whole: str | None) -> bool:
    """占比 alone, or 占 and the name of the whole."""
    named = (whole or "").replace("的", "").removeprefix("园区").removeprefix("全园")
    of = (BY_KEY[share].ratio_of or ("", ""))[1]
    return not named or indicator_names().get(named) == of or indicator_names().get(f"园区{named}") == of
