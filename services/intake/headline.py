"""The figures of 表一 from their spots: one reading for each indicator and column, doubtful magnitudes included."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from policy.findings import Finding
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.terms import Measure, Status
from services.intake.cells import (
    as_reading,
    blank_field,
    doubted,
    missing,
    placeholder_left,
    read_figure,
    read_filled,
)
from services.intake.document import Cell
from services.intake.labels import Role, share_of
from services.intake.magnitude import Evidence, checked
from services.intake.parsed import Parsed
from services.intake.periods import Span
from services.intake.reading import Reading
from services.intake.spots import Spot
from services.intake.units import catalogue_unit, fitting

Place = tuple[str, str]
"""Indicator key and column (current or previous)."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How one kind of file is read: which figures it must hold, what each should resemble (in its unit),
    what its columns are called, which clause asks for them, which period the report is of, and what running text
    tells of figures that no table holds."""

    needed: Callable[[str, str], bool]
    near: Callable[[str, str], tuple[Decimal, ...]]
    column_words: dict[str, str]
    clause: str
    span: Span | None = None
    told: Mapping[Place, Reading] = field(default_factory=dict)
    last: Callable[[str], Decimal | None] = lambda _key: None
    """The figure accepted half a year before."""


@dataclass(slots=True)
class Headline:
    """`fields` in the catalogue's order, current before previous."""

    fields: list[Reading] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_headline(spots: Sequence[Spot], terms: Terms) -> Headline:
    result = Headline()
    placed = _by_place(spots, terms.span)
    chosen: dict[Place, Reading] = {}
    for place, candidates in placed.items():
        if BY_KEY[place[0]].measure is not Measure.RATIO:
            _read_place(place, candidates, terms, chosen, result)
    _weigh(chosen, terms)
    for place, candidates in placed.items():
        if BY_KEY[place[0]].measure is Measure.RATIO:
            _read_place(place, candidates, terms, chosen, result)
    _list_all(chosen, terms, result)
    return result


def _by_place(spots: Sequence[Spot], span: Span | None) -> dict[Place, list[Spot]]:
    """Columns by their headers' words; where several periods stand side by side, those of the report's period
    and of a year before it; where every one names another, the latest counts."""
    running = [spot for spot in spots if spot.span is None or spot.span.cumulative]
    spots = running or spots  # 一季度 and 二季度 stand beside 上半年
    if any(spot.span and not spot.span.month_alone for spot in spots):  # and 6月 beside 1—6月
        spots = [spot for spot in spots if not (spot.span and spot.span.month_alone)]
    spans = [spot.span for spot in spots if spot.role is Role.CURRENT]
    dated = [entry for entry in spans if entry and entry.year]
    latest = (
        span if _is_there(span, spans) else max(dated, key=lambda entry: (entry.year or 0, entry.last), default=None)
    )
    placed: dict[Place, list[Spot]] = {}
    for spot in spots:
        column = _column(spot, latest)
        if column is not None:
            placed.setdefault((spot.key, column), []).append(spot)
    return {place: _cumulative(found) for place, found in placed.items()}


def _is_there(span: Span | None, spans: Sequence[Span | None]) -> bool:
    """Some figures are of that period, or say of no period at all."""
    return span is not None and any(
        entry is None or entry == span or (entry.year is None and entry.last == span.last) for entry in spans
    )


def _cumulative(spots: list[Spot]) -> list[Spot]:
    """Where 当期 and 累计 stand side by side, 累计 alone: the figures of 表一 run from January."""
    sheets = {spot.sheet.name for spot in spots if spot.cumulative}
    return [spot for spot in spots if spot.cumulative or spot.sheet.name not in sheets]


def _column(spot: Spot, latest: Span | None) -> str | None:
    if spot.role is Role.PREVIOUS:
        other = spot.span is not None and latest is not None and spot.span.last != latest.last
        return None if other else "previous"  # 上年全年 beside 上半年
    if spot.span is None or latest is None or latest.year is None:
        return "current"
    if spot.span.year is None:
        return "current" if spot.span.last == latest.last else None
    if spot.span.year == latest.year:
        return "current" if spot.span.last == latest.last else None
    return "previous" if (spot.span.year, spot.span.last) == (latest.year - 1, latest.last) else None


