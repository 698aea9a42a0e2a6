"""Chapter 二 of the self-assessment report: goals against results, headline figures by period, tiers."""

from __future__ import annotations

from collections.abc import Sequence

from policy.figures import plain
from policy.indicators.catalogue import BY_KEY, HEADLINES
from policy.indicators.indicator import Indicator
from policy.indicators.progress import comparable
from policy.indicators.tiers import INDICATORS as TIERS
from policy.terms import HalfYear
from services.documents.chart import Chart, Panel, Point
from services.documents.content import Align, Block, Column, Heading, Paragraph, Picture, Table, Text, text
from services.documents.marks import NOT_ACCEPTED, TO_FILL
from services.documents.sources import SourceIndex, completion_texts, result_text
from services.dossiers import Dossier, Figure, GoalResult

GOAL_COLUMNS = (
    Column("指标", 25, Align.LEFT),
    Column("基期值", 11),
    Column("目标值", 11),
    Column("期末值", 12),
    Column("统计期", 18),
    Column("完成率", 12),
    Column("增量完成率", 14),
)
GOAL_NOTE = (
    "完成率＝期末值÷目标值；增量完成率＝（期末值－基期值）÷（目标值－基期值）。"
    "当年累计数以近12个月累计与目标对照：12月为全年数，6月为本年上半年加上年下半年；"
    "缺上年数据的用最近一个全年数，全年数也没有的不计算完成率，以“—”表示。"
)
PANELS = 4
"""Of one picture."""
PERIOD_NOTE = "收入、研发投入、培训人数、活动数为当年1月起累计数，其余为期末数；“—”为未单独填报。"


def chapter(dossier: Dossier, index: SourceIndex) -> tuple[Block, ...]:
    return (
        Heading(1, "二、建设目标与指标完成"),
        Heading(2, "（一）建设目标完成情况"),
        *_goals(dossier, index),
        Heading(2, "（二）主要指标变化情况"),
        *_headlines(dossier, index),
        Heading(2, "（三）网络安全企业收入档次"),
        *_tiers(dossier, index),
    )


def named(indicator: Indicator) -> str:
    return f"{indicator.label}（{indicator.unit}）"


def narrow(period: HalfYear) -> str:
    """2026年上半年 on two lines, for narrow columns."""
    return period.label.replace("年", "年\n", 1)


def by_period(
    dossier: Dossier, index: SourceIndex, caption: str, indicators: Sequence[Indicator], note: str = PERIOD_NOTE
) -> tuple[Block, ...]:
    """A table of indicators over the accepted half-years; nothing accepted is said in words."""
    if not dossier.periods:
        return (NOT_ACCEPTED,)
    share = min(18, 54 // len(dossier.periods))
    columns = (Column("指标", 46, Align.LEFT), *(Column(narrow(period), share) for period in dossier.periods))
    rows = tuple(
        (text(named(indicator)), *(_cell(dossier, index, indicator.key, period) for period in dossier.periods))
        for indicator in indicators
    )
    return (Table(caption, columns, rows, note),)


def _cell(dossier: Dossier, index: SourceIndex, key: str, period: HalfYear) -> Text:
    figure = dossier.figure(key, period)
    return index.bare(figure) if figure is not None else text("—")


def _goals(dossier: Dossier, index: SourceIndex) -> tuple[Block, ...]:
    if not dossier.goals:
        return (Paragraph(text("建设目标尚未登记，无法对照完成情况。", TO_FILL)),)
    rows = tuple(_goal_row(result, index) for result in dossier.goals)
    return (Table("建设目标完成情况对照表", GOAL_COLUMNS, rows, GOAL_NOTE),)


def _goal_row(result: GoalResult, index: SourceIndex) -> tuple[Text, ...]:
    goal = result.goal
    mark = index.cite(result.source)
    return (
        text(named(BY_KEY[goal.key])),
        text(plain(goal.baseline), mark),
        text(plain(goal.target), mark),
        result_text(index, result),
        text(result.period),
        *completion_texts(index, result),
    )


def _headlines(dossier: Dossier, index: SourceIndex) -> tuple[Block, ...]:
    """The table, and charts of the headline figures and of whatever else has a goal."""
    table = by_period(dossier, index, "主要指标分期情况", HEADLINES)
    others = [BY_KEY[one.goal.key] for one in dossier.goals if BY_KEY[one.goal.key] not in HEADLINES]
    groups: list[tuple[str, Sequence[Indicator]]] = [("主要指标", HEADLINES)]
    groups += [("其他建设目标指标", others[at : at + PANELS]) for at in range(0, len(others), PANELS)]
    pictures = (_picture(dossier, named, indicators) for named, indicators in groups)
    return (*table, *(picture for picture in pictures if picture is not None))


def _picture(dossier: Dossier, of: str, indicators: Sequence[Indicator]) -> Picture | None:
    panels = tuple(panel for indicator in indicators if (panel := _panel(dossier, indicator)) is not None)
    if not panels:
        return None
    goals = "与序时目标" if any(point.path is not None for panel in panels for point in panel.points) else ""
    alt = "；".join(_in_words(panel) for panel in panels)
    return Picture(Chart(panels), f"{of}各报告期实际{goals}对照图", alt)


def _panel(dossier: Dossier, indicator: Indicator) -> Panel | None:
    """Actual by period, between baseline and target where a goal is known; None without any accepted figure."""
    found = [figure for figure in dossier.figures if figure.key == indicator.key]
    if not found:
        return None
    points = [_point(figure) for figure in found]
    goal = next((entry.goal for entry in dossier.goals if entry.goal.key == indicator.key), None)
    if goal is not None:
        points = [Point("基期", None, goal.baseline), *points, Point("期满\n目标", None, goal.target)]
    return Panel(named(indicator), tuple(points))


def _point(figure: Figure) -> Point:
    year, _, months = figure.source.period.partition("年")
    return Point(f"{year}年\n{months}", figure.value, figure.expected, comparable(figure.key, figure.period))


def _in_words(panel: Panel) -> str:
    known = [(point.label.replace("\n", ""), point.actual) for point in panel.points if point.actual is not None]
    return f"{panel.axis}：{'，'.join(f'{label}{plain(actual)}' for label, actual in known)}"


def _tiers(dossier: Dossier, index: SourceIndex) -> tuple[Block, ...]:
    note = "按各报告期累计网络安全业务收入分档，不作年化。"
    return by_period(dossier, index, "网络安全企业收入档次情况", TIERS, note)
