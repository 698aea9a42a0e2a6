"""Is a figure's magnitude believable? A wrong unit shifts it by 10 000: then the shifted value is proposed.

Nothing is changed here silently: the proposal is a confirm with both candidates (V6, V7).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from policy.figures import WAN, plain
from policy.rulebook import DEFAULT, NEWEST
from policy.terms import Status
from services.intake.reading import Reading

# The rulebook's limit far beyond any park: 重庆 as a whole had about 806亿元 software revenue in four months, 26万人.
_LIMITS = {"亿元": "limit_revenue", "万人": "limit_staff", "万平方米": "limit_area"}
# Below this nothing is proposed: then the evidence is wrong, not the figure.
_LEASTS = {"亿元": "least_revenue", "万人": "least_staff", "万平方米": "least_area"}
# What may have been written instead of the catalogue's unit, and the factor that mends it.
_SLIPS = {
    "亿元": (
        ("万元", Decimal("0.0001")),
        ("元", Decimal("0.00000001")),
        ("百万元", Decimal("0.01")),
        ("千元", Decimal("0.00001")),
    ),
    "万人": (("人", Decimal("0.0001")),),
    "万平方米": (("平方米", Decimal("0.0001")),),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """`near`: figures this one should resemble (last period, last year, the roster's sum), in its unit;
    `whole`: the figure it is a part of; `before`: those of `near` that are of another period."""

    near: tuple[Decimal, ...] = ()
    whole: Decimal | None = None
    before: tuple[Decimal, ...] = ()


def checked(entry: Reading, evidence: Evidence) -> Reading:
    """The reading itself, or a confirm that proposes the value in the unit that was probably meant."""
    value = entry.number
    if value is None or value <= 0 or entry.unit not in _SLIPS:
        return entry
    slip = _slip(value, entry.unit, evidence)
    if slip is None:
        return _shrunk(entry, value, evidence) or _beyond(entry, value)
    unit, factor = slip
    mended = value * factor
    return proposal(entry, mended, f"数值偏大，可能以{unit}为单位，应为{plain(mended)}{entry.unit}，请确认")


def _shrunk(entry: Reading, value: Decimal, evidence: Evidence) -> Reading | None:
    """A figure converted twice (4500人 as 0.000045万人), by those of other periods: a roster in 元 misleads here."""
    mended = value * WAN
    if _resembles(value, evidence.near) or not _resembles(mended, evidence.before):
        return None
    told = f"数值偏小，可能换算为{entry.unit}时多除了一次一万，应为{plain(mended)}{entry.unit}，请确认"
    return proposal(entry, mended, told)


def _beyond(entry: Reading, value: Decimal) -> Reading:
    """What no park can have, and no other unit explains, is asked about as it stands."""
    limit = DEFAULT.share(_LIMITS[entry.unit], NEWEST)
    if value <= limit:
        return entry
    return proposal(entry, value, f"数值超出园区可能的范围（{plain(limit)}{entry.unit}），请核对")


def proposal(entry: Reading, value: Decimal, message: str) -> Reading:
    as_written = entry.value or ""
    text = "；".join(part for part in (entry.message, message) if part)
    return entry._replace(
        value=plain(value),
        status=Status.CONFIRM,
        message=text,
        candidates=tuple(dict.fromkeys((plain(value), as_written))),
    )


def _slip(value: Decimal, unit: str, evidence: Evidence) -> tuple[str, Decimal] | None:
    """The unit that was probably meant: figures it should resemble decide first, then what is possible at all."""
    least = DEFAULT.share(_LEASTS[unit], NEWEST)
    slips = tuple(slip for slip in _SLIPS[unit] if value * slip[1] >= least)
    if not _resembles(value, evidence.near):
        for slip in slips:
            if _resembles(value * slip[1], evidence.near):
                return slip
    limit, whole = DEFAULT.share(_LIMITS[unit], NEWEST), evidence.whole
    for slip in slips:
        mended = value * slip[1]
        if value > limit and mended <= limit and (whole is None or mended <= whole):
            return slip
        if whole and value > whole * _near() and mended <= whole and not _resembles(value, evidence.near):
            return slip
    return None


def _resembles(value: Decimal, others: Iterable[Decimal]) -> bool:
    near = _near()
    return any(other > 0 and other <= value * near and value <= other * near for other in others)


def _near() -> Decimal:
    return DEFAULT.share("near_figure", NEWEST)
