"""All indicators, in the order of the annex. A new indicator is one entry in its family's module."""

from policy.indicators import areas, derived, economy, tiers
from policy.indicators.indicator import Indicator

CATALOGUE: tuple[Indicator, ...] = (
    *areas.INDICATORS,
    *economy.INDICATORS,
    *tiers.INDICATORS,
    *derived.INDICATORS,
)
BY_KEY: dict[str, Indicator] = {indicator.key: indicator for indicator in CATALOGUE}
REQUIRED: tuple[Indicator, ...] = tuple(indicator for indicator in CATALOGUE if indicator.required)
HEADLINES: tuple[Indicator, ...] = tuple(indicator for indicator in CATALOGUE if indicator.headline)
SHARES: tuple[Indicator, ...] = tuple(indicator for indicator in CATALOGUE if indicator.ratio_of)
