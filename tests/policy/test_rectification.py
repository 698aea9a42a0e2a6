"""问题整改台账: the state of a line on a day, as an official would say it."""

from __future__ import annotations

from datetime import date

import pytest

from policy.facts import IssueFact
from policy.rectification import IssueCount, IssueState, counted, issue_state
from policy.terms import Light

DUE = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("closed_on", "today", "state", "light"),
    [
        (None, date(2026, 5, 30), IssueState.OPEN, Light.GREY),
        (None, date(2026, 5, 31), IssueState.SOON, Light.BLUE),
        (None, DUE, IssueState.SOON, Light.BLUE),
        (None, date(2026, 7, 1), IssueState.LATE, Light.YELLOW),
        (DUE, date(2026, 7, 1), IssueState.CLOSED, Light.GREEN),
        (date(2026, 7, 2), date(2026, 7, 1), IssueState.LATE, Light.YELLOW),
        (date(2026, 7, 2), date(2026, 7, 2), IssueState.CLOSED_LATE, Light.GREEN),
    ],
)
def test_a_line_on_a_day(closed_on: date | None, today: date, state: IssueState, light: Light) -> None:
    found = issue_state(IssueFact(1, "收入与实查数不符", "示例公司", DUE, closed_on), today)
    assert (found, found.light) == (state, light)


def test_a_ledger_is_counted() -> None:
    issues = [
        IssueFact(1, "一", "", DUE, date(2026, 6, 1)), IssueFact(2, "二", "", DUE, date(2026, 7, 3)),
        IssueFact(3, "三", "", DUE), IssueFact(4, "四", "", date(2026, 12, 31)),
    ]  # fmt: skip
    assert counted(issues, date(2026, 7, 4)) == IssueCount(total=4, closed=2, late=1)


def test_a_long_problem_is_one_short_line_of_a_notice() -> None:
    title = IssueFact(1, "一览表所列收入\n" + "与实查数不符" * 20, "示例公司", DUE).title
    assert (len(title), title[:9], title[-1]) == (40, "一览表所列收入 与", "…")
