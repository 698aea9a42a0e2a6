"""tests/samples/indicator-cases.csv: worked cases an official can check by hand, as the tests play them.

What is to come out is exact: 7.7, 100/3; several values parted by 、; 无 where nothing can be said, 无：with a piece
of the reason; （预计数） where it rests on one. 输入 is key=value; key=value.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from policy.facts import FigureFact, GoalFact
from policy.indicators.definitions import Definition
from policy.indicators.derivation import RATES, Derived, Series
from policy.terms import FigureBasis, FigureKind, GoalPath, HalfYear

FILE = Path(__file__).parent / "samples" / "indicator-cases.csv"
ESTIMATED = FigureKind.ESTIMATE.mark
APART = "（口径不同）"


@dataclass(frozen=True, slots=True)
class Given:
    """One line of the file; `values` is its 输入."""

    number: str
    formula: str
    told: str
    values: dict[str, str]
    due: str

    def number_of(self, key: str) -> Decimal:
        return Decimal(self.values[key])

    def day(self, key: str) -> date:
        return date.fromisoformat(self.values[key])

    @property
    def period(self) -> HalfYear:
        return HalfYear.parse(self.values["期"])

    def dated(self, sign: str) -> dict[str, str]:
        """What stands under keys that begin with the sign: 报@2025-12-31=40."""
        return {key.removeprefix(sign): value for key, value in self.values.items() if key.startswith(sign)}


def cases(*, stored: bool) -> list[Given]:
    """Those that need the database (`stored`: they know a day 截至), or the others."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [
            Given(row["编号"], row["公式或规则"], row["情况"], values(row["输入"]), row["应得"])
            for row in csv.DictReader(file)
        ]
    return [row for row in rows if ("截至" in row.values) is stored]


def values(text: str) -> dict[str, str]:
    pairs = (entry.partition("=") for entry in text.split("; "))
    return {key.strip(): value.strip() for key, _, value in pairs}


def figures(given: Given) -> tuple[FigureFact, ...]:
    """revenue_total@2024H1=4.0; 预计@revenue_total=2025H1 makes that one an estimate."""
    estimated = {(key, at) for key, at in given.dated("预计@").items()}
    return tuple(
        FigureFact(
            key, HalfYear.parse(at), Decimal(value), "半年报.xlsx", "半年报!C10", value, 1,
            kind=FigureKind.ESTIMATE if (key, at) in estimated else FigureKind.PRELIMINARY,
        )
        for (key, _, at), value in ((name.partition("@"), value) for name, value in given.values.items())
        if key.isascii() and at
    )  # fmt: skip


def changes(given: Given) -> tuple[Definition, ...]:
    return tuple(
        Definition(
            key, HalfYear.parse(at), "园区内注册企业", FigureBasis.REGISTERED, "期末", breaks, "示例函〔2025〕3号"
        )
        for sign, breaks in (("口径@", True), ("口径不断@", False))
        for key, at in given.dated(sign).items()
    )


def goal(given: Given, key: str) -> GoalFact:
    milestones = {int(month): Decimal(value) for month, value in given.dated("M").items()}
    path = next((one for one in GoalPath if one.label == given.values.get("路径")), GoalPath.STRAIGHT)
    baseline, target = given.number_of("基期"), given.number_of("目标")
    return GoalFact(key, baseline, given.day("批复"), target, "建设方案", path=path, milestones=milestones)


def derived(given: Given, series: Series) -> Derived:
    """The derivation of the case's name, of the case's indicator and half-year."""
    key, period = given.values["指标"], given.period
    made = {
        "当期数": series.half, "近12个月累计": series.twelve, "同比": series.growth, "占比": series.share,
        "占比较上年同期": series.share_change,
    }  # fmt: skip
    if given.formula in made:
        return made[given.formula](key, period)
    return series.rate(next(rate for rate in RATES if rate.label == given.formula), period)


def check_derived(found: Derived, due: str) -> None:
    """Exactly the value due, with its formula and mark; or none, for the reason due."""
    if due.startswith("无"):
        assert found.value is None
        assert due.partition("：")[2] in found.why
        return
    assert found.value == Fraction(due.removesuffix(ESTIMATED)), found
    assert found.estimated is due.endswith(ESTIMATED)
    assert found.formula


def check_values(found: Iterable[Decimal | Fraction] | None, due: str) -> None:
    """Decimals that have no end are compared to the twelfth place."""
    if due == "无":
        assert found is None
        return
    assert found is not None
    wanted = [Fraction(text) for text in due.split("、")]
    assert [round(Fraction(one), 12) for one in found] == [round(one, 12) for one in wanted]
