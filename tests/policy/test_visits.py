"""Firms of a visit: drawn by a number that draws them again, every 收入档次 among them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from policy.refusal import Refused
from policy.visits import Rostered, draw, tier_label

MONEY = ("12000", "7000", "2500", "600", "300", "800", "900", "15000", "1000", "700")
ROSTER = tuple(Rostered(row, f"示例{row}公司", Decimal(money)) for row, money in enumerate(MONEY, start=1))
"""Two above 1亿元, one in each of the next two tiers, five from 500万 to 2000万, one below."""


def rows(size: int, seed: int) -> list[int]:
    return [firm.row for firm in draw(ROSTER, size, seed)]


def test_the_same_number_draws_the_same_firms_of_the_same_roster() -> None:
    assert rows(6, 20260301) == rows(6, 20260301)
    assert [firm.row for firm in draw(reversed(ROSTER), 6, 20260301)] == rows(6, 20260301)
    assert len({tuple(rows(6, seed)) for seed in range(1, 30)}) > 10


def test_the_draw_is_the_one_it_was_when_earlier_visits_were_planned() -> None:
    """Random(7) gives 0.324, 0.151, 0.651, 0.072, 0.536, 0.366, 0.058, 0.507, 0.037, 0.434 to rows 1 to 10."""
    assert rows(5, 7) == [1, 2, 3, 5, 9]
    assert rows(7, 7) == [1, 2, 3, 4, 5, 7, 9]


@pytest.mark.parametrize("seed", range(1, 40))
def test_every_tier_of_the_roster_is_drawn(seed: int) -> None:
    assert {firm.tier for firm in draw(ROSTER, 5, seed)} == {firm.tier for firm in ROSTER}


@pytest.mark.parametrize("size", [0, 4, 11])
def test_a_size_the_roster_does_not_allow_is_refused(size: int) -> None:
    with pytest.raises(Refused, match=f"收到{size}$"):
        draw(ROSTER, size, 1)


def test_all_may_be_drawn_and_a_firm_that_stands_twice_is_one() -> None:
    assert rows(10, 3) == list(range(1, 11))
    again = (*ROSTER, Rostered(11, "示例1公司", Decimal(5)))
    assert [firm.row for firm in draw(again, 10, 3)] == list(range(1, 11))


@pytest.mark.parametrize(
    ("cyber", "label"),
    [
        ("10000.01", "超1亿元"), ("10000", "5000万（不含）—1亿元（含）"), ("2000", "500万元（不含）—2000万（含）"),
        ("500", "500万元（含）以下"),
    ],
)  # fmt: skip
def test_a_tier_is_told_in_the_words_of_the_form(cyber: str, label: str) -> None:
    assert tier_label(Decimal(cyber)) == label
