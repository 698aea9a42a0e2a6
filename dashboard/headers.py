"""Security headers of every answer; nothing may be fetched from another host, framed or run inline."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

# Styles: plotly writes style attributes and one style sheet of its own.
POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
A_YEAR = 31_536_000


def install(server: Flask, *, secure: bool) -> None:
    allow_scripts(server, ())

    def add(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = server.extensions["parkwatch_policy"]
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        # Not no-referrer: over HTTPS the CSRF check reads the referrer of our own forms.
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
        if secure:
            headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
        _cache(response)
        if current_user.is_authenticated and response.mimetype == "text/html":
            # Readable on purpose: Dash copies it into the header that CSRFProtect checks.
            response.set_cookie("csrf_token", generate_csrf(), samesite="Lax", secure=secure)
        return response

    server.after_request(add)


def allow_scripts(server: Flask, hashes: Sequence[str]) -> None:
    """Freeze the policy with the hashes of Dash's inline scripts, known only after the warm-up."""
    server.extensions["parkwatch_policy"] = POLICY.format(hashes=" ".join(hashes))


def _cache(response: Response) -> None:
    """Pages are never kept by anyone else; files that hold no data do not come this way (dashboard.static)."""
    if response.mimetype in ("text/html", "application/json"):
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers.add("Vary", "Cookie")
