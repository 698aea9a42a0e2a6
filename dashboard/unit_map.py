"""A tile a unit, equal in size; the light is the worst among its parks, written out beside the colour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dash import html
from markupsafe import Markup

from dashboard.components import lights
from dashboard.components.blocks import card
from dashboard.markup import Node, render
from db.queries.tiles import Tile
from policy.terms import Light


@dataclass(frozen=True, slots=True)
class Standing:
    """Of one unit: how many parks, the worst of them, and in words which they are."""

    parks: int
    worst: Light
    words: str = ""


def unit_map(places: Sequence[Tile], standings: Mapping[int, Standing]) -> Node:
    """By unit id; a unit without parks stands empty. Nothing when no unit has a place."""
    if not places:
        return None
    top, left = min(place.row for place in places), min(place.column for place in places)
    tiles = [
        _tile(place, standings.get(place.unit_id), place.row - top + 1, place.column - left + 1) for place in places
    ]
    return card("区县分布", html.Div(tiles, className="tile-map"), note="方格示意，非行政区划图")


@lru_cache(maxsize=2000)
def _tile(place: Tile, standing: Standing | None, row: int, column: int) -> Markup:
    """Drawn once for as long as the unit stands as it does."""
    return render(_drawn(place, standing, row, column))


def _drawn(place: Tile, standing: Standing | None, row: int, column: int) -> html.Div:
    style = {"gridRow": str(row), "gridColumn": str(column)}
    if standing is None:
        return html.Div([html.Span(place.short_name), html.Small("无园区")], className="map-tile", style=style)
    mark = lights.light(standing.worst, f"{standing.parks}个园区")
    return html.Div(
        html.A([html.Span(place.short_name), mark], href=f"/parks?q={place.name}", title=standing.words or None),
        className=f"map-tile map-{standing.worst.value}",
        style=style,
    )
