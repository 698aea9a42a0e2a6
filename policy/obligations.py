"""What a park owes after its 批复, who owes it, and by when (notice 五(二), 五(三); readings N12–N15 and 1c)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from policy.deadlines import CALENDAR, WorkCalendar, add_months
from policy.facts import ActFact, ReceiptFact
from policy.periods import Period, Quarter, Year
from policy.rulebook import DEFAULT_SOURCE, Entry, Rulebook
from policy.terms import HalfYear, ObligationKind, ReceiptState

CLAUSE = "五(二)"
DUE_CLAUSE = "五(二)；报送截止日为系统默认值，通知未规定"
PAPER_CLAUSE = "五(三)；期限为系统默认值，通知未规定"
DUTY_CLAUSE = "五(二) 区县政府任务分工；通知未规定时限"

DUTIES = (
    ObligationKind.WORK_MECHANISM, ObligationKind.WORK_GROUP, ObligationKind.INDUSTRY_PLAN,
    ObligationKind.SUPPORT_POLICY,
)  # fmt: skip
"""区县政府's tasks without a date; with the annual plans they are a checklist, discharged by a paper, never 逾期."""
CHECKLIST = frozenset((*DUTIES, ObligationKind.ANNUAL_PLAN))
PAPERS = (ObligationKind.SELF_ASSESSMENT, ObligationKind.DEPARTMENT_REVIEW, ObligationKind.ACCEPTANCE_LETTER)
"""The papers of the end of the two years, in the order in which one waits for the other (五(三))."""

OWED_BY = {
    ObligationKind.HALF_YEAR_REPORT: "区县政府",
    ObligationKind.OPERATOR_REPORT: "园区运营管理机构",
    ObligationKind.SELF_ASSESSMENT: "园区运营管理机构",
    ObligationKind.DEPARTMENT_REVIEW: "区县经信部门",
    ObligationKind.ACCEPTANCE_LETTER: "区县政府",
} | dict.fromkeys(CHECKLIST, "区县政府")


@dataclass(frozen=True, slots=True)
class Obligation:
    """One 应报事项: `due_on` 报送截止日, `grace_on` 宽限截止日 (None: the due date), `lock_on` 封账日 (None: none set).

    `confirmed`: whether a 报送通知, or the rulebook in its place, stands behind the dates; else they are 暂定.
    """

    kind: ObligationKind
    period: Period | None
    due_on: date
    clause: str = DUE_CLAUSE
    grace_on: date | None = None
    lock_on: date | None = None
    confirmed: bool = True
    acts: tuple[ActFact, ...] = ()

    @property
    def key(self) -> str:
        """What the matter is called within its park: 2025H1, operator_report:2026Q1, self_assessment."""
        if self.kind is ObligationKind.HALF_YEAR_REPORT:
            return str(self.period)
        return f"{self.kind}:{self.period}" if self.period else str(self.kind)

    @property
    def label(self) -> str:
        """2025年上半年园区发展情况, 2026年第一季度建设进展报送, 制定2026年度工作计划, 自评报告."""
        if self.kind is ObligationKind.HALF_YEAR_REPORT and self.period is not None:
            return f"{self.period.label}园区发展情况"
        if self.kind is ObligationKind.ANNUAL_PLAN and self.period is not None:
            return f"制定{self.period.label}工作计划"
        return f"{self.period.label if self.period else ''}{self.kind.label}"

    @property
    def period_label(self) -> str:
        return self.period.label if self.period else ""

    @property
    def half_year(self) -> HalfYear | None:
        return self.period if isinstance(self.period, HalfYear) else None

    def opened(self, day: date) -> bool:
        """Whether its time has come: its period is over; what is owed once is always open."""
        return self.period is None or self.kind is ObligationKind.ANNUAL_PLAN or self.period.end < day


def owed(
    approved_on: date, ends_on: date, rulebook: Rulebook, calendar: WorkCalendar = CALENDAR
) -> tuple[Obligation, ...]:
    """Everything a park owes from its approval to its acceptance."""
    return (
        *half_year_obligations(approved_on, ends_on, rulebook, calendar),
        *operator_obligations(approved_on, ends_on, rulebook, calendar),
        *duties(approved_on, ends_on, rulebook),
        *papers(ends_on, rulebook, calendar),
    )


def half_year_obligations(
    approved_on: date, ends_on: date, rulebook: Rulebook, calendar: WorkCalendar = CALENDAR
) -> tuple[Obligation, ...]:
    """The half-year reports a park owes during its construction period, oldest first (N13).

    The first is the first half ending at least 90 days after approval; a half that the end of the
    period cuts short is absorbed by the self-assessment report: approved 2024-10-10 owes 2025H1,
    2025H2 and 2026H1. By anniversaries a report is owed whenever six months are full, on the newest calendar half
    that is over by then, for the figures run from January.
    """
    kind = ObligationKind.HALF_YEAR_REPORT
    if rulebook.choice("half_year_basis", approved_on) == "anniversary":
        ends = (add_months(approved_on, months) for months in (6, 12, 18))
        return tuple(
            _dated(kind, HalfYear.containing(end).previous(), end, rulebook, calendar) for end in ends if end < ends_on
        )
    period = HalfYear.containing(approved_on)
    if (period.end - approved_on).days < rulebook.whole("first_half_min_days", approved_on):
        period = period.next()
    found = []
    while period.end <= ends_on:
        found.append(_dated(kind, period, period.end, rulebook, calendar))
        period = period.next()
    return tuple(found)


