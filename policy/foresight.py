"""趋势研判: what a forecast is made from, and what it says (reading 1c; for internal reference only).

The statistics are in `services.foresight`; here are the shapes and what the figures mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from policy.deadlines import add_months
from policy.terms import Measure


@dataclass(frozen=True, slots=True)
class Reported:
    """One figure as it was reported: a level on `period_end`, or the running total since January up to it.

    `estimated`: 预计数, to be replaced by a later row of the same period.
    """

    period_end: date
    value: Decimal
    reported_on: date
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """One goal of one park, and all that was reported towards it, in the indicator's unit.

    `baseline`: of the calendar year before approval (a level: its last day). `target`: at month 24: a level on that
    day, or for a running total the sum of the twelve months ending that day (our reading). `milestone_12`: the same
    twelve months earlier, where the plan names it.
    """

    park: str
    indicator: str
    measure: Measure
    approved_on: date
    baseline: Decimal
    target: Decimal
    milestone_12: Decimal | None = None
    reports: tuple[Reported, ...] = ()

    @property
    def ends_on(self) -> date:
        """Month 24 (五(一))."""
        return add_months(self.approved_on, 24)

    def known(self, at: date) -> tuple[Reported, ...]:
        """What was known by the end of `at`, a row a period in order of time: of two rows the one reported later
        counts."""
        newest: dict[date, Reported] = {}
        for row in sorted(self.reports, key=lambda row: row.reported_on):
            if row.reported_on <= at:
                newest[row.period_end] = row
        return tuple(newest[day] for day in sorted(newest))


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a forecast says of one course. Figures in the indicator's unit; `p_miss` is the chance that the target of
    month 24 is missed, `p10` to `p90` the range that holds the outcome in four cases of five.

    `pace`: what is needed from now on per half-year: additions for a level, the amount for a running total.
    `refused`: no forecast is made; `why` says the reason, or what was left out.
    """

    park: str
    indicator: str
    p_miss: float | None
    p10: float | None
    p50: float | None
    p90: float | None
    pace: float | None
    refused: bool
    why: str
