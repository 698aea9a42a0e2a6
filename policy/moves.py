"""What a changed rulebook, work calendar or 报送通知 would do to dates that stand: nothing moves before it is shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from policy.obligations import Obligation
from policy.situation import Situation
from policy.terms import ActKind


class Dates(NamedTuple):
    """报送截止日, 宽限截止日 (None: the due date itself) and 封账日 (None: none set) of one obligation."""

    due_on: date
    grace_on: date | None = None
    lock_on: date | None = None

    @classmethod
    def of(cls, obligation: Obligation) -> Dates:
        return cls(obligation.due_on, obligation.grace_on, obligation.lock_on)


def is_settled(situation: Situation, obligation: Obligation) -> bool:
    """What rules do not move any more: it is in, 免报, or has a date of its own by 延期报送."""
    extended = situation.act(obligation, ActKind.EXTENSION)
    return situation.received_on(obligation) is not None or situation.waived(obligation) or extended is not None


def redated(obligation: Obligation, dates: Dates, clause: str) -> Obligation:
    return replace(obligation, due_on=dates.due_on, grace_on=dates.grace_on, lock_on=dates.lock_on, clause=clause)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What stands against what the rules ask for: pairs that differ in a date, what would be new, what is no longer
    asked for and still waited for."""

    moved: tuple[tuple[Obligation, Obligation], ...]
    added: tuple[Obligation, ...]
    dropped: tuple[Obligation, ...]


def compare(situation: Situation, wanted: Iterable[Obligation], fixed: frozenset[str]) -> Comparison:
    """`fixed`: keys of the obligations whose dates a 报送通知 has set."""
    asked = {entry.key: entry for entry in wanted}
    standing = situation.obligations()
    movable = [entry for entry in standing if entry.key not in fixed and not is_settled(situation, entry)]
    known = {entry.key for entry in standing}
    return Comparison(
        tuple(
            (entry, asked[entry.key])
            for entry in movable
            if entry.key in asked and Dates.of(entry) != Dates.of(asked[entry.key])
        ),
        tuple(entry for key, entry in asked.items() if key not in known),
        tuple(entry for entry in movable if entry.key not in asked),
    )
