"""Alert rules: one function a rule, listed in RULES. Each says what should be open on a given day.

The sweep compares this with what is open and opens or closes the difference. `stage` is what has been
reached since (a rung of the ladder, or a verdict): each stage is told once to each recipient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from policy.facts import FigureFact, GoalFact, ParkFact, ReceiptFact
from policy.figures import chinese_date, half_up, percent, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.progress import Pace, pace, span_told
from policy.obligations import DUE_CLAUSE, Obligation, half_year_obligations, receipt_state
from policy.rulebook import DEFAULT_SOURCE, Rulebook
from policy.terms import AlertRule, HalfYear, Light, ReceiptState, Stage

RESUBMIT_CLAUSE = "五(二)；退回修改后的重新报送期限为系统默认值，通知未规定"
SETTLED = frozenset({Stage.PASSED, Stage.TITLED})


@dataclass(frozen=True, slots=True)
class Due:
    """The date that counts for one obligation, and the return it is counted from, if any."""

    on: date
    returned_on: date | None = None

    @property
    def clause(self) -> str:
        return RESUBMIT_CLAUSE if self.returned_on else DUE_CLAUSE


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything the rules may look at for one park, as it was known on `as_of`.

    `owed`: the obligations as written down; None to work them out from the approval date.
    """

    park: ParkFact
    as_of: date
    rulebook: Rulebook
    receipts: dict[HalfYear, ReceiptFact] = field(default_factory=dict)
    goals: tuple[GoalFact, ...] = ()
    figures: tuple[FigureFact, ...] = ()
    owed: tuple[Obligation, ...] | None = None

    def obligations(self) -> tuple[Obligation, ...]:
        if self.owed is not None:
            return self.owed
        return half_year_obligations(self.park.approved_on, self.park.ends_on, self.rulebook)

    def due(self, obligation: Obligation) -> Due:
        """A returned report has a date of its own, counted from its return and never before the first one."""
        receipt = self.receipts.get(obligation.period)
        if receipt is None or receipt.returned_on is None or receipt.returned_on > self.as_of:
            return Due(obligation.due_on)
        days = self.rulebook.whole("resubmit_days", receipt.returned_on)
        return Due(max(obligation.due_on, receipt.returned_on + timedelta(days=days)), receipt.returned_on)

    def due_on(self, obligation: Obligation) -> date:
        return self.due(obligation).on


@dataclass(frozen=True, slots=True)
class Alert:
    """What should be open: `key` is stable for one matter; `stage` is what it has reached by now."""

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


def stage_rank(stage: str) -> tuple[str, int]:
    """Orders the stages of one alert: T-7 < T+1 < T+30; 2025H1-red < 2025H2-yellow < 2025H2-red."""
    period, _, light = stage.partition("-")
    if light in (Light.YELLOW, Light.RED):
        return period, int(light == Light.RED)
    return "", int(stage.removeprefix("T"))


def light(rule: AlertRule, stage: str) -> Light:
    """红灯 逾期或严重滞后, 黄灯 滞后, 蓝灯 临近时限."""
    if rule is AlertRule.LAGGING:
        return Light(stage.partition("-")[2])
    return Light.RED if rule is AlertRule.REPORT_OVERDUE else Light.BLUE


def report_upcoming(situation: Situation) -> Iterator[Alert]:
    """临近时限: from 30 days before the due date until the day before it."""
    for obligation, state in _owed(situation):
        if situation.due_on(obligation) > situation.as_of:
            yield from _report_alert(situation, obligation, AlertRule.REPORT_UPCOMING, state)


def report_due(situation: Situation) -> Iterator[Alert]:
    """今日到期: on the due date itself."""
    for obligation, state in _owed(situation):
        if situation.due_on(obligation) == situation.as_of:
            yield from _report_alert(situation, obligation, AlertRule.REPORT_DUE, state)


def report_overdue(situation: Situation) -> Iterator[Alert]:
    """逾期未报: after the due date, until data and letter are both in."""
    for obligation, state in _owed(situation):
        if situation.due_on(obligation) < situation.as_of:
            yield from _report_alert(situation, obligation, AlertRule.REPORT_OVERDUE, state)


