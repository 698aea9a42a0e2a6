"""The outlooks of the whole programme, worked out anew every night from accepted figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db import facts
from db.models import Outlook, Park
from db.rulebook_facts import rulebook
from policy.access import Actor, Permission
from policy.foresight import Course
from services import clock
from services.foresight.forecasting import forecast
from services.outlooks import courses

DIGITS = 6
"""Kept of a forecast: more would claim what no forecast knows."""


def work_out(session: Session, actor: Actor, as_of: date) -> int:
    """Every goal of every park anew, as known on `as_of`; how many. Raises AccessDenied."""
    actor.require(Permission.RUN_SWEEP)
    rules, found = rulebook(session), list[tuple[int, Course]]()
    for park_id in session.scalars(select(Park.id).order_by(Park.id)).all():
        found += [(park_id, course) for course in courses(facts.situation(session, park_id, as_of, rules))]
    outlooks = forecast([course for _park, course in found], as_of) if found else ()
    session.execute(delete(Outlook))
    now = clock.now()
    for (park_id, _course), one in zip(found, outlooks, strict=True):
        session.add(
            Outlook(
                park_id=park_id,
                key=one.indicator,
                as_of=as_of,
                refused=one.refused,
                why=one.why,
                worked_out_at=now,
                p_miss=_kept(one.p_miss),
                p10=_kept(one.p10),
                p50=_kept(one.p50),
                p90=_kept(one.p90),
            )
        )
    session.flush()
    return len(found)


def _kept(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(f"{value:.{DIGITS}g}")
