"""From a Page to an answer: the document around it, its menu, and where its live part stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dash import dcc
from flask import Flask, Response, current_app, g, render_template, request, session
from flask.typing import ResponseReturnValue

from dashboard import auth, guard, static
from dashboard.encoding import tag_of
from dashboard.live import LivePages
from dashboard.markup import render
from dashboard.notices import tell
from dashboard.page import Page, View, Visit, current_platform, current_visit
from db.queries.programme import is_demonstration
from policy.access import Actor
from policy.refusal import Doubtful, Refused

PICTURE = str(render(dcc.Graph())).partition(">")[0]
"""How the place of a picture begins."""


def install(server: Flask, pages: Iterable[Page]) -> None:
    """One route a page, before Dash adds its own; the templates get what every document needs."""
    menu = [page for page in pages if page.menu]
    for page in pages:
        server.add_url_rule(page.path, page.name, _answer(page), methods=["GET"])
    server.context_processor(lambda: _around(menu))


def _answer(page: Page) -> Callable[..., ResponseReturnValue]:
    def answer(**address: str) -> ResponseReturnValue:
        visit = current_visit()
        tag = None if page.tag is None else _tag(page.tag(visit, **address))
        if tag is not None and tag in request.if_none_match:
            return Response(status=304, mimetype="text/html", headers={"ETag": f'"{tag}"'})
        view = page.layout(visit, **address)
        first = None if page.live is None else render(page.live(visit, **address))
        response = current_app.make_response(document(view, first))
        if tag is not None:
            response.set_etag(tag)
        return response

    return answer


def _tag(said: str) -> str | None:
    """What the page says with what the document around it does: whose it is, and the token of their session. None
    while something is to be told once."""
    if "_flashes" in session or "csrf_token" not in session:
        return None
    actor: Actor = g.actor
    return tag_of(said, actor.account, auth.signed_in_name(), actor.role, session["csrf_token"])


def document(view: View, first: str | None = None) -> str:
    """The whole HTML document; `first` is the live part as it reads before its scripts arrive."""
    parts = {
        "title": view.title,
        "crumbs": view.crumbs,
        "lead": render(view.lead),
        "actions": render(view.actions),
        "body": render(view.body),
        "after": render(view.after),
        "first": first,
    }
    if first is None:
        return render_template("document.html", **parts, dash=None)
    g.document = parts | {"pictures": PICTURE in first}
    live: LivePages = current_live()
    return str(live.index())


def again(refusal: Refused, layout: Callable[[Visit], View], **typed: str) -> str:
    """The page a form was sent from, with the reason and with all that was typed, however long; nothing was changed."""
    tell(str(refusal), "refused")
    g.doubtful = isinstance(refusal, Doubtful)
    return document(layout(current_visit(request.form.to_dict() | typed)))


def current_live() -> LivePages:
    live: LivePages = current_app.extensions["parkwatch_live"]
    return live


def _around(menu: Iterable[Page]) -> dict[str, Any]:
    actor: Actor | None = g.get("actor")
    return {
        "menu": [] if actor is None else [page for page in menu if _may_see(page, actor)],
        "here": request.endpoint,
        "actor": actor,
        "actor_name": auth.signed_in_name() if actor is not None else "",
        "demonstration": _demonstration(),
        "asset": asset,
        "plotly": static.address(static.PLOTLY),
    }


def _may_see(page: Page, actor: Actor) -> bool:
    needs = guard.ROUTES[page.name].needs
    return needs is None or actor.may(needs)


def _demonstration() -> bool:
    with current_platform().database.read() as database:
        return is_demonstration(database)


def asset(name: str) -> str:
    """The address of one of our own files, with its content's hash: it may be kept for good."""
    return static.address(static.ASSETS / name)
