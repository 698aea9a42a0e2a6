"""What is worked out from accepted figures (domain 1c 「Flow vs stock」): with formula and source cells.

A running total since January is never compared with another month's: the fall every January is none. What cannot be
worked out says why: a period is missing, the whole is 0, or the 口径 changed in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from policy.facts import FigureFact
from policy.figures import half_up, plain
from policy.indicators.catalogue import BY_KEY, CATALOGUE
from policy.indicators.definitions import Definition, break_between
from policy.terms import FigureKind, HalfYear, Labelled, Measure

PERCENT, POINTS = "%", "个百分点"


class Derivation(Labelled):
    """What may be worked out, by the name officials know it."""

    HALF = "half", "当期数"
    TWELVE = "twelve", "近12个月累计"
    GROWTH = "growth", "同比"
    SHARE = "share", "占比"
    SHARE_CHANGE = "share_change", "占比较上年同期"
    RATE = "rate", "比率"


@dataclass(frozen=True, slots=True)
class Derived:
    """One value worked out, exact; None with the reason in `why`. `formula` has the numbers in it."""

    derivation: Derivation
    label: str
    key: str
    period: HalfYear
    unit: str
    value: Fraction | None
    formula: str = ""
    sources: tuple[FigureFact, ...] = ()
    why: str = ""

    @property
    def estimated(self) -> bool:
        """It rests on a 预计数, until that is replaced."""
        return any(fact.kind is FigureKind.ESTIMATE for fact in self.sources)

    @property
    def shown(self) -> str:
        """7.5亿元, 增长12.3%, 提高1.2个百分点; empty where nothing is known."""
        if self.value is None:
            return ""
        if self.derivation in (Derivation.GROWTH, Derivation.SHARE_CHANGE):
            return moved(self.value, self.unit)
        if self.unit == PERCENT:
            return f"{half_up(decimal(self.value), 1)}%"
        places = 2 if self.derivation is Derivation.RATE else BY_KEY[self.key].places
        return f"{plain(half_up(decimal(self.value), places))}{self.unit}"


def _exact_enough(share: Fraction) -> str:
    """With one digit more than their difference is shown with, so that it can be checked: 45.43%－45.37%."""
    return f"{half_up(decimal(share), 2)}%"


def moved(change: Fraction, unit: str) -> str:
    """增长12.3% or 下降…; of shares 提高 or 下降 ×个百分点; 持平 where nothing moved, 基本持平 where it rounds to 0."""
    if not change:
        return "持平"
    size = half_up(decimal(abs(change)), 1)
    if not size:
        return "基本持平"
    up = "提高" if unit == POINTS else "增长"
    return f"{up if change > 0 else '下降'}{size}{unit}"


def decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


@dataclass(frozen=True, slots=True)
class Rate:
    """One indicator over another of the same half-year. `scale` brings the quotient into `unit`.

    `yearly`: the top is a running total held against a level, so twelve months of it are taken.
    """

    key: str
    label: str
    top: str
    bottom: str
    unit: str
    scale: Fraction
    yearly: bool = False


RATES = (
    Rate("revenue_per_firm", "户均业务收入", "revenue_total", "firms_total", "万元/家", Fraction(10_000), yearly=True),
    Rate(
        "revenue_per_area", "每千平方米业务收入", "revenue_total", "area_operating", "万元/千平方米", Fraction(1000),
        yearly=True,
    ),
    # 一览表 lists security firms: their research spending is held against security revenue.
    Rate("rnd_intensity", "研发投入强度", "rnd_investment", "revenue_cyber", PERCENT, Fraction(1, 100)),
    Rate("operating_rate", "楼宇运营率", "area_operating", "area_built", PERCENT, Fraction(100)),
)  # fmt: skip


class Series:
    """The accepted figures of one park, as known on a day, with the changes of 口径."""

    def __init__(self, figures: Iterable[FigureFact], definitions: Iterable[Definition] = ()) -> None:
        self._known: Mapping[tuple[str, HalfYear], FigureFact] = {(one.key, one.period): one for one in figures}
        self.definitions = tuple(definitions)

    @property
    def newest(self) -> HalfYear | None:
        return max((period for _key, period in self._known), default=None)

    def at(self, key: str, period: HalfYear) -> FigureFact | None:
        return self._known.get((key, period))

    def half(self, key: str, period: HalfYear) -> Derived:
        """当期数: what the half-year itself brought; of the second, the year less its first half."""
        made = _Making(self, Derivation.HALF, key, period)
        year = made.take(period)
        if period.half == 1 or made.why:
            return made.done(year, f"{period.months_label}累计")
        first = made.take(period.previous())
        made.grown(period, year, first)
        return made.done(year - first, f"全年{made.amount(year)}－上半年{made.amount(first)}")

    def twelve(self, key: str, period: HalfYear) -> Derived:
        """近12个月累计: of December the year itself; of June this half, with the year before less its first half."""
        made = _Making(self, Derivation.TWELVE, key, period)
        now = made.take(period)
        if period.half == 2 or made.why:
            return made.done(now, f"{period.months_label}累计")
        year, first = made.take(period.previous()), made.take(period.year_before())
        made.grown(period.previous(), year, first)
        told = f"本年上半年{made.amount(now)}＋上年全年{made.amount(year)}－上年上半年{made.amount(first)}"
        return made.done(now + year - first, told)

    def growth(self, key: str, period: HalfYear) -> Derived:
        """同比: against the same months, or the same month's end, of the year before."""
        made = _Making(self, Derivation.GROWTH, key, period, PERCENT)
        now, then = made.take(period), made.take(period.year_before())
        if not made.why and not then:
            made.why = "上年同期为0"
        if made.why:
            return made.done(Fraction(0), "")
        return made.done((now - then) / then * 100, f"（{made.amount(now)}－{made.amount(then)}）÷{made.amount(then)}")

    def share(self, key: str, period: HalfYear) -> Derived:
        """占比 from the exact part and whole, whatever share is printed beside them."""
        part, whole = BY_KEY[key].ratio_of or ("", "")
        made = _Making(self, Derivation.SHARE, key, period, PERCENT)
        top, bottom = made.take(period, part), made.take(period, whole)
        if not made.why and not bottom:
            made.why = f"{BY_KEY[whole].label}为0"
        if made.why:
            return made.done(Fraction(0), "")
        return made.done(top / bottom * 100, f"{made.amount(top, part)}÷{made.amount(bottom, whole)}")

    def share_change(self, key: str, period: HalfYear) -> Derived:
        """The change of a share against the same period of the year before, in 个百分点 and never in %."""
        now, then = self.share(key, period), self.share(key, period.year_before())
        made = _Making(self, Derivation.SHARE_CHANGE, key, period, POINTS)
        made.sources += [*now.sources, *then.sources]
        made.why = now.why or (f"上年同期：{then.why}" if then.why else "") or made.apart(period.year_before())
        if now.value is None or then.value is None:
            return made.done(Fraction(0), "")
        return made.done(now.value - then.value, f"{_exact_enough(now.value)}－{_exact_enough(then.value)}")

    def rate(self, rate: Rate, period: HalfYear) -> Derived:
        top = self.twelve(rate.top, period) if rate.yearly else None
        made = _Making(self, Derivation.RATE, rate.top, period, rate.unit, rate.label)
        over = made.take(period, rate.bottom)
        made.sources += top.sources if top else []
        made.why = made.why or (top.why if top else "")
        amount = (top.value or Fraction(0)) if top else made.take(period, rate.top)
        if not made.why and not over:
            made.why = f"{BY_KEY[rate.bottom].label}为0"
        if made.why:
            return made.done(Fraction(0), "")
        word = f"{BY_KEY[rate.top].label}{'（近12个月）' if rate.yearly else ''}{made.amount(amount, rate.top)}"
        told = f"{word}÷{BY_KEY[rate.bottom].label}{made.amount(over, rate.bottom)}"
        return made.done(amount / over * rate.scale, told)

    def derived(self, period: HalfYear) -> tuple[Derived, ...]:
        """Everything that may be worked out for a half-year, in the order of the catalogue, then the rates.

        A new entry of the catalogue is worked out by what it measures.
        """
        found: list[Derived] = []
        for indicator in CATALOGUE:
            if indicator.ratio_of:
                found += [self.share(indicator.key, period), self.share_change(indicator.key, period)]
            elif indicator.measure is Measure.FLOW_YTD:
                found += [self.half(indicator.key, period), self.twelve(indicator.key, period)]
                found.append(self.growth(indicator.key, period))
            else:
                found.append(self.growth(indicator.key, period))
        return (*found, *(self.rate(rate, period) for rate in RATES))


