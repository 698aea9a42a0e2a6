"""Rules about figures (指标预警): lag, reference values undercut, stale data. Limits are rulebook entries (1c)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from policy.alerts.alert import ONCE, Alert
from policy.figures import plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.lag import Judgement, judgements
from policy.indicators.progress import held_light, span_told
from policy.obligations import Obligation
from policy.rulebook import DEFAULT_SOURCE
from policy.situation import Situation
from policy.terms import ActKind, AlertRule, Light, Stage

SETTLED = frozenset({Stage.PASSED, Stage.FAILED, Stage.TITLED})
"""It has been judged: nothing more is to be put right before its acceptance."""
FLOOR_CLAUSE = "参照二(三)申报条件，通知未规定建设期内须保持"
STALE_CLAUSE = f"五(二)；{DEFAULT_SOURCE}"
FLOORS = {"revenue_cyber": "floor_revenue_cyber", "firms_cyber": "floor_firms_cyber"}


def lagging(situation: Situation) -> Iterator[Alert]:
    """进度滞后: an accepted figure lies more than 10 % (yellow) or 20 % (red) behind its path, or it is behind and has
    grown less than the path plans (yellow).

    A warning that stands ends only when the figure has come back inside its limit by a margin, so that an indicator
    at its limit does not flap. A park that has passed its acceptance is no longer measured against its path.
    """
    park = situation.park
    for found in judgements(situation) if park.stage not in SETTLED else ():
        key = f"{AlertRule.LAGGING}:{park.code}:{found.goal.key}"
        light = _held(found, situation.standing_lights.get(key, Light.GREEN), situation)
        if light in (Light.YELLOW, Light.RED):
            period = found.figure.period
            yield Alert(
                key=key,
                rule=AlertRule.LAGGING,
                park=park.code,
                period=str(period),
                due=None,
                clause=DEFAULT_SOURCE,
                message=f"{park.title}{found.sentence}",
                stage=f"{period}-{light}",
                title=f"{period.label}建设指标{AlertRule.LAGGING.label}",
            )


def _held(found: Judgement, standing: Light, situation: Situation) -> Light:
    """The light with the margin that keeps a standing warning from flapping."""
    if found.pace is None:
        return found.light
    held = held_light(Fraction(found.pace.shortfall), standing, found.pace.figure.period.end, situation.rulebook)
    return found.light if held is Light.GREEN else held


def below_floor(situation: Situation) -> Iterator[Alert]:
    """低于申报条件参考值: full-year security revenue under 3亿元, or fewer than 30 firms at any date (二(三)).

    The notice sets both for applying, not for the two years: a reference, never a breach.
    """
    park = situation.park
    for key, limit in FLOORS.items() if park.stage not in SETTLED else ():
        figures = [figure for figure in situation.figures if figure.key == key]
        if key == "revenue_cyber":
            figures = [figure for figure in figures if figure.period.half == 2]
        newest = max(figures, key=lambda figure: figure.period, default=None)
        if newest is None:
            continue
        floor = situation.rulebook.share(limit, newest.period.end)
        if newest.value < floor:
            unit = BY_KEY[key].unit
            yield Alert(
                key=f"{AlertRule.BELOW_FLOOR}:{park.code}:floor:{key}",
                rule=AlertRule.BELOW_FLOOR,
                park=park.code,
                period=str(newest.period),
                due=None,
                clause=FLOOR_CLAUSE,
                message=f"{park.title}{BY_KEY[key].label}{span_told(key, newest.period)}为{plain(newest.value)}{unit}"
                f"{newest.kind.mark}，低于申报条件参考值{plain(floor)}{unit}；数据来源：{newest.file} {newest.where}",
                stage=ONCE,
                title=f"{newest.period.label}建设指标{AlertRule.BELOW_FLOOR.label}",
            )


def stale_data(situation: Situation) -> Iterator[Alert]:
    """数据陈旧: the last half-year due brought no accepted figures, and nothing that is chased already says why.

    A report that is missing, was returned or waits for the committee is the cause, and told as such: then this stays
    silent. After a 免报 or 零报告 nothing is chased, and the figures grow old unseen, until the next report is in or is
    逾期 in its turn.
    """
    park = situation.park
    due = [
        entry
        for entry in situation.reports()
        if entry.opened(situation.as_of) and not _may_still_come(situation, entry)
    ]
    last = due[-1] if due else None
    if last is None or last.half_year is None or park.stage in SETTLED:
        return
    if not situation.waived(last) and situation.act(last, ActKind.NIL_RETURN) is None:
        return
    accepted = [period for period, receipt in situation.receipts.items() if receipt.accepted_on is not None]
    newest = max(accepted, default=None)
    if newest is not None and newest >= last.half_year:
        return
    known = f"现有数据止于{newest.label}" if newest else "尚无审核通过的数据"
    yield Alert(
        key=f"{AlertRule.STALE_DATA}:{park.code}:figures:{last.period}",
        rule=AlertRule.STALE_DATA,
        park=park.code,
        period=str(last.period),
        due=None,
        clause=STALE_CLAUSE,
        message=f"{park.title}{last.half_year.label}{situation.standing(last).label}，{known}，指标进度无法判断",
        stage=ONCE,
        title=f"{last.half_year.label}没有审核通过的数据",
    )


def _may_still_come(situation: Situation, report: Obligation) -> bool:
    return situation.awaited(report) and not situation.is_overdue(report)
