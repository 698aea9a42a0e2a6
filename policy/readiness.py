"""验收就绪度: what a park would lack if it were reviewed today, and by when each paper of the end must be begun.

Nothing here scores, and nothing says that a park passes: that is for the experts (五(三)).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from policy.acceptance import AcceptanceCase, Readiness, conditions, report_gap
from policy.alerts.handling import ISSUE_CLAUSE
from policy.alerts.indicators import SETTLED
from policy.deadlines import WorkCalendar, unknown_year
from policy.figures import chinese_date, half_up, plain
from policy.indicators.catalogue import BY_KEY
from policy.indicators.lag import latest_paces
from policy.obligations import CHECKLIST, OWED_BY, PAPERS, Obligation, papers
from policy.provenance import Working, figure_path, goal_path, working_key
from policy.rectification import counted
from policy.situation import Situation
from policy.terms import HalfYear, Light, ObligationKind
from policy.workflow import STEPS, StepKind

OPERATOR, DEPARTMENT, GOVERNMENT, COMMITTEE = "园区运营管理机构", "区县经信部门", "区县政府", "市经济信息委"
GOAL_CLAUSE = "五(三)；评估指标体系另行制定，通知未规定须逐项完成"


@dataclass(frozen=True, slots=True)
class Gap:
    """One line of the 差距清单: what, how much, on which clause, whose matter, and the path where it is mended.

    `source`: where the figures in `amount` come from, if it states any.
    """

    what: str
    amount: str
    clause: str
    who: str
    path: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Unexplained:
    """A version of a report with `count` findings at confirm that have no 情况说明."""

    report_id: int
    period: HalfYear
    version: str
    count: int


def gaps(case: AcceptanceCase, unproven: int, unexplained: Iterable[Unexplained] = ()) -> tuple[Gap, ...]:
    """Everything that would be missing on `case.situation.as_of`: reports first, then goals, duties, what is not
    explained, proved or put right, and the papers of the end.

    `unproven`: how many statements nothing proves. Nothing is missing of a park that has passed.
    """
    if case.situation.park.stage in SETTLED:
        return ()
    base = f"/parks/{case.situation.park.code}"
    return (
        *_reports(case.situation, base),
        *_goals(case.situation, base),
        *_duties(case.situation, base),
        *_unexplained(unexplained),
        *_evidence(unproven, base),
        *_issues(case.situation, base),
        *_papers(case, base),
    )


def _reports(situation: Situation, base: str) -> Iterator[Gap]:
    for owed in situation.reports():
        lacking = report_gap(situation, owed) if owed.opened(situation.as_of) else ""
        if not lacking:
            continue
        who = COMMITTEE if situation.received_on(owed) is not None else OWED_BY[owed.kind]
        yield Gap(lacking, _when(situation, owed), situation.due(owed).clause, who, f"{base}#obligations")
    for owed in situation.obligations():
        if owed.kind is ObligationKind.OPERATOR_REPORT and situation.is_overdue(owed):
            lacking = f"{owed.label}{situation.state(owed).label}"
            yield Gap(
                lacking, _when(situation, owed), situation.due(owed).clause, OWED_BY[owed.kind], f"{base}/progress"
            )


def _when(situation: Situation, owed: Obligation) -> str:
    provisional = "" if owed.confirmed else "（暂定）"
    late = "，已逾期" if situation.is_overdue(owed) else ""
    return f"报送截止日{chinese_date(situation.due(owed).on)}{provisional}{late}"


def _goals(situation: Situation, base: str) -> Iterator[Gap]:
    if not situation.goals:
        yield Gap("建设目标尚未登记", "无法对照完成情况", "三(一)1", COMMITTEE, f"{base}#goals")
    verdicts = {verdict.goal.key: verdict for verdict in latest_paces(situation)}
    for goal in situation.goals:
        indicator, verdict = BY_KEY[goal.key], verdicts.get(goal.key)
        target = f"目标值{plain(goal.target)}{indicator.unit}"
        if verdict is None:
            what = f"{indicator.label}尚无可与目标对照的数据"
            known = goal_path(situation.park.code, goal.key)
            yield Gap(what, target, GOAL_CLAUSE, GOVERNMENT, f"{base}#figures", known)
        elif not verdict.reached:
            stands = f"{verdict.told}为{_amount(verdict.value)}{indicator.unit}{verdict.mark}"
            short = f"差{_amount(abs(goal.target - verdict.value))}{indicator.unit}"
            what = f"{indicator.label}未达目标值"
            worked = figure_path(situation.park.code, verdict.figure.period, working_key(goal.key, Working.PACE))
            yield Gap(what, f"{target}，{stands}，{short}", GOAL_CLAUSE, OPERATOR, f"{base}#goals", worked)


def _amount(value: Decimal) -> str:
    """What is worked out over two years may have no end of digits."""
    return plain(half_up(value, 8))


def _duties(situation: Situation, base: str) -> Iterator[Gap]:
    for owed in situation.obligations():
        if owed.kind in CHECKLIST and situation.is_counted(owed) and situation.received_on(owed) is None:
            what = f"{owed.label}尚未登记办理"
            yield Gap(what, "缺文号、日期和文件", owed.clause, OWED_BY[owed.kind], f"{base}#obligations")


def _unexplained(found: Iterable[Unexplained]) -> Iterator[Gap]:
    for one in found:
        what = f"{one.period.label}报告{one.version}的核实内容尚无情况说明"
        yield Gap(what, f"{one.count}条", "核实性审核", DEPARTMENT, f"/reports/{one.report_id}#problems")


def _evidence(unproven: int, base: str) -> Iterator[Gap]:
    if unproven:
        yield Gap("所述内容和要求的材料尚无佐证资料", f"{unproven}项", "附件八", OPERATOR, f"{base}/evidence")


def _issues(situation: Situation, base: str) -> Iterator[Gap]:
    count = counted(situation.issues, situation.as_of)
    if count.total > count.closed:
        late = f"，其中逾期{count.late}项" if count.late else ""
        amount, who = f"{count.total - count.closed}项{late}", f"{OPERATOR}、{DEPARTMENT}"
        yield Gap("问题整改台账所列问题尚未销号", amount, ISSUE_CLAUSE, who, f"{base}#issues")


def _papers(case: AcceptanceCase, base: str) -> Iterator[Gap]:
    unmet = {entry.key for entry in conditions(case) if entry.readiness is Readiness.UNMET}
    for step in STEPS:
        if step.kind.value in unmet:
            page = "/self-assessment" if step.kind is StepKind.SELF_ASSESSMENT else "/acceptance"
            yield Gap(f"{step.paper}尚未登记", "1份", step.clause, step.actor, f"{base}{page}")


SOON = 30
"""Days before the latest day to begin from which a paper is 临近时限."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One paper of the back-plan (倒排计划): the latest days to begin and to finish it, both working days.

    `days`: 办文周期 in working days; `due`: its own 报送截止日; `done_on`: when it was recorded; `provisional`: what to
    know about a year whose days off are not known, else empty; `before_end`: it must be begun before 建设期满.
    """

    kind: ObligationKind
    who: str
    days: int
    begin: date
    finish: date
    due: date
    done_on: date | None
    provisional: str
    before_end: bool

    def standing(self, today: date) -> tuple[Light, str]:
        """How it stands, in a light and in words."""
        if self.done_on is not None:
            return Light.GREEN, f"已于{chinese_date(self.done_on)}登记"
        if today > self.finish:
            return Light.RED, f"最迟办结日已过{(today - self.finish).days}天"
        left = (self.finish - today).days
        if today > self.begin:
            return Light.YELLOW, f"最迟着手日已过{(today - self.begin).days}天，距最迟办结日{left}天"
        ahead = (self.begin - today).days
        light = Light.BLUE if ahead <= SOON else Light.GREY
        return light, f"距最迟着手日{ahead}天" if ahead else "今日为最迟着手日"


def back_plan(situation: Situation, days: Mapping[ObligationKind, int]) -> tuple[Leg, ...]:
    """The papers of the end in their order, counted back from the date by which the letter must be in.

    That date, like those of the papers before it, follows from 建设期满 (`report_due_days`, or a 延期报送). `days`: the
    district's own 办文周期; for what it has not set the rulebook's default. A paper is finished by its own date and
    before the next one is begun.
    """
    legs: list[Leg] = []
    latest = date.max
    for kind in reversed(PAPERS):
        due = _due(situation, kind)
        needed = days.get(kind) or situation.rulebook.whole("office_days", situation.as_of, kind)
        finish = situation.calendar.roll_back(min(due, latest))
        begin = situation.calendar.first_of(finish, needed)
        legs.append(Leg(
            kind, OWED_BY[kind], needed, begin, finish, due, situation.done.get(str(kind)),
            _provisional(situation.calendar, begin, finish), begin <= situation.park.ends_on,
        ))  # fmt: skip
        latest = begin - timedelta(days=1)
    return tuple(reversed(legs))


def next_leg(plan: Iterable[Leg]) -> Leg | None:
    """The first paper that is not there; None when all are."""
    return next((leg for leg in plan if leg.done_on is None), None)


def _due(situation: Situation, kind: ObligationKind) -> date:
    """As it was written down, extended where it was; else by the rulebook."""
    owed = next((entry for entry in situation.obligations() if entry.kind is kind), None)
    if owed is not None:
        return situation.due(owed).on
    ahead = papers(situation.park.ends_on, situation.rulebook, situation.calendar)
    return next(entry.due_on for entry in ahead if entry.kind is kind)


def _provisional(calendar: WorkCalendar, begin: date, finish: date) -> str:
    unknown = next((day for day in (begin, finish) if calendar.is_provisional(day)), None)
    return unknown_year(unknown) if unknown else ""
