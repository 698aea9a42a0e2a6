"""验收条件, each judged, with where what it counts stands and the papers it rests on."""

from __future__ import annotations

from dash import html

from dashboard.components import lights
from dashboard.components.figure import counted
from dashboard.components.tables import Column, row, table
from dashboard.proofs import proof_of
from policy.acceptance import Condition, Readiness
from policy.terms import Light
from services.dossiers import Dossier

LIGHTS: dict[Readiness, Light] = {
    Readiness.MET: Light.GREEN,
    Readiness.UNMET: Light.YELLOW,
    Readiness.UNKNOWN: Light.GREY,
}
COLUMNS = (Column("条件", "head"), Column("判断"), Column("情况"), Column("依据"), Column("佐证"))
# Where on the park's page stands what a condition counts.
COUNTED_AT = {
    "period_over": "about",
    "reports_accepted": "obligations",
    "goals_known": "goals",
    "goals_compared": "goals",
}


def conditions_table(file: Dossier) -> html.Div:
    return table("验收条件", COLUMNS, [_condition(entry, file) for entry in file.conditions])


def _condition(entry: Condition, file: Dossier) -> html.Tr:
    state = lights.light(LIGHTS[entry.readiness], entry.readiness.label)
    place = COUNTED_AT.get(entry.key)
    said = counted(entry.sentence, f"/parks/{file.park.code}#{place}") if place else entry.sentence
    rests_on = proof_of(file.ledger, file.ledger.under(entry.key))
    return row(COLUMNS, (entry.label, state, said, entry.clause, rests_on))
