"""The work calendar: days off and make-up workdays of a year by its document, imported whole, edited by the day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.models import CalendarDay, CalendarYear
from db.queries.obligations import ledger
from db.rulebook_facts import calendar, rulebook
from policy.access import Actor, Permission
from policy.acts import Act
from policy.deadlines import BUILT_IN_DOCUMENT, CALENDAR, WorkCalendar, built_in_name, unlikely
from policy.figures import chinese_date
from policy.moves import is_settled
from policy.refusal import Doubtful, Missing, Refused
from policy.rulebook import NOTICE_DAY
from services import audit, clock
from services.lengths import require_storable
from services.lists import Line, read_list, write_list
from services.rescheduling import Effects, Listed, Rules, foresee

COLUMNS = ("date", "kind", "name")
OFF, WORK = "休", "班"
KINDS = {"休": False, "off": False, "放假": False, "班": True, "work": True, "上班": True}
WEEKDAYS = "一二三四五六日"
WRITTEN = re.compile(r"(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
LAST_YEAR = 2100


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is not what its weekday says: off, or worked (`working`); `name`: for which holiday."""

    day: date
    working: bool
    name: str = ""

    @property
    def told(self) -> str:
        return f"{chinese_date(self.day)}（星期{WEEKDAYS[self.day.weekday()]}）{WORK if self.working else OFF}"


@dataclass(frozen=True, slots=True)
class Year:
    """A year as it stands; `document` is empty for one that is not known: weekends only, 暂定."""

    year: int
    document: str
    days: tuple[Day, ...]
    built_in: bool = False

    @property
    def provisional(self) -> bool:
        return not self.document


@dataclass(frozen=True, slots=True)
class ReadYear:
    """A list as read: its days, and what is harmless but worth knowing."""

    days: tuple[Day, ...]
    notes: tuple[str, ...]


def year_of(session: Session, year: int) -> Year:
    """The year as stored, else as built in, else unknown."""
    stored = session.get(CalendarYear, year)
    if stored is not None:
        return Year(year, stored.document, tuple(Day(row.day, row.working, row.name) for row in stored.days))
    if year in CALENDAR.known_years:
        return Year(year, BUILT_IN_DOCUMENT, tuple(_built_in(year)), built_in=True)
    return Year(year, "", ())


def _built_in(year: int) -> Iterator[Day]:
    for day in sorted(CALENDAR.days_off | CALENDAR.make_up_days):
        if day.year == year:
            yield Day(day, day in CALENDAR.make_up_days, built_in_name(day))


def read_year(text: str, year: int, *, as_written: bool = False) -> ReadYear:
    """A list with the columns date,kind,name: `kind` is 休 or 班 (off, work).

    Raises Refused with every bad line, what it says and what was expected: a date that cannot be read, of another
    year, or there twice; a 班 on a day that is worked anyway. A 休 on a weekend is harmless and noted. Raises Doubtful
    for days that can hardly be all of a year's, unless they are meant (`as_written`); then that is a note.
    """
    if not NOTICE_DAY.year <= year <= LAST_YEAR:
        raise Refused(f"年份应在{NOTICE_DAY.year}至{LAST_YEAR}之间，收到{year}")
    seen: dict[date, int] = {}
    days, errors = [], []
    for line in read_list(text, COLUMNS, required=COLUMNS[:2]):
        try:
            days.append(_of_line(line, year, seen))
        except Refused as refusal:
            errors.append(f"第{line.number}行：{refusal}")
    if errors:
        raise Refused("；".join(errors))
    if not days:
        raise Refused(f"文件中没有{year}年的放假或上班日，表头之下至少一行")
    return ReadYear(tuple(sorted(days, key=lambda one: one.day)), tuple(_notes(year, days, as_written=as_written)))


def _of_line(line: Line, year: int, seen: dict[date, int]) -> Day:
    day = _date(line.text("date"))
    if day.year != year:
        raise Refused(f"{chinese_date(day)}不在{year}年，应为{year}年内的日期")
    if day in seen:
        raise Refused(f"{chinese_date(day)}已在第{seen[day]}行出现，同一天只能写一次")
    seen[day] = line.number
    kind = line.text("kind").lower()
    if kind not in KINDS:
        raise Refused(f"kind 应为“{OFF}”或“{WORK}”，收到“{line.text('kind')}”")
    return require_sense(Day(day, KINDS[kind], line.text("name")))


def _date(text: str) -> date:
    """2027-01-01, 2027/1/1, 2027.1.1, 2027年1月1日 or 20270101."""
    match = WRITTEN.fullmatch(text)
    try:
        return date(*(int(part) for part in match.groups() if part)) if match else date.fromisoformat(text)
    except ValueError:
        raise Refused(f"日期“{text}”无法识读，应写作 2027-01-01") from None


