"""The pictures of one park, each by the name that stands in the address of its data sheet."""

from __future__ import annotations

from datetime import date

from dash import html
from flask import abort

from dashboard.components.picture import picture
from dashboard.figures.path import Point, Span, pictured
from dashboard.figures.picture import Picture
from dashboard.markup import Node
from dashboard.page import Visit
from db.queries.park_detail import ParkDetail, detail
from policy.indicators.catalogue import BY_KEY
from policy.indicators.indicator import Indicator
from policy.provenance import figure_path, goal_path


def park_picture(visit: Visit, code: str, name: str) -> Picture | None:
    """None when there is no picture of this name; 404 for a park out of sight."""
    with visit.platform.database.read() as session:
        park = detail(session, visit.actor.scope, code, visit.today)
    if park is None:
        abort(404)
    return over_time(BY_KEY[name], park, visit.today) if name in BY_KEY else None


def over_time(indicator: Indicator, park: ParkDetail, today: date) -> Picture:
    """The indicator against its goal."""
    known = park.park
    points = [
        Point(
            entry.fact.period, entry.fact.value, f"{entry.fact.file} {entry.fact.where}",
            figure_path(known.code, entry.fact.period, indicator.key), entry.fact.kind,
        )
        for entry in park.figures
        if entry.fact.key == indicator.key
    ]  # fmt: skip
    goal = next((goal for goal in park.goals if goal.key == indicator.key), None)
    breaks = [one.since for one in park.definitions if one.breaks and one.key == indicator.key]
    span = Span(known.approved_on, known.ends_on, today)
    return pictured(
        f"{known.short_name}{indicator.label}",
        indicator,
        goal,
        points,
        span,
        goal_path(known.code, indicator.key),
        breaks,
    )


def shown(drawn: Picture, code: str, *head: Node, sheet_shown: bool = True) -> html.Figure:
    return picture(drawn, f"/parks/{code}/pictures/{drawn.name}.xlsx", *head, sheet_shown=sheet_shown)
