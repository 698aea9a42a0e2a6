"""Wiring of the web application: one Flask server, its guard, its pages and their live parts."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter, Map

from dashboard import auth, encoding, errors, guard, headers, health, live, overview, routes, serve, static
from dashboard.pages import PAGES
from services.platform import Platform

LARGEST_REQUEST = 25 * 1024 * 1024
LARGEST_ID = 2**31 - 1
"""What an integer column holds on every database."""


class RowId(IntegerConverter):
    """`<int:…>` in an address names a row; a number no column holds is no address, not a failure of the database."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_ID)


def create_app(platform: Platform, kept: Path | None = None) -> Flask:
    """The WSGI application, warmed up: the first requests may come at once and in any order.

    `kept`: the folder where the files it serves are kept compressed; they are served as they are without one.
    """
    secure = platform.settings.environment == "production"
    server = Flask("dashboard", static_folder=None)
    server.config.update(
        SECRET_KEY=platform.settings.signing_key(),
        SESSION_COOKIE_NAME="parkwatch",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=auth.IDLE,
        SESSION_REFRESH_EACH_REQUEST=False,  # its cookie is written when it says something new
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        WTF_CSRF_TIME_LIMIT=None,
    )
    server.extensions["parkwatch"] = platform
    server.url_map.converters["int"] = RowId
    auth.install(server)
    guard.install(server)  # before the CSRF check: nobody is told anything before signing in
    CSRFProtect(server)
    encoding.install(server)
    errors.install(server)
    health.install(server)
    serve.install(server, PAGES)
    overview.install(server)
    routes.install(server)
    headers.install(server, secure=secure)
    server.extensions["parkwatch_live"] = app = live.install(server, PAGES)
    files = static.files(_warm_up(server, app))
    server.wsgi_app = static.served(server.wsgi_app, static.packed(files, kept) if kept else files)  # type: ignore[method-assign]
    return server


def _warm_up(server: Flask, app: live.LivePages) -> str:
    """Let Dash do its first-request work now, then freeze the hashes of its inline scripts; gives its script tags.

    Left to the first requests, that work races with them: scripts answer 500 and pages stay blank.
    """
    app.get_layout()
    with server.test_request_context("/"):
        scripts = app.index()
    with server.test_client() as client:
        client.get("/healthz")
    headers.allow_scripts(server, app.csp_hashes())
    return str(scripts)
