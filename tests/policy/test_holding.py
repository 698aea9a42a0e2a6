"""当前办理单位 from what has come in: one holder a report, since one day."""

from __future__ import annotations

from datetime import date

import pytest

from policy.facts import Pending, ReceiptFact
from policy.holding import Holder, Holding, holding
from policy.terms import HalfYear

H1 = HalfYear(2026, 1)
DISTRICT, COMMITTEE, NOBODY = Holder.DISTRICT, Holder.COMMITTEE, Holder.NOBODY


def august(day: int) -> date:
    return date(2026, 8, day)


WAITS = Pending(7, 2, august(5))
CASES = [
    (None, None, DISTRICT, H1.end),
    (ReceiptFact(H1, letter_on=august(1)), None, DISTRICT, H1.end),
    (ReceiptFact(H1, data_on=august(5), pending=WAITS), None, COMMITTEE, august(5)),
    (ReceiptFact(H1, returned_on=august(8)), None, DISTRICT, august(8)),
    (ReceiptFact(H1, accepted_on=august(9)), None, NOBODY, august(9)),
    # a correction of what was accepted, sent and then returned
    (ReceiptFact(H1, accepted_on=august(3), pending=WAITS), None, COMMITTEE, august(5)),
    (ReceiptFact(H1, accepted_on=august(3), returned_on=august(8)), None, DISTRICT, august(8)),
    # a draft: the district has held it since before, or has taken it up again
    (None, august(4), DISTRICT, H1.end),
    (ReceiptFact(H1, returned_on=august(8)), august(9), DISTRICT, august(8)),
    (ReceiptFact(H1, accepted_on=august(3)), august(9), DISTRICT, august(9)),
]


@pytest.mark.parametrize(("receipt", "draft_on", "holder", "since"), CASES)
def test_each_report_has_one_holder(
    receipt: ReceiptFact | None, draft_on: date | None, holder: Holder, since: date
) -> None:
    assert holding(H1, receipt, august(20), draft_on) == Holding(holder, since)


def test_nobody_holds_it_before_the_period_has_ended_unless_it_is_prepared_early() -> None:
    assert holding(H1, None, H1.end) is None
    assert holding(H1, None, date(2026, 6, 1), date(2026, 5, 28)) == Holding(DISTRICT, date(2026, 5, 28))


def test_days_are_counted_from_the_day_after() -> None:
    assert Holding(COMMITTEE, august(5)).days(august(20)) == 15
    assert Holding(COMMITTEE, august(5)).days(august(5)) == 0
