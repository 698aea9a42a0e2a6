"""趋势研判 and 测算表 of a park's goals; the outlooks themselves are worked out by night, and a park's anew when its
facts change (services.foresight).

What it says stays on pages: no document and no mail takes anything from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Outlook
from db.queries.series import ParkSeries, all_series
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.facts import ParkFact
from policy.figures import half_up
from policy.foresight import Course, chance, half_flows
from policy.projection import Projection, projection
from policy.rulebook import Rulebook
from policy.terms import Chance, HalfYear
from services.foresight.courses import courses
from services.parks import find_park


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One goal: its 测算表 with the first half's share it takes, and, where there is one, the word of its outlook;
    `why` there is none, or what was left out. `outcome`: the range at month 24 that holds four cases of five, to be
    drawn and never written."""

    projection: Projection
    first_half: Decimal
    chance: Chance | None
    why: str
    outcome: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class ParkForesight:
    """`worked_out_on`: as of which day the outlooks are."""

    park: ParkFact
    as_of: date
    goals: tuple[Foreseen, ...]
    worked_out_on: date | None


def foresight_of(
    session: Session, actor: Actor, park_code: str, as_of: date,
    given: Mapping[tuple[str, HalfYear], Decimal], first_half: Decimal | None = None,
) -> ParkForesight:  # fmt: skip
    """Every goal of a park. The first half's share is the user's, else the park's own, else the rulebook's; the words
    only for who may see them. Raises AccessDenied, Unknown."""
    actor.require(Permission.VIEW_READINESS)
    park = find_park(session, actor.scope, park_code)
    rules = rulebook(session)
    situation = facts.situation(session, park.id, as_of, rules)
    known = _outlooks(session, park.id) if actor.may(Permission.VIEW_FORESIGHT) else {}
    goals = []
    for course in courses(situation):
        share = first_half if first_half is not None else usual_first_half(course, as_of, rules)
        own = {period: value for (key, period), value in given.items() if key == course.indicator}
        row = known.get(course.indicator)
        word, why = _word(row, rules)
        goals.append(Foreseen(projection(course, as_of, share, own), share, word, why, _outcome(row)))
    return ParkForesight(situation.park, as_of, tuple(goals), max((row.as_of for row in known.values()), default=None))


@dataclass(frozen=True, slots=True)
class GoalForeseen:
    """A goal of one of many parks: what was reported towards it, the word of its outlook, or `why` there is none."""

    course: Course
    chance: Chance | None
    why: str


@dataclass(frozen=True, slots=True)
class ParkOutlooks:
    """One park, its goals by indicator."""

    code: str
    short_name: str
    district: str
    goals: Mapping[str, GoalForeseen]


def all_outlooks(session: Session, actor: Actor, as_of: date) -> tuple[tuple[ParkOutlooks, ...], date | None]:
    """Every park of the scope in 行政区划序, and as of which day the outlooks are. Raises AccessDenied."""
    actor.require(Permission.VIEW_FORESIGHT)
    rules, parks = rulebook(session), all_series(session, actor.scope, as_of)
    rows = session.scalars(select(Outlook).where(Outlook.park_id.in_([one.park.park_id for one in parks]))).all()
    known = {(row.park_id, row.key): row for row in rows}
    found = tuple(_of_park(one, as_of, known, rules) for one in parks)
    return found, max((row.as_of for row in rows), default=None)


def _of_park(one: ParkSeries, as_of: date, known: Mapping[tuple[int, str], Outlook], rules: Rulebook) -> ParkOutlooks:
    figures = tuple(figure for series in one.figures.values() for figure in series)
    situation = replace(one.park.situation(as_of), goals=tuple(one.goals.values()), figures=figures)
    goals = {
        course.indicator: GoalForeseen(course, *_word(known.get((one.park.park_id, course.indicator)), rules))
        for course in courses(situation)
    }
    return ParkOutlooks(one.park.code, situation.park.short_name, one.park.district, goals)


def _outlooks(session: Session, park_id: int) -> Mapping[str, Outlook]:
    return {row.key: row for row in session.scalars(select(Outlook).where(Outlook.park_id == park_id))}


def _word(row: Outlook | None, rules: Rulebook) -> tuple[Chance | None, str]:
    if row is None:
        return None, "尚未研判，每日4时重算"
    if row.refused or row.p_miss is None:
        return None, row.why
    return chance(row.p_miss, row.as_of, rules), row.why


def _outcome(row: Outlook | None) -> tuple[Decimal, Decimal] | None:
    if row is None or row.refused or row.p10 is None or row.p90 is None:
        return None
    return row.p10, row.p90


def usual_first_half(course: Course, as_of: date, rules: Rulebook) -> Decimal:
    """The median of the park's own years of which both halves are known, to a hundredth; else the rulebook's."""
    amounts = {half.end: half.amount for half in half_flows(course, as_of) if (half.end - half.start).days < 190}
    shares = [
        first / (first + amounts[whole])
        for day, first in amounts.items()
        if day.month == 6 and (whole := date(day.year, 12, 31)) in amounts and first + amounts[whole] > 0
    ]
    return half_up(median(shares), 2) if shares else rules.share("first_half_share", as_of)
