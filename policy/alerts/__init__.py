"""Alert rules: one function a rule, listed here. Each says what should be open on a given day.

The sweep compares this with what is open and opens or closes the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from policy.alerts import deadlines, handling, indicators
from policy.alerts.alert import Alert
from policy.situation import Situation

RULES: tuple[Callable[[Situation], Iterator[Alert]], ...] = (
    deadlines.upcoming,
    deadlines.due,
    deadlines.overdue,
    deadlines.not_resubmitted,
    deadlines.plan_reminder,
    handling.not_accepted,
    handling.task_late,
    handling.issue_late,
    handling.scores_late,
    handling.evidence_missing,
    indicators.lagging,
    indicators.below_floor,
    indicators.stale_data,
)
CONSEQUENCES: tuple[Callable[[Situation, Sequence[Alert]], Iterator[Alert]], ...] = (
    handling.promise_broken,
    handling.contact_missing,
)
"""Rules about what those before them have found."""


def alerts(situation: Situation) -> tuple[Alert, ...]:
    """Every alert that should be open for this park on `situation.as_of`."""
    found = tuple(alert for rule in RULES for alert in rule(situation))
    for consequence in CONSEQUENCES:
        found = (*found, *consequence(situation, found))
    return found
