"""What happens to the twelve parks until today: a list of dated events, one rule a situation.

The rule is the same on every day of the year: reports of a round come `lead` days after its end and are
decided a week later; what would come after today has not happened yet. Only the round a situation is
about departs from this. `current` is the newest half-year that has ended; `missed` is the newest whose
due date has passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import TypeAlias

from policy.deadlines import CALENDAR, construction_end
from policy.obligations import due_date, half_year_obligations
from policy.rulebook import DEFAULT
from policy.terms import HalfYear
from policy.workflow import StepKind
from services.demo.municipality import BY_CODE, PARKS, ParkSpec, Situation

LAYOUTS = ("template", "sheets", "across", "letter")
SHORT_ROSTER = "short_roster"
WEEKEND = timedelta(days=3)
RETURN_REASON = (
    "一览表网络安全业务收入合计低于表一网络安全产业收入的80%（参照申报表附件表二注），"
    "请补齐一览表企业或书面说明情况后重新报送。"
)
# Days after the end of the construction period; the last three only for the park that has its title.
STEP_DAYS: tuple[tuple[StepKind, int], ...] = (
    (StepKind.SELF_ASSESSMENT, 35),
    (StepKind.DEPARTMENT_REVIEW, 48),
    (StepKind.ACCEPTANCE_LETTER, 60),
    (StepKind.RECEIPT, 66),
    (StepKind.EXPERT_REVIEW, 100),
    (StepKind.CONCLUSION, 125),
    (StepKind.TITLE, 150),
)


@dataclass(frozen=True, slots=True)
class Approval:
    """批复: the park enters the register with its application form and its goals."""

    on: date
    park: str


@dataclass(frozen=True, slots=True)
class Reorganisation:
    on: date


@dataclass(frozen=True, slots=True)
class Upload:
    """One version of a half-year report; `flaw` says what is wrong with it on purpose."""

    on: date
    park: str
    period: HalfYear
    version: int
    layout: str
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class LetterIn:
    """收文: one letter of a district for all its parks whose letters would arrive that day."""

    on: date
    parks: tuple[str, ...]
    period: HalfYear
    dated: date


@dataclass(frozen=True, slots=True)
class Decision:
    """The committee accepts a version, or returns it with a reason."""

    on: date
    park: str
    period: HalfYear
    version: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepTaken:
    on: date
    park: str
    kind: StepKind


Event: TypeAlias = Approval | Reorganisation | Upload | LetterIn | Decision | StepTaken
ORDER = (Approval, Reorganisation, Upload, LetterIn, Decision, StepTaken)


def office_day(day: date) -> date:
    """The day itself when offices work, else the last working day before it."""
    while not CALENDAR.is_working(day):
        day -= timedelta(days=1)
    return day


def approved_for_end(day: date) -> date:
    """The approval whose construction period ends on `day` (on 28 February for a 29th)."""
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return date(day.year - 2, day.month, last)


def newest_ended(today: date) -> HalfYear:
    return HalfYear.containing(today).previous()


def newest_missed(today: date) -> HalfYear:
    ended = newest_ended(today)
    return ended if due_date(ended, DEFAULT) < today else ended.previous()


def _back(period: HalfYear, halves: int) -> HalfYear:
    for _ in range(halves):
        period = period.previous()
    return period


def approved_on(situation: Situation, today: date) -> date:
    """When the park of a situation was approved, so that the situation holds today."""
    current, missed = newest_ended(today), newest_missed(today)
    starts = {  # the first half-year owed, and how many days into it the approval came
        Situation.FIRST_YEAR: (missed, 25),
        Situation.UNDER_WAY: (_back(missed, 1), 40),
        Situation.OVERDUE: (_back(missed, 2), 60),
        Situation.NO_LETTER: (_back(current, 1), 46),
        Situation.WAITING: (_back(current, 2), 33),
        Situation.RETURNED: (_back(current, 1), 54),
        Situation.LAGGING: (_back(missed, 2), 45),
        Situation.REORGANISED: (_back(missed, 1), 50),
    }
    ends = {
        Situation.ENDING: today + timedelta(days=60),
        Situation.ACCEPTANCE: today - timedelta(days=75),
        Situation.TITLED: today - timedelta(days=230),
    }
    if situation in ends:
        return office_day(approved_for_end(ends[situation]))
    if situation in starts:
        period, days = starts[situation]
        return office_day(period.start + timedelta(days=days))
    return office_day(today - timedelta(days=12))


def reorganised_on(today: date) -> date:
    return today - timedelta(days=110)


def programme(today: date) -> tuple[Event, ...]:
    """Everything that has happened by `today`, oldest first, in the order it must be entered."""
    events: list[Event] = [Reorganisation(reorganised_on(today))]
    for park in PARKS:
        events += park_events(park, today)
    events = [event for event in _join_letters(events) if event.on <= today]
    return tuple(sorted(events, key=lambda event: (event.on, ORDER.index(type(event)))))


def park_events(park: ParkSpec, today: date) -> Iterator[Event]:
    approved = approved_on(park.situation, today)
    ends_on = construction_end(approved)
    yield Approval(approved, park.code)
    owed = [entry.period for entry in half_year_obligations(approved, ends_on, DEFAULT) if entry.period.end < today]
    for index, period in enumerate(owed):
        yield from _round(park, period, index, today)
    if park.situation in (Situation.ACCEPTANCE, Situation.TITLED):
        last = StepKind.TITLE if park.situation is Situation.TITLED else StepKind.ACCEPTANCE_LETTER
        yield from _steps(park, ends_on, last)


def _steps(park: ParkSpec, ends_on: date, last: StepKind) -> Iterator[StepTaken]:
    for kind, days in STEP_DAYS:
        yield StepTaken(office_day(ends_on + timedelta(days=days)), park.code, kind)
        if kind is last:
            return


def _round(park: ParkSpec, period: HalfYear, index: int, today: date) -> Iterator[Event]:
    """One half-year report of one park."""
    layout = LAYOUTS[(park.number + index) % len(LAYOUTS)]
    missed = park.situation is Situation.OVERDUE and period >= newest_missed(today)
    special = {
        Situation.NO_LETTER: _no_letter,
        Situation.WAITING: _waiting,
        Situation.RETURNED: _returned,
    }
    if missed:
        return
    if park.situation in special and period == newest_ended(today):
        yield from special[park.situation](park, period, layout, today)
    elif park.situation is Situation.ENDING and index == 1:
        yield from _accepted_at_second_try(park, period, layout)
    else:
        yield from _on_time(park, period, layout)


def _day(period: HalfYear, days: int) -> date:
    return office_day(period.end + timedelta(days=days))


def _on_time(park: ParkSpec, period: HalfYear, layout: str) -> Iterator[Event]:
    yield Upload(_day(period, park.lead), park.code, period, 1, layout)
    yield LetterIn(_day(period, park.lead + 3), (park.code,), period, _day(period, park.lead + 1))
    yield Decision(_day(period, park.lead + 8), park.code, period, 1)


def _accepted_at_second_try(park: ParkSpec, period: HalfYear, layout: str) -> Iterator[Event]:
    lead = park.lead
    yield Upload(_day(period, lead), park.code, period, 1, layout, SHORT_ROSTER)
    yield LetterIn(_day(period, lead + 3), (park.code,), period, _day(period, lead + 1))
    yield Decision(_day(period, lead + 5), park.code, period, 1, RETURN_REASON)
    yield Upload(_day(period, lead + 9), park.code, period, 2, layout)
    yield Decision(_day(period, lead + 13), park.code, period, 2)


def _recent(today: date, days: int, period: HalfYear) -> date:
    """About `days` before today, but after the period's end; a long holiday is worked through."""
    day = today - timedelta(days=days)
    working = office_day(day)
    return max(working if day - working <= WEEKEND else day, period.end + timedelta(days=1))


