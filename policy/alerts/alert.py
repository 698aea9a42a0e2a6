"""What a rule says should be open, and the stages it goes through: each is told once to each recipient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from policy.rulebook import LONGEST, Rulebook
from policy.terms import AlertRule, Light

UPCOMING = frozenset({AlertRule.REPORT_UPCOMING, AlertRule.PROGRESS_UPCOMING, AlertRule.PAPER_UPCOMING})
"""临近时限; one that stands after its date speaks of a date that is 暂定."""
OVERDUE = frozenset({AlertRule.REPORT_OVERDUE, AlertRule.PROGRESS_OVERDUE, AlertRule.PAPER_OVERDUE})
INDICATORS = frozenset({AlertRule.LAGGING, AlertRule.BELOW_FLOOR, AlertRule.STALE_DATA})
LIGHTS = {
    AlertRule.NOT_RESUBMITTED: Light.BLUE,
    AlertRule.NOT_ACCEPTED: Light.YELLOW,
    AlertRule.PROMISE_BROKEN: Light.RED,
    AlertRule.PLAN_REMINDER: Light.GREY,
    AlertRule.TASK_LATE: Light.YELLOW,
    AlertRule.ISSUE_LATE: Light.YELLOW,
    AlertRule.EVIDENCE_MISSING: Light.YELLOW,
    AlertRule.SCORES_LATE: Light.YELLOW,
    AlertRule.CONTACT_MISSING: Light.RED,
    AlertRule.BELOW_FLOOR: Light.YELLOW,
    AlertRule.STALE_DATA: Light.YELLOW,
}
ONCE = "opened"
"""The stage of a matter that has no rungs, or has not reached its first: told when it is opened."""
THE_DAY = "T+0"


@dataclass(frozen=True, slots=True)
class Alert:
    """What should be open: `key` is rule and matter; `stage` is what it has reached by now; `period` as in
    `policy.periods`, as text; `owed`: the key of the obligation it speaks of, if it speaks of one.

    An alert speaks of one due date: where that has moved, it is another one, whose stages are all still to be told.
    """

    key: str
    rule: AlertRule
    park: str
    period: str | None
    due: date | None
    clause: str
    message: str
    stage: str
    title: str
    """What and how it stands, without the park: 2025年上半年园区发展情况逾期未报."""
    owed: str | None = None
    forwarding: bool = False
    """The operator has uploaded what it owes; the district has it in hand."""
    provisional: bool = False
    """The date of its obligation is 暂定: nothing about it goes beyond the handler, and nothing is 催报."""

    @property
    def matter(self) -> str:
        """What it is about, whatever its rule: P001:2025H1. 反馈情况, 暂缓催报 and calls are kept by it."""
        return matter_of(self.key)

    @property
    def identity(self) -> tuple[str, date | None]:
        """What makes it the same from day to day."""
        return self.key, self.due


def matter_of(key: str) -> str:
    return key.partition(":")[2]


def ladder_stage(due: date, as_of: date, rulebook: Rulebook, kind: str = "") -> str | None:
    """The last rung reached: T-30, T-7, T+0, T+1, T+7, T+30 by default; None before the first."""
    reached = [days for days in rulebook.numbers("reminder_days", due, kind) if (as_of - due).days >= days]
    return f"T{max(reached):+d}" if reached else None


def stage_rank(stage: str) -> tuple[str, int]:
    """Orders the stages of one alert: opened < T-7 < T+1 < T+30; 2025H1-red < 2025H2-yellow < 2025H2-red."""
    if stage == ONCE:
        return "", -LONGEST - 1
    period, _, light = stage.partition("-")
    if light in (Light.YELLOW, Light.RED):
        return period, int(light == Light.RED)
    return "", int(stage.removeprefix("T"))


def reached_on(due: date | None, stage: str) -> date | None:
    """The day a rung was reached, of what has no rungs its date; None for what has no due date."""
    return due + timedelta(days=0 if stage == ONCE else stage_rank(stage)[1]) if due else None


def light(rule: AlertRule, stage: str) -> Light:
    """红灯 逾期或严重滞后, 黄灯 滞后, 蓝灯 临近时限; a plan's reminder has none."""
    if rule is AlertRule.LAGGING:
        return Light(stage.partition("-")[2])
    return Light.RED if rule in OVERDUE else LIGHTS.get(rule, Light.BLUE)
