"""The shape of one catalogue entry."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from policy.figures import half_up, plain
from policy.terms import Direction, Measure


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure on the 申报表. `warning`: what to say beside it where it reads 0 although it is not; else empty."""

    text: str
    warning: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of the annex.

    `unit` is the unit of the stored exact decimal. `part_of` names the whole this figure is a part of
    (part ≤ whole). `ratio_of` names (part, whole) of a share. `required` means a half-year report must
    carry it (domain section 5). `aliases` are other spellings met in districts' own tables.
    """

    key: str
    label: str
    unit: str
    measure: Measure
    annex: str
    clause: str = ""
    """A clause of the notice that speaks of it, beside the annex."""
    direction: Direction = Direction.UP
    part_of: str | None = None
    ratio_of: tuple[str, str] | None = None
    aliases: tuple[str, ...] = ()
    required: bool = False
    whole_number: bool = False
    headline: bool = False
    """Shown in overviews and lists, where there is room for few."""

    @property
    def basis(self) -> str:
        """附件表一；二(三)."""
        return f"附件{self.annex}" + (f"；{self.clause}" if self.clause else "")

    @property
    def places(self) -> int:
        """Decimals of a value that is worked out; a reported one is shown exactly as it stands in the store."""
        return 4 if self.unit in ("亿元", "万人") else 2

    @property
    def step(self) -> Decimal:
        """The least amount worth naming of what is yet to be done."""
        return Decimal(1) if self.whole_number else Decimal("0.0001") if self.unit == "万人" else Decimal("0.01")

    def on_form(self, value: Decimal) -> Printed:
        """As the 申报表 prints it (附件填报说明2): rounded half up to an integer, nothing else is."""
        rounded = half_up(value)
        vanishes = f"{self.label}{plain(value)}{self.unit}，四舍五入取整后为0，请核对" if value and not rounded else ""
        return Printed(plain(rounded), vanishes)