def _no_letter(park: ParkSpec, period: HalfYear, layout: str, today: date) -> Iterator[Event]:
    yield Upload(min(_day(period, park.lead), _recent(today, 0, period)), park.code, period, 1, layout)


def _waiting(park: ParkSpec, period: HalfYear, layout: str, today: date) -> Iterator[Event]:
    yield Upload(_recent(today, 4, period), park.code, period, 1, layout)
    yield LetterIn(_recent(today, 2, period), (park.code,), period, _recent(today, 3, period))


def _returned(park: ParkSpec, period: HalfYear, layout: str, today: date) -> Iterator[Event]:
    yield Upload(_recent(today, 9, period), park.code, period, 1, layout, SHORT_ROSTER)
    yield LetterIn(_recent(today, 7, period), (park.code,), period, _recent(today, 8, period))
    yield Decision(_recent(today, 3, period), park.code, period, 1, RETURN_REASON)


def _join_letters(events: list[Event]) -> Iterator[Event]:
    """A district writes one letter for all its parks whose letters would arrive on the same day."""
    letters = [event for event in events if isinstance(event, LetterIn)]
    yield from (event for event in events if not isinstance(event, LetterIn))

    def shared(letter: LetterIn) -> tuple[str, date, HalfYear]:
        return BY_CODE[letter.parks[0]].district, letter.on, letter.period

    for (_district, on, period), group in groupby(sorted(letters, key=shared), key=shared):
        joined = list(group)
        yield LetterIn(on, tuple(letter.parks[0] for letter in joined), period, min(entry.dated for entry in joined))
