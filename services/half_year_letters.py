"""What a 半年函报 tells of one half-year: the parks of a district, each with its figures, growth and goals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.orm import Session

from db import facts
from db.models import Park
from db.rulebook_facts import rulebook
from policy.access import Actor
from policy.facts import FigureFact
from policy.figures import percent
from policy.indicators.catalogue import CATALOGUE
from policy.indicators.derivation import PERCENT, Series, moved
from policy.indicators.progress import Pace, completion, pace
from policy.outlines import HALF_YEAR_LETTER
from policy.situation import Situation
from policy.terms import REPORTED, HalfYear, Light
from services import units
from services.dossier_texts import texts
from services.parks import all_parks, find_park
from services.report_papers import ReportPaper, paper
from services.written_base import quotable, with_reported

COUNTS = ("platforms", "trainees", "events")


@dataclass(frozen=True, slots=True)
class Result:
    """One indicator: `growth` 增长12.3%, `completion` 95.0%; each empty where it cannot be worked out."""

    figure: FigureFact
    growth: str = ""
    target: Decimal | None = None
    completion: str = ""


@dataclass(frozen=True, slots=True)
class ParkHalfYear:
    """`behind`: the figures of this half-year that lag behind their path."""

    short_name: str
    paper: ReportPaper
    results: Mapping[str, Result]
    behind: tuple[Pace, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    """What the district wrote, by section."""
    values: Mapping[str, str] = field(default_factory=dict)
    """What those texts may quote, by code."""


@dataclass(frozen=True, slots=True)
class HalfYearLetter:
    """`title`: the park, or the district whose parks it speaks of."""

    as_of: date
    period: HalfYear
    title: str
    government: str
    fictional: bool
    parks: tuple[ParkHalfYear, ...]


def half_year_letter(
    session: Session, actor: Actor, park_code: str, as_of: date, period: HalfYear | None = None,
    *, whole_district: bool = False,
) -> HalfYearLetter:  # fmt: skip
    """As known at the end of `as_of`; of `period`, else the newest the park has data of. Raises Unknown."""
    park = find_park(session, actor.scope, park_code)
    first = paper(session, actor, park.code, as_of, period)
    end = first.period.end
    fellows = [
        one for one in all_parks(session, actor.scope) if one.district_id == park.district_id and one.approved_on <= end
    ]
    unit = units.current_unit(session, park.district, as_of)
    return HalfYearLetter(
        as_of=as_of,
        period=first.period,
        title=f"{unit.name}国家网络安全产业园区市级重点园区" if whole_district else park.title,
        government=units.government(unit),
        fictional=park.district.fictional,
        parks=tuple(
            _half_year(session, one, paper(session, actor, one.code, as_of, first.period))
            for one in (fellows if whole_district else [park])
        ),
    )


def _half_year(session: Session, park: Park, told: ReportPaper) -> ParkHalfYear:
    situation = facts.situation(session, park.id, told.as_of, rulebook(session))
    figures = with_reported(session, situation, told)
    stated = [one for one in figures if one.period == told.period]
    series = Series(figures, situation.definitions)
    verdicts = {one.goal.key: one for one in _verdicts(situation, stated, series)}
    return ParkHalfYear(
        park.short_name,
        told,
        {one.key: _result(told, one, series, situation, verdicts.get(one.key)) for one in _in_order(situation, stated)},
        tuple(one for one in verdicts.values() if one.light in (Light.YELLOW, Light.RED)),
        texts(session, park.id, HALF_YEAR_LETTER, told.as_of, str(told.period)),
        {code: one.shown for code, one in quotable(situation, figures).items()},
    )


def _verdicts(situation: Situation, stated: Sequence[FigureFact], series: Series) -> Iterator[Pace]:
    for goal in situation.goals:
        for figure in stated:
            if figure.key == goal.key:
                verdict = pace(situation.park, goal, figure, situation.rulebook, series)
                yield from (verdict,) if verdict is not None else ()


def _in_order(situation: Situation, stated: Sequence[FigureFact]) -> Iterator[FigureFact]:
    """Those every report carries, those with a goal, and what the tables count; tiers have a table of their own."""
    goals = {goal.key for goal in situation.goals}
    for indicator in CATALOGUE:
        wanted = indicator.required and not indicator.key.startswith("tier_")
        if wanted or indicator.key in goals or indicator.key in COUNTS:
            yield from (one for one in stated if one.key == indicator.key)


def _result(
    told: ReportPaper, figure: FigureFact, series: Series, situation: Situation, verdict: Pace | None
) -> Result:
    goal = next((one for one in situation.goals if one.key == figure.key), None)
    done = completion(verdict.value, verdict.goal.target) if verdict else None
    over = "\n（近12个月）" if verdict and verdict.twelve else ""
    return Result(
        figure,
        series.growth(figure.key, told.period).shown or _stated_growth(told, figure),
        goal.target if goal else None,
        f"{percent(done)}{over}" if done is not None else "",
    )


def _stated_growth(told: ReportPaper, figure: FigureFact) -> str:
    """Against the 上年同期 the report itself states, where no report of that time was accepted."""
    before = (told.figures or {}).get((figure.key, "previous"))
    if before is None or not before.value:
        return ""
    return moved(Fraction(figure.value - before.value) / Fraction(before.value) * 100, PERCENT)


def lacking(letter: HalfYearLetter) -> tuple[str, ...]:
    """Why the letter cannot go out as it is."""
    reasons = []
    for one in letter.parks:
        if one.paper.submission_id is None:
            reasons.append(f"{one.short_name}{letter.period.label}尚未上传园区发展情况表")
        elif one.paper.state not in REPORTED:
            reasons.append(f"{one.short_name}{letter.period.label}园区发展情况表尚未报送")
        reasons += [f"{one.short_name}{said}" for said in one.paper.lacking if one.paper.submission_id is not None]
    return tuple(reasons)
