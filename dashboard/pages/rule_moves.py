"""截止日调整: dates that are not those the rules in force give; each moves only when it is ticked and confirmed."""

from __future__ import annotations

from dashboard.components.blocks import card, empty
from dashboard.components.forms import button, field, form, text
from dashboard.components.tables import Column, row, table
from dashboard.markup import Node, element
from dashboard.page import Page, View, Visit
from dashboard.rule_parts import MOVES, dates_told, park_link, rule_tabs
from services.rescheduling import Move, pending

CHOSEN = (Column("调整"), *MOVES)


def layout(visit: Visit) -> View:
    with visit.platform.database.read() as session:
        found = pending(session, visit.actor)
    nothing = empty("各项截止日与现行规则一致。", "更改规则数值、导入工作日历后，需要调整的截止日会出现在这里。")
    return View(
        "截止日调整",
        body=[rule_tabs("/rulebook/moves"), card("与现行规则不一致的截止日", _form(found) if found else nothing)],
        lead="截止日不会自行改变；勾选的按现行规则调整，逐项记入操作日志。",
    )


def _form(found: tuple[Move, ...]) -> Node:
    rows = [
        row(CHOSEN, (_tick(move), park_link(move.park, move.park_name), move.label, *dates_told(move)))
        for move in found
    ]
    return form(
        "/rulebook/moves",
        table("与现行规则不一致的截止日", CHOSEN, rows),
        field("依据文号或事由", text("document", required=True, maxlength="100")),
        button("调整勾选的截止日"),
    )


def _tick(move: Move) -> Node:
    label = f"调整{move.park_name}{move.label}"
    return element(
        "input", type="checkbox", name="obligation", value=str(move.obligation_id), checked=True, aria_label=label
    )


PAGE = Page("rule_moves", "/rulebook/moves", layout)
