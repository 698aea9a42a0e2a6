"""问题整改台账: how one line stands on a day, in a light and a word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from policy.alerts.alert import LIGHTS
from policy.facts import IssueFact
from policy.terms import AlertRule, Labelled, Light

SOON = 30
"""Days before its date from which a line is 临近时限."""


class NoteKind(Labelled):
    """What may be told of a line of the ledger."""

    PROGRESS = "progress", "整改进展"
    CLOSED = "closed", "销号"
    REOPENED = "reopened", "撤销销号"
    CHANGED = "changed", "调整要求"


class IssueState(Labelled):
    OPEN = "open", "整改中"
    SOON = "soon", "临近时限"
    LATE = "late", "整改逾期"
    CLOSED = "closed", "已销号"
    CLOSED_LATE = "closed_late", "逾期销号"

    @property
    def light(self) -> Light:
        """整改逾期 bears the light of its warning."""
        return {
            IssueState.OPEN: Light.GREY, IssueState.SOON: Light.BLUE, IssueState.LATE: LIGHTS[AlertRule.ISSUE_LATE],
            IssueState.CLOSED: Light.GREEN, IssueState.CLOSED_LATE: Light.GREEN,
        }[self]  # fmt: skip

    @property
    def is_closed(self) -> bool:
        return self in (IssueState.CLOSED, IssueState.CLOSED_LATE)


def issue_state(issue: IssueFact, day: date) -> IssueState:
    if issue.closed_on is not None and issue.closed_on <= day:
        return IssueState.CLOSED_LATE if issue.closed_on > issue.due_on else IssueState.CLOSED
    if issue.is_late(day):
        return IssueState.LATE
    return IssueState.SOON if (issue.due_on - day).days <= SOON else IssueState.OPEN


@dataclass(frozen=True, slots=True)
class IssueCount:
    """共 total 项，已销号 closed 项，逾期 late 项."""

    total: int
    closed: int
    late: int


def counted(issues: Iterable[IssueFact], day: date) -> IssueCount:
    found = [issue_state(issue, day) for issue in issues]
    return IssueCount(len(found), sum(state.is_closed for state in found), found.count(IssueState.LATE))
