"""What changed between two 一览表: firms by name, and the revenue of those listed in both."""

from __future__ import annotations

from decimal import Decimal

from policy.rosters import turnover
from policy.visits import Rostered


def firm(row: int, name: str, cyber: str | None = "100") -> Rostered:
    return Rostered(row, name, None if cyber is None else Decimal(cyber))


def test_new_gone_and_stayed_are_told_apart_by_name() -> None:
    found = turnover([firm(1, "甲公司"), firm(2, "乙公司")], [firm(1, "丙公司"), firm(2, "甲公司")])
    assert [one.name for one in found.new] == ["丙公司"]
    assert [one.name for one in found.gone] == ["乙公司"]
    assert [(then.row, now.row) for then, now in found.stayed] == [(1, 2)]


def test_a_name_typed_otherwise_is_the_same_firm_and_a_row_twice_counts_once() -> None:
    found = turnover(
        [firm(1, "示例(集团)有限公司")], [firm(1, "示例（集团） 有限公司"), firm(2, "示例(集团)有限公司", "7")]
    )
    assert (found.new, found.gone) == ((), ())
    assert [now.row for _then, now in found.stayed] == [1]


def test_what_moved_is_told_where_both_lists_state_it() -> None:
    then = [firm(1, "甲", "100"), firm(2, "乙", "100"), firm(3, "丙", None), firm(4, "丁", "100")]
    now = [firm(1, "甲", "130.5"), firm(2, "乙", "100"), firm(3, "丙", "50"), firm(4, "丁", "60")]
    assert [(one.name, by) for one, by in turnover(then, now).moved] == [("甲", Decimal("30.5")), ("丁", Decimal(-40))]
