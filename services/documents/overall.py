"""总体 of all parks in words, as 情况通报 and 情况专报 both tell it; figures without a document behind say so."""

from __future__ import annotations

from collections.abc import Sequence

from policy.figures import chinese_date
from policy.indicators.catalogue import HEADLINES
from policy.terms import Stage, Standing
from services.bulletins import ParkLine, Programme
from services.documents.content import StatedFigure

COMMITTEE = "重庆市经济和信息化委员会"


def stages(found: Programme) -> str:
    """截至2026年9月1日，市级重点园区共40个，其中建设期33个、建设期满7个。"""
    counted = [(stage, len(found.at(stage))) for stage in Stage]
    told = "、".join(f"{stage.label}{count}个" for stage, count in counted if count)
    return f"截至{chinese_date(found.as_of)}，市级重点园区共{len(found.parks)}个{f'，其中{told}' if told else ''}。"


def reporting(found: Programme) -> str:
    """The half-year's reports: 应报、已报、迟报、未报、逾期未报, and what is 免报 beside them."""
    counted = found.reporting
    waived = len(found.standing(Standing.WAIVED))
    beside = f"（另免报{waived}个）" if waived else ""
    return (
        f"{found.period.label}园区发展情况应报{counted.owed}个{beside}，已报{counted.received}个（迟报{counted.late}个），"
        f"未报{counted.missing}个（逾期未报{counted.overdue}个）。"
    )


def provisional(found: Programme) -> str:
    """Nothing is 逾期 by a date that no 报送通知 stands behind; empty when every date has its document."""
    count = len(found.standing(Standing.PROVISIONAL))
    return f"其中{count}个的报送截止日为暂定，不计逾期。" if count else ""


def spans(found: Programme) -> str:
    """Which figures are running totals and which levels."""
    period = found.period
    return f"收入为{period.months_label}累计数，其余为{period.end_label}数"


def short_names(parks: Sequence[ParkLine], at_most: int, where: str) -> str:
    """In 行政区划序; beyond `at_most` how many more there are, and `where` they stand."""
    names = [one.park.short_name for one in parks]
    if len(names) <= at_most:
        return "、".join(names)
    if not at_most:
        return f"见{where}"
    return f"{'、'.join(names[:at_most])}，另有{len(names) - at_most}个园区见{where}"


def stated(found: Programme) -> tuple[StatedFigure, ...]:
    """The headline figures behind the sums and their growth, for 更正说明."""
    keys, periods = {one.key for one in HEADLINES}, (found.period, found.period.year_before())
    return tuple(
        StatedFigure(figure.submission_id, figure.key, figure.period, figure.value)
        for one in found.parks
        for figure in one.situation.figures
        if figure.key in keys and figure.period in periods
    )


def lacking(found: Programme) -> tuple[str, ...]:
    """Why the paper cannot go out as it is."""
    if not found.parks:
        return ("尚未登记园区",)
    return () if found.accepted else (f"尚无审核通过的{found.period.label}数据",)
