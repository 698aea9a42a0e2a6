"""Chongqing's districts and counties before and after 2025-11-06 (domain section 4)."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from policy.divisions import DIVISIONS, REORGANISED_ON, SUCCESSIONS, Division, in_force, position
from policy.terms import UnitKind

BEFORE, AFTER = date(2025, 11, 5), date(2025, 11, 6)


def districts(day: date) -> list[Division]:
    return [
        entry
        for entry in DIVISIONS
        if entry.kind is UnitKind.DISTRICT and in_force(entry.valid_from, entry.valid_to, day)
    ]


def test_thirty_eight_units_become_thirty_seven() -> None:
    assert len(districts(BEFORE)) == 38
    assert len(districts(AFTER)) == 37


def test_twenty_five_districts_eight_counties_and_four_autonomous_counties() -> None:
    kinds = Counter("自治县" if d.name.endswith("自治县") else d.name[-1] for d in districts(date(2026, 1, 1)))
    assert kinds == {"区": 25, "县": 8, "自治县": 4}


def test_the_abolished_districts_name_their_successors() -> None:
    heirs = {(entry.predecessor, entry.successor) for entry in SUCCESSIONS if entry.on == REORGANISED_ON}
    assert {("江北区", "两江新区"), ("渝北区", "两江新区"), ("渝北区", "北碚区")} <= heirs
    ended = {entry.name for entry in DIVISIONS if entry.valid_to is not None}
    assert ended <= {predecessor for predecessor, _successor in heirs}


def test_the_new_district_has_no_code_for_none_was_found() -> None:
    assert [entry.name for entry in DIVISIONS if entry.code is None] == ["两江新区"]


def test_codes_names_and_places_are_unique() -> None:
    codes = [entry.code for entry in DIVISIONS if entry.code]
    assert len(codes) == len(set(codes))
    assert len({entry.name for entry in DIVISIONS}) == len(DIVISIONS)
    assert len({position(index) for index in range(len(DIVISIONS))}) == len(DIVISIONS)


def test_the_default_order_follows_the_division_codes() -> None:
    codes = [entry.code for entry in DIVISIONS if entry.code and entry.code.startswith("500")]
    assert codes == sorted(codes)


@pytest.mark.parametrize(
    ("name", "short_name"),
    [("合川区", "合川"), ("酉阳土家族苗族自治县", "酉阳"), ("城口县", "城口"), ("忠县", "忠县")],
)
def test_short_names_drop_the_district_but_never_leave_one_character(name: str, short_name: str) -> None:
    assert next(entry.short_name for entry in DIVISIONS if entry.name == name) == short_name


def test_both_ends_of_a_validity_count() -> None:
    assert in_force(BEFORE, AFTER, BEFORE)
    assert in_force(BEFORE, AFTER, AFTER)
    assert not in_force(None, BEFORE, AFTER)
    assert not in_force(AFTER, None, BEFORE)
    assert in_force(None, None, AFTER)
