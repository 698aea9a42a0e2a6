"""What happens to the twelve parks until today: a list of dated events, one rule a story.

The rule is the same on every day of the year: reports of a round come `lead` days after its end and are
decided a week later; what would come after today has not happened yet. Only the round a story is
about departs from this. `current` is the newest half-year that has ended; `missed` is the newest whose
due date has passed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from policy.deadlines import construction_end
from policy.obligations import due_date, half_year_obligations
from policy.rulebook import DEFAULT
from policy.terms import FigureKind, HalfYear
from policy.workflow import StepKind
from services.demo import obliged, progress, stories
from services.demo.events import Approval, Event, LetterIn, Reorganisation, StepTaken
from services.demo.municipality import BY_CODE, PARKS, ParkSpec, Story
from services.demo.stories import office_day

LAYOUTS = ("template", "sheets", "across", "letter")
# The days after a period's end on which better figures replace the first: a half-year's books, a year's audit.
BOOKS_CLOSED, AUDITED = 72, 118
# Days after the end of the construction period; the last three only for the park that has its title.
STEP_DAYS: tuple[tuple[StepKind, int], ...] = (
    (StepKind.SELF_ASSESSMENT, 27),
    (StepKind.DEPARTMENT_REVIEW, 41),
    (StepKind.ACCEPTANCE_LETTER, 55),
    (StepKind.RECEIPT, 66),
    (StepKind.EXPERT_REVIEW, 100),
    (StepKind.CONCLUSION, 125),
    (StepKind.TITLE, 150),
)


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


def approved_on(story: Story, today: date) -> date:
    """When the park of a story was approved, so that the story holds today."""
    current, missed = newest_ended(today), newest_missed(today)
    starts = {  # the first half-year owed, and how many days into it the approval came
        Story.FIRST_YEAR: (missed, 25),
        Story.UNDER_WAY: (_back(missed, 1), 40),
        Story.OVERDUE: (_back(missed, 2), 60),
        Story.NO_LETTER: (_back(current, 1), 46),
        Story.WAITING: (_back(current, 2), 33),
        Story.RETURNED: (_back(current, 1), 54),
        Story.LAGGING: (_back(missed, 2), 45),
        Story.REORGANISED: (_back(missed, 1), 50),
    }
    ends = {
        Story.ENDING: today + timedelta(days=60),
        Story.ACCEPTANCE: today - timedelta(days=75),
        Story.TITLED: today - timedelta(days=230),
    }
    if story in ends:
        return office_day(approved_for_end(ends[story]))
    if story in starts:
        period, days = starts[story]
        return office_day(period.start + timedelta(days=days))
    return office_day(today - timedelta(days=12))


def reorganised_on(today: date) -> date:
    return today - timedelta(days=110)


def programme(today: date) -> tuple[Event, ...]:
    """Everything that has happened by `today`, oldest first; on one day each park's events keep their order."""
    events: list[Event] = [Reorganisation(reorganised_on(today))]
    for park in PARKS:
        events += park_events(park, today)
    events = [event for event in _join_letters(events) if event.on <= today]
    return tuple(sorted(events, key=lambda event: event.on))


def park_events(park: ParkSpec, today: date) -> Iterator[Event]:
    approved = approved_on(park.story, today)
    ends_on = construction_end(approved)
    yield Approval(approved, park.code)
    yield from progress.plan(park, approved, today)
    yield from obliged.plan(park, approved, today)
    reports = (entry.half_year for entry in half_year_obligations(approved, ends_on, DEFAULT))
    for index, period in enumerate(period for period in reports if period and period.end < today):
        yield from _round(park, period, index, today)
    if park.story in (Story.RETURNED, Story.ACCEPTANCE):
        yield from stories.evidence(park, office_day(today))
    if park.story in (Story.ACCEPTANCE, Story.TITLED):
        last = StepKind.TITLE if park.story is Story.TITLED else StepKind.ACCEPTANCE_LETTER
        yield from _steps(park, ends_on, last)


def _steps(park: ParkSpec, ends_on: date, last: StepKind) -> Iterator[StepTaken]:
    for kind, days in STEP_DAYS:
        yield StepTaken(office_day(ends_on + timedelta(days=days)), park.code, kind)
        if kind is last:
            return


def _round(park: ParkSpec, period: HalfYear, index: int, today: date) -> Iterator[Event]:
    """One half-year report of one park."""
    layout = LAYOUTS[(park.number + index) % len(LAYOUTS)]
    special = {
        Story.NO_LETTER: stories.no_letter,
        Story.WAITING: stories.waiting,
        Story.RETURNED: stories.returned,
    }
    if park.story is Story.OVERDUE and period >= newest_missed(today):
        return
    if park.story is Story.REORGANISED and index == 0:
        yield from obliged.nil_return(park, period)
    elif park.story in special and period == newest_ended(today):
        yield from special[park.story](park, period, layout, today)
    elif park.story is Story.RETURNED:
        kinds = FigureKind.ESTIMATE, FigureKind.PRELIMINARY
        yield from stories.corrected_later(park, period, *kinds, BOOKS_CLOSED, stories.HALF_YEAR_CLOSED)
    elif park.story is Story.TITLED and period.half == 2 and index < 2:
        kinds = FigureKind.PRELIMINARY, FigureKind.FINAL
        yield from stories.corrected_later(park, period, *kinds, AUDITED, stories.YEAR_CLOSED)
    elif park.story is Story.ENDING and index == 1:
        yield from stories.accepted_at_second_try(park, period, layout)
    else:
        yield from stories.on_time(park, period, layout)


def _join_letters(events: list[Event]) -> Iterator[Event]:
    """A district writes one letter for all its parks whose letters would arrive on the same day."""
    letters = [event for event in events if isinstance(event, LetterIn)]
    yield from (event for event in events if not isinstance(event, LetterIn))

    def shared(letter: LetterIn) -> tuple[str, date, HalfYear]:
        return BY_CODE[letter.parks[0]].district, letter.on, letter.period

    for (_district, on, period), group in groupby(sorted(letters, key=shared), key=shared):
        joined = list(group)
        parks, sealed = [entry.parks[0] for entry in joined], [code for entry in joined for code in entry.sealed]
        yield LetterIn(on, tuple(parks), period, min(entry.dated for entry in joined), tuple(sealed))
