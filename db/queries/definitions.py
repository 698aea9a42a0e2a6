"""Every 指标口径 on record that a reader may know of, with the park it is of and whoever recorded it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.definition_facts import fact
from db.models import IndicatorDefinition, Park
from db.queries.accounts import names
from db.queries.parks import visible
from policy.access import Scope
from policy.indicators.definitions import Definition


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    """`park`: the title of the one park it is of; empty for all parks."""

    definition: Definition
    park: str
    recorded_at: datetime
    recorded_by: str


def definition_rows(session: Session, scope: Scope) -> tuple[DefinitionRow, ...]:
    """Newest half-year first, within it what was recorded last."""
    row, known = IndicatorDefinition, names(session)
    found = session.execute(
        select(row, Park.title)
        .outerjoin(Park, Park.id == row.park_id)
        .where(or_(row.park_id.is_(None), visible(scope, Park.id, Park.district_id)))
        .order_by(row.since.desc(), row.id.desc())
    )
    return tuple(
        DefinitionRow(fact(made), title or "", made.recorded_at, known.get(made.recorded_by, made.recorded_by))
        for made, title in found
    )
