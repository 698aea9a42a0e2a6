"""专家分歧 by cases worked by hand: who gave how much, how far apart, and from where on it is marked."""

from decimal import Decimal

import pytest

from policy.evaluation.reading import read_system
from policy.scoring import Given, Spread, scored_items, spreads
from tests.policy.evaluation.systems import item, system

LIMIT = Decimal("0.2")
SYSTEM = read_system(
    system(
        item("hundred", "30", '{ kind = "experts" }'),
        item("firms", "40", '{ kind = "linear", target = 80 }', 'input = { indicator = "firms_cyber" }'),
        item("ten", "30", '{ kind = "experts", out_of = 10 }'),
    )
)


def spread(*values: str, item_id: str = "hundred") -> Spread:
    given = [(item_id, Given(f"ZJ{n}", Decimal(value))) for n, value in enumerate(values, start=1)]
    return next(one for one in spreads(SYSTEM, given, LIMIT) if one.item.id == item_id)


def test_experts_score_the_items_whose_rule_says_so_in_the_order_of_the_system() -> None:
    assert [one.id for one in scored_items(SYSTEM)] == ["hundred", "ten"]


@pytest.mark.parametrize(
    ("values", "lowest", "highest", "median", "difference", "wide"),
    [
        (("70", "90", "80"), "70", "90", "80", "20", False),  # 20 of 100 is the limit itself
        (("70", "90.01", "80"), "70", "90.01", "80", "20.01", True),
        (("90", "60", "70", "85"), "60", "90", "77.5", "30", True),  # (70 + 85) ÷ 2
        (("88.5", "88.5"), "88.5", "88.5", "88.5", "0", False),
        (("0", "100", "50", "50", "50"), "0", "100", "50", "100", True),
    ],
)
def test_out_of_a_hundred(
    values: tuple[str, ...], lowest: str, highest: str, median: str, difference: str, wide: bool
) -> None:
    found = spread(*values)
    told = (found.lowest, found.highest, found.median, found.difference)
    assert told == tuple(map(Decimal, (lowest, highest, median, difference)))
    assert found.wide is wide


def test_the_limit_is_a_share_of_what_the_item_is_out_of() -> None:
    assert not spread("6", "8", item_id="ten").wide
    assert spread("5.9", "8", item_id="ten").wide


def test_one_mark_differs_from_nothing_and_none_is_not_zero() -> None:
    assert (spread("70").difference, spread("70").median, spread("70").wide) == (None, Decimal(70), False)
    assert (spread().lowest, spread().median, spread().wide) == (None, None, False)
