"""What 情况通报 and 情况专报 tell of: every park of the programme for one half-year, as known on a day.

Accepted data and what was recorded alone: 趋势研判 is for internal reference and never goes into a paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db import facts
from db.models import Submission
from db.queries.accounts import names
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.facts import ParkFact
from policy.indicators.derivation import Series
from policy.indicators.lag import Judgement, judgements, series_of
from policy.obligations import Obligation
from policy.situation import Situation, Tally, tally
from policy.terms import HalfYear, Light, Stage, Standing
from policy.version_no import VersionNo
from services.dossiers import Origin
from services.parks import all_parks

WORST_FIRST = (Light.RED, Light.YELLOW, Light.GREEN)


@dataclass(frozen=True, slots=True)
class ParkLine:
    """One park: `owed` is its report of the half-year, None when it owes none; `origins`: of each half-year with
    accepted figures whose file they are."""

    situation: Situation
    series: Series
    judged: tuple[Judgement, ...]
    owed: Obligation | None
    origins: Mapping[HalfYear, Origin]

    @property
    def park(self) -> ParkFact:
        return self.situation.park

    @property
    def standing(self) -> Standing | None:
        """Of its report of the half-year; None when none is counted."""
        return self.situation.standing(self.owed) if self.owed else None

    @property
    def lagging(self) -> tuple[Judgement, ...]:
        return tuple(one for one in self.judged if one.light in (Light.RED, Light.YELLOW))

    @property
    def light(self) -> Light:
        """The worst of its goals; grey while nothing can be judged."""
        lights = {one.light for one in self.judged}
        return next((light for light in WORST_FIRST if light in lights), Light.GREY)

    @property
    def overdue(self) -> tuple[Obligation, ...]:
        """Its half-year reports that are 逾期未报, whichever half-year."""
        return tuple(one for one in self.situation.reports() if self.situation.is_overdue(one))


@dataclass(frozen=True, slots=True)
class Programme:
    """Every park in 行政区划序, as known at the end of `as_of`."""

    as_of: date
    period: HalfYear
    parks: tuple[ParkLine, ...]
    fictional: bool

    @property
    def reporting(self) -> Tally:
        """Of the half-year's reports."""
        return sum((tally(one.situation, period=self.period) for one in self.parks), Tally(0, 0, 0, 0))

    @property
    def known(self) -> tuple[Series, ...]:
        return tuple(one.series for one in self.parks)

    def standing(self, *wanted: Standing) -> tuple[ParkLine, ...]:
        """The parks whose report of the half-year stands so."""
        return tuple(one for one in self.parks if one.standing in wanted)

    def at(self, *stages: Stage) -> tuple[ParkLine, ...]:
        return tuple(one for one in self.parks if one.park.stage in stages)

    def lit(self, light: Light) -> tuple[ParkLine, ...]:
        return tuple(one for one in self.parks if one.light is light)

    @property
    def accepted(self) -> int:
        """How many parks have accepted figures of the half-year."""
        return sum(self.period in one.origins for one in self.parks)


def programme(session: Session, actor: Actor, period: HalfYear | None, as_of: date) -> Programme:
    """Without a `period` the newest that has ended by `as_of`. Raises AccessDenied."""
    actor.require(Permission.MANAGE_OBLIGATIONS)
    wanted = period or HalfYear.containing(as_of).previous()
    parks, rules = list(all_parks(session, actor.scope)), rulebook(session)
    situations = [facts.situation(session, park.id, as_of, rules) for park in parks]
    origins = _origins(session, situations)
    return Programme(
        as_of, wanted, tuple(_line(one, wanted, origins) for one in situations),
        fictional=any(park.district.fictional for park in parks),
    )  # fmt: skip


def _line(situation: Situation, period: HalfYear, origins: Mapping[int, Origin]) -> ParkLine:
    versions = {figure.period: origins[figure.submission_id] for figure in situation.figures}
    return ParkLine(situation, series_of(situation), judgements(situation), _owed(situation, period), versions)


def _owed(situation: Situation, period: HalfYear) -> Obligation | None:
    """The report of the half-year, once its time has come."""
    return next(
        (one for one in situation.reports() if one.half_year == period and one.opened(situation.as_of)), None
    )  # fmt: skip


def _origins(session: Session, situations: Iterable[Situation]) -> dict[int, Origin]:
    """The versions the figures were read from, by id."""
    wanted = set(_versions(situations))
    called = names(session)
    rows = session.execute(
        select(
            Submission.id, Submission.period, Submission.number, Submission.file_name, Submission.uploaded_by,
            Submission.uploaded_at,
        ).where(Submission.id.in_(wanted))
    )  # fmt: skip
    return {
        row.id: Origin(
            HalfYear.parse(row.period or ""), VersionNo(row.number), row.file_name,
            called.get(row.uploaded_by, row.uploaded_by), row.uploaded_at,
        )
        for row in rows
    }  # fmt: skip


def _versions(situations: Iterable[Situation]) -> Iterator[int]:
    for situation in situations:
        for figure in situation.figures:
            yield figure.submission_id
