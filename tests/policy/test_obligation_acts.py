"""What may be recorded about which obligation, what is counted as 应报, and when a period is locked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from policy.facts import ActFact, ParkFact, ReceiptFact
from policy.obligation_acts import fitting, require_possible
from policy.obligations import CHECKLIST, Obligation, owed
from policy.refusal import Refused
from policy.rulebook import DEFAULT
from policy.situation import Situation, Tally, tally
from policy.terms import ActKind, HalfYear, ObligationKind, Stage, Standing

APPROVED, ENDS = date(2024, 10, 10), date(2026, 10, 10)
H1 = HalfYear(2025, 1)
PARK = ParkFact(1, "JIA", "国家网络安全产业园区（示例甲园）", 1, "示例甲区", APPROVED, "1号", ENDS, Stage.BUILDING)
ALL = owed(APPROVED, ENDS, DEFAULT)


def at(day: date, *changed: Obligation, receipt: ReceiptFact | None = None) -> Situation:
    """Everything the park owes, with these in place of those of the same key."""
    by_key = {one.key: one for one in changed}
    receipts = {receipt.period: receipt} if receipt else {}
    return Situation(PARK, day, DEFAULT, receipts, owed=tuple(by_key.get(one.key, one) for one in ALL))


def of(kind: ObligationKind, period: str = "") -> Obligation:
    return next(one for one in ALL if one.kind is kind and str(one.period or "") == period)


REPORT = of(ObligationKind.HALF_YEAR_REPORT, "2025H1")


def test_each_act_fits_what_it_can_be_about() -> None:
    assert fitting(REPORT) == (ActKind.EXTENSION, ActKind.WAIVER, ActKind.NIL_RETURN)
    assert fitting(of(ObligationKind.SELF_ASSESSMENT)) == (ActKind.EXTENSION, ActKind.WAIVER)
    assert all(fitting(one) == (ActKind.WAIVER, ActKind.DISCHARGE) for one in ALL if one.kind in CHECKLIST)


@pytest.mark.parametrize(
    ("day", "reports", "plans", "papers"),
    [
        (date(2025, 6, 30), 0, 1, 0),
        (date(2025, 7, 1), 1, 1, 0),  # the day after the half-year
        (date(2026, 1, 1), 2, 2, 0),  # the year of the next plan has begun
        (date(2026, 10, 10), 3, 2, 0),
        (date(2026, 10, 11), 3, 2, 3),  # the two years are over
    ],
)
def test_what_is_owed_by_a_day(day: date, reports: int, plans: int, papers: int) -> None:
    known = at(day)
    assert tally(known).owed == reports
    assert tally(known, ObligationKind.ANNUAL_PLAN).owed == plans
    paper_kinds = (ObligationKind.SELF_ASSESSMENT, ObligationKind.DEPARTMENT_REVIEW, ObligationKind.ACCEPTANCE_LETTER)
    assert tally(known, *paper_kinds).owed == papers


def test_a_plan_of_the_year_of_approval_counts_when_there_is_one() -> None:
    plan = of(ObligationKind.ANNUAL_PLAN, "2024")
    made = replace(plan, acts=(ActFact(ActKind.DISCHARGE, date(2024, 12, 1), "1号"),))
    assert tally(at(date(2024, 12, 31), made), ObligationKind.ANNUAL_PLAN) == Tally(1, 1, 0, 0)
    assert tally(at(date(2024, 12, 31)), ObligationKind.ANNUAL_PLAN) == Tally(0, 0, 0, 0)


def test_tallies_add_up_and_an_empty_one_has_no_share() -> None:
    total = Tally(3, 2, 1, 1) + Tally(1, 0, 1, 0)
    assert (total, total.missing, total.share) == (Tally(4, 2, 2, 1), 2, Decimal("0.5"))
    assert Tally(0, 0, 0, 0).share is None


def test_a_period_is_locked_from_the_day_after_its_lock() -> None:
    locked = replace(REPORT, lock_on=date(2025, 8, 10))
    assert at(date(2025, 8, 10), locked).locked_on(locked) is None
    assert at(date(2025, 8, 11), locked).locked_on(locked) == date(2025, 8, 10)
    assert at(date(2026, 1, 1)).locked_on(REPORT) is None
    returned = ReceiptFact(H1, returned_on=date(2025, 8, 9))
    assert at(date(2025, 8, 19), locked, receipt=returned).locked_on(locked) is None
    assert at(date(2025, 8, 20), locked, receipt=returned).locked_on(locked) == date(2025, 8, 19)


def test_days_of_grace_follow_the_new_date() -> None:
    granted = ActFact(ActKind.EXTENSION, date(2025, 7, 20), "1号", "", date(2025, 8, 31))
    later = replace(REPORT, grace_on=date(2025, 8, 5), acts=(granted,))
    assert at(date(2025, 9, 1), later).standing(later) is Standing.IN_GRACE
    assert at(date(2025, 9, 6), later).standing(later) is Standing.OVERDUE
    assert at(date(2025, 7, 19), later).due_on(later) == date(2025, 7, 31)  # not granted yet


def test_what_came_in_is_extended_only_to_open_a_locked_period() -> None:
    done = ReceiptFact(H1, data_on=date(2025, 7, 20), letter_on=date(2025, 7, 20))
    act = ActFact(ActKind.EXTENSION, date(2025, 9, 1), "1号", "更正", date(2025, 9, 30), date(2025, 9, 30))
    with pytest.raises(Refused, match="不须延期"):
        require_possible(at(date(2025, 9, 1), receipt=done), REPORT, act)
    locked = replace(REPORT, lock_on=date(2025, 8, 10))
    require_possible(at(date(2025, 9, 1), locked, receipt=done), locked, act)


@pytest.mark.parametrize("dated", [date(2025, 7, 20), date(2025, 7, 10)])
def test_of_two_extensions_the_one_recorded_last_counts_whatever_its_paper_s_date(dated: date) -> None:
    first = ActFact(ActKind.EXTENSION, date(2025, 7, 20), "1号", "", date(2025, 8, 20))
    second = ActFact(ActKind.EXTENSION, dated, "2号", "", date(2025, 8, 31))
    report = replace(REPORT, acts=(first, second))
    assert at(date(2025, 8, 25), report).due_on(report) == date(2025, 8, 31)
