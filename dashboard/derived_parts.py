"""What is worked out from a park's accepted figures, and where it stands among parks of its age."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction

from dash import html
from dash.development.base_component import Component

from dashboard.components.blocks import card, empty
from dashboard.components.figure import figure
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node
from db.queries.park_detail import ParkDetail
from policy.facts import FigureFact
from policy.figures import half_up, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.derivation import Derivation, Derived, Series, decimal
from policy.indicators.indicator import Indicator
from policy.provenance import figure_path
from policy.terms import FigureKind
from services.peers import Compared

DERIVED = (
    Column("指标", "head"),
    Column("项目"),
    Column("数值", "number"),
    Column("算式和数据来源"),
)
PEERS = (
    Column("指标", "head"),
    Column("报告期", "day"),
    Column("本园区", "number"),
    Column("同龄下四分位数", "number"),
    Column("同龄中位数", "number"),
    Column("同龄上四分位数", "number"),
    Column("所处位置"),
    Column("同龄园区", "number"),
)


def derived_card(park: ParkDetail) -> html.Section:
    """Of the newest accepted half-year; what cannot be worked out is listed with its reason."""
    series = Series((entry.fact for entry in park.figures), park.definitions)
    period = series.newest
    if period is None:
        nothing = empty("尚无审核通过的数据。", "报告审核通过后，这里列出当期数、近12个月累计、同比和占比。")
        return card("数据分析", nothing, id="derived")
    made = series.derived(period)
    rows = [row(DERIVED, _cells(one, park.park.code)) for one in made if one.value is not None and _tells(one)]
    return card(
        f"数据分析（{period.label}）",
        table("数据分析", DERIVED, rows, empty=empty("现有数据尚不足以计算。", "各项的原因列在下面。")),
        _lacking(one for one in made if one.value is None),
        id="derived",
        note=html.A("各项口径和算法", href="/indicators#derived"),
    )


def _tells(one: Derived) -> bool:
    """Not what stands in the table of figures already: a first half's own total, and a whole year's."""
    stands = {1: Derivation.HALF, 2: Derivation.TWELVE}
    return one.derivation is not stands[one.period.half]


def _cells(one: Derived, code: str) -> list[Node]:
    mark = html.Span(FigureKind.ESTIMATE.label, className="tag") if one.estimated else None
    return [
        one.label,
        "" if one.derivation is Derivation.RATE else one.derivation.label,
        [*_linked(one.shown, one, code), mark],
        html.Span(_linked(one.formula, one, code), className="small"),
    ]


def _linked(words: str, one: Derived, code: str) -> list[Component | str]:
    """The words, each reported figure in them leading to its cell."""
    said = {f"{plain(fact.value)}{BY_KEY[fact.key].unit}": fact for fact in reversed(one.sources)}
    longest = sorted(map(re.escape, said), key=len, reverse=True)
    nodes: list[Component | str] = []
    for part in re.split(f"((?<![\\d.])(?:{'|'.join(longest)}))", words) if longest else [words]:
        fact = said.get(part)
        nodes.append(_told(part, fact, code) if fact else part)
    return nodes


def _told(amount: str, fact: FigureFact, code: str) -> html.A:
    told = f"{fact.period.label}{fact.kind.label}；{fact.file} {fact.where}"
    return figure(amount, figure_path(code, fact.period, fact.key), told=told)


def _lacking(made: Iterable[Derived]) -> Node:
    """Why what is missing is missing, one line a reason."""
    reasons: dict[str, list[str]] = {}
    for one in made:
        word = one.label if one.derivation is Derivation.RATE else f"{one.label}{one.derivation.label}"
        reasons.setdefault(one.why, []).append(word)
    if not reasons:
        return None
    lines = [html.Li(f"{why}：{'、'.join(words)}") for why, words in reasons.items()]
    return html.Details([html.Summary(f"尚不能计算的{sum(map(len, reasons.values()))}项及原因"), html.Ul(lines)])


def peers_card(compared: Sequence[Compared], code: str) -> html.Section:
    rows = [row(PEERS, _peer_cells(one, code)) for one in compared]
    nothing = empty("同龄园区不足，尚不能比较。", "批复后经过的半年数相同的园区满5个后列出，只列中位数和四分位数。")
    return card(
        "园区对比", table("园区对比", PEERS, rows, empty=nothing), id="peers",
        note="与批复后经过的半年数相同的园区相比，含本园区；不列其他园区名称和名次；指标口径不同的园区不比较",
    )  # fmt: skip


def _peer_cells(one: Compared, code: str) -> list[Node]:
    found, indicator = one.standing, one.indicator
    period = f"近12个月（至{one.period.end_label}）" if one.twelve else one.period.end_label
    return [
        [indicator.label, html.Span(f"（{indicator.unit}）", className="unit")],
        period,
        _own(one, code),
        *(_amount(value, indicator) for value in (found.lower, found.median, found.upper)),
        found.place,
        f"{found.count}个（满{found.age}个半年）" + (f"，另{found.apart}个口径不同，不比较" if found.apart else ""),
    ]


def _own(one: Compared, code: str) -> Node:
    """A figure as it was reported leads to its cell; twelve months are worked out above."""
    amount = _amount(one.standing.own, one.indicator)
    return amount if one.twelve else figure(amount, figure_path(code, one.period, one.indicator.key))


def _amount(value: Fraction, indicator: Indicator) -> str:
    return plain(half_up(decimal(value), indicator.places))
