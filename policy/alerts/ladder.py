"""Who is told of what: the 经办人 by themselves; over their heads only what the committee approves (五(二); 1c).

Rungs are days relative to the due date (`reminder_days`); from which day a higher role is pressed, the rulebook says.
"""

from __future__ import annotations

from datetime import date

from policy.alerts.alert import OVERDUE, Alert
from policy.rulebook import Rulebook
from policy.terms import AlertRule, ContactRole, Labelled, ObligationKind


class Audience(Labelled):
    """Whose matter an alert is."""

    DISTRICT = "district", "区县"
    OPERATOR = "operator", "园区运营管理机构"
    COMMITTEE = "committee", "市经济信息委"


COMMITTEE_RULES = frozenset({AlertRule.NOT_ACCEPTED, AlertRule.SCORES_LATE, AlertRule.CONTACT_MISSING})
OPERATOR_KINDS = (ObligationKind.OPERATOR_REPORT, ObligationKind.SELF_ASSESSMENT)
PRESSED = OVERDUE | {AlertRule.PROMISE_BROKEN}
UPWARDS = {
    ContactRole.REVIEWER: "press_reviewer_days",
    ContactRole.HEAD: "press_head_days",
    ContactRole.GOVERNMENT: "press_government_days",
}


def audience(alert: Alert) -> Audience:
    """Whom it is told to; what an operator has uploaded waits for the district."""
    return Audience.DISTRICT if alert.forwarding else whose(alert.rule, alert.owed or "")


def whose(rule: AlertRule, owed: str) -> Audience:
    """Whose matter it is: `owed` is the key of its obligation, or whatever else it is about."""
    if rule in COMMITTEE_RULES:
        return Audience.COMMITTEE
    return Audience.OPERATOR if kind_of(owed) in OPERATOR_KINDS else Audience.DISTRICT


def kind_of(owed: str) -> str:
    """The kind of obligation an obligation's key names: operator_report of operator_report:2026Q1."""
    return owed.partition(":")[0]


def higher_roles(alert: Alert, as_of: date, rulebook: Rulebook) -> tuple[ContactRole, ...]:
    """The roles above the handler that are to be pressed about an alert by `as_of`; none before it is overdue, and
    none while its date is 暂定.

    Nobody of the district is pressed about 建设进展 that its operator has not uploaded: that is not its lateness (N14).
    """
    if alert.rule not in PRESSED or alert.due is None or alert.provisional:
        return ()
    if kind_of(alert.owed or "") == ObligationKind.OPERATOR_REPORT and not alert.forwarding:
        return ()
    days = (as_of - alert.due).days
    return tuple(role for role, key in UPWARDS.items() if days >= rulebook.whole(key, alert.due))
