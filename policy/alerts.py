"""Alert rules: one function a rule, listed in RULES. Each says what should be open on a given day.

The sweep compares this with what is open and opens or closes the difference; mails follow the ladder
of `reminder_days`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from policy.facts import FigureFact, GoalFact, ParkFact, ReceiptFact
from policy.figures import half_up, percent, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.progress import Pace, pace
from policy.obligations import DUE_CLAUSE, Obligation, half_year_obligations, receipt_state
from policy.rulebook import DEFAULT_SOURCE, Rulebook
from policy.terms import AlertRule, HalfYear, Light, ReceiptState


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the rules may look at for one park, as it was known on `as_of`."""

    park: ParkFact
    as_of: date
    rulebook: Rulebook
    receipts: dict[HalfYear, ReceiptFact] = field(default_factory=dict)
    goals: tuple[GoalFact, ...] = ()
    figures: tuple[FigureFact, ...] = ()

    def obligations(self) -> tuple[Obligation, ...]:
        return half_year_obligations(self.park.approved_on, self.park.ends_on, self.rulebook)

    def due_on(self, obligation: Obligation) -> date:
        """The date that counts: a returned report has a date of its own, counted from its return."""
        receipt = self.receipts.get(obligation.period)
        if receipt is None or receipt.returned_on is None or receipt.returned_on > self.as_of:
            return obligation.due_on
        days = self.rulebook.whole("resubmit_days", receipt.returned_on)
        return max(obligation.due_on, receipt.returned_on + timedelta(days=days))


@dataclass(frozen=True, slots=True)
class Alert:
    """What should be open: `key` is stable for one matter; `stage` is the rung of the ladder reached."""

    key: str
    rule: AlertRule
    park: str
    period: HalfYear | None
    due: date | None
    clause: str
    message: str
    stage: str


def ladder_stage(due: date, as_of: date, rulebook: Rulebook) -> str | None:
    """The last rung reached: T-30, T-7, T+0, T+1, T+7, T+30 by default; None before the first."""
    reached = [days for days in rulebook.numbers("reminder_days", due) if (as_of - due).days >= days]
    return f"T{max(reached):+d}" if reached else None


def _report_alert(situation: Situation, obligation: Obligation, rule: AlertRule, text: str) -> Alert | None:
    due = situation.due_on(obligation)
    stage = ladder_stage(due, situation.as_of, situation.rulebook)
    if stage is None:
        return None
    park = situation.park
    return Alert(
        f"{rule}:{park.code}:{obligation.period}", rule, park.code, obligation.period, due, DUE_CLAUSE,
        f"{park.title}{obligation.period.label}园区发展情况{text}（报送截止日 {due:%Y-%m-%d}）", stage,
    )  # fmt: skip


def _owed(situation: Situation) -> Iterable[tuple[Obligation, ReceiptState]]:
    """Obligations whose period has ended and whose report is not complete yet."""
    for obligation in situation.obligations():
        state = receipt_state(situation.receipts.get(obligation.period), situation.as_of)
        if obligation.period.end < situation.as_of and state is not ReceiptState.COMPLETE:
            yield obligation, state


def report_upcoming(situation: Situation) -> Iterable[Alert | None]:
    """提醒: from 30 days before the due date until the day before it."""
    for obligation, state in _owed(situation):
        left = (situation.due_on(obligation) - situation.as_of).days
        if left > 0:
            yield _report_alert(situation, obligation, AlertRule.REPORT_UPCOMING, f"尚有{left}天到期，{state.label}")


def report_due(situation: Situation) -> Iterable[Alert | None]:
    """到期: on the due date itself."""
    for obligation, state in _owed(situation):
        if situation.due_on(obligation) == situation.as_of:
            yield _report_alert(situation, obligation, AlertRule.REPORT_DUE, f"今日到期，{state.label}")


def report_overdue(situation: Situation) -> Iterable[Alert | None]:
    """逾期未报: after the due date, until data and letter are both in."""
    for obligation, state in _owed(situation):
        days = (situation.as_of - situation.due_on(obligation)).days
        if days > 0:
            yield _report_alert(situation, obligation, AlertRule.REPORT_OVERDUE, f"逾期未报，{state.label}")


def latest_paces(situation: Situation) -> tuple[Pace, ...]:
    """For each goal the verdict on the newest comparable accepted figure."""
    verdicts = []
    for goal in situation.goals:
        figures = [figure for figure in situation.figures if figure.key == goal.key]
        for figure in sorted(figures, key=lambda entry: entry.period, reverse=True):
            verdict = pace(situation.park, goal, figure, situation.rulebook)
            if verdict is not None:
                verdicts.append(verdict)
                break
    return tuple(verdicts)


def explain(verdict: Pace) -> str:
    """One sentence an official can check: actual, path, formula, period, source cell."""
    indicator = BY_KEY[verdict.goal.key]
    figure, goal = verdict.figure, verdict.goal
    return (
        f"{indicator.label}{figure.period.months_label}为{plain(figure.value)}{indicator.unit}，"
        f"序时目标{plain(half_up(verdict.expected, 2))}{indicator.unit}"
        f"（基期{plain(goal.baseline)}→目标{plain(goal.target)}，序时进度{percent(verdict.elapsed)}），"
        f"低{percent(verdict.shortfall)}；来源 {figure.file} {figure.where}"
    )


def lagging(situation: Situation) -> Iterable[Alert | None]:
    """进度滞后: an accepted figure lies more than 10 % (yellow) or 20 % (red) below its straight path."""
    park = situation.park
    for verdict in latest_paces(situation):
        if verdict.light in (Light.YELLOW, Light.RED):
            yield Alert(
                f"{AlertRule.LAGGING}:{park.code}:{verdict.goal.key}", AlertRule.LAGGING, park.code,
                verdict.figure.period, None, DEFAULT_SOURCE, f"{park.title}{explain(verdict)}", str(verdict.light),
            )  # fmt: skip


RULES: tuple[Callable[[Situation], Iterable[Alert | None]], ...] = (
    report_upcoming,
    report_due,
    report_overdue,
    lagging,
)


def alerts(situation: Situation) -> tuple[Alert, ...]:
    """Every alert that should be open for this park on `situation.as_of`."""
    return tuple(alert for rule in RULES for alert in rule(situation) if alert is not None)
