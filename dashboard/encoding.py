"""Answers in as few bytes as the browser understands: compressed once for all who get the same, or on the way out."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from typing import TypeAlias

import brotli
from flask import Flask, Response, request

# On the way out brotli 5 is as small as 9 and thirty times as fast; what is kept on disk takes its time (packing).
QUALITY, GZIP_LEVEL = 5, 6
SMALLEST = 600
"""Bytes below which compressing saves nothing."""
TEXTS = ("text/html", "application/json", "text/css", "text/javascript", "image/svg+xml")

Encoder: TypeAlias = Callable[[bytes], bytes]


def _brotli(data: bytes) -> bytes:
    return bytes(brotli.compress(data, quality=QUALITY))


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, GZIP_LEVEL, mtime=0)


ENCODERS: dict[str, Encoder] = {"br": _brotli, "gzip": _gzip}


class Encoded:
    """One text in the forms browsers ask for, each made when it is first wanted; `tag` names this very content."""

    def __init__(self, text: str, mimetype: str, tag: str) -> None:
        self.plain, self.mimetype, self.tag = text.encode(), mimetype, tag

    @cached_property
    def br(self) -> bytes:
        return _brotli(self.plain)

    @cached_property
    def gzip(self) -> bytes:
        return _gzip(self.plain)

    def answer(self) -> Response:
        """To this request; 304 without a body to a browser that has this very content."""
        if self.tag in request.if_none_match:
            response = Response(status=304, mimetype=self.mimetype)
        else:
            form = accepted()
            body = {"br": lambda: self.br, "gzip": lambda: self.gzip}.get(form, lambda: self.plain)()
            response = Response(body, mimetype=self.mimetype)
            if form:
                response.headers["Content-Encoding"] = form
        response.set_etag(self.tag)
        response.vary.add("Accept-Encoding")
        return response


def tag_of(*parts: object) -> str:
    """A short name for what these parts make up together."""
    return sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:24]


def accepted() -> str:
    """The best form this browser reads; empty for none."""
    return next((name for name in ENCODERS if request.accept_encodings.quality(name) > 0), "")


def install(server: Flask) -> None:
    """Texts that were not compressed before are on their way out.

    Nothing secret can be guessed from their length: a page's token is signed anew every second, and no other site's
    request for a page carries the session.
    """
    server.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in TEXTS or response.direct_passthrough or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    form = accepted()
    if not form or response.status_code == 304 or "Content-Encoding" in response.headers:
        return response
    data = response.get_data()
    if len(data) >= SMALLEST:
        response.set_data(ENCODERS[form](data))
        response.headers["Content-Encoding"] = form
    return response
