"""测算表 of a park as a workbook: a row for each goal and half-year, with the assumptions it was worked out by."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from policy.figures import chinese_date, percent
from policy.indicators.catalogue import BY_KEY
from policy.projection import rounded
from policy.terms import Measure
from services.listed_sheet import write_sheet
from services.outlooks import Foreseen, ParkForesight

COLUMNS = (
    ("指标", 30), ("半年", 16), ("计入的日期", 32), ("需完成", 12), ("届时达到", 12), ("单位", 12), ("依据", 40),
    ("目标值", 12), ("现有或已完成", 14), ("还需", 12),
)  # fmt: skip


def write_projection(found: ParkForesight) -> bytes:
    """The figures as on the page: rounded so that the rows of a goal add up to what is left."""
    ends = {chinese_date(one.projection.course.ends_on) for one in found.goals}
    return write_sheet(
        "测算表",
        f"{found.park.title}建设目标测算表（截至{chinese_date(found.as_of)}）",
        f"建设期{'、'.join(sorted(ends))}届满；累计数看期满前12个月合计；仅供测算，不是承诺数",
        COLUMNS,
        [cells for one in found.goals for cells in _rows(one)],
    )


def _rows(one: Foreseen) -> Iterator[tuple[str | Decimal, ...]]:
    of, indicator = one.projection, BY_KEY[one.projection.course.indicator]
    printed = rounded(of, indicator.step)
    stands = (of.course.target, printed.known, printed.missing)
    if not of.stretches:
        yield (indicator.label, "—", "数据已到建设期满", "—", "—", indicator.unit, "—", *stands)
    for stretch, (needed, reached) in zip(of.stretches, printed.rows, strict=True):
        basis = stretch.basis(of.course.measure)
        if of.course.measure is Measure.FLOW_YTD and not stretch.given:
            basis += f"（上半年占{percent(one.first_half, 0)}）"
        yield (
            indicator.label, stretch.period.label, stretch.days, needed, reached, indicator.unit, basis, *stands,
        )  # fmt: skip
