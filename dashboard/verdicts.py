"""How a park stands on an indicator, for a cell or a head among many: a light, always with its word."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.labels import PROGRESS, SHAPES
from db.queries.series import ParkSeries
from policy.terms import Light

NOT_COMPARED, NO_GOAL = "暂不比较", "未设目标"


@dataclass(frozen=True, slots=True)
class Told:
    """`word` says what colour and shape say; `sentence` why, with formula and sources, where there is a verdict."""

    light: Light
    word: str
    sentence: str = ""

    @property
    def shape(self) -> str:
        return SHAPES[self.light]


def told(park: ParkSeries, key: str) -> Told:
    """The stored verdict (policy.indicators.lag), the same that the park's page and the alerts tell; else why none."""
    found = park.verdict(key)
    if key not in park.goals:
        return Told(Light.GREY, NO_GOAL)
    if found is not None:
        return Told(found.light, PROGRESS[found.light], found.sentence)
    if park.newest(key) is None:
        return Told(Light.GREY, PROGRESS[Light.GREY], "尚无审核通过的数据")
    return Told(Light.GREY, NOT_COMPARED, "现有数据不能与目标比较，全年数出来后比较")