class _Making:
    """One value on its way: the figures taken so far, and the first reason why there is none."""

    def __init__(
        self, series: Series, derivation: Derivation, key: str, period: HalfYear, unit: str = "", label: str = ""
    ) -> None:
        self.series, self.derivation, self.key, self.period = series, derivation, key, period
        self.unit = unit or BY_KEY[key].unit
        self.label = label or BY_KEY[key].label
        self.sources: list[FigureFact] = []
        self.why = ""

    def take(self, period: HalfYear, key: str = "") -> Fraction:
        """The figure of the period; 0, with a reason, where it is missing or of another 口径."""
        wanted = key or self.key
        fact = self.series.at(wanted, period)
        if fact is None:
            self.why = self.why or f"没有审核通过的{BY_KEY[wanted].label}{period.label}数"
            return Fraction(0)
        self.why = self.why or self.apart(period, wanted)
        self.sources.append(fact)
        return Fraction(fact.value)

    def apart(self, period: HalfYear, key: str = "") -> str:
        found = break_between(self.series.definitions, key or self.key, period, self.period)
        return f"{found.told}，前后不比较" if found else ""

    def grown(self, year: HalfYear, whole: Fraction, first: Fraction) -> None:
        """A running total never falls within its year: a second half below 0 is a mistake in one of the two."""
        if not self.why and whole < first:
            self.why = f"{year.months_label}累计小于上半年累计，请核对"

    def amount(self, value: Fraction, key: str = "") -> str:
        indicator = BY_KEY[key or self.key]
        return f"{plain(half_up(decimal(value), 8))}{indicator.unit}"

    def done(self, value: Fraction, formula: str) -> Derived:
        known = None if self.why else value
        return Derived(
            self.derivation, self.label, self.key, self.period, self.unit, known, "" if self.why else formula,
            tuple(self.sources), self.why,
        )  # fmt: skip
