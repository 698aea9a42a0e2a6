"""The live part of a page: Dash takes over one region that was readable before it arrived.

The document is ours, rendered whole on the server; Dash only adds its scripts and its root to pages that
have a live part. One callback fills that root for the address shown, judged by the same permission table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from dash import Dash, Input, Output, dcc, html
from flask import Flask, abort, g, render_template
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from dashboard import guard
from dashboard.markup import flattened
from dashboard.page import Page, current_visit

BARE = '{config}<div id="react-entry-point"></div>{scripts}{renderer}'


class LivePages(Dash):
    """Dash that writes its tags into our document instead of its own."""

    def interpolate_index(self, **tags: str) -> str:
        parts = {name: Markup(tags[name]) for name in ("config", "renderer")}  # noqa: S704 Dash's own tags
        parts["scripts"] = Markup(wanted(tags["scripts"]))  # noqa: S704
        if "document" not in g:  # asked for its tags alone, when the application starts
            return Markup(BARE).format(**parts)  # noqa: S704
        return render_template("document.html", **g.document, dash=parts)


def wanted(scripts: str) -> str:
    """Dash's script tags without its old table, which no page has; they wait until the page is read."""
    tags = (line for line in scripts.splitlines() if "/dash_table/" not in line)
    return "\n".join(tags).replace("<script src=", "<script defer src=")


def install(server: Flask, pages: Iterable[Page]) -> LivePages:
    """The Dash app on `server`, with the callbacks of every page; nothing of it is global."""
    app = LivePages(
        "dashboard",
        server=server,
        use_pages=False,
        pages_folder="",
        assets_ignore=".*",
        suppress_callback_exceptions=True,
        update_title="",
        csrf_token_name="csrf_token",  # noqa: S106 the cookie's name, no secret
        csrf_header_name="X-CSRFToken",
        enable_mcp=False,
    )
    app.layout = _layout
    app.renderer = 'document.addEventListener("DOMContentLoaded", function () { new DashRenderer(); });'
    live = {page.name: page for page in pages if page.live is not None}
    _register_router(app, server, live)
    for page in pages:
        if page.register_callbacks is not None:
            page.register_callbacks(app)
    return app


def _layout() -> list[Any]:
    return [dcc.Location(id="address", refresh=False), html.Div(id="live")]


def _matched(server: Flask, pathname: str) -> tuple[str, Mapping[str, Any]]:
    try:
        endpoint, address = server.url_map.bind("").match(pathname)
    except HTTPException:
        abort(404)
    return endpoint, address


def _register_router(app: Dash, server: Flask, live: dict[str, Page]) -> None:
    @app.callback(Output("live", "children"), Input("address", "pathname"), Input("address", "search"))
    def fill(pathname: str, search: str | None) -> Any:
        endpoint, address = _matched(server, pathname)
        page = live.get(endpoint)
        if page is None or page.live is None:
            abort(404)
        guard.require(guard.ROUTES[endpoint], g.actor, address)
        return flattened(page.live(current_visit(dict(parse_qsl((search or "").lstrip("?")))), **address))
