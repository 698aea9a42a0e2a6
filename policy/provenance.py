"""数据来源: the one address a figure's source is told at, and in words how a figure is worked out.

A figure is named by park, half-year and a key: an indicator's (`revenue_cyber`), what is worked out from it
(`revenue_cyber.completion`), or of a repeated table its rows (`roster`), the sum of a column (`roster.cyber`),
one row (`roster.12`) or a share (`roster.coverage`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policy.indicators.catalogue import BY_KEY as INDICATORS
from policy.tables import BY_KEY as TABLES
from policy.tables import ROSTER, Column, Kind
from policy.terms import HalfYear, Labelled
from policy.version_no import VersionNo

# 建设目标.xlsx 建设目标!B3
GOAL_PLACE = re.compile(r"(.+\.\w+) (.+)!([^!]+)")
SPAN = re.compile(r"(.+)!([^!]+)—\1!([^!]+)")
COUNTABLE = (Kind.AMOUNT, Kind.COUNT)
ROW = re.compile(r"[1-9]\d{0,5}")


class Working(Labelled):
    """What is worked out from an accepted figure and its goal, with its formula."""

    COMPLETION = "completion", "完成率"
    INCREMENT = "increment", "增量完成率"
    PACE = "pace", "序时目标与判断"

    @property
    def formula(self) -> str:
        return FORMULAS[self]


FORMULAS: dict[Working, str] = {
    Working.COMPLETION: "完成率＝实际值÷目标值",
    Working.INCREMENT: "增量完成率＝（实际值－基期值）÷（目标值－基期值）",
    Working.PACE: "序时目标＝基期值＋（目标值－基期值）×序时进度；序时进度＝已过天数÷建设周期天数；"
    "有阶段目标的，在前后两个目标之间推算；实际值低于序时目标的比例决定黄灯、红灯",
}  # fmt: skip
COVERAGE = "coverage"
COVERAGE_FORMULA = "一览表网络安全业务收入合计（万元）÷园区网络安全产业收入（亿元，折合万元）"

# Indicator -> the table and column it is worked out from, and whether rows are summed or counted.
DERIVED: dict[str, tuple[str, str, bool]] = {
    "rnd_investment": (ROSTER.key, "rnd", True),
    "platforms": ("platforms", "name", False),
    "trainees": ("training", "people", True),
    "events": ("events", "name", False),
}


@dataclass(frozen=True, slots=True)
class FigureName:
    """A key taken apart: exactly one of `indicator` and `table` is set.

    With an indicator `working` may follow, with a table `row` (from 1), `column` (its sum) or `share`;
    a table alone means how many rows it has.
    """

    indicator: str = ""
    working: Working | None = None
    table: str = ""
    row: int | None = None
    column: str = ""
    share: bool = False

    @classmethod
    def parse(cls, key: str) -> FigureName | None:
        """None for a key that names nothing."""
        head, dot, tail = key.partition(".")
        if dot and not tail:
            return None
        if head in INDICATORS and (not tail or tail in set(Working)):
            return cls(indicator=head, working=Working(tail) if tail else None)
        if head not in TABLES:
            return None
        if not tail:
            return cls(table=head)
        if ROW.fullmatch(tail):
            return cls(table=head, row=int(tail))
        if (head, tail) == (ROSTER.key, COVERAGE):
            return cls(table=head, share=True)
        return cls(table=head, column=tail) if tail in {column.key for column in summable(head)} else None


def summable(table: str) -> tuple[Column, ...]:
    """The columns of a repeated table that may be added up."""
    return tuple(column for column in TABLES[table].columns if column.kind in COUNTABLE)


def working_key(indicator: str, working: Working) -> str:
    return f"{indicator}.{working}"


def figures_path(park: str, period: HalfYear, version: VersionNo | None = None) -> str:
    """Where all figures of one half-year stand with their sources."""
    return f"/parks/{park}/figures/{period}{_version(version)}"


def figure_path(park: str, period: HalfYear, key: str, version: VersionNo | None = None) -> str:
    """/parks/P001/figures/2025H1/revenue_cyber; with ?version= what that version said, whatever came later."""
    return f"/parks/{park}/figures/{period}/{key}{_version(version)}"


def goal_path(park: str, indicator: str) -> str:
    return f"/parks/{park}/goals/{indicator}"


def cell_path(report_id: int, cell_id: int) -> str:
    return f"/reports/{report_id}/cells/{cell_id}"


def _version(version: VersionNo | None) -> str:
    return f"?version={version.key}" if version else ""


def formula(name: FigureName) -> str:
    """How the figure is worked out, in words; empty for one that is stated in a cell."""
    if name.working is not None:
        return name.working.formula
    if name.share:
        return COVERAGE_FORMULA
    if name.indicator in DERIVED:
        table, column, summed = DERIVED[name.indicator]
        return _over_rows(table, column if summed else "")
    if name.table and name.row is None:
        return _over_rows(name.table, name.column)
    return ""


def _over_rows(table: str, column: str) -> str:
    label = TABLES[table].label
    if not column:
        return f"“{label}”逐行计数，一行计1；填“无”的行计0"
    return f"“{label}”各行“{TABLES[table].column(column).label.removeprefix('其中：')}”逐行相加"


def label(name: FigureName) -> str:
    """What the figure is called: 网络安全产业收入完成率, 园区网络安全企业一览表第12行."""
    if name.indicator:
        return INDICATORS[name.indicator].label + (name.working.label if name.working else "")
    table = TABLES[name.table]
    if name.row is not None:
        return f"{table.label}第{name.row}行"
    if name.share:
        return "一览表网络安全业务收入占园区网络安全产业收入的比例"
    if name.column:
        return f"{table.label}{table.column(name.column).label.removeprefix('其中：')}合计"
    return f"{table.label}行数" if name.table != ROSTER.key else "一览表企业数"


def split_place(where: str) -> tuple[str, str]:
    """Sheet and cell: 半年报!C10 -> (半年报, C10); 企业名录!J4—企业名录!J43 -> (企业名录, J4—J43)."""
    span = SPAN.fullmatch(where)
    if span is not None:
        return span[1], f"{span[2]}—{span[3]}"
    sheet, _, cell = where.rpartition("!")
    return sheet, cell
