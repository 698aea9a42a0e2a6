"""The roster as a whole: one or more tables read together, and figures a firm may have written in another unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from policy.figures import WAN, plain
from policy.findings import Finding
from policy.rulebook import DEFAULT, NEWEST
from policy.tables import TABLES
from services.intake.contents import Contents
from services.intake.magnitude import proposal
from services.intake.reading import Reading, Row
from services.intake.rows import TableReading, read_table

# Headline figure -> the roster column that adds up to it.
_LISTED = {"revenue_cyber": "cyber", "staff_cyber": "staff"}


@dataclass(slots=True)
class Tables:
    """All repeated tables of a file by key; `totals` are the roster's."""

    rows: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    totals: dict[str, Reading] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_tables(contents: Contents, clause: str) -> Tables:
    """Every repeated table; parts of one table on several sheets or pages are joined."""
    result = Tables()
    for table in TABLES:
        places = contents.of(table.key)
        parts: list[TableReading] = [read_table(found, clause) for found in places]
        result.rows[table.key] = tuple(row for part in parts for row in part.rows)
        result.findings += [finding for part in parts for finding in part.findings]
        if table.key == "roster":
            whole = all(found.continues for found in places[1:])
            result.totals = parts[-1].totals if parts and whole else {}
            if not whole:
                result.findings += [finding for part in parts for finding in part.reconcile(table)]
    return result


def column_sum(rows: Sequence[Row], key: str) -> Decimal:
    return sum((number for row in rows if (number := row.cells[key].number) is not None), Decimal(0))


def listed(rows: Sequence[Row]) -> dict[str, Decimal]:
    """What the roster adds up to by figure of 表一, in its unit (亿元, 万人); nothing where it says nothing of it."""
    sums = {key: column_sum(rows, column) / WAN for key, column in _LISTED.items()}
    return {key: total for key, total in sums.items() if total}


def mend_roster(rows: tuple[Row, ...], headline: Decimal | None) -> tuple[Row, ...]:
    """Propose another unit where 网络安全业务收入 cannot be in 万元, of one firm (V7) or of the whole column.

    `headline`: the declared 网络安全产业收入 in 亿元. A figure far below every other firm's, which in 亿元 is just
    what the declared sum still lacks or what such firms have, was probably written in 亿元; one larger than the
    declared sum, in 元. A column that only in 亿元 (or 元) adds up to something like the declared sum was probably
    written so altogether.
    """
    if headline is None or headline <= 0:
        return rows
    declared = headline * WAN
    figures = [number for row in rows if (number := row.cells["cyber"].number) is not None and number > 0]
    total = sum(figures, Decimal(0))
    for unit, factor in (("亿元", WAN), ("元", 1 / WAN)):
        if _adds_up(total * factor, declared):
            return tuple(_rescaled(row, unit, factor) for row in rows)
    if len(figures) < 2:
        return rows
    least = declared * DEFAULT.share("roster_coverage", NEWEST)
    most = declared * (1 + DEFAULT.share("roster_rounding", NEWEST))
    roster = _Roster(total, tuple(sorted(figures)[:2]), _peers(figures), declared, least, most, _far())
    return tuple(_mended(row, roster) for row in rows)


@dataclass(frozen=True, slots=True)
class _Roster:
    """`total` of all firms, the two `smallest` figures, the ordinary ones (`peers`, ascending); what is `declared`,
    and how little or much may be listed of it; `far`: how many times larger or smaller than the others makes a figure
    doubtful. All money in 万元."""

    total: Decimal
    smallest: tuple[Decimal, ...]
    peers: tuple[Decimal, ...]
    declared: Decimal
    least: Decimal
    most: Decimal
    far: Decimal


def _adds_up(total: Decimal, declared: Decimal) -> bool:
    near, rounding = DEFAULT.share("near_figure", NEWEST), DEFAULT.share("roster_rounding", NEWEST)
    return declared <= total * near and total <= declared * (1 + rounding)


def _mended(row: Row, roster: _Roster) -> Row:
    value = row.cells["cyber"].number
    if value is None or value <= 0:
        return row
    rest = roster.total - value
    next_smallest = roster.smallest[value == roster.smallest[0]]
    lonely = roster.total < roster.least and value * roster.far < next_smallest
    if lonely and roster.least <= rest + value * WAN <= roster.most:
        return _rescaled(row, "亿元", WAN)
    if _is_like_peers(row, value, roster) and rest + value * WAN <= roster.most:
        return _rescaled(row, "亿元", WAN)
    if value > roster.declared * roster.far and rest + value / WAN <= roster.most:
        return _rescaled(row, "元", 1 / WAN)
    return row


def _peers(figures: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Those not far below the middle one, ascending."""
    ordered, far = sorted(figures), _far()
    middle = ordered[len(ordered) // 2]
    return tuple(figure for figure in ordered if figure * far >= middle)


def _is_like_peers(row: Row, value: Decimal, roster: _Roster) -> bool:
    """Far below every ordinary firm, in 亿元 among them, and the firm's own 营业总收入 allows it."""
    if value * roster.far >= roster.peers[0] or len(roster.peers) < DEFAULT.share("peer_firms", NEWEST):
        return False
    whole = row.cells["revenue"].number
    allowed = whole is None or whole >= value * WAN or whole <= value * roster.far
    return allowed and roster.peers[0] <= value * WAN <= roster.peers[-1]


def _far() -> Decimal:
    """How many times larger or smaller than the others a firm's figure must be to be doubted."""
    return DEFAULT.share("near_firm", NEWEST)


def _rescaled(row: Row, unit: str, factor: Decimal) -> Row:
    """The firm's other money figures go along when they only make sense in the same unit."""
    cells = dict(row.cells)
    cyber = cells["cyber"].number or Decimal(0)
    likely = {"cyber": True, "revenue": _within(cells["revenue"], cyber, cyber * _far()),
              "rnd": _within(cells["rnd"], Decimal(0), cyber)}  # fmt: skip
    for key, is_likely in likely.items():
        entry = cells[key]
        if not entry.number or not is_likely:
            continue
        value = entry.number * factor
        message = f"与其他企业和园区总数相比数量级不符，可能以{unit}为单位，应为{plain(value)}万元，请确认"
        cells[key] = proposal(entry, value, message)
    return replace(row, cells=cells)


def _within(entry: Reading, least: Decimal, most: Decimal) -> bool:
    return entry.number is not None and least <= entry.number <= most
