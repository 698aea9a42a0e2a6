"""The shape of one catalogue entry."""

from __future__ import annotations

from dataclasses import dataclass

from policy.terms import Measure


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
    part_of: str | None = None
    ratio_of: tuple[str, str] | None = None
    aliases: tuple[str, ...] = ()
    required: bool = False
    whole_number: bool = False
    headline: bool = False
    """Shown in overviews and lists, where there is room for few."""
