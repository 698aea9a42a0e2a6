"""Rules about dates: upcoming, due, overdue, returned and not resubmitted (五(二), 五(三)).

A date that no 报送通知 has confirmed is 暂定: nothing is 逾期 by it, and only a neutral reminder goes out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from policy.alerts.alert import ONCE, THE_DAY, Alert, ladder_stage, stage_rank
from policy.deadlines import unknown_year
from policy.figures import chinese_date
from policy.obligations import PAPERS, Obligation
from policy.situation import Due, Situation
from policy.terms import AlertRule, ObligationKind, ReceiptState


class Family(NamedTuple):
    """The three rules of one sort of obligation."""

    upcoming: AlertRule
    due: AlertRule
    overdue: AlertRule


REPORT = Family(AlertRule.REPORT_UPCOMING, AlertRule.REPORT_DUE, AlertRule.REPORT_OVERDUE)
PROGRESS = Family(AlertRule.PROGRESS_UPCOMING, AlertRule.PROGRESS_DUE, AlertRule.PROGRESS_OVERDUE)
PAPER = Family(AlertRule.PAPER_UPCOMING, AlertRule.PAPER_DUE, AlertRule.PAPER_OVERDUE)
FAMILIES = {ObligationKind.HALF_YEAR_REPORT: REPORT, ObligationKind.OPERATOR_REPORT: PROGRESS} | dict.fromkeys(
    PAPERS, PAPER
)


def upcoming(situation: Situation) -> Iterator[Alert]:
    """临近时限: from the first rung (30 days before the due date by default) until the day before it.

    While the date is 暂定 the reminder stands on after it, until the round is confirmed or the report is in.
    """
    for obligation in _awaited(situation):
        due = situation.due(obligation)
        if due.returned_on is None and (situation.as_of < due.on or not obligation.confirmed):
            yield from _alert(situation, obligation, due, FAMILIES[obligation.kind].upcoming)


def due(situation: Situation) -> Iterator[Alert]:
    """到期: on the due date itself, and through the days of grace after it."""
    for obligation in _awaited(situation):
        due = situation.due(obligation)
        if due.returned_on is None and obligation.confirmed and due.on <= situation.as_of <= due.last:
            yield from _alert(situation, obligation, due, FAMILIES[obligation.kind].due)


def overdue(situation: Situation) -> Iterator[Alert]:
    """逾期未报: after the last day (宽限截止日, else 报送截止日), until data and letter are both in."""
    for obligation in _awaited(situation):
        if situation.is_overdue(obligation):
            due = situation.due(obligation)
            yield from _alert(situation, obligation, due, FAMILIES[obligation.kind].overdue)


def not_resubmitted(situation: Situation) -> Iterator[Alert]:
    """退回未重报: from the return until the date it has of its own; after that it is 逾期未报, unless it is 暂定."""
    for obligation in _awaited(situation):
        due = situation.due(obligation)
        if due.returned_on is not None and (situation.as_of <= due.last or not obligation.confirmed):
            yield from _alert(situation, obligation, due, AlertRule.NOT_RESUBMITTED)


def plan_reminder(situation: Situation) -> Iterator[Alert]:
    """年度计划提醒: once a calendar year, from its day until the plan's number, date and file are recorded, for two
    months at most (default): it has no date of its own, and the checklist goes on showing it. No light.

    The year of approval is not asked for: whether it has a plan, the district says (N12).
    """
    park = situation.park
    for obligation in situation.obligations():
        if obligation.kind is not ObligationKind.ANNUAL_PLAN or obligation.period is None:
            continue
        lasts = timedelta(days=situation.rulebook.whole("plan_reminder_lasts", obligation.due_on))
        asked = obligation.period.start.year > park.approved_on.year
        open_now = obligation.due_on <= situation.as_of <= obligation.due_on + lasts
        if asked and open_now and situation.awaited(obligation):
            yield Alert(
                key=f"{AlertRule.PLAN_REMINDER}:{park.code}:{obligation.key}",
                rule=AlertRule.PLAN_REMINDER,
                park=park.code,
                period=str(obligation.period),
                due=None,
                clause=obligation.clause,
                message=f"{park.title}：尚未登记{obligation.period.label}工作计划（依据{obligation.clause}）",
                stage=ONCE,
                title=f"{obligation.period.label}工作计划尚未登记",
                owed=obligation.key,
            )


def _awaited(situation: Situation) -> Iterator[Obligation]:
    """What is waited for, whatever the order; of the papers of the end only the next, for each waits for another."""
    waited = [one for one in situation.obligations() if one.kind in FAMILIES and situation.awaited(one)]
    papers = (one.kind for one in waited if one.kind in PAPERS)
    next_paper = min(papers, key=PAPERS.index, default=None)
    return (one for one in waited if one.kind not in PAPERS or one.kind is next_paper)


def _alert(situation: Situation, obligation: Obligation, due: Due, rule: AlertRule) -> Iterator[Alert]:
    """The alert once the first rung is reached; a return, which is a matter of its own, is told at once."""
    stage = ladder_stage(due.on, situation.as_of, situation.rulebook, obligation.kind)
    if stage is None and due.returned_on is not None:
        stage = ONCE
    if stage is None:
        return
    if not obligation.confirmed:
        stage = min(stage, THE_DAY, key=stage_rank)
    park = situation.park
    turn = f":{due.returned_on:%Y%m%d}" if due.returned_on else ""
    yield Alert(
        key=f"{rule}:{park.code}:{obligation.key}{turn}",
        rule=rule,
        park=park.code,
        period=str(obligation.period) if obligation.period else None,
        due=due.on,
        clause=due.clause,
        message=f"{park.title}{obligation.label}{_where_it_stands(situation, obligation, due, rule)}",
        stage=stage,
        title=f"{obligation.label}{_word(rule)}",
        owed=obligation.key,
        forwarding=situation.state(obligation) is ReceiptState.FORWARDING,
        provisional=not obligation.confirmed,
    )


def _word(rule: AlertRule) -> str:
    """临近时限, 到期, 逾期未报, whatever the sort of obligation."""
    for family in FAMILIES.values():
        for one, plain in zip(family, REPORT, strict=True):
            if one is rule:
                return plain.label
    return rule.label


def _where_it_stands(situation: Situation, obligation: Obligation, due: Due, rule: AlertRule) -> str:
    """What has come in, and by when it is due. Nothing here changes with the day alone."""
    state = situation.state(obligation)
    overdue = "逾期未报：" if rule is FAMILIES[obligation.kind].overdue else "："
    day = chinese_date(due.on)
    if due.returned_on is not None:
        back = chinese_date(due.returned_on)
        letter = "，函已到" if state is ReceiptState.LETTER_ONLY else ""
        return f"{overdue}{back}退回修改，尚未重新报送{letter}，重新报送截止日{day}（依据{due.clause}）"
    if not obligation.confirmed:
        return f"：{state.label}，报送截止日{day}（暂定，待报送通知确认）"
    grace = f"，宽限截止日{chinese_date(due.grace_on)}" if due.grace_on and due.grace_on > due.on else ""
    rolled = f"（{unknown_year(due.on)}）" if situation.on_unknown_year(obligation) else ""
    return f"{overdue}{state.label}，报送截止日{day}{rolled}{grace}（依据{due.clause}）"
