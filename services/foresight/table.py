"""The plain CSV of `python -m jobs forecast`: a line a report, what is said of the goal repeated on each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from policy.foresight import Course, Outlook, Reported
from policy.refusal import Refused
from policy.terms import Measure
from services.foresight.forecasting import forecast
from services.lists import Line, decode, read_list

COLUMNS = (
    "park", "indicator", "measure", "approved_on", "baseline", "target", "milestone_12", "period_end", "value",
    "estimated", "reported_on",
)  # fmt: skip
MEASURES = {"stock": Measure.STOCK, "flow_ytd": Measure.FLOW_YTD}
TRUE, FALSE = frozenset({"1", "true", "yes", "是"}), frozenset({"", "0", "false", "no", "否"})


@dataclass(frozen=True, slots=True)
class Forecasts:
    """`outlooks`: one for every park and indicator of the file, in its order; `problems`: lines that could not be
    read, each with its number. A park and indicator with such a line is refused, not forecast from the rest."""

    outlooks: tuple[Outlook, ...]
    problems: tuple[str, ...]


@dataclass(slots=True)
class _Gathered:
    """What the lines of one park and indicator say."""

    goal: Course | None = None
    reports: list[Reported] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def forecast_list(data: bytes, at: date) -> Forecasts:
    """Forecast from a CSV in UTF-8 or GB18030. Raises Refused when it is no such list or holds no line."""
    gathered: dict[tuple[str, str], _Gathered] = {}
    problems = []
    for line in read_list(decode(data), COLUMNS, required=COLUMNS):
        entry = gathered.setdefault((line.text("park"), line.text("indicator")), _Gathered())
        try:
            _gather(entry, line)
        except Refused as refusal:
            problems.append(f"第{line.number}行：{refusal}")
            entry.problems.append(problems[-1])
    if not gathered:
        raise Refused("文件中没有数据行：表头之下每行一个报告期")
    sound = {name: _course(entry) for name, entry in gathered.items() if not entry.problems}
    found = dict(zip(sound, forecast(tuple(sound.values()), at), strict=True))
    outlooks = tuple(found.get(name) or _unread(name, entry.problems) for name, entry in gathered.items())
    return Forecasts(outlooks, tuple(problems))


def _unread(name: tuple[str, str], problems: Iterable[str]) -> Outlook:
    return Outlook(*name, None, None, None, None, None, refused=True, why="；".join(problems))


def _course(entry: _Gathered) -> Course:
    assert entry.goal is not None
    goal = entry.goal
    return Course(
        goal.park, goal.indicator, goal.measure, goal.approved_on, goal.baseline, goal.target, goal.milestone_12,
        tuple(entry.reports),
    )  # fmt: skip


def _gather(entry: _Gathered, line: Line) -> None:
    goal = _goal(line)
    if entry.goal is None:
        entry.goal = goal
    elif entry.goal != goal:
        raise Refused("measure、approved_on、baseline、target、milestone_12 与该园区该指标前面的行不一致")
    report = _report(line, goal)
    if report is not None:
        entry.reports.append(report)


def _goal(line: Line) -> Course:
    if not line.text("park") or not line.text("indicator"):
        raise Refused("park 和 indicator 不能为空")
    measure = MEASURES.get(line.text("measure"))
    if measure is None:
        raise Refused(f"measure 应为 {' 或 '.join(MEASURES)}，收到“{line.text('measure')}”")
    approved_on = _day(line, "approved_on")
    baseline, target = _number(line, "baseline"), _number(line, "target")
    milestone = _number(line, "milestone_12") if line.text("milestone_12") else None
    return Course(line.text("park"), line.text("indicator"), measure, approved_on, baseline, target, milestone)


def _report(line: Line, goal: Course) -> Reported | None:
    """None when nothing is reported yet."""
    if not line.text("period_end") and not line.text("value"):
        return None
    day = _day(line, "period_end")
    if not date(goal.approved_on.year, 1, 1) <= day <= date(goal.ends_on.year, 12, 31):
        raise Refused(f"period_end {day}不在建设周期所在年度（{goal.approved_on.year}—{goal.ends_on.year}年）之内")
    estimated = line.text("estimated").lower()
    if estimated not in TRUE | FALSE:
        raise Refused(f"estimated 应为 1 或 0，收到“{line.text('estimated')}”")
    return Reported(day, _number(line, "value"), _day(line, "reported_on"), estimated in TRUE)


def _day(line: Line, column: str) -> date:
    day = line.day(column)
    if day is None:
        raise Refused(f"{column} 为空，应写作 2026-07-31")
    return day


def _number(line: Line, column: str) -> Decimal:
    text = line.text(column)
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Refused(f"{column} 应为数字，收到“{text}”" if text else f"{column} 为空，应为数字") from None
    if not value.is_finite() or value < 0:
        raise Refused(f"{column} 应为不小于0的数字，收到“{text}”")
    return value
