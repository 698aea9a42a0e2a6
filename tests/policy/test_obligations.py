"""每半年…函报 (五(二)): which reports a park owes, by when, and when one counts as received."""

from datetime import date

import pytest

from policy.deadlines import construction_end
from policy.facts import ParkFact, ReceiptFact
from policy.obligations import due_date, half_year_obligations, receipt_state, received_on
from policy.rulebook import DEFAULT, DEFAULT_SOURCE
from policy.situation import Situation
from policy.terms import HalfYear, ReceiptState, Stage, Standing

H1 = HalfYear(2025, 1)


def owed(approved_on: date) -> list[str]:
    return [
        f"{entry.period} {entry.due_on}"
        for entry in half_year_obligations(approved_on, construction_end(approved_on), DEFAULT)
    ]


@pytest.mark.parametrize(
    ("approved_on", "expected"),
    [
        # 2024H2 ends 82 days after the approval; 2026H2 is cut short by the end and goes into the 自评报告.
        ("2024-10-10", ["2025H1 2025-07-31", "2025H2 2026-01-31", "2026H1 2026-07-31"]),
        ("2024-02-29", ["2024H1 2024-07-31", "2024H2 2025-01-31", "2025H1 2025-07-31", "2025H2 2026-01-31"]),
        # 90 days before 30 June is 1 April: that day still owes the first half, the next does not.
        ("2025-04-01", ["2025H1 2025-07-31", "2025H2 2026-01-31", "2026H1 2026-07-31", "2026H2 2027-01-31"]),
        ("2025-04-02", ["2025H2 2026-01-31", "2026H1 2026-07-31", "2026H2 2027-01-31"]),
        ("2024-10-02", ["2024H2 2025-01-31", "2025H1 2025-07-31", "2025H2 2026-01-31", "2026H1 2026-07-31"]),
        ("2024-10-03", ["2025H1 2025-07-31", "2025H2 2026-01-31", "2026H1 2026-07-31"]),
        # A half that ends on the very last day of the two years is whole, so it is owed.
        ("2024-12-31", ["2025H1 2025-07-31", "2025H2 2026-01-31", "2026H1 2026-07-31", "2026H2 2027-01-31"]),
        ("2024-06-30", ["2024H2 2025-01-31", "2025H1 2025-07-31", "2025H2 2026-01-31", "2026H1 2026-07-31"]),
    ],
)
def test_reports_owed_follow_from_the_approval_date(approved_on: str, expected: list[str]) -> None:
    assert owed(date.fromisoformat(approved_on)) == expected


def test_a_due_date_is_not_rolled_over_a_day_off() -> None:
    due = due_date(HalfYear(2026, 2), DEFAULT)
    assert due == date(2027, 1, 31)
    assert due.weekday() == 6


def test_the_due_date_says_that_the_notice_does_not_give_it() -> None:
    assert DEFAULT_SOURCE in half_year_obligations(date(2024, 10, 10), date(2026, 10, 10), DEFAULT)[0].clause


@pytest.mark.parametrize(
    ("data_on", "letter_on", "state"),
    [
        (None, None, ReceiptState.NOTHING),
        ("2025-07-20", None, ReceiptState.DATA_ONLY),
        (None, "2025-07-20", ReceiptState.LETTER_ONLY),
        ("2025-07-20", "2025-07-22", ReceiptState.COMPLETE),
        ("2025-07-20", "2025-07-26", ReceiptState.DATA_ONLY),  # the letter came the day after
        ("2025-07-25", "2025-07-25", ReceiptState.COMPLETE),
    ],
)
def test_data_and_letter_are_two_things_and_only_both_are_a_report(
    data_on: str | None, letter_on: str | None, state: ReceiptState
) -> None:
    assert receipt_state(_receipt(data_on, letter_on), date(2025, 7, 25)) is state


def test_nothing_known_is_nothing_received() -> None:
    assert receipt_state(None, date(2025, 7, 25)) is ReceiptState.NOTHING
    assert received_on(None) is None


@pytest.mark.parametrize(
    ("data_on", "letter_on", "day", "standing"),
    [
        ("2025-07-20", None, "2025-07-31", Standing.NOT_YET),
        ("2025-07-20", None, "2025-08-01", Standing.OVERDUE),
        ("2025-07-20", "2025-08-01", "2025-08-01", Standing.LATE),
        ("2025-07-20", "2025-07-31", "2025-08-01", Standing.RECEIVED),
    ],
)
def test_a_report_is_overdue_from_the_day_after_its_date_and_late_once_it_has_come(
    data_on: str, letter_on: str | None, day: str, standing: Standing
) -> None:
    park = ParkFact(
        1, "A", "示例园", 1, "示例区", date(2024, 10, 10), "示例函〔2024〕1号", date(2026, 10, 10), Stage.BUILDING
    )
    situation = Situation(park, date.fromisoformat(day), DEFAULT, {H1: _receipt(data_on, letter_on)})
    assert situation.standing(situation.reports()[0]) is standing


def _receipt(data_on: str | None, letter_on: str | None) -> ReceiptFact:
    return ReceiptFact(
        H1,
        data_on=date.fromisoformat(data_on) if data_on else None,
        letter_on=date.fromisoformat(letter_on) if letter_on else None,
    )
