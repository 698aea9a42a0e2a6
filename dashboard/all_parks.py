"""The pictures of all parks in one's scope: the heat board, and the small charts of one indicator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dashboard import labels
from dashboard.figures.board import BoardCell, BoardRow, board
from dashboard.figures.multiples import Small, multiples
from dashboard.figures.path import Point, Span
from dashboard.figures.picture import Picture
from dashboard.labels import short_name
from dashboard.page import Visit
from dashboard.verdicts import told
from db.queries.series import ParkSeries, all_series
from policy.facts import FigureFact
from policy.indicators.catalogue import BY_KEY, CATALOGUE, HEADLINES
from policy.indicators.indicator import Indicator
from policy.indicators.progress import span_told
from policy.provenance import figure_path, goal_path

OWN_SCALE = "own"


def known_parks(visit: Visit, *keys: str) -> tuple[ParkSeries, ...]:
    """Every park of the scope with the figures of these indicators, or without any of all that have goals."""
    with visit.platform.database.read() as session:
        return all_series(session, visit.actor.scope, visit.today, keys or None)


def on_board(parks: Iterable[ParkSeries]) -> tuple[Indicator, ...]:
    """The columns: what any of the parks has a goal for, in the catalogue's order; the headlines where none has any."""
    held = {key for park in parks for key in park.goals}
    return tuple(one for one in CATALOGUE if one.key in held) or HEADLINES


def board_rows(parks: Iterable[ParkSeries], indicators: Iterable[Indicator]) -> tuple[BoardRow, ...]:
    columns = tuple(indicators)
    return tuple(
        BoardRow(
            short_name(one.park.title), one.park.district, f"/parks/{one.park.code}",
            tuple(_cell(one, indicator) for indicator in columns),
        )
        for one in parks
    )  # fmt: skip


def _cell(park: ParkSeries, indicator: Indicator) -> BoardCell:
    stands, newest = told(park, indicator.key), park.newest(indicator.key)
    cell = BoardCell(stands.light, stands.shape, stands.word, stands.sentence)
    if newest is None:
        return cell
    return replace(
        cell, value=newest.value, period=span_told(indicator.key, newest.period), kind=newest.kind,
        source=_source(newest), path=figure_path(park.park.code, newest.period, indicator.key),
    )  # fmt: skip


def _source(figure: FigureFact) -> str:
    return f"{figure.file} {figure.where}"


def board_picture(visit: Visit) -> Picture:
    parks = known_parks(visit)
    columns = on_board(parks)
    return board(columns, board_rows(parks, columns), labels.day(visit.today))


def indicator_picture(visit: Visit, key: str) -> Picture | None:
    """None for a key that names no indicator; ?scale=own gives each park its own scale."""
    if key not in BY_KEY:
        return None
    parks = [_small(park, BY_KEY[key], visit) for park in known_parks(visit, key)]
    return multiples(BY_KEY[key], parks, own_scale=visit.args.get("scale") == OWN_SCALE)


def _small(park: ParkSeries, indicator: Indicator, visit: Visit) -> Small:
    known, key = park.park, indicator.key
    points = tuple(
        Point(figure.period, figure.value, _source(figure), figure_path(known.code, figure.period, key), figure.kind)
        for figure in park.figures.get(key, ())
    )
    breaks = tuple(one.since for one in park.definitions if one.breaks and one.key in (indicator.ratio_of or (key,)))
    stands = told(park, key)
    return Small(
        short_name(known.title), known.district, f"/parks/{known.code}", stands.light, stands.shape, stands.word,
        points, park.goals.get(key), Span(known.approved_on, known.ends_on, visit.today), goal_path(known.code, key),
        breaks,
    )  # fmt: skip
