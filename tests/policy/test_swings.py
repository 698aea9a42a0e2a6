"""Half-year flows, swings and peers: worked cases an official can check with a pocket calculator."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from policy.findings import Finding
from policy.reports import check
from policy.terms import HalfYear, Severity
from tests.policy.test_reports import report

Figures = Mapping[str, str]


def found(period: str, figures: Figures, peers: Mapping[str, tuple[str, ...]] | None = None,
          previous: Figures | None = None, **earlier: Figures) -> tuple[Finding, ...]:  # fmt: skip
    """`earlier`: accepted figures as P2025H1={…}."""
    accepted = {
        HalfYear.parse(of[1:]): {key: Decimal(text) for key, text in given.items()} for of, given in earlier.items()
    }
    growth = {key: tuple(map(Decimal, texts)) for key, texts in (peers or {}).items()}
    return check(report(figures, period, previous, earlier=accepted, peers=growth))


def told(*args: object, **more: object) -> list[str]:
    return [finding.code for finding in found(*args, **more)]  # type: ignore[arg-type]


JUNE = {"revenue_total": "10.4", "revenue_cyber": "5.2", "firms_total": "230"}


def test_a_december_total_is_not_below_that_of_june() -> None:
    fell = {"revenue_total": "21", "revenue_cyber": "5.19", "firms_total": "200"}
    (finding,) = found("2025H2", fell, P2025H1=JUNE)
    assert (finding.code, finding.severity, finding.where) == (
        "cumulative_fell", Severity.CONFIRM, "current!revenue_cyber",
    )  # fmt: skip


def test_the_new_start_of_january_is_no_fall() -> None:
    assert told("2026H1", {"revenue_cyber": "5.9"}, P2025H2={"revenue_cyber": "11.4"}) == []


@pytest.mark.parametrize(
    ("year", "out_of_proportion"),
    [
        ("5.2", True),  # nothing at all in the second half
        ("6.9", True),  # 1.7 in the second half
        ("6.94", False),  # 1.74: a third of 5.2 is 1.7333
        ("11.4", False),
        ("20.8", False),  # 15.6, just three times 5.2
        ("20.81", True),
    ],
)
def test_the_second_half_is_the_year_less_the_first(year: str, out_of_proportion: bool) -> None:
    codes = told("2025H2", {"revenue_cyber": year}, P2025H1={"revenue_cyber": "5.2"})
    assert codes == (["half_flow_out_of_proportion"] if out_of_proportion else [])


def test_a_second_half_out_of_proportion_says_the_flow() -> None:
    (finding,) = found("2025H2", {"revenue_cyber": "32"}, P2025H1={"revenue_cyber": "5.2"})
    assert "下半年发生额为26.8亿元" in finding.message
    assert finding.severity is Severity.CONFIRM


@pytest.mark.parametrize(
    ("figures", "before", "swings"),
    [
        ({"revenue_cyber": "7.8"}, {"revenue_cyber": "5.2"}, False),  # + 50 %
        ({"revenue_cyber": "7.81"}, {"revenue_cyber": "5.2"}, True),
        ({"revenue_cyber": "2.5"}, {"revenue_cyber": "5.2"}, True),
        ({"revenue_cyber": "0.9"}, {"revenue_cyber": "0.5"}, False),  # + 80 %, but only 0.4亿元
        ({"revenue_cyber": "5"}, {"revenue_cyber": "0"}, False),  # growth from nothing is no percentage
    ],
)
def test_running_totals_against_the_same_months_of_last_year(figures: Figures, before: Figures, swings: bool) -> None:
    assert told("2026H1", figures, P2025H1=before, P2025H2={"revenue_cyber": "99"}) == (["swing"] if swings else [])


@pytest.mark.parametrize(
    ("key", "now", "before", "swings"),
    [
        ("firms_cyber", "72", "48", False),
        ("firms_cyber", "73", "48", True),
        ("listed_total", "3", "1", False),  # two more, not five
        ("staff_cyber", "0.2", "0.45", True),
        ("area_built", "60", "34.5", True),
        ("tier_5m_20m", "20", "7", False),  # tiers of half a year are not those of a year
    ],
)
def test_levels_against_the_last_period(key: str, now: str, before: str, swings: bool) -> None:
    assert told("2026H1", {key: now}, P2025H2={key: before}) == (["swing"] if swings else [])


def test_without_last_years_first_half_twice_this_one_is_compared_with_the_whole_year() -> None:
    (finding,) = found("2026H1", {"revenue_cyber": "9"}, P2025H2={"revenue_cyber": "10"})
    assert finding.code == "swing"
    assert "9亿元，按全年折算为18亿元，比已审核的2025年1—12月10亿元增长80.0%" in finding.message
    assert told("2026H1", {"revenue_cyber": "5.5"}, P2025H2={"revenue_cyber": "10"}) == []
    assert told("2025H2", {"revenue_cyber": "17"}, P2025H1={"revenue_cyber": "9"}) == []


PEERS = {"firms_cyber": ("0.05", "0.08", "0.1", "0.12", "0.15")}


@pytest.mark.parametrize(
    ("now", "peers", "unlike"),
    [
        ("110", PEERS, False),
        ("131", PEERS, False),  # the middle half ends at 12 %, and 20 points are always allowed
        ("133", PEERS, True),
        ("86", PEERS, True),
        ("133", {"firms_cyber": PEERS["firms_cyber"][:4]}, False),  # too few to compare with
        ("133", {"firms_cyber": ("-0.2", "0", "0.1", "0.3", "0.6")}, False),  # they differ as much
        ("133", {}, False),
    ],
)
def test_growth_against_the_other_parks(now: str, peers: Mapping[str, tuple[str, ...]], unlike: bool) -> None:
    codes = told("2026H1", {"firms_cyber": now}, peers, P2025H2={"firms_cyber": "100"})
    assert codes == (["unlike_peers"] if unlike else [])


def test_a_small_change_is_not_compared_with_the_other_parks() -> None:
    peers = {"listed_total": ("0", "0", "0", "0", "0")}
    assert told("2026H1", {"listed_total": "3"}, peers, P2025H2={"listed_total": "2"}) == []


def test_no_figure_of_another_park_is_told() -> None:
    (finding,) = found("2026H1", {"firms_cyber": "140"}, PEERS, P2025H2={"firms_cyber": "100"})
    assert "明显高于其他园区同期的一般水平" in finding.message
    assert not any(number in finding.message for number in ("5.0%", "8.0%", "10.0%", "12.0%", "15.0%", "0.1"))


@pytest.mark.parametrize(
    ("printed", "differs"), [("5.2", False), ("5.1", True), ("5", False), ("5.25", True), ("6", True)]
)
def test_last_year_as_printed_now_is_last_year_as_accepted(printed: str, differs: bool) -> None:
    """5 may stand for 5.2; 5.1 may not."""
    codes = told("2026H1", {}, previous={"revenue_cyber": printed}, P2025H1={"revenue_cyber": "5.2"})
    assert codes == (["previous_differs"] if differs else [])
