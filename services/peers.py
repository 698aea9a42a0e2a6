"""园区对比 of one park: its place among the parks of the same age, nobody named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy.orm import Session

from db.queries.peers import PeerPark, peer_parks
from policy.access import Actor, Permission
from policy.indicators.catalogue import HEADLINES
from policy.indicators.definitions import Standpoint, alike
from policy.indicators.derivation import Series
from policy.indicators.indicator import Indicator
from policy.indicators.peers import Peer, Standing, age, standing
from policy.terms import HalfYear, Measure


@dataclass(frozen=True, slots=True)
class Compared:
    """One headline indicator of the park at a half-year among its peers; `twelve`: a running total of twelve months."""

    indicator: Indicator
    period: HalfYear
    twelve: bool
    standing: Standing


def compare(session: Session, actor: Actor, code: str) -> tuple[Compared, ...]:
    """Of each headline indicator the newest half-year in which the park has peers to be told to `actor`.

    The caller has found the park in the actor's scope. Who sees all parks sees them from two up, others from five.
    """
    actor.require(Permission.VIEW_PEERS)
    parks = peer_parks(session, [indicator.key for indicator in HEADLINES])
    own = next((park for park in parks if park.code == code), None)
    if own is None:
        return ()
    series = {park.code: Series(park.figures, park.definitions) for park in parks}
    found = (_newest(indicator, own, parks, series, anonymous=not actor.scope.everything) for indicator in HEADLINES)
    return tuple(one for one in found if one is not None)


def _newest(
    indicator: Indicator, own: PeerPark, parks: Sequence[PeerPark], series: dict[str, Series], *, anonymous: bool
) -> Compared | None:
    periods = sorted({fact.period for fact in own.figures if fact.key == indicator.key}, reverse=True)
    for period in periods:
        years = age(own.approved_on, period)
        stand = Standpoint(own.definitions, period)
        peers = [
            Peer(park.code, value, alike(indicator.key, stand, Standpoint(park.definitions, at)))
            for park in parks
            for at in _at_age(park, years)
            if (value := _value(indicator, series[park.code], at)) is not None
        ]
        found = standing(peers, own.code, years, anonymous=anonymous)
        if found is not None:
            return Compared(indicator, period, indicator.measure is Measure.FLOW_YTD, found)
    return None


def _at_age(park: PeerPark, wanted: int) -> list[HalfYear]:
    """The half-year in which a park is of that age: at most one."""
    return [period for period in {fact.period for fact in park.figures} if age(park.approved_on, period) == wanted]


def _value(indicator: Indicator, series: Series, period: HalfYear) -> Fraction | None:
    if indicator.measure is Measure.FLOW_YTD:
        return series.twelve(indicator.key, period).value
    fact = series.at(indicator.key, period)
    return None if fact is None else Fraction(fact.value)
