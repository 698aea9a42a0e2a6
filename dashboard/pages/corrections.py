"""更正说明 of every park one may see: which accepted figures were replaced, why, and what still states the old ones."""

from __future__ import annotations

from itertools import groupby

from dash import html

from dashboard import labels
from dashboard.components.blocks import card, empty, link_button
from dashboard.corrections_table import NOTHING, corrections_table
from dashboard.markup import Node
from dashboard.page import Page, View, Visit
from db.queries.corrections import CorrectedFigure, corrections


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        found = corrections(session, visit.actor.scope)
    downloads = [link_button("下载更正说明（PDF）", "/corrections.pdf"), link_button("Word", "/corrections.docx")]
    parks = groupby(found, key=lambda entry: (entry.park_code, entry.park_title))
    cards = [_park(code, title, list(entries)) for (code, title), entries in parks]
    return View(
        "更正说明",
        body=cards or card("更正说明", empty("没有数据更正。", NOTHING)),
        lead="审核通过的数据被后来的版本替代时逐项登记；已定稿的文件保留原数据，以更正说明为准。",
        actions=downloads if found else None,
    )


def _park(code: str, title: str, found: list[CorrectedFigure]) -> Node:
    papers = len({entry.new_submission_id for entry in found})
    note: Node = [f"{papers}次更正，", html.A("园区页面", href=f"/parks/{code}#corrections")]
    return card(labels.short_name(title), corrections_table(found, f"{labels.short_name(title)}更正说明"), note=note)


PAGE = Page("corrections", "/corrections", layout, menu="更正说明")
