"""The pictures of one park, each by the name that stands in the address of its data sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html
from flask import abort

from dashboard import labels
from dashboard.components.picture import picture, undrawn
from dashboard.figures.outlook import foreseen
from dashboard.figures.path import Point, Span, pictured
from dashboard.figures.picture import Picture, Undrawn
from dashboard.markup import Node
from dashboard.page import Visit
from dashboard.park_changes import CHANGES, change, tiers
from db.queries.park_detail import ParkDetail, detail
from db.queries.rosters import Roster, rosters
from policy.access import Permission
from policy.facts import FigureFact
from policy.figures import half_up
from policy.indicators.catalogue import BY_KEY
from policy.indicators.derivation import Series, decimal
from policy.indicators.indicator import Indicator
from policy.provenance import figure_path, goal_path
from policy.terms import FigureKind, Measure
from services.outlooks import ParkForesight, foresight_of

OUTLOOK = "outlook-"


def park_picture(visit: Visit, code: str, name: str) -> Picture | None:
    """None when there is no picture of this name; 404 for a park, and a forecast, out of sight."""
    with visit.platform.database.read() as session:
        park = detail(session, visit.actor.scope, code, visit.today)
        if park is None:
            abort(404)
        if name.startswith(OUTLOOK):
            visit.actor.require(Permission.VIEW_FORESIGHT)
            found = foresight_of(session, visit.actor, code, visit.today, {})
            return _named(name, outlooks(found, park, visit.today))
        listed = rosters(session, park.park.id, visit.today)
    return over_time(BY_KEY[name], park, visit.today) if name in BY_KEY else _named(name, compared(park, listed))


def _named(name: str, drawn: Sequence[Picture | Undrawn]) -> Picture | None:
    return next((one for one in drawn if isinstance(one, Picture) and one.name == name), None)


def compared(park: ParkDetail, listed: Sequence[Roster]) -> list[Picture | Undrawn]:
    """What changed, and the roster by 收入档次; what cannot be drawn comes last."""
    found = [*(change(key, park, listed) for key in CHANGES), tiers(park, listed)]
    return sorted(found, key=lambda one: isinstance(one, Undrawn))


def over_time(indicator: Indicator, park: ParkDetail, today: date) -> Picture:
    """The indicator against its goal."""
    known = park.park
    points = [
        Point(fact.period, fact.value, _source(fact), figure_path(known.code, fact.period, indicator.key), fact.kind)
        for fact in _facts(indicator, park)
    ]
    goal = next((goal for goal in park.goals if goal.key == indicator.key), None)
    breaks = [one.since for one in park.definitions if one.breaks and one.key == indicator.key]
    return pictured(
        f"{known.short_name}{indicator.label}",
        indicator,
        goal,
        points,
        _span(park, today),
        goal_path(known.code, indicator.key),
        breaks,
    )


def outlooks(found: ParkForesight, park: ParkDetail, today: date) -> list[Picture | Undrawn]:
    """Every goal against its path with the range of the forecast; where there is none, why. Only for who may see it."""
    goals = {goal.key: goal for goal in park.goals}
    drawn: list[Picture | Undrawn] = []
    for one in found.goals:
        indicator = BY_KEY[one.projection.course.indicator]
        if one.outcome is None or found.worked_out_on is None:
            drawn.append(Undrawn(indicator.label, one.why or "不作研判。", "有新的审核通过的数据后，每日4时重新研判。"))
            continue
        drawn.append(
            foreseen(
                f"{park.park.short_name}{indicator.label}实际与目标路径", indicator, goals[indicator.key],
                _levels(indicator, park), _span(park, today), one.outcome,
                goal_path(park.park.code, indicator.key), labels.day(found.worked_out_on),
            )
        )  # fmt: skip
    return drawn


def _levels(indicator: Indicator, park: ParkDetail) -> list[Point]:
    """Reported levels; of a running total the twelve months up to each report, where they are known."""
    if indicator.measure is Measure.STOCK:
        code = park.park.code
        return [
            Point(fact.period, fact.value, _source(fact), figure_path(code, fact.period, fact.key), fact.kind)
            for fact in _facts(indicator, park)
        ]
    series = Series((entry.fact for entry in park.figures), park.definitions)
    found = []
    for fact in _facts(indicator, park):
        made = series.twelve(indicator.key, fact.period)
        if made.value is None:
            continue
        value = half_up(decimal(made.value), indicator.places)
        kind = FigureKind.ESTIMATE if made.estimated else fact.kind
        source, path = "；".join(map(_source, made.sources)), figure_path(park.park.code, fact.period, fact.key)
        found.append(Point(fact.period, value, source, path, kind, f"近12个月（至{fact.period.end_label}）"))
    return found


def _facts(indicator: Indicator, park: ParkDetail) -> list[FigureFact]:
    return [entry.fact for entry in park.figures if entry.fact.key == indicator.key]


def _source(fact: FigureFact) -> str:
    return f"{fact.file} {fact.where}"


def _span(park: ParkDetail, today: date) -> Span:
    return Span(park.park.approved_on, park.park.ends_on, today)


def explained(drawn: Picture | Undrawn, code: str) -> html.Figure:
    """A picture with its note and its data sheet, or why there is none."""
    if isinstance(drawn, Undrawn):
        return undrawn(drawn)
    return shown(drawn, code, html.P(drawn.note, className="small"))


def shown(drawn: Picture, code: str, *head: Node, sheet_shown: bool = True) -> html.Figure:
    return picture(drawn, f"/parks/{code}/pictures/{drawn.name}.xlsx", *head, sheet_shown=sheet_shown)
