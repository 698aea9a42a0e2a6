"""应报事项 as a given day sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from policy.facts import ActFact, ReceiptFact
from policy.holding import Holding, holding
from policy.obligations import Obligation
from policy.situation import Situation
from policy.terms import ActKind, HalfYear, ReceiptState, Standing

IN = (Standing.RECEIVED, Standing.LATE)


@dataclass(frozen=True, slots=True)
class Owed:
    """One 应报事项 as a given day sees it. `due_on` is the date that counts (a return gives a new one)."""

    period: HalfYear
    due_on: date
    receipt: ReceiptFact | None
    state: ReceiptState
    standing: Standing
    holding: Holding | None
    """Who holds it (当前办理单位); None before the period has ended, and when nobody need do anything."""

    acts: tuple[ActFact, ...] = ()
    """What was recorded about it by then: 延期报送, 免报, 零报告."""

    def act(self, kind: ActKind) -> ActFact | None:
        """The newest of this kind."""
        return max((act for act in self.acts if act.kind is kind), key=lambda act: act.dated, default=None)

    @property
    def waits(self) -> bool:
        """Still to be done by somebody: it is not all in, and nobody has waived it."""
        return self.standing not in (*IN, Standing.WAIVED)

    @property
    def overdue(self) -> bool:
        return self.standing is Standing.OVERDUE

    @property
    def provisional(self) -> bool:
        """暂定: no 报送通知 has confirmed the date as yet, and nothing is 逾期 by it."""
        return self.standing is Standing.PROVISIONAL

    @property
    def late(self) -> bool:
        """迟报: came, but after its date."""
        return self.standing is Standing.LATE


def owed_on(situation: Situation) -> tuple[Owed, ...]:
    """Everything the park owes, oldest first, as it stands on `situation.as_of`."""
    return tuple(_seen(situation, obligation) for obligation in situation.reports())


def _seen(situation: Situation, obligation: Obligation) -> Owed:
    period = obligation.half_year
    assert period is not None
    receipt = situation.receipt(obligation)
    return Owed(
        period=period,
        due_on=situation.due_on(obligation),
        receipt=receipt,
        state=situation.state(obligation),
        standing=situation.standing(obligation),
        holding=None if _is_excused(situation, obligation) else holding(period, receipt, situation.as_of),
        acts=tuple(act for act in obligation.acts if act.dated <= situation.as_of),
    )


def _is_excused(situation: Situation, obligation: Obligation) -> bool:
    """免报, or answered by a nil return: there is nothing to hold."""
    return situation.waived(obligation) or situation.act(obligation, ActKind.NIL_RETURN) is not None
