"""What a page is: one address, one title, and a function that builds its content for one visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import current_app, g, request

from dashboard.markup import Node
from policy.access import Actor, Permission
from services import clock
from services.platform import Platform


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks, on which civil day, with which search words in the address; "now" is read once."""

    platform: Platform
    actor: Actor
    today: date
    args: Mapping[str, str] = field(default_factory=dict)

    def may(self, permission: Permission) -> bool:
        return self.actor.may(permission)


@dataclass(frozen=True, slots=True)
class View:
    """One page as shown: `body`, then the live part when the page has one, then `after`.

    `crumbs` are (word, address) pairs that lead here; `actions` stand beside the title.
    """

    title: str
    body: Node = None
    after: Node = None
    lead: Node = None
    actions: Node = None
    crumbs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """`name` is the Flask endpoint and the key of the permission table (dashboard.guard).

    `layout(visit, **address_parts)` gives the View. `live`, where there is one, gives the part that the
    browser takes over: it is shown as plain markup first and then replaced by the same, live. `tag`, where there is
    one, names what the page says without drawing it: a browser that has it already is told so.
    """

    name: str
    path: str
    layout: Callable[..., View]
    live: Callable[..., Node] | None = None
    menu: str = ""
    register_callbacks: Callable[[Any], None] | None = None
    tag: Callable[..., str] | None = None


def current_visit(args: Mapping[str, str] | None = None) -> Visit:
    """The visit of this request; the guard has set the actor."""
    words = request.args.to_dict() if args is None else args
    return Visit(current_platform(), g.actor, clock.today(), words)


def current_platform() -> Platform:
    platform: Platform = current_app.extensions["parkwatch"]
    return platform