def lagging(situation: Situation) -> Iterator[Alert]:
    """进度滞后: an accepted figure lies more than 10 % (yellow) or 20 % (red) below its straight path.

    A park that has passed its acceptance is no longer measured against the path of its construction.
    """
    park = situation.park
    for verdict in latest_paces(situation) if park.stage not in SETTLED else ():
        if verdict.light in (Light.YELLOW, Light.RED):
            yield Alert(
                key=f"{AlertRule.LAGGING}:{park.code}:{verdict.goal.key}",
                rule=AlertRule.LAGGING,
                park=park.code,
                period=verdict.figure.period,
                due=None,
                clause=DEFAULT_SOURCE,
                message=f"{park.title}{explain(verdict)}",
                stage=f"{verdict.figure.period}-{verdict.light}",
            )


RULES: tuple[Callable[[Situation], Iterator[Alert]], ...] = (report_upcoming, report_due, report_overdue, lagging)


def alerts(situation: Situation) -> tuple[Alert, ...]:
    """Every alert that should be open for this park on `situation.as_of`."""
    return tuple(alert for rule in RULES for alert in rule(situation))


def _owed(situation: Situation) -> Iterator[tuple[Obligation, ReceiptState]]:
    """Obligations whose period has ended and whose report is not complete yet."""
    for obligation in situation.obligations():
        state = receipt_state(situation.receipts.get(obligation.period), situation.as_of)
        if obligation.period.end < situation.as_of and state is not ReceiptState.COMPLETE:
            yield obligation, state


def _report_alert(
    situation: Situation, obligation: Obligation, rule: AlertRule, state: ReceiptState
) -> Iterator[Alert]:
    """The alert once the first rung is reached. Each return is a matter of its own, told from its first rung on."""
    due = situation.due(obligation)
    stage = ladder_stage(due.on, situation.as_of, situation.rulebook)
    if stage is None:
        return
    park = situation.park
    turn = f":{due.returned_on:%Y%m%d}" if due.returned_on else ""
    yield Alert(
        key=f"{rule}:{park.code}:{obligation.period}{turn}",
        rule=rule,
        park=park.code,
        period=obligation.period,
        due=due.on,
        clause=due.clause,
        message=f"{park.title}{obligation.period.label}园区发展情况{_where_it_stands(rule, state, due)}",
        stage=stage,
    )


def _where_it_stands(rule: AlertRule, state: ReceiptState, due: Due) -> str:
    """What has come in, and by when it is due. Nothing here changes with the day alone."""
    overdue = f"{rule.label}：" if rule is AlertRule.REPORT_OVERDUE else ""
    day = chinese_date(due.on)
    if due.returned_on is None:
        return f"{overdue or '：'}{state.label}，报送截止日{day}（依据{due.clause}）"
    back = chinese_date(due.returned_on)
    letter = "，函已到" if state is ReceiptState.LETTER_ONLY else ""
    return f"{overdue or '：'}{back}退回修改，尚未重新报送{letter}，重新报送截止日{day}（依据{due.clause}）"


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
    """One sentence an official can check: actual, expected, formula, source cell, and where the limit comes from."""
    indicator = BY_KEY[verdict.goal.key]
    figure, goal, unit = verdict.figure, verdict.goal, indicator.unit
    return (
        f"{indicator.label}{span_told(goal.key, figure.period)}为"
        f"{plain(figure.value)}{unit}{figure.kind.mark}，{against_path(verdict)}"
        f"（序时目标＝基期值{plain(goal.baseline)}＋（目标值{plain(goal.target)}－基期值{plain(goal.baseline)}）"
        f"×序时进度{percent(verdict.elapsed)}，即{verdict.days}天／{verdict.total_days}天）；"
        f"数据来源：{figure.file} {figure.where}；滞后界限为{DEFAULT_SOURCE}"
    )


def against_path(verdict: Pace) -> str:
    """比序时目标8.66亿元低12.3%, or 不低于序时目标8.66亿元."""
    unit = BY_KEY[verdict.goal.key].unit
    expected = f"序时目标{plain(half_up(verdict.expected, 4 if unit in ('亿元', '万人') else 2))}{unit}"
    return f"比{expected}低{percent(verdict.shortfall)}" if verdict.shortfall else f"不低于{expected}"
