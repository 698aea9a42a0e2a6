"""One 评估指标体系: its three levels, weights and rules in words, as imported."""

from __future__ import annotations

from flask import abort

from dashboard import labels
from dashboard.components.blocks import card, link_button
from dashboard.evaluation_parts import system_cards, system_facts, watermarked
from dashboard.page import Page, View, Visit
from db.queries.access import ID
from db.queries.evaluations import system
from policy.evaluation.system import TRIAL


def layout(visit: Visit, system_id: str) -> View:
    with visit.platform.database.read() as session:
        found = system(session, int(system_id)) if ID.fullmatch(system_id) else None
    if found is None:
        abort(404)
    imported = f"{labels.stamp(found.recorded_at)}导入"
    about = card("基本情况", system_facts(found.system), id="about", note=imported)
    return View(
        found.system.name,
        body=watermarked(TRIAL if found.system.trial else "", about, *system_cards(found.system)),
        actions=link_button("下载文件", f"/evaluation/{found.id}/file"),
        crumbs=(("评估指标体系", "/evaluation"),),
    )


PAGE = Page("evaluation", "/evaluation/<system_id>", layout)
