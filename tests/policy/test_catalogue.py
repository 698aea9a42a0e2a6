"""The catalogue: every indicator typed as the shared list has it, and printed as the form wants it."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from policy.indicators.catalogue import BY_KEY, CATALOGUE

FILE = Path(__file__).parents[1] / "samples" / "indicators.csv"
with FILE.open(encoding="utf-8", newline="") as file:
    LISTED = {row["key"]: row for row in csv.DictReader(file)}


def test_every_indicator_of_the_list_stands_typed_in_the_catalogue() -> None:
    assert set(BY_KEY) == set(LISTED)
    for indicator in CATALOGUE:
        listed = LISTED[indicator.key]
        assert (indicator.label, indicator.unit, indicator.annex) == (listed["label"], listed["unit"], listed["annex"])
        assert indicator.direction == listed["direction"]
        assert (indicator.part_of or "") == listed["part_of"]
        words = {"stock": "stock", "flow": "flow_ytd", "annual": "annual_count", "ratio": "ratio"}
        assert indicator.measure == words[listed["measure"].split()[0]]
        assert set(filter(None, listed["aliases"].split(";"))) <= set(indicator.aliases)


@pytest.mark.parametrize(
    ("value", "text", "vanished"),
    [
        ("2.6", "3", False),
        ("2.5", "3", False),  # half up, not half to even
        ("0.5", "1", False),
        ("0.32", "0", True),  # 3,200 people would read 0
        ("0", "0", False),
        ("44", "44", False),
    ],
)
def test_the_form_prints_integers_and_warns_when_nothing_is_left(value: str, text: str, vanished: bool) -> None:
    printed = BY_KEY["staff_cyber"].on_form(Decimal(value))
    assert (printed.text, bool(printed.warning)) == (text, vanished)


def test_the_basis_names_the_annex_and_the_clause() -> None:
    assert BY_KEY["revenue_cyber"].basis == "附件表一；二(三)"
    assert BY_KEY["platforms"].basis == "附件表三"
