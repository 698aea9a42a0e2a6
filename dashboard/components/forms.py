"""Plain forms: they post to a guarded route and work without any script."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from flask import g, get_flashed_messages, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from dashboard.markup import Node, element


def form(
    action: str,
    *content: Node,
    files: bool = False,
    kind: str = "stack",
    largest: int | None = None,
    which: tuple[str, str] | None = None,
) -> Markup:
    """A form that posts, with its token against forged requests; sent and refused, it says why above its fields.

    `largest`: bytes it may send; given, it shows how far its files have come (assets/upload-progress.js).
    `which`: the hidden (name, value) that tells it from the other forms of its address.
    """
    token = [hidden("csrf_token", generate_csrf()), hidden(*which) if which else None, _refusal(action, which)]
    encoding = "multipart/form-data" if files or largest else None
    told = {"data_upload": True, "data_largest": largest} if largest else {}
    shown = [progress()] if largest else []
    return element(
        "form", token, *content, *shown, action=action, method="post", enctype=encoding, class_=kind, **told
    )  # fmt: skip


def _refusal(action: str, which: tuple[str, str] | None) -> Node:
    """Where the eye and the keyboard are when the page comes back as the answer to this very form."""
    if request.method != "POST" or request.path != action or (which and request.form.get(which[0]) != which[1]):
        return None
    said = [
        element("p", message, class_="notice notice-refused", tabindex="-1", autofocus=True)
        for message in get_flashed_messages(category_filter=["refused"])
    ]
    meant = ticks("as_written", [("1", "照此登记：已核对，确实如此")]) if g.get("doubtful") else None
    return [*said, meant]


def hidden(name: str, value: object) -> Markup:
    """What goes along with a form unseen."""
    return element("input", type="hidden", name=name, value=str(value))


def progress() -> Markup:
    """Where the script shows how far an upload has come, in a bar and in words, with a way to stop it."""
    bar = element("progress", max=100, value=0, aria_label="上传进度")
    words = element("p", class_="upload-words", aria_hidden="true")
    heard = element("p", class_="unseen", aria_live="polite")
    cancel = element("button", "取消上传", type="button", class_="plain")
    return element("div", bar, words, heard, cancel, class_="upload-progress", hidden=True)


def search_form(*content: Node, kind: str = "line") -> Markup:
    """A form whose words stand in the address afterwards, so that the view can be kept as a link."""
    return element("form", *content, method="get", class_=kind)


def field(word: str, control: Node, hint: Node = None) -> html.Label:
    return html.Label(
        [html.Span(word, className="field-word"), control, html.Span(hint, className="hint") if hint else None],
        className="field",
    )


def text(name: str, value: str = "", *, kind: str = "text", required: bool = False, **more: object) -> Markup:
    return element("input", type=kind, name=name, value=value, required=required, **more)


def choice(name: str, options: Iterable[tuple[str, str]], chosen: str = "", *, required: bool = False) -> Markup:
    """A list to choose from: (value, word)."""
    rows = [element("option", word, value=value, selected=value == chosen) for value, word in options]
    return element("select", rows, name=name, required=required)


def ticks(name: str, options: Iterable[tuple[str, str]], chosen: Iterable[str] = ()) -> html.Div:
    """Several may be ticked: (value, word)."""
    ticked = set(chosen)
    boxes = [
        html.Label([element("input", type="checkbox", name=name, value=value, checked=value in ticked), " ", word])
        for value, word in options
    ]
    return html.Div(boxes, className="ticks")


def button(word: str, *, id: str | None = None, tone: str = "primary", **more: object) -> Markup:
    return element("button", word, type="submit", id=id, class_=tone, **more)
