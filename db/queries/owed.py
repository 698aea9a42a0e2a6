"""应报事项 as a given day sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policy.alerts import Situation
from policy.facts import ReceiptFact
from policy.holding import Holding, holding
from policy.obligations import Obligation, is_overdue, receipt_state, was_late
from policy.terms import HalfYear, ReceiptState


@dataclass(frozen=True, slots=True)
class Owed:
    """One 应报事项 as a given day sees it. `due_on` is the date that counts (a return gives a new one)."""

    period: HalfYear
    due_on: date
    receipt: ReceiptFact | None
    state: ReceiptState
    overdue: bool
    late: bool
    """迟报: came, but after its date."""
    holding: Holding | None
    """Who holds it (当前办理单位); None before the period has ended."""


def owed_on(situation: Situation) -> tuple[Owed, ...]:
    """Everything the park owes, oldest first, as it stands on `situation.as_of`."""
    return tuple(_seen(situation, obligation) for obligation in situation.obligations())


def _seen(situation: Situation, obligation: Obligation) -> Owed:
    receipt = situation.receipts.get(obligation.period)
    due_on = situation.due_on(obligation)
    state = receipt_state(receipt, situation.as_of)
    return Owed(
        period=obligation.period,
        due_on=due_on,
        receipt=receipt,
        state=state,
        overdue=is_overdue(due_on, receipt, situation.as_of),
        late=state is ReceiptState.COMPLETE and was_late(due_on, receipt),
        holding=holding(obligation.period, receipt, situation.as_of),
    )
