"""The next day on which time alone changes what should be open or told: until then a park need not be judged again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from policy.alerts.deadlines import FAMILIES
from policy.alerts.ladder import UPWARDS
from policy.obligations import Obligation
from policy.situation import Situation
from policy.terms import ObligationKind

DAY = timedelta(days=1)


def next_change(situation: Situation, further: Iterable[date] = ()) -> date | None:
    """The first day after `situation.as_of` that could matter; None when none is in sight.

    `further`: days known elsewhere (a pause that ends, a contact whose validity begins or ends). A day too many costs
    a glance; a day too few would miss a deadline, so every rule names all of its days here.
    """
    days = (*_of_obligations(situation), *_of_handling(situation), *_of_rulebook(situation), *further)
    return min((day for day in days if day > situation.as_of), default=None)


def _of_obligations(situation: Situation) -> Iterator[date]:
    for entry in situation.obligations():
        yield from (act.dated for act in entry.acts)
        if entry.period is not None:  # waived or not: figures that are not asked for grow old from here on
            yield entry.period.end + DAY
        if situation.received_on(entry) is not None or situation.waived(entry):
            continue
        if entry.kind in FAMILIES:
            yield from _of_ladder(situation, entry)
        elif entry.kind is ObligationKind.ANNUAL_PLAN:
            lasts = situation.rulebook.whole("plan_reminder_lasts", entry.due_on)
            yield from (entry.due_on, entry.due_on + timedelta(days=lasts) + DAY)


def _of_ladder(situation: Situation, entry: Obligation) -> Iterator[date]:
    """Every rung, the day itself, the days after the date and after the grace, and those of the higher roles."""
    due = situation.due(entry)
    yield from (due.on, due.on + DAY, due.last + DAY)
    yield from _rungs(situation, due.on, entry.kind)


def _rungs(situation: Situation, due: date, kind: str = "") -> Iterator[date]:
    book = situation.rulebook
    yield from (due + timedelta(days=days) for days in book.numbers("reminder_days", due, kind))
    yield from (due + timedelta(days=book.whole(key, due)) for key in UPWARDS.values())


def _of_handling(situation: Situation) -> Iterator[date]:
    book = situation.rulebook
    for receipt in situation.receipts.values():
        if receipt.pending is not None:
            days = book.whole("accept_days", receipt.pending.since, ObligationKind.HALF_YEAR_REPORT)
            yield receipt.pending.since + timedelta(days=days) + DAY
        if receipt.accepted_on is not None:
            yield receipt.accepted_on + timedelta(days=book.whole("evidence_days", receipt.accepted_on)) + DAY
    for task in situation.tasks:
        if task.done_on is None:
            yield from (task.due_on + DAY, *_rungs(situation, task.due_on))
    for issue in situation.issues:
        if issue.closed_on is None:
            yield from (issue.due_on + DAY, *_rungs(situation, issue.due_on))
    if situation.scores is not None and situation.scores.missing:
        yield from (situation.scores.due_on + DAY, *_rungs(situation, situation.scores.due_on))
    for promised in situation.promised.values():
        yield from (promised + DAY, *_rungs(situation, promised))


def _of_rulebook(situation: Situation) -> Iterator[date]:
    """A value that begins or ends to hold; and the end of the construction period."""
    yield situation.park.ends_on + DAY
    for entry in situation.rulebook.entries:
        yield entry.valid_from
        if entry.valid_to is not None:
            yield entry.valid_to + DAY