def require_sense(day: Day) -> Day:
    """Raises Refused for a 班 on a weekday: it is worked anyway, so the date is probably another one."""
    if day.working and day.day.weekday() < 5:
        weekday = WEEKDAYS[day.day.weekday()]
        raise Refused(
            f"{chinese_date(day.day)}是星期{weekday}，本为工作日，不应标“{WORK}”；调休上班日应为星期六或星期日"
        )
    return day


def _notes(year: int, days: Sequence[Day], *, as_written: bool) -> Iterator[str]:
    strange = "；".join(
        unlikely(year, (one.day for one in days if not one.working), (one.day for one in days if one.working))
    )
    if strange and not as_written:
        raise Doubtful(
            f"{year}年的名单只有{len(days)}天，不像全年的放假安排：{strange}。导入后整年以名单为准，"
            "没有列出的节日都按工作日计算；请补全全年的放假和调休上班日后再导入"
        )
    if strange:
        yield f"名单不像全年的放假安排：{strange}"
    weekends = [one for one in days if not one.working and one.day.weekday() >= 5]
    if weekends:
        yield f"{len(weekends)}个标“{OFF}”的日期本为周末，不影响结果"


def as_list(days: Iterable[Day]) -> str:
    """Days as `read_year` reads them back."""
    ordered = sorted(days, key=lambda one: one.day)
    return write_list(COLUMNS, ((str(one.day), WORK if one.working else OFF, one.name) for one in ordered))


def preview(session: Session, actor: Actor, year: int, days: Iterable[Day]) -> Effects:
    """What the year, so written, would move and tell of; nothing is written."""
    actor.require(Permission.MANAGE_RULEBOOK)
    return foresee(session, actor, Rules(rulebook(session), _with_year(calendar(session), year, days)))


def _with_year(known: WorkCalendar, year: int, days: Iterable[Day]) -> WorkCalendar:
    listed = tuple(days)
    return WorkCalendar(
        frozenset(day for day in known.days_off if day.year != year)
        | {one.day for one in listed if not one.working},
        frozenset(day for day in known.make_up_days if day.year != year)
        | {one.day for one in listed if one.working},
        known.known_years | {year},
    )  # fmt: skip


def store_year(session: Session, actor: Actor, year: int, days: Iterable[Day], document: str) -> Year:
    """Replace the year whole by these days and its document; no date of an 应报事项 moves by it.

    Raises Refused without a document.
    """
    actor.require(Permission.MANAGE_RULEBOOK)
    document = document.strip()
    if not document:
        raise Missing("工作日历须写明依据文件，如“国务院办公厅关于2027年部分节假日安排的通知”")
    audit.take_turn(session)
    old, listed = year_of(session, year), sorted(days, key=lambda one: one.day)
    row = session.get(CalendarYear, year) or CalendarYear(year=year)
    row.document, row.recorded_at, row.recorded_by = document, clock.now(), actor.account
    require_storable(row)
    session.add(row)
    session.flush()
    session.execute(delete(CalendarDay).where(CalendarDay.year == year))
    for one in listed:
        entry = CalendarDay(day=one.day, year=year, working=one.working, name=one.name)
        require_storable(entry)
        session.add(entry)
    session.flush()
    session.expire(row, ["days"])
    new = Year(year, document, tuple(listed))
    audit.record(session, actor, Act.CALENDAR_CHANGE, f"{year}年工作日历", old=_told(old), new=_told(new))
    return new


def _told(year: Year) -> dict[str, object]:
    off, worked = ([str(one.day) for one in year.days if one.working is working] for working in (False, True))
    return {"document": year.document, OFF: off, WORK: worked}


def with_day(year: Year, day: date, kind: str, name: str = "") -> tuple[Day, ...]:
    """The days of a year with one of them marked 休 or 班, or (`kind` empty) as its weekday says."""
    if day.year != year.year:
        raise Refused(f"{chinese_date(day)}不在{year.year}年，应为{year.year}年内的日期")
    if kind and kind not in KINDS:
        raise Refused(f"应选择“{OFF}”“{WORK}”或按星期，收到“{kind}”")
    rest = tuple(one for one in year.days if one.day != day)
    return (*rest, require_sense(Day(day, KINDS[kind], name.strip()))) if kind else rest


def provisional(session: Session, actor: Actor) -> tuple[Listed, ...]:
    """应报事项 still waited for whose date was rolled by a year not known yet: 暂定."""
    return tuple(
        Listed(park.situation.park.code, park.situation.park.short_name, entry.obligation.label, entry.due.on)
        for park in ledger(session, actor.scope, clock.today())
        for entry in park.entries
        if entry.on_unknown_year and not is_settled(park.situation, entry.obligation)
    )


def known_years(session: Session) -> tuple[int, ...]:
    return tuple(sorted(CALENDAR.known_years | set(session.scalars(select(CalendarYear.year)))))
