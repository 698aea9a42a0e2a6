"""The way to where a document's own words are written, by those who write them, and read, by the others."""

from __future__ import annotations

from dashboard.components.blocks import link_button
from dashboard.markup import Node
from policy.access import Actor, Permission
from policy.outlines import OUTLINES


def text_link(actor: Actor, document: str, park_code: str, period: str = "") -> Node:
    """None for those who may not see it. `period`: of a half-year letter, as 2026H1."""
    if not actor.may(Permission.VIEW_TEXTS):
        return None
    outline = OUTLINES[document]
    verb = "编写" if actor.may(outline.write) else "查看"
    of = f"/{period}" if period else ""
    return link_button(f"{verb}{outline.label}正文", f"/parks/{park_code}/{document}{of}/text")
