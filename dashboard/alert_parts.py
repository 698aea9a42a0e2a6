"""Alerts in words that several pages share: their kinds, who has one in hand."""

from __future__ import annotations

from collections.abc import Mapping

from db.queries.alerts import AlertRow
from policy.alerts.ladder import Audience
from policy.terms import AlertRule

KINDS: Mapping[str, tuple[str, tuple[AlertRule, ...]]] = {
    "": ("全部", tuple(AlertRule)),
    "report": (
        "半年函报",
        (AlertRule.REPORT_OVERDUE, AlertRule.REPORT_DUE, AlertRule.REPORT_UPCOMING, AlertRule.NOT_RESUBMITTED),
    ),
    "progress": (
        "建设进展",
        (AlertRule.PROGRESS_OVERDUE, AlertRule.PROGRESS_DUE, AlertRule.PROGRESS_UPCOMING),
    ),
    "paper": ("验收材料", (AlertRule.PAPER_OVERDUE, AlertRule.PAPER_DUE, AlertRule.PAPER_UPCOMING)),
    "task": ("计划与任务", (AlertRule.TASK_LATE, AlertRule.PLAN_REMINDER)),
    "issue": ("问题整改", (AlertRule.ISSUE_LATE,)),
    "promise": (AlertRule.PROMISE_BROKEN.label, (AlertRule.PROMISE_BROKEN,)),
    "committee": ("市级办理", (AlertRule.NOT_ACCEPTED, AlertRule.SCORES_LATE, AlertRule.CONTACT_MISSING)),
    "evidence": (AlertRule.EVIDENCE_MISSING.label, (AlertRule.EVIDENCE_MISSING,)),
    "indicator": ("指标预警", (AlertRule.LAGGING, AlertRule.BELOW_FLOOR, AlertRule.STALE_DATA)),
}
"""By the word in the address; every rule stands in one of them."""


def kind_of(rule: AlertRule) -> str:
    return next(key for key, (_word, rules) in KINDS.items() if key and rule in rules)


def holder(entry: AlertRow) -> str:
    """当前办理单位 of an open alert."""
    return f"{entry.district}经信部门" if entry.audience is Audience.DISTRICT else entry.audience.label
