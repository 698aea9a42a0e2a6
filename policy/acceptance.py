"""What stands between a park and its acceptance: one function a condition, listed in CONDITIONS (notice 五).

The notice names the papers and their order; whether the park passes is for the experts to say, by an
indicator system that is 另行制定. So nothing here scores: a condition is met, unmet, or cannot be known yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from policy.figures import chinese_date
from policy.indicators.catalogue import BY_KEY
from policy.indicators.lag import latest_paces
from policy.obligations import Obligation
from policy.rulebook import DEFAULT_SOURCE
from policy.situation import Situation
from policy.terms import ActKind, Labelled, ReceiptState
from policy.workflow import StepKind, step


class Readiness(Labelled):
    MET = "met", "已具备"
    UNMET = "unmet", "未具备"
    UNKNOWN = "unknown", "尚不能判断"


@dataclass(frozen=True, slots=True)
class AcceptanceCase:
    """One park as known on `situation.as_of`; `steps` are the recorded steps in force with their dates."""

    situation: Situation
    steps: Mapping[StepKind, date]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition judged: `sentence` says what was found, and what is missing if anything is."""

    key: str
    label: str
    clause: str
    readiness: Readiness
    sentence: str


def period_over(case: AcceptanceCase) -> Condition:
    """The construction period has run out; its last day counts to 24:00. Before that, whether it is time to prepare."""
    ends_on, as_of = case.situation.park.ends_on, case.situation.as_of
    left = (ends_on - as_of).days
    if left < 0:
        found = Readiness.MET, f"建设期已于{chinese_date(ends_on)}届满"
    else:
        ahead = case.situation.rulebook.whole("acceptance_prepare_days", as_of)
        prepare = f"；已进入验收准备期（期满前{ahead}天，{DEFAULT_SOURCE}）" if left <= ahead else ""
        found = Readiness.UNMET, f"建设期至{chinese_date(ends_on)}届满，剩余{left}天{prepare}"
    return Condition("period_over", "建设期满", "五(一)、五(三)", *found)


def reports_accepted(case: AcceptanceCase) -> Condition:
    """Every half-year owed was reported, with data and letter, and accepted by the committee."""
    situation = case.situation
    owed = situation.reports()
    ended = [entry for entry in owed if entry.opened(situation.as_of)]
    gaps = [gap for entry in ended if (gap := report_gap(situation, entry))]
    if gaps:
        found = Readiness.UNMET, "；".join(gaps)
    elif len(ended) < len(owed):
        ahead = "、".join(entry.period_label for entry in owed if entry not in ended)
        past = f"已届满的{len(ended)}期均已报并审核通过，" if ended else ""
        found = Readiness.UNKNOWN, f"{past}{ahead}尚未届满"
    else:
        waived = sum(situation.waived(entry) for entry in owed)
        beside = f"（另免报{waived}期）" if waived else ""
        found = Readiness.MET, f"应报{len(owed) - waived}期{beside}，均已报并审核通过"
    return Condition("reports_accepted", "各报告期园区发展情况已函报并审核通过", "五(二)", *found)


def report_gap(situation: Situation, owed: Obligation) -> str:
    """What one half-year report still lacks, in words; empty when it was accepted or is not asked for."""
    receipt, label = situation.receipt(owed), owed.period_label
    if situation.waived(owed) or situation.act(owed, ActKind.NIL_RETURN) is not None:
        return ""
    if receipt is not None and receipt.data_on is None and receipt.returned_on is not None:
        return f"{label}已退回修改，尚未重新报送"
    state = situation.state(owed)
    if state is not ReceiptState.COMPLETE:
        return f"{label}{state.label}"
    if receipt is None or receipt.accepted_on is None:
        return f"{label}已报，尚未审核通过"
    return ""


def goals_known(case: AcceptanceCase) -> Condition:
    """The goals of the construction plan are on record."""
    count = len(case.situation.goals)
    if count:
        found = Readiness.MET, f"已登记建设目标{count}项"
    else:
        found = Readiness.UNMET, "建设目标尚未登记，无法对照完成情况"
    return Condition("goals_known", "建设目标明确", "三(一)1", *found)


def goals_compared(case: AcceptanceCase) -> Condition:
    """Each goal has reached its target by the newest comparable accepted figure.

    The notice does not say that every goal must be reached, so the clause names the indicator system.
    """
    label, clause = "建设目标完成", "五(三)；评估指标体系另行制定，通知未规定须逐项完成"
    goals = case.situation.goals
    verdicts = {verdict.goal.key: verdict for verdict in latest_paces(case.situation)}
    behind = [key for key, verdict in verdicts.items() if not verdict.reached]
    blank = [goal.key for goal in goals if goal.key not in verdicts]
    if behind:
        found = Readiness.UNMET, f"未达目标：{_names(behind)}"
    elif blank or not goals:
        lacking = f"：{_names(blank)}" if blank else ""
        found = Readiness.UNKNOWN, f"尚无可与目标对照的审核通过数据{lacking}"
    else:
        found = Readiness.MET, f"{len(goals)}项目标均已达到"
    return Condition("goals_compared", label, clause, *found)


def _names(keys: list[str]) -> str:
    return "、".join(BY_KEY[key].label for key in keys)


def _paper(kind: StepKind) -> Callable[[AcceptanceCase], Condition]:
    entry = step(kind)

    def recorded(case: AcceptanceCase) -> Condition:
        day = case.steps.get(kind)
        if day is not None:
            found = Readiness.MET, f"{entry.paper}已登记，日期{chinese_date(day)}"
        else:
            found = Readiness.UNMET, f"{entry.paper}尚未登记（由{entry.actor}办理）"
        return Condition(kind.value, kind.label, entry.clause, *found)

    return recorded


def evaluation_system(case: AcceptanceCase) -> Condition:
    """The indicator system the conclusion rests on; until it is issued nothing may be scored."""
    return Condition(
        "evaluation_system", "评估指标体系", "五(三)", Readiness.UNKNOWN, "评估指标体系另行制定，尚未发布，不作评分"
    )


CONDITIONS: tuple[Callable[[AcceptanceCase], Condition], ...] = (
    period_over,
    reports_accepted,
    goals_known,
    goals_compared,
    _paper(StepKind.SELF_ASSESSMENT),
    _paper(StepKind.DEPARTMENT_REVIEW),
    _paper(StepKind.ACCEPTANCE_LETTER),
    evaluation_system,
)


def conditions(case: AcceptanceCase) -> tuple[Condition, ...]:
    """Every condition judged, in the order of the procedure."""
    return tuple(condition(case) for condition in CONDITIONS)
