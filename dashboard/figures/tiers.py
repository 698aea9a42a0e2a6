"""Firms of a roster by 收入档次, beside the same months of the year before.

A roster tells revenue since January: in June fewer firms have passed a limit than in December, which is no change. So
June stands beside June.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import plotly.graph_objects as go

from dashboard.figures.picture import ACTUAL, GRID, MUTED, Cell, Picture, Sheet, framed, linked
from policy.indicators.tiers import TIERS
from policy.terms import HalfYear
from policy.visits import LOWEST_TIER, UNKNOWN_TIER, Rostered, tier_label

WORDS = {tier.key: tier_label(tier.above + 1) for tier in TIERS}
"""The words of the form, highest tier first."""
ALL = (*WORDS.values(), LOWEST_TIER, UNKNOWN_TIER)
HEIGHT, LIMIT = 300, 9


@dataclass(frozen=True, slots=True)
class Listing:
    """An accepted roster, where it stands, the address its rows are told at.

    `stated`: the counts 表一 of the same report states by tier, each with its address.
    """

    period: HalfYear
    firms: Sequence[Rostered]
    source: str
    path: str
    stated: Mapping[str, tuple[Decimal, str]] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[str]:
        return Counter(firm.tier for firm in self.firms)


def by_tier(title: str, word: str, now: Listing, before: Listing | None) -> Picture:
    """`before`: of the same months of the year before; None when there is none."""
    listings = [now] if before is None else [now, before]
    tiers = [tier for tier in ALL if tier != UNKNOWN_TIER or any(one.counts[tier] for one in listings)]
    figure = go.Figure()
    # A bar chart lying down is read from below: the older first, the highest tier last.
    for listing, colour in reversed([*zip(listings, (ACTUAL, MUTED), strict=False)]):
        _bars(figure, listing, tiers, colour)
    top = max(count for one in listings for count in one.counts.values())
    axes = {
        "xaxis": {**GRID, "range": [0, top * 1.15], "tickformat": "d"},
        "yaxis": {**GRID, "type": "category", "showgrid": False},
    }
    figure = framed(figure, HEIGHT, barmode="group", bargap=0.3, showlegend=before is not None, **axes)
    figure.update_layout(legend={"traceorder": "reversed"})
    return Picture("tiers", title, word, _note(now, before), figure, _sheet(listings, tiers), "家")


def _bars(figure: go.Figure, listing: Listing, tiers: Sequence[str], colour: str) -> None:
    counts, when = listing.counts, listing.period.months_label
    figure.add_bar(
        orientation="h", name=when, marker={"color": colour},
        y=[_wrapped(tier) for tier in reversed(tiers)], x=[counts[tier] for tier in reversed(tiers)],
        text=[linked(Decimal(counts[tier]), listing.path) for tier in reversed(tiers)],
        textposition="outside", cliponaxis=False,
        customdata=[f"{when}，{tier}<br><b>{counts[tier]}家</b><br>来源：{listing.source}" for tier in reversed(tiers)],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _wrapped(tier: str) -> str:
    """In two lines where it is long: narrow screens need the room for the bars."""
    if len(tier) <= LIMIT:
        return tier
    at = tier.index("—") if "—" in tier else tier.index("（") if "（" in tier else 3
    return f"{tier[:at]}<br>{tier[at:]}"


def _note(now: Listing, before: Listing | None) -> str:
    told = f"审核通过的一览表所列企业，按{now.period.months_label}累计网络安全业务收入分档"
    if before is None:
        return f"{told}；没有上年同期审核通过的一览表，不作比较（半年累计与全年不比较）"
    return f"{told}；与上年同期比较，半年累计与全年不比较"


def _sheet(listings: Sequence[Listing], tiers: Sequence[str]) -> Sheet:
    now = listings[0]
    stated = [("表一所报（家）", 14)] if now.stated else []
    columns = [("收入档次", 30), *((f"{one.period.months_label}（家）", 18) for one in listings), *stated, ("来源", 80)]
    source = "；".join(f"{one.period.label}：{one.source}" for one in listings)
    keys = {word: key for key, word in WORDS.items()}
    rows = [
        (
            Cell(tier),
            *(Cell(Decimal(one.counts[tier]), one.path, counted=True) for one in listings),
            *([_stated(now, keys.get(tier, ""))] if stated else []),
            Cell(source),
        )
        for tier in tiers
    ]
    total = (Cell(Decimal(len(one.firms)), one.path, counted=True) for one in listings)
    return Sheet(tuple(columns), (*rows, (Cell("合计"), *total, *([Cell("")] if stated else []), Cell(source))))


def _stated(now: Listing, key: str) -> Cell:
    found = now.stated.get(key)
    return Cell(*found) if found else Cell("—")