def operator_obligations(
    approved_on: date, ends_on: date, rulebook: Rulebook, calendar: WorkCalendar = CALENDAR
) -> tuple[Obligation, ...]:
    """建设进展报送 by the 园区运营管理机构 (五(二) 定期报送; N14): nothing until the committee switches it on.

    Owed is every whole quarter, or half-year, that ends while it is switched on.
    """
    kind, found, quarter = ObligationKind.OPERATOR_REPORT, [], Quarter.containing(approved_on).next()
    while quarter.end <= ends_on:
        period = progress_period(quarter, rulebook.choice("operator_reports", quarter.end, kind))
        if period is not None and period.start > approved_on:
            found.append(_dated(kind, period, period.end, rulebook, calendar))
        quarter = quarter.next()
    return tuple(found)


def progress_period(quarter: Quarter, interval: str) -> Quarter | HalfYear | None:
    """The period of 建设进展 that ends with the quarter, at the interval `operator_reports` names; None: none does."""
    if interval == "quarterly":
        return quarter
    half = HalfYear.containing(quarter.start)
    return half if interval == "half_yearly" and half.end == quarter.end else None


def duties(approved_on: date, ends_on: date, rulebook: Rulebook) -> Iterator[Obligation]:
    """The tasks of the 区县政府 (五(二); N12): a checklist. The annual plan is owed for each calendar year touched.

    The date of an annual plan is that of its reminder; whether the year of approval has one, the district says.
    """
    for kind in DUTIES:
        yield Obligation(kind, None, ends_on, DUTY_CLAUSE)
    for year in range(approved_on.year, ends_on.year + 1):
        days = rulebook.whole("plan_reminder_days", date(year, 1, 1))
        day = max(Year(year).start + timedelta(days=days), approved_on)
        yield Obligation(ObligationKind.ANNUAL_PLAN, Year(year), day, DUTY_CLAUSE)


def papers(ends_on: date, rulebook: Rulebook, calendar: WorkCalendar = CALENDAR) -> Iterator[Obligation]:
    """自评报告, 区县主管部门审核 and 验收申请函, counted from 建设期满 (五(三); N15)."""
    for kind in PAPERS:
        yield _dated(kind, None, ends_on, rulebook, calendar, PAPER_CLAUSE)


def _dated(
    kind: ObligationKind,
    period: Period | None,
    end: date,
    rulebook: Rulebook,
    calendar: WorkCalendar,
    clause: str = DUE_CLAUSE,
) -> Obligation:
    """With the three dates the rulebook gives it, counted from `end`; rolled on to a working day where it says so."""
    due = end + timedelta(days=rulebook.whole("report_due_days", end, kind))
    if rulebook.choice("roll", end, kind) == "next_working_day":
        due = calendar.roll_forward(due)
    grace, lock = rulebook.whole("grace_days", end, kind), rulebook.whole("lock_days", end, kind)
    return Obligation(
        kind, period, due, _ground(clause, rulebook.entry("report_due_days", end, kind)),
        grace_on=due + timedelta(days=grace) if grace else None,
        lock_on=due + timedelta(days=lock) if lock else None,
    )  # fmt: skip


def hangs_on_calendar(obligation: Obligation, ends_on: date, rulebook: Rulebook, calendar: WorkCalendar) -> bool:
    """Whether its date was rolled by a calendar that is not known yet: weekends only, 暂定.

    `ends_on`: 建设期满 of its park, from which the papers of the end are counted.
    """
    end = obligation.period.end if obligation.period else ends_on
    rolls = rulebook.choice("roll", end, obligation.kind) == "next_working_day"
    return rolls and calendar.is_provisional(obligation.due_on)


def round_clause(number: str) -> str:
    """On what ground a date stands that a 报送通知 has set."""
    return f"{CLAUSE}；{number}" if number else CLAUSE


def _ground(clause: str, entry: Entry) -> str:
    """The clause as it is while the notice leaves the date open; once it was set, by what."""
    if entry.source == DEFAULT_SOURCE:
        return clause
    return f"{clause.partition('；')[0]}；报送截止日依据{entry.source}"


def due_date(period: HalfYear, rulebook: Rulebook) -> date:
    """报送截止日 of a half-year report: 31 July and 31 January by default; never rolled over holidays (1c, S21)."""
    return period.end + timedelta(days=rulebook.whole("report_due_days", period.end))


def receipt_state(receipt: ReceiptFact | None, as_of: date) -> ReceiptState:
    """What had arrived by the end of `as_of`: data with nothing at error, the district's letter, both, neither."""
    data = receipt is not None and receipt.data_on is not None and receipt.data_on <= as_of
    letter = receipt is not None and receipt.letter_on is not None and receipt.letter_on <= as_of
    if data and letter:
        return ReceiptState.COMPLETE
    if data:
        return ReceiptState.DATA_ONLY
    return ReceiptState.LETTER_ONLY if letter else ReceiptState.NOTHING


def received_on(receipt: ReceiptFact | None) -> date | None:
    """The day the report became complete: the later of data and letter."""
    if receipt is None or receipt.data_on is None or receipt.letter_on is None:
        return None
    return max(receipt.data_on, receipt.letter_on)


def punctual_on(receipt: ReceiptFact | None, punctual_by: str) -> date | None:
    """The day that decides whether a report came in time: data and letter as received, or the letter as dated."""
    day = received_on(receipt)
    if day is None or receipt is None or receipt.data_on is None or punctual_by != "letter":
        return day
    return max(receipt.data_on, receipt.letter_dated or day)
