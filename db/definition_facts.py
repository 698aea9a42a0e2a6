"""指标口径 as the rules see it: what was on record at the end of a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.base import ZONE
from db.models import IndicatorDefinition
from policy.indicators.definitions import Definition
from policy.terms import FigureBasis, HalfYear


def definitions(session: Session, park_id: int, as_of: date) -> tuple[Definition, ...]:
    """Those of all parks and the park's own, in the order they were recorded."""
    row = IndicatorDefinition
    known = select(row).where(or_(row.park_id.is_(None), row.park_id == park_id)).order_by(row.id)
    if as_of < date.max:
        known = known.where(row.recorded_at <= datetime.combine(as_of, time.max, ZONE))
    return tuple(fact(found) for found in session.scalars(known))


def definitions_by_park(session: Session, park_ids: Iterable[int]) -> dict[int, tuple[Definition, ...]]:
    """For each park those of all parks and its own, as they stand today, in the order they were recorded."""
    recorded = session.scalars(select(IndicatorDefinition).order_by(IndicatorDefinition.id))
    rows = [(row.park_id, fact(row)) for row in recorded]
    return {park: tuple(one for of, one in rows if of in (None, park)) for park in park_ids}


def fact(row: IndicatorDefinition) -> Definition:
    return Definition(
        key=row.key,
        since=HalfYear.parse(row.since),
        scope=row.scope,
        basis=FigureBasis(row.basis),
        taken_at=row.taken_at,
        breaks=row.breaks,
        document=row.document,
        own=row.park_id is not None,
    )
