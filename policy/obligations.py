"""Who owes which half-year report, and by when (notice 五(二) 每半年…函报; readings N13 and 1c)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from policy.facts import ReceiptFact
from policy.rulebook import Rulebook
from policy.terms import HalfYear, ObligationKind, ReceiptState

CLAUSE = "五(二)"
DUE_CLAUSE = "五(二)；报送截止日为系统默认值，通知未规定"


@dataclass(frozen=True, slots=True)
class Obligation:
    """One thing owed: the half-year report of one park, by the district government."""

    kind: ObligationKind
    period: HalfYear
    due_on: date
    clause: str = DUE_CLAUSE


def half_year_obligations(approved_on: date, ends_on: date, rulebook: Rulebook) -> tuple[Obligation, ...]:
    """The half-year reports a park owes during its construction period, oldest first.

    The first is the first half ending at least 90 days after approval; a half that the end of the
    period cuts short is absorbed by the self-assessment report: approved 2024-10-10 owes 2025H1,
    2025H2 and 2026H1.
    """
    min_days = rulebook.whole("first_half_min_days", approved_on)
    period = HalfYear.containing(approved_on)
    if (period.end - approved_on).days < min_days:
        period = period.next()
    owed = []
    while period.end <= ends_on:
        owed.append(Obligation(ObligationKind.HALF_YEAR_REPORT, period, due_date(period, rulebook)))
        period = period.next()
    return tuple(owed)


def due_date(period: HalfYear, rulebook: Rulebook) -> date:
    """报送截止日: 31 July and 31 January by default; never rolled over holidays (domain 1c, S21)."""
    return period.end + timedelta(days=rulebook.whole("report_due_days", period.end))


def receipt_state(receipt: ReceiptFact | None, as_of: date) -> ReceiptState:
    """What had arrived by the end of `as_of`: data with nothing at error, the district's letter, both, neither."""
    data = receipt is not None and receipt.data_on is not None and receipt.data_on <= as_of
    letter = receipt is not None and receipt.letter_on is not None and receipt.letter_on <= as_of
    if data and letter:
        return ReceiptState.COMPLETE
    if data:
        return ReceiptState.DATA_ONLY
    return ReceiptState.LETTER_ONLY if letter else ReceiptState.NOTHING


def received_on(receipt: ReceiptFact | None) -> date | None:
    """The day the report became complete: the later of data and letter."""
    if receipt is None or receipt.data_on is None or receipt.letter_on is None:
        return None
    return max(receipt.data_on, receipt.letter_on)


def is_overdue(due_on: date, receipt: ReceiptFact | None, as_of: date) -> bool:
    """逾期未报: the due date has passed and the report is not complete."""
    return as_of > due_on and receipt_state(receipt, as_of) is not ReceiptState.COMPLETE


def was_late(due_on: date, receipt: ReceiptFact | None) -> bool:
    """迟报: the report came, but after its due date."""
    day = received_on(receipt)
    return day is not None and day > due_on
