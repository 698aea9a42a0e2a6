"""表一 收入档次: firms by security revenue, open below and closed above (F11)."""

from dataclasses import dataclass
from decimal import Decimal

from policy.indicators.indicator import Indicator
from policy.terms import Measure


@dataclass(frozen=True, slots=True)
class Tier:
    """A revenue band in 万元: `above` is excluded, `up_to` included (None: no upper bound)."""

    key: str
    above: Decimal
    up_to: Decimal | None

    def holds(self, revenue: Decimal) -> bool:
        return revenue > self.above and (self.up_to is None or revenue <= self.up_to)


TIERS = (
    Tier("tier_over_100m", Decimal(10000), None),
    Tier("tier_50m_100m", Decimal(5000), Decimal(10000)),
    Tier("tier_20m_50m", Decimal(2000), Decimal(5000)),
    Tier("tier_5m_20m", Decimal(500), Decimal(2000)),
)


def _tier(key: str, label: str) -> Indicator:
    return Indicator(
        key, label, "家", Measure.ANNUAL_COUNT, "表一", part_of="firms_cyber", required=True, whole_number=True
    )


INDICATORS = (
    _tier("tier_over_100m", "网络安全业务收入超1亿元的企业数"),
    _tier("tier_50m_100m", "网络安全业务收入5000万（不含）—1亿元（含）的企业数"),
    _tier("tier_20m_50m", "网络安全业务收入2000万元（不含）—5000万（含）的企业数"),
    _tier("tier_5m_20m", "网络安全业务收入500万元（不含）—2000万（含）的企业数"),
)
