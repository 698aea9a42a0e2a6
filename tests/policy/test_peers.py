"""Peers: median and quartiles of parks of the same age, worked by hand."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from policy.indicators.peers import Peer, age, quantile, standing
from policy.terms import HalfYear

FIVE = [Peer(park, Fraction(value)) for park, value in zip("ABCDE", (10, 20, 30, 40, 80), strict=True)]


@pytest.mark.parametrize(
    ("approved", "period", "halves"),
    [
        ("2024-10-10", "2024H2", 0),  # 82 days
        ("2024-10-10", "2025H1", 1),
        ("2024-10-10", "2025H2", 2),
        ("2024-10-10", "2026H2", 4),
        ("2024-12-31", "2025H1", 1),  # six months on has no 31st: 2025-06-30
        ("2025-01-01", "2025H1", 0),  # a day short of six months
        ("2024-06-30", "2024H2", 1),
        ("2025-08-01", "2025H1", 0),  # approved after the period
    ],
)
def test_age_in_whole_half_years(approved: str, period: str, halves: int) -> None:
    assert age(date.fromisoformat(approved), HalfYear.parse(period)) == halves


def test_quartiles_lie_on_a_straight_line_between_two_values() -> None:
    values = [Fraction(value) for value in (10, 20, 30, 40)]
    assert [quantile(values, Fraction(quarter, 4)) for quarter in range(5)] == [
        10,
        Fraction("17.5"),
        25,
        Fraction("32.5"),
        40,
    ]


@pytest.mark.parametrize(
    ("own", "place"),
    [
        ("A", "低于下四分位数"),
        ("B", "下四分位数与中位数之间"),
        ("C", "与中位数持平"),
        ("D", "中位数与上四分位数之间"),
        ("E", "高于上四分位数"),
    ],
)
def test_the_place_is_told_in_words_and_never_as_a_rank(own: str, place: str) -> None:
    found = standing(FIVE, own, 2, anonymous=True)
    assert found is not None
    assert (found.lower, found.median, found.upper, found.count) == (20, 30, 40, 5)
    assert found.place == place


def test_four_parks_say_nothing_to_those_who_must_not_know_the_others() -> None:
    assert standing(FIVE[:4], "A", 2, anonymous=True) is None
    assert standing(FIVE[:4], "A", 2, anonymous=False) is not None
    assert standing(FIVE[:1], "A", 2, anonymous=False) is None
    assert standing(FIVE, "F", 2, anonymous=False) is None