def _read_place(
    place: Place, candidates: Sequence[Spot], terms: Terms, chosen: dict[Place, Reading], result: Headline
) -> None:
    """Read the first filled candidate; where another says something else, all of them are proposed."""
    key, column = place
    filled = [spot for spot in candidates if spot.cell is not None and not spot.cell.blank]
    needed = terms.needed(key, column)
    if not filled and not needed:
        return
    spot = (filled or candidates)[0]
    parsed = _read_spot(spot, needed=needed, ratio=_ratio(place, chosen))
    entry = as_reading(key, column, BY_KEY[key].unit, parsed, spot.cell, spot.where)
    entry = chosen[place] = _with_others(entry, filled[1:])
    _split_share(place, parsed, entry, chosen)
    what = f"“{BY_KEY[key].label}”{terms.column_words[column]}"
    if not filled:
        result.findings.append(blank_field(spot.where, what, terms.clause))
    elif parsed.placeholder:
        result.findings.append(placeholder_left(spot.where, what, terms.clause))


def _read_spot(spot: Spot, *, needed: bool, ratio: Decimal | None) -> Parsed:
    indicator = BY_KEY[spot.key]
    stated = fitting(spot.units, catalogue_unit(indicator.unit))

    def reader(cell: Cell) -> Parsed:
        return read_figure(indicator, cell, stated, typed=spot.sheet.typed, with_share=spot.with_share, ratio=ratio)

    parsed = doubted(read_filled(spot.cell, reader, needed=needed), spot.cell, spot.sheet)
    if spot.cell is not None and spot.cell.row < spot.row and parsed.value is not None and not parsed.status.blocks:
        message = f"与{spot.cell.address}合并为一格，同一数值可能属于几个指标，请分格填写"
        return parsed._replace(status=Status.CONFIRM, message=message, candidates=(parsed.value,))
    return parsed


def _split_share(place: Place, parsed: Parsed, entry: Reading, chosen: dict[Place, Reading]) -> None:
    """5.2亿元（41%） holds its share too; a placeholder there (*%) is one for both."""
    key, column = place
    share = share_of().get(key)
    if share is None:
        return
    if parsed.share is not None:
        chosen[share, column] = entry._replace(
            key=share, value=parsed.share.value, unit="%", status=parsed.share.status,
            message=parsed.share.message, remark=None, candidates=(),
        )  # fmt: skip
    elif parsed.placeholder and "%" in (entry.raw or ""):
        chosen[share, column] = entry._replace(key=share, unit="%")


def _ratio(place: Place, chosen: dict[Place, Reading]) -> Decimal | None:
    """For a share: part ÷ whole as read in the same column."""
    parts = BY_KEY[place[0]].ratio_of
    if parts is None:
        return None
    part, whole = (_number(chosen.get((key, place[1]))) for key in parts)
    return part / whole if part is not None and whole else None


def _number(entry: Reading | None) -> Decimal | None:
    return None if entry is None else entry.number


def _with_others(entry: Reading, others: Sequence[Spot]) -> Reading:
    """What the file says of the same figure in other places, where that differs."""
    if entry.value is None:
        return entry
    said = [(spot, _read_spot(spot, needed=True, ratio=None).value) for spot in others]
    differing = [(spot, value) for spot, value in said if value not in (None, entry.value)]
    if not differing:
        return entry
    told = "、".join(f"{spot.where}为{spot.cell.text if spot.cell else ''}" for spot, _ in differing[:3])
    message = f"同一数据有几处：{entry.where}为{entry.raw}，{told}；请选定一个，或删去其余的后重新上传"
    candidates = dict.fromkeys((entry.value, *(value for _, value in differing if value is not None)))
    return entry._replace(
        status=Status.CONFIRM, message="；".join(filter(None, (entry.message, message))), candidates=tuple(candidates)
    )


def _weigh(chosen: dict[Place, Reading], terms: Terms) -> None:
    """Doubtful magnitudes, wholes before their parts; last year's column against this year's result."""
    for column, other in (("current", "previous"), ("previous", "current")):
        for indicator in CATALOGUE:
            entry = chosen.get((indicator.key, column))
            if entry is None:
                continue
            beside = _number(chosen.get((indicator.key, other)))
            before = tuple(value for value in (beside, terms.last(indicator.key)) if value is not None)
            near = before + terms.near(indicator.key, column)
            whole = _number(chosen.get((indicator.part_of, column))) if indicator.part_of else None
            chosen[indicator.key, column] = checked(entry, Evidence(near, whole, before))


def _list_all(chosen: dict[Place, Reading], terms: Terms, result: Headline) -> None:
    """Every figure read, and every one that should be there and is not."""
    for indicator in CATALOGUE:
        for column in ("current", "previous"):
            entry = chosen.get((indicator.key, column)) or terms.told.get((indicator.key, column))
            if entry is None and terms.needed(indicator.key, column):
                entry = missing(indicator.key, column, indicator.unit, indicator.label)
                what = f"“{indicator.label}”{terms.column_words[column]}"
                result.findings.append(blank_field("", what, terms.clause))
            if entry is not None:
                result.fields.append(entry)
