"""Construction period, elapsed share and working days (notice 五(一); readings N11 and 1c of the domain)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal


def construction_end(approved_on: date, years: int = 2) -> date:
    """Last day of the construction period, valid to 24:00 (五(一): 自同意建设之日起2年).

    The start day is not counted; a month without the day ends on its last day
    (by analogy 民法典 201–203): 2024-02-29 -> 2026-02-28, 2024-10-10 -> 2026-10-10.
    """
    return add_months(approved_on, 12 * years)


def add_months(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def elapsed_days(approved_on: date, ends_on: date, day: date) -> tuple[int, int]:
    """Days of the construction period that have passed on `day`, and all its days; never below 0 or above all."""
    total = (ends_on - approved_on).days
    return min(max((day - approved_on).days, 0), total), total


def elapsed_share(approved_on: date, ends_on: date, day: date) -> Decimal:
    """序时进度: the share of the construction period that has passed on `day`, 0 to 1."""
    passed, total = elapsed_days(approved_on, ends_on, day)
    return Decimal(passed) / Decimal(total)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days off and make-up workdays; a year outside `known_years` is weekends only, provisional."""

    days_off: frozenset[date]
    make_up_days: frozenset[date]
    known_years: frozenset[int]

    def is_working(self, day: date) -> bool:
        if day in self.make_up_days:
            return True
        return day.weekday() < 5 and day not in self.days_off

    def is_provisional(self, day: date) -> bool:
        return day.year not in self.known_years

    def roll_forward(self, day: date) -> date:
        """The day itself when it is a working day, else the next one (民法典 203)."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def roll_back(self, day: date) -> date:
        """The day itself when it is a working day, else the last one before it."""
        while not self.is_working(day):
            day -= timedelta(days=1)
        return day

    def last_of(self, first: date, count: int) -> date:
        """The last of `count` working days beginning with `first`, or with the next one where it is a day off."""
        day = self.roll_forward(first)
        for _ in range(count - 1):
            day = self.roll_forward(day + timedelta(days=1))
        return day

    def first_of(self, last: date, count: int) -> date:
        """The first of `count` working days of which the last is `last`, itself a working day."""
        day = last
        for _ in range(count - 1):
            day = self.roll_back(day - timedelta(days=1))
        return day


STATUTORY_DAYS = 11
"""法定节假日 of a year until 2024 (13 since): in every year published the days off that would be worked are at least
so many more than those worked in their place."""


def unlikely(year: int, days_off: Iterable[date], make_up_days: Iterable[date]) -> Iterator[str]:
    """Why this can hardly be the list of a whole year; nothing for any year that was ever published."""
    off = [day for day in days_off if day.weekday() < 5]
    for name, first, last in (("春节", (1, 20), (2, 27)), ("国庆节", (10, 1), (10, 8))):
        if not any(date(year, *first) <= day <= date(year, *last) for day in off):
            yield f"没有{name}放假"
    free = len(off) - len(list(make_up_days))
    if free < STATUTORY_DAYS:
        yield f"放假的工作日减去调休上班日为{free}天，历年公布的都不少于{STATUTORY_DAYS}天"


_HOLIDAYS = (
    ("元旦", 1, 1, 4), ("春节", 2, 14, 28), ("清明节", 4, 4, 6), ("劳动节", 5, 1, 9), ("端午节", 6, 19, 21),
    ("国庆节", 9, 20, 20), ("中秋节", 9, 25, 27), ("国庆节", 10, 1, 10),
)  # fmt: skip
"""For which holiday the days off and the make-up days of 2026 are."""


def unknown_year(day: date) -> str:
    """What stands beside a date that was rolled by a year whose days off are not known yet."""
    return f"暂定：{day.year}年放假安排未导入，按周末推算"


def built_in_name(day: date) -> str:
    """For which holiday a day of the built-in calendar is off, or worked in its place."""
    spans = ((name, date(2026, month, first), date(2026, month, last)) for name, month, first, last in _HOLIDAYS)
    return next((name for name, first, last in spans if first <= day <= last), "")


def _days(year: int, *spans: tuple[int, int, int]) -> frozenset[date]:
    return frozenset(date(year, month, day) for month, first, last in spans for day in range(first, last + 1))


BUILT_IN_DOCUMENT = "国务院办公厅关于2026年部分节假日安排的通知"
"""The source of the built-in CALENDAR (domain section 6)."""

CALENDAR = WorkCalendar(
    days_off=_days(2026, (1, 1, 3), (2, 15, 23), (4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7)),
    make_up_days=_days(2026, (1, 4, 4), (2, 14, 14), (2, 28, 28), (5, 9, 9), (9, 20, 20), (10, 10, 10)),
    known_years=frozenset({2026}),
)
